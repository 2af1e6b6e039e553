#include "cli/inspect/inspect_costs.h"

#include "cli/common/image_file.h"
#include "cli/common/image_option.h"
#include "cli/common/print.h"
#include "cli/device/decode_image.h"
#include "cli/inspect/cost_advice.h"
#include "format/cursor.h"
#include "gen/refdelta/refdelta_search.h"
#include "keys/crypto_port.h"

#include <stdlib.h>

/* One component while it is measured. */
struct measure {
    const char *path; /* of the package */
    const struct fwd_component *component;
    const uint8_t *section;
    uint8_t *target;
    struct fwd_runs_found runs;
    uint64_t *places;
    struct fwd_delta_report *report;
};

static bool is_image(const struct fwd_image *image, const uint8_t *bytes, size_t size)
{
    uint8_t digest[FWD_DIGEST_SIZE];
    return image->size == size && fwd_crypto_port_sha256(bytes, size, digest) &&
           fwd_image_digest_equal(image, digest);
}

static enum fwd_fail refuse(const struct measure *m, enum fwd_reason reason, struct fwd_error *err)
{
    if (reason == FWD_E_DECODER_MEMORY)
        return fwd_error_memory(err, m->path);
    return fwd_error_fail(err, FWD_FAIL_REFUSED,
        "%s: the delta of component %.*s cannot be decoded: %s (%s)", m->path,
        (int)m->component->name.size, m->component->name.bytes, fwd_reason_info(reason)->meaning,
        fwd_reason_info(reason)->name);
}

/* With the decoder of devices; its result must be the target. */
static enum fwd_fail decode(struct measure *m, struct fwd_error *err)
{
    const struct fwd_component *c = m->component;
    const struct fwd_decode_image job = {
        .component = c, .section = m->section, .source = m->report->source};
    enum fwd_reason reason = fwd_refdelta_dissect(c, m->section, &m->report->dissection, &m->runs);
    if (reason != FWD_OK)
        return refuse(m, reason, err);
    m->target = malloc(c->target.size);
    if (m->target == NULL)
        return fwd_error_memory(err, m->path);
    reason = fwd_decode_image(&job, m->target);
    if (reason == FWD_OK && !is_image(&c->target, m->target, c->target.size))
        reason = FWD_E_TARGET_DIGEST;
    return reason == FWD_OK ? FWD_FAIL_NONE : refuse(m, reason, err);
}

static enum fwd_fail measure(struct measure *m, struct fwd_error *err)
{
    struct fwd_delta_report *r = m->report;
    const struct fwd_refdelta_encode_job job = {
        .pair = {r->source.data, m->target, (uint32_t)r->source.size, m->component->target.size},
        .isa = fwd_refdelta_search_isa(r->dissection.params.isa),
        .frames = r->dissection.frames,
        .runs = {m->runs.list, m->runs.count}};
    m->places = malloc((2 * m->runs.count + 1) * sizeof *m->places);
    if (m->places == NULL)
        return fwd_error_memory(err, m->path);
    enum fwd_fail fail =
        fwd_refdelta_encode_measure(&job, &r->dissection.params, &r->tally, m->places, err);
    if (fail != FWD_FAIL_NONE)
        return fail;
    r->row_count = fwd_cost_rows(&r->tally, r->rows);
    uint64_t coded = fwd_cost_total(&r->tally), stored = (uint64_t)m->component->section_size << 19;
    r->total = coded > stored ? coded : stored;
    r->framing = r->total - coded;
    r->region_count = fwd_cost_regions(&job, m->places, r->regions, FWD_COSTS_REGIONS);
    fail = fwd_opaque_out_find(&job.pair, &r->opaque, err);
    if (fail != FWD_FAIL_NONE)
        return fail;
    fwd_cost_advice(&job.pair, r);
    r->measured = true;
    return FWD_FAIL_NONE;
}

static enum fwd_fail check(const struct measure *m, const char *file, struct fwd_error *err)
{
    const struct fwd_component *c = m->component;
    if (c->codec != FWD_CODEC_FWD)
        return fwd_error_fail(err, FWD_FAIL_REFUSED,
            "%s: component %.*s has codec %s: costs can be shown for codec fwd only", m->path,
            (int)c->name.size, c->name.bytes, fwd_print_codec(c->codec));
    if (m->section == NULL)
        return fwd_error_fail(err, FWD_FAIL_REFUSED,
            "%s: the section of component %.*s is not whole", m->path, (int)c->name.size,
            c->name.bytes);
    if (is_image(&c->source, m->report->source.data, m->report->source.size))
        return FWD_FAIL_NONE;
    if (m->report->source.size == c->source.size)
        return fwd_error_fail(err, FWD_FAIL_REFUSED,
            "%s: is not the image that the delta of component %.*s starts from: its SHA-256 is "
            "not the source digest of the manifest",
            file, (int)c->name.size, c->name.bytes);
    return fwd_error_fail(err, FWD_FAIL_REFUSED,
        "%s: is not the image that the delta of component %.*s starts from: expected %u bytes, "
        "found %zu",
        file, (int)c->name.size, c->name.bytes, (unsigned)c->source.size, m->report->source.size);
}

static enum fwd_fail add_source(const struct fwd_args *args, const char *text, const char *path,
    const struct fwd_package_map *package, struct fwd_inspect_costs *costs, struct fwd_error *err)
{
    const char *file;
    uint8_t index;
    enum fwd_fail fail =
        fwd_image_option_find(&package->manifest, "source", text, &index, &file, err);
    if (fail != FWD_FAIL_NONE)
        return fail;
    const struct fwd_component *c = &package->manifest.components[index];
    struct measure m = {.path = path,
        .component = c,
        .section = fwd_package_map_section(package, c),
        .report = &costs->reports[index]};
    if (m.report->source.data != NULL)
        return fwd_error_fail(
            err, FWD_FAIL_USAGE, "--source: is given twice for the same component: '%s'", text);
    fail = fwd_image_file_read(args, file, FWD_IMAGE_DELTA, &m.report->source, err);
    if (fail == FWD_FAIL_NONE)
        fail = check(&m, file, err);
    if (fail == FWD_FAIL_NONE)
        fail = decode(&m, err);
    if (fail == FWD_FAIL_NONE)
        fail = measure(&m, err);
    fwd_runs_found_free(&m.runs);
    free(m.target);
    free(m.places);
    return fail;
}

enum fwd_fail fwd_inspect_costs_make(const struct fwd_args *args, const char *path,
    const struct fwd_package_map *package, struct fwd_inspect_costs *costs, struct fwd_error *err)
{
    const char *text;
    size_t at = 0;
    enum fwd_fail fail = FWD_FAIL_NONE;
    while (fail == FWD_FAIL_NONE && (text = fwd_args_next(args, "source", &at)) != NULL)
        fail = add_source(args, text, path, package, costs, err);
    return fail;
}

void fwd_inspect_costs_free(struct fwd_inspect_costs *costs)
{
    for (size_t i = 0; i < FWD_COMPONENTS_MAX; i++)
        fwd_bytes_free(&costs->reports[i].source);
}
