/* The same as the page of a delta, as JSON. Bytes that are not whole are numbers with a fraction.
 */
#include "cli/common/delta_option.h"
#include "cli/common/json_out.h"
#include "cli/inspect/delta_page.h"

/* The address of byte 0, where the image has one. */
static json_t *base(const struct fwd_frame *frame)
{
    const struct fwd_segment *s = &frame->segments[0];
    return frame->known && frame->count == 1 ? json_integer((json_int_t)(s->address - s->offset))
                                             : json_null();
}

static json_t *second_base(const struct fwd_frame *frame)
{
    return frame->alias == 0 ? json_null() : json_integer((json_int_t)frame->alias);
}

static json_t *segments(const struct fwd_frame *frame)
{
    json_t *list = json_array();
    for (uint32_t i = 0; frame->known && i < frame->count; i++) {
        const struct fwd_segment *s = &frame->segments[i];
        json_array_append_new(
            list, json_pack("{s:I, s:I, s:I}", "offset", (json_int_t)s->offset, "size",
                      (json_int_t)s->size, "address", (json_int_t)s->address));
    }
    return list;
}

static json_t *windows(const struct fwd_frames *f)
{
    json_t *list = json_array();
    for (uint8_t i = 0; i < f->data_count; i++)
        json_array_append_new(
            list, json_pack("{s:I, s:I}", "first", (json_int_t)f->data[i].first << 16, "last",
                      (json_int_t)f->data[i].last << 16 | 0xFFFF));
    return list;
}

static json_t *classes(const struct fwd_refdelta_dissection *d)
{
    json_t *list = json_array();
    for (uint32_t i = 0; i < FWD_DISSECT_CLASSES; i++)
        json_array_append_new(
            list, json_pack("{s:I, s:I}", "least", (json_int_t)fwd_refdelta_dissect_class_least(i),
                      "copies", (json_int_t)d->classes[i]));
    return list;
}

static json_t *bytes(uint64_t cost)
{
    return json_real((double)fwd_cost_tenths(cost) / 10);
}

static json_t *rows(const struct fwd_delta_report *r)
{
    json_t *list = json_array();
    for (size_t i = 0; i < r->row_count; i++) {
        const struct fwd_cost_row *row = &r->rows[i];
        json_array_append_new(
            list, json_pack("{s:s, s:o, s:I, s:o, s:o}", "what",
                      fwd_cost_name(r->dissection.params.isa, row->kind), "bytes", bytes(row->cost),
                      "decisions", (json_int_t)row->decisions, "hits",
                      row->has_outcomes ? json_integer(row->hits) : json_null(), "misses",
                      row->has_outcomes ? json_integer(row->mispredicts) : json_null()));
    }
    return list;
}

static json_t *regions(const struct fwd_delta_report *r)
{
    json_t *list = json_array();
    for (size_t i = 0; i < r->region_count; i++) {
        const struct fwd_cost_region *region = &r->regions[i];
        json_array_append_new(
            list, json_pack("{s:I, s:I, s:o, s:o}", "offset", (json_int_t)region->at, "size",
                      (json_int_t)region->size, "bytes", bytes(region->cost), "source_offset",
                      region->copied ? json_integer(region->from) : json_null()));
    }
    return list;
}

static json_t *costs(const struct fwd_delta_report *r)
{
    json_t *advice = json_array();
    for (size_t i = 0; i < r->advice_count; i++)
        json_array_append_new(advice, fwd_json_out_string(r->advice[i]));
    return json_pack("{s:o, s:o, s:o, s:o, s:o, s:o}", "bytes", bytes(r->total), "framing",
        bytes(r->framing), "by_kind", rows(r), "regions", regions(r), "opaque",
        fwd_opaque_out_json(&r->opaque), "advice", advice);
}

static json_t *streams(const struct fwd_refdelta_dissection *d)
{
    return json_pack("{s:I, s:I, s:I, s:I, s:I, s:I, s:o}", "runs_size", (json_int_t)d->runs_size,
        "body_size", (json_int_t)d->body_size, "copies", (json_int_t)d->copies, "mapped",
        (json_int_t)d->mapped, "copied_bytes", (json_int_t)d->copied, "new_bytes",
        (json_int_t)d->literal, "sizes", classes(d));
}

json_t *fwd_delta_page_json(const struct fwd_package_map *package, const struct fwd_component *c,
    const struct fwd_delta_report *report)
{
    const uint8_t *section = fwd_package_map_section(package, c);
    struct fwd_refdelta_dissection d;
    if (c->codec != FWD_CODEC_FWD || section == NULL ||
        fwd_refdelta_dissect(c, section, &d, NULL) != FWD_OK)
        return json_null();
    return json_pack("{s:s, s:i, s:i, s:I, s:i, s:o, s:o, s:o, s:o, s:o, s:o, s:o, s:o, s:o}",
        "instruction_set", fwd_delta_isa_name(d.params.isa), "ram_class", (int)d.params.ram_class,
        "context_pages", (int)d.params.pages, "map_intervals", (json_int_t)d.params.intervals,
        "corrections", (int)d.params.caches, "source_base", base(&d.frames.from), "target_base",
        base(&d.frames.to), "source_base2", second_base(&d.frames.from), "target_base2",
        second_base(&d.frames.to), "source_segments", segments(&d.frames.from), "target_segments",
        segments(&d.frames.to), "data_windows", windows(&d.frames), "streams", streams(&d), "costs",
        report != NULL && report->measured ? costs(report) : json_null());
}
