#include "gen/refdelta/delta_costs.h"

#include "gen/isa/isa_host.h"

#include <string.h>

static const struct fwd_ref_text texts[FWD_COST_REF] = {
    [FWD_COST_HEAD] = {"head", "where the images lie in memory"},
    [FWD_COST_RUNS] = {"copies", "which parts of the target are like which of the source"},
    [FWD_COST_LITERAL] = {"literals", "new bytes of the target"},
    [FWD_COST_UNIT_FLAG] = {"unit-flags", "whether copied code and data is as it was"},
    [FWD_COST_UNIT_MISPREDICT] = {"changed-units", "copied code and data that changed"},
};

static const struct fwd_ref_text *text_of(uint8_t isa, uint8_t kind)
{
    static const struct fwd_ref_text other = {"references", "other references"};
    const struct fwd_isa_host *host = fwd_isa_host_find(isa);

    if (kind < FWD_COST_REF)
        return &texts[kind];
    return host != NULL && host->texts[kind - FWD_COST_REF].name != NULL
               ? &host->texts[kind - FWD_COST_REF]
               : &other;
}

const char *fwd_cost_name(uint8_t isa, uint8_t kind)
{
    return text_of(isa, kind)->name;
}

const char *fwd_cost_meaning(uint8_t isa, uint8_t kind)
{
    return text_of(isa, kind)->meaning;
}

uint64_t fwd_cost_total(const struct fwd_refdelta_encode_tally *tally)
{
    uint64_t total = 0;

    for (size_t i = 0; i < FWD_CATEGORIES; i++)
        total += tally->costs[i];
    return total;
}

static void add_category(
    struct fwd_cost_row *row, const struct fwd_refdelta_encode_tally *tally, size_t category)
{
    row->cost += tally->costs[category];
    row->decisions += tally->decisions[category];
}

static struct fwd_cost_row row_of(const struct fwd_refdelta_encode_tally *tally, uint8_t kind)
{
    struct fwd_cost_row row = {.kind = kind};

    if (kind < FWD_COST_REF) {
        /* the first kinds are the first categories */
        add_category(&row, tally, kind);
        row.has_outcomes = kind == FWD_COST_UNIT_FLAG;
        if (row.has_outcomes)
            add_category(&row, tally, FWD_CATEGORY_CALM);
        row.hits = row.has_outcomes ? tally->unit_hits : 0;
        row.mispredicts = row.has_outcomes ? tally->unit_misses : 0;
        return row;
    }
    uint32_t type = kind - FWD_COST_REF;
    add_category(&row, tally, FWD_CATEGORY_REF_FLAG + type);
    add_category(&row, tally, FWD_CATEGORY_REF_MISPREDICT + type);
    row.has_outcomes = true;
    row.hits = tally->ref_hits[type];
    row.mispredicts = tally->ref_misses[type];
    return row;
}

size_t fwd_cost_rows(
    const struct fwd_refdelta_encode_tally *tally, struct fwd_cost_row rows[FWD_COST_KINDS])
{
    size_t count = 0;

    for (uint8_t kind = 0; kind < FWD_COST_KINDS; kind++) {
        struct fwd_cost_row row = row_of(tally, kind);
        size_t at = count;
        if (row.decisions == 0 && row.hits == 0)
            continue;
        for (; at > 0 && rows[at - 1].cost < row.cost; at--)
            rows[at] = rows[at - 1];
        rows[at] = row;
        count++;
    }
    return count;
}

static void keep(struct fwd_cost_region *regions, size_t room, size_t *count,
    const struct fwd_cost_region *region)
{
    size_t at = *count;

    while (at > 0 && regions[at - 1].cost < region->cost)
        at--;
    if (at == room || region->size == 0)
        return;
    if (*count < room)
        ++*count;
    memmove(regions + at + 1, regions + at, (*count - at - 1) * sizeof *regions);
    regions[at] = *region;
}

size_t fwd_cost_regions(const struct fwd_refdelta_encode_job *job, const uint64_t *places,
    struct fwd_cost_region *regions, size_t room)
{
    size_t count = 0, i = 0;
    struct fwd_cost_region region = {0};

    for (; i < job->runs.count; i++) {
        const struct fwd_run *run = &job->runs.list[i];
        region.size = run->to - region.at;
        region.cost = places[2 * i];
        keep(regions, room, &count, &region);
        const struct fwd_cost_region copy = {.at = run->to,
            .size = run->size,
            .copied = true,
            .changed =
                memcmp(job->pair.target + run->to, job->pair.source + run->from, run->size) != 0,
            .from = run->from,
            .cost = places[2 * i + 1]};
        keep(regions, room, &count, &copy);
        region.at = run->to + run->size;
    }
    region.size = job->pair.target_size - region.at;
    region.cost = places[2 * i];
    keep(regions, room, &count, &region);
    return count;
}

uint64_t fwd_cost_tenths(uint64_t cost)
{
    const uint64_t byte = 8 * 65536;

    return (cost * 10 + byte / 2) / byte;
}
