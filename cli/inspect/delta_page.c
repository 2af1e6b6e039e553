#include "cli/inspect/delta_page.h"

#include "cli/common/delta_option.h"
#include "cli/common/print.h"

#include <inttypes.h>
#include <stdio.h>
#include <string.h>

#define BAR_MAX 40u

static void print_segments(const struct fwd_frame *frame)
{
    for (uint32_t i = 0; i < frame->count; i++)
        printf("\n    0x%08" PRIX64 " at offset 0x%06" PRIX32 ", %" PRIu32 " bytes",
            frame->segments[i].address, frame->segments[i].offset, frame->segments[i].size);
}

static void print_base(const char *image, const struct fwd_frame *frame)
{
    printf("  address of %s  ", image);
    if (!frame->known)
        printf("not known: pointers are not followed");
    else if (frame->count == 1)
        printf("0x%08" PRIX64, frame->segments[0].address - frame->segments[0].offset);
    else
        print_segments(frame);
    if (frame->alias != 0)
        printf(", and 0x%08" PRIX32, frame->alias);
    putchar('\n');
}

static void print_windows(const struct fwd_frames *f)
{
    printf("  data windows    ");
    for (uint8_t i = 0; i < f->data_count; i++)
        printf("%s0x%04X0000-0x%04XFFFF", i > 0 ? ", " : "", f->data[i].first, f->data[i].last);
    printf("%s\n", f->data_count == 0 ? "none" : "");
}

static void print_classes(const struct fwd_refdelta_dissection *d)
{
    uint32_t most = 1;
    for (uint32_t i = 0; i < FWD_DISSECT_CLASSES; i++)
        most = d->classes[i] > most ? d->classes[i] : most;
    printf("  sizes of copies\n");
    for (uint32_t i = 0; i < FWD_DISSECT_CLASSES; i++) {
        if (d->classes[i] == 0)
            continue;
        uint32_t bar = (uint32_t)((uint64_t)d->classes[i] * BAR_MAX / most);
        printf("    %6" PRIu32 "..", fwd_refdelta_dissect_class_least(i));
        if (i + 1 < FWD_DISSECT_CLASSES)
            printf("%-6" PRIu32, fwd_refdelta_dissect_class_least(i + 1) - 1);
        else
            printf("%-6s", "");
        printf(" %8" PRIu32 "  %.*s\n", d->classes[i], (int)(bar > 0 ? bar : 1),
            "########################################");
    }
}

static void print_dissection(const struct fwd_component *c, const struct fwd_refdelta_dissection *d)
{
    printf("\ndelta of %.*s: codec fwd, instruction set %s\n", (int)c->name.size, c->name.bytes,
        fwd_delta_isa_name(d->params.isa));
    printf("  decoder memory  %" PRIu32 " bytes: %u context pages, %" PRIu32
           " map intervals, 2 x %u corrections\n",
        d->arena, d->params.pages, d->params.intervals, d->params.caches);
    if (d->params.isa != FWD_ISA_NONE) {
        print_base("OLD", &d->frames.from);
        print_base("NEW", &d->frames.to);
        if (d->params.isa != FWD_ISA_A64)
            print_windows(&d->frames);
    }
    printf("  copies          %" PRIu32 ", of them %" PRIu32 " in the map\n", d->copies, d->mapped);
    printf("  bytes           %" PRIu32 " copied, %" PRIu32 " new\n", d->copied, d->literal);
    if (d->copies > 0)
        print_classes(d);
}

/* ---- costs ----------------------------------------------------------------------------------- */

static void print_tenths(int width, uint64_t cost)
{
    uint64_t tenths = fwd_cost_tenths(cost);
    printf("%*" PRIu64 ".%" PRIu64, width - 2, tenths / 10, tenths % 10);
}

static void print_share(const struct fwd_delta_report *r, uint64_t cost)
{
    char percent[24];
    fwd_print_percent(cost, r->total, percent);
    printf("  ");
    print_tenths(10, cost);
    printf(" %8s", percent);
}

static void print_rows(const struct fwd_delta_report *r)
{
    uint8_t isa = r->dissection.params.isa;
    printf(
        "  %10s %8s %10s %9s %9s  %s\n", "bytes", "share", "decisions", "hits", "misses", "what");
    for (size_t i = 0; i < r->row_count; i++) {
        const struct fwd_cost_row *row = &r->rows[i];
        print_share(r, row->cost);
        printf(" %10" PRIu32, row->decisions);
        if (row->has_outcomes)
            printf(" %9" PRIu32 " %9" PRIu32, row->hits, row->mispredicts);
        else
            printf(" %9s %9s", "-", "-");
        printf("  %-14s (%s)\n", fwd_cost_name(isa, row->kind), fwd_cost_meaning(isa, row->kind));
    }
    if (r->framing == 0) /* lost in what the rows are rounded by */
        return;
    print_share(r, r->framing);
    printf(" %10s %9s %9s  %-14s (%s)\n", "-", "-", "-", "framing",
        "the size of a stream and the ends of two");
}

static void print_regions(const struct fwd_delta_report *r)
{
    printf("\n  most expensive regions of NEW\n  %10s %10s %9s  %s\n", "bytes", "offset", "size",
        "kind");
    for (size_t i = 0; i < r->region_count; i++) {
        const struct fwd_cost_region *region = &r->regions[i];
        printf("  ");
        print_tenths(10, region->cost);
        printf(" 0x%08" PRIX32 " %9" PRIu32 "  ", region->at, region->size);
        if (region->copied)
            printf("%s OLD at 0x%08" PRIX32 "%s\n", region->changed ? "like" : "as", region->from,
                region->changed ? ", with changes" : "");
        else
            printf("new bytes\n");
    }
}

static void print_opaque(const struct fwd_delta_report *r)
{
    char text[FWD_OPAQUE_ADVICE_SIZE];
    if (r->opaque.count > 0)
        printf("\n  compressed or encrypted parts of NEW\n");
    for (size_t i = 0; i < r->opaque.count; i++) {
        fwd_opaque_out_text(&r->opaque.list[i], text);
        printf("  - %s\n", text);
    }
}

static void print_costs(const struct fwd_component *c, const struct fwd_delta_report *r)
{
    printf("\nwhere the %" PRIu32 " bytes of the delta of %.*s went\n", c->section_size,
        (int)c->name.size, c->name.bytes);
    print_rows(r);
    print_regions(r);
    print_opaque(r);
    printf("\n  advice\n");
    for (size_t i = 0; i < r->advice_count; i++)
        printf("  - %s\n", r->advice[i]);
}

void fwd_delta_page_print(
    const struct fwd_package_map *package, const struct fwd_inspect_costs *costs)
{
    const struct fwd_manifest *m = &package->manifest;
    for (uint8_t i = 0; package->manifest_reason == FWD_OK && i < m->component_count; i++) {
        const struct fwd_component *c = &m->components[i];
        const uint8_t *section = fwd_package_map_section(package, c);
        struct fwd_refdelta_dissection d;
        if (c->codec != FWD_CODEC_FWD || section == NULL ||
            fwd_refdelta_dissect(c, section, &d, NULL) != FWD_OK)
            continue;
        print_dissection(c, &d);
        if (costs != NULL && costs->reports[i].measured)
            print_costs(c, &costs->reports[i]);
    }
}
