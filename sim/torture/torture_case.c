/* Cases: their ids, and which of them are tried. */
#include "sim/torture/torture_internal.h"

#include <stdlib.h>
#include <string.h>

/* Operations that one process takes in a row: neighbours share states. */
#define RUN_OF_OPERATIONS 16u

unsigned fwd_torture_seeds(enum fwd_nor_tear tear)
{
    switch (tear) {
    case FWD_NOR_BITS:
    case FWD_NOR_REORDER:
    case FWD_NOR_GARBAGE:
    case FWD_NOR_SCATTER:
        return 2;
    case FWD_NOR_UNSTABLE:
        return 4; /* its four ways of reading */
    default:
        return 1;
    }
}

/* ---- ids ------------------------------------------------------------------------------------- */

void fwd_torture_case_print(const struct fwd_torture_power_cycle *cycle,
    const struct fwd_torture_case *more, char text[FWD_TORTURE_ID])
{
    size_t at = 0;

    text[0] = '\0';
    for (unsigned depth = 1; depth <= cycle->depth; depth++) {
        char cut[FWD_NOR_CUT_TEXT];
        fwd_nor_cut_print(&cycle->torture->cycles[depth]->cut, cut);
        int size = snprintf(text + at, FWD_TORTURE_ID - at, "%s%s", depth > 1 ? "+" : "", cut);
        at += size > 0 ? (size_t)size : 0;
    }
    if (more != NULL && more->times > 0)
        snprintf(text + at, FWD_TORTURE_ID - at, "+every=%u,times=%u", (unsigned)more->every,
            (unsigned)more->times);
    if (more != NULL && more->fault_at > 0)
        snprintf(text + at, FWD_TORTURE_ID - at, "+fault=%s,at=%u",
            fwd_torture_fault_name(more->fault), (unsigned)more->fault_at);
}

static bool take_number(const char **text, const char *word, uint32_t *value)
{
    size_t size = strlen(word);
    char *end = NULL;

    if (strncmp(*text, word, size) != 0 || (*text)[size] < '0' || (*text)[size] > '9')
        return false;
    unsigned long number = strtoul(*text + size, &end, 10);
    *text = end;
    *value = (uint32_t)number;
    return number > 0 && number <= 1000000;
}

static bool parse_storm(const char *text, struct fwd_torture_case *out)
{
    return take_number(&text, "every=", &out->every) &&
           take_number(&text, ",times=", &out->times) && *text == '\0';
}

static bool parse_fault(const char *text, struct fwd_torture_case *out)
{
    if (strncmp(text, "fault=", 6) != 0)
        return false;
    text += 6;
    for (int i = 0; i < FWD_TORTURE_FAULTS; i++) {
        const char *name = fwd_torture_fault_name((enum fwd_torture_fault)i);
        size_t size = strlen(name);
        const char *at = text + size;
        if (strncmp(text, name, size) != 0 || *at != ',')
            continue;
        out->fault = (enum fwd_torture_fault)i;
        return take_number(&at, ",at=", &out->fault_at) && *at == '\0';
    }
    return false;
}

bool fwd_torture_case_parse(const char *text, struct fwd_torture_case *out)
{
    char first[FWD_NOR_CUT_TEXT];
    const char *plus = strchr(text, '+');
    size_t size = plus != NULL ? (size_t)(plus - text) : strlen(text);

    *out = (struct fwd_torture_case){.cut_count = 1};
    if (size >= sizeof first)
        return false;
    memcpy(first, text, size);
    first[size] = '\0';
    if (!fwd_nor_cut_parse(first, &out->cuts[0]))
        return false;
    if (plus == NULL)
        return true;
    if (parse_storm(plus + 1, out))
        return true;
    out->every = out->times = 0;
    if (parse_fault(plus + 1, out))
        return true;
    out->fault_at = 0;
    out->cut_count = 2;
    return fwd_nor_cut_parse(plus + 1, &out->cuts[1]);
}

/* ---- selection ------------------------------------------------------------------------------- */

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

static bool in_replay(const struct fwd_torture *torture, unsigned depth)
{
    const struct fwd_torture_case *replay = &torture->replay;

    return depth < replay->cut_count;
}

bool fwd_torture_case_mine(const struct fwd_torture_power_cycle *cycle, uint64_t operation)
{
    const struct fwd_torture *torture = cycle->torture;

    if (torture->options->replay != NULL)
        return in_replay(torture, cycle->depth) &&
               operation == torture->replay.cuts[cycle->depth].operation;
    if (cycle->depth > 0)
        return true;
    return (operation - 1) / RUN_OF_OPERATIONS % torture->workers == torture->worker;
}

/* One second cut in so many, spread evenly and always the same ones. */
static bool sampled(const struct fwd_torture_power_cycle *cycle, const struct fwd_nor_cut *cut)
{
    const struct fwd_nor_cut *first = &cycle->cut;
    uint64_t parts[7] = {first->operation, (uint64_t)first->tear, first->seed, first->bytes,
        cut->operation, (uint64_t)cut->tear * 16 + cut->seed, cut->bytes};
    struct fwd_nor_hash mixed = {5, 6};

    if (cycle->torture->second_every <= 1)
        return true;
    mixed = fwd_torture_memo_stir(mixed, parts, sizeof parts);
    return (mixed.a >> 20) % cycle->torture->second_every == 0;
}

bool fwd_torture_case_wanted(
    const struct fwd_torture_power_cycle *cycle, const struct fwd_nor_cut *cut)
{
    const struct fwd_torture *torture = cycle->torture;

    if (torture->options->replay != NULL)
        return torture->replay.times == 0 && torture->replay.fault_at == 0 &&
               same(cut, &torture->replay.cuts[cycle->depth]);
    if (cycle->depth > 0)
        return sampled(cycle, cut);
    if (torture->options->cuts == FWD_TORTURE_RANDOM)
        return bsearch(cut, torture->random, torture->random_count, sizeof *cut, compare) != NULL;
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

bool fwd_torture_case_draw(struct fwd_torture *torture, uint64_t operations)
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
