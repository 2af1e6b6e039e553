/* Which cases are tried. */
#include "sim/torture/torture_internal.h"

#include <stdlib.h>

/* Operations that one process takes in a row: neighbours share states. */
#define RUN_OF_OPERATIONS 16u

static int compare(const void *a, const void *b)
{
    const struct fwd_nor_cut *x = a, *y = b;

    if (x->operation != y->operation)
        return x->operation < y->operation ? -1 : 1;
    if (x->tear != y->tear)
        return x->tear < y->tear ? -1 : 1;
    return x->seed < y->seed ? -1 : x->seed > y->seed;
}

static bool same(const struct fwd_nor_cut *a, const struct fwd_nor_cut *b)
{
    return compare(a, b) == 0 && (a->tear != FWD_NOR_PREFIX || a->bytes == b->bytes);
}

static bool same_point(const struct fwd_torture_point *a, const struct fwd_torture_point *b)
{
    if (a->counter > 0 || b->counter > 0)
        return a->counter == b->counter && a->after == b->after;
    return same(&a->cut, &b->cut);
}

bool fwd_torture_sample_mine(const struct fwd_torture_power_cycle *cycle, uint64_t operation)
{
    const struct fwd_torture *torture = cycle->torture;
    const struct fwd_torture_case *replay = &torture->replay;

    if (torture->options->replay != NULL)
        return cycle->depth < replay->point_count && replay->points[cycle->depth].counter == 0 &&
               operation == replay->points[cycle->depth].cut.operation;
    if (torture->variant.kind != FWD_TORTURE_PLAIN)
        return fwd_torture_variant_samples(cycle, operation);
    if (cycle->depth > 0)
        return true;
    return (operation - 1) / RUN_OF_OPERATIONS % torture->shares == torture->share;
}

/* One second cut in so many, spread evenly and always the same ones. */
static bool sampled(const struct fwd_torture_power_cycle *cycle, const struct fwd_nor_cut *cut)
{
    const struct fwd_nor_cut *first = &cycle->point.cut;
    uint64_t parts[7] = {first->operation, (uint64_t)first->tear, first->seed, first->bytes,
        cut->operation, (uint64_t)cut->tear * 16 + cut->seed, cut->bytes};
    struct fwd_nor_hash mixed = {5, 6};

    if (cycle->torture->second_every <= 1)
        return true;
    mixed = fwd_torture_memo_stir(mixed, parts, sizeof parts);
    return (mixed.a >> 20) % cycle->torture->second_every == 0;
}

bool fwd_torture_sample_wanted(
    const struct fwd_torture_power_cycle *cycle, const struct fwd_torture_point *point)
{
    const struct fwd_torture *torture = cycle->torture;
    const struct fwd_torture_case *replay = &torture->replay;

    if (torture->options->replay != NULL)
        return replay->times == 0 && replay->fault_at == 0 && cycle->depth < replay->point_count &&
               same_point(point, &replay->points[cycle->depth]);
    if (torture->variant.kind != FWD_TORTURE_PLAIN)
        return true;
    if (cycle->depth > 0)
        return point->counter > 0 || sampled(cycle, &point->cut);
    if (point->counter > 0)
        return point->counter % torture->shares == torture->share;
    if (torture->options->cuts == FWD_TORTURE_RANDOM)
        return bsearch(&point->cut, torture->random, torture->random_count, sizeof point->cut,
                   compare) != NULL;
    return true;
}

static uint64_t draw_number(struct fwd_nor_hash *state, uint64_t below)
{
    *state = fwd_torture_memo_stir(*state, &below, sizeof below);
    return (state->a >> 16) % below;
}

static struct fwd_nor_cut draw(struct fwd_nor_hash *state, uint32_t tears, uint64_t operations)
{
    struct fwd_nor_cut cut = {.operation = draw_number(state, operations) + 1};

    do
        cut.tear = (enum fwd_nor_tear)draw_number(state, FWD_NOR_TEARS);
    while ((tears >> cut.tear & 1) == 0);
    cut.seed = (uint32_t)draw_number(state, fwd_torture_seeds(cut.tear));
    return cut;
}

static size_t sort_out(struct fwd_nor_cut *cuts, size_t count)
{
    size_t kept = 0;

    qsort(cuts, count, sizeof *cuts, compare);
    for (size_t i = 0; i < count; i++) {
        if (kept == 0 || compare(&cuts[i], &cuts[kept - 1]) != 0)
            cuts[kept++] = cuts[i];
    }
    return kept;
}

bool fwd_torture_sample_draw(struct fwd_torture *torture, uint64_t operations)
{
    uint32_t tears = torture->options->tears & ~(1u << FWD_NOR_PREFIX);
    size_t wanted = torture->options->random;
    struct fwd_nor_hash state = {7, 8};

    torture->random = calloc(wanted + 1, sizeof *torture->random);
    if (torture->random == NULL)
        return false;
    for (int round = 0; round < 40 && torture->random_count < wanted; round++) {
        while (tears != 0 && torture->random_count < wanted)
            torture->random[torture->random_count++] = draw(&state, tears, operations);
        torture->random_count = sort_out(torture->random, torture->random_count);
    }
    return true;
}
