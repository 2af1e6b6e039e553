#include "cli/inspect/cost_advice.h"

#include "cli/common/print.h"
#include "gen/package/build_stamp.h"

#include <inttypes.h>
#include <stdarg.h>
#include <stdio.h>
#include <string.h>

#define PERCENT 24

/* Costs, hits and misses of several kinds together. */
struct share {
    uint64_t cost;
    uint64_t hits, mispredicts;
    char percent[PERCENT];
};

struct advisor {
    struct fwd_delta_report *report;
    uint64_t total;
    uint64_t weights[FWD_COSTS_ADVICE_MAX];
};

#define BIT(type) (1u << (FWD_COST_REF + (type)))

#define POINTERS (BIT(FWD_REF_POINTER) | BIT(FWD_REF_RELATIVE) | BIT(FWD_REF_OFFSET))
#define INSIDE   (BIT(FWD_REF_NEAR) | BIT(FWD_REF_COND) | BIT(FWD_REF_TEST))

/* A32 has no addresses in two parts: what stands for them are its branches and loads. */
static bool has_a32(const struct advisor *a)
{
    uint8_t isa = a->report->dissection.params.isa;
    return isa == FWD_ISA_A32 || isa == FWD_ISA_ARM;
}

static uint32_t calls_of(const struct advisor *a)
{
    uint32_t kinds = BIT(FWD_REF_CALL) | BIT(FWD_REF_JUMP) | BIT(FWD_REF_FAR);
    return kinds | (has_a32(a) ? BIT(FWD_REF_A32_B) : 0);
}

static uint32_t addresses_of(const struct advisor *a)
{
    return POINTERS | (has_a32(a) ? 0 : BIT(FWD_REF_HIGH) | BIT(FWD_REF_LOW));
}

static uint32_t pools_of(const struct advisor *a)
{
    uint32_t kinds = BIT(FWD_REF_LOAD) | BIT(FWD_REF_LOAD_FAR) | BIT(FWD_REF_ADR);
    return kinds | (has_a32(a) ? BIT(FWD_REF_A32_LDR) : 0);
}

_Static_assert(FWD_COST_KINDS <= 32, "kinds are bits of a word");

static struct share share_of(const struct advisor *a, uint32_t kinds)
{
    struct share share = {0};
    for (size_t i = 0; i < a->report->row_count; i++) {
        const struct fwd_cost_row *row = &a->report->rows[i];
        if (!(kinds >> row->kind & 1u))
            continue;
        share.cost += row->cost;
        share.hits += row->hits;
        share.mispredicts += row->mispredicts;
    }
    fwd_print_percent(share.cost, a->total, share.percent);
    return share;
}

/* Is it at least so many percent of the delta? */
static bool at_least(const struct advisor *a, uint64_t cost, uint64_t percent)
{
    return cost * 100 >= a->total * percent && cost > 0;
}

/* The heaviest are kept, the heaviest first. */
__attribute__((format(printf, 3, 4))) static void say(
    struct advisor *a, uint64_t weight, const char *format, ...)
{
    struct fwd_delta_report *r = a->report;
    va_list arguments;
    size_t at = r->advice_count;
    if (at == FWD_COSTS_ADVICE_MAX && weight <= a->weights[at - 1])
        return;
    if (at < FWD_COSTS_ADVICE_MAX)
        r->advice_count++;
    else
        at--;
    for (; at > 0 && a->weights[at - 1] < weight; at--) {
        memcpy(r->advice[at], r->advice[at - 1], sizeof r->advice[at]);
        a->weights[at] = a->weights[at - 1];
    }
    a->weights[at] = weight;
    va_start(arguments, format);
    vsnprintf(r->advice[at], sizeof r->advice[at], format, arguments);
    va_end(arguments);
}

/* What gen should know. */
static void advise_on_location(struct advisor *a)
{
    const struct fwd_refdelta_dissection *d = &a->report->dissection;
    if (d->params.isa == FWD_ISA_NONE)
        say(a, a->total,
            "No instruction set is followed, so everything that moved code changed is paid for: if "
            "the images are code, name its set with gen --isa or --elf; if they are compressed or "
            "encrypted, make the delta from the plain images.");
    else if (!d->frames.from.known || !d->frames.to.known)
        say(a, a->total,
            "The address of the images is not known, so pointers are not followed: give it with "
            "gen --base or --elf.");
}

static void advise_on_map(struct advisor *a)
{
    const struct fwd_refdelta_dissection *d = &a->report->dissection;
    struct share refs = share_of(a, calls_of(a) | addresses_of(a));
    uint32_t missing = d->copies - d->mapped;
    if ((uint64_t)missing * 20 > d->copies && at_least(a, refs.cost, 10))
        say(a, refs.cost,
            "%" PRIu32 " of %" PRIu32 " copies are not in the map of moved code because the "
            "decoder's memory of %" PRIu32 " bytes is full: if the devices have more, give gen a "
            "larger --ram.",
            missing, d->copies, d->arena);
}

static void advise_on_layout(struct advisor *a)
{
    struct share data = share_of(a, BIT(FWD_REF_DATA));
    struct share calls = share_of(a, calls_of(a)), addresses = share_of(a, addresses_of(a));
    struct share runs = share_of(a, 1u << FWD_COST_RUNS);
    if (at_least(a, data.cost, 8) && data.mispredicts * 20 >= data.hits)
        say(a, data.cost,
            "The layout of RAM changed: %" PRIu64 " addresses of variables moved otherwise than "
            "their neighbours (%s of the delta). Keep the order of variables: add new ones at the "
            "end, or place them in sections that the linker script fixes.",
            data.mispredicts, data.percent);
    if (at_least(a, calls.cost, 12) && calls.mispredicts * 50 >= calls.hits)
        say(a, calls.cost,
            "%" PRIu64 " calls and jumps go elsewhere than the functions around them (%s of the "
            "delta). Keep the order of object files and functions: link in a fixed order, without "
            "sorting sections by size or name.",
            calls.mispredicts, calls.percent);
    if (at_least(a, addresses.cost, 12) && addresses.mispredicts * 50 >= addresses.hits)
        say(a, addresses.cost,
            "%" PRIu64 " addresses of functions and constants moved irregularly (%s of the "
            "delta). Keep the order of tables and strings; -fno-merge-constants keeps strings with "
            "their object files.",
            addresses.mispredicts, addresses.percent);
    if (at_least(a, runs.cost, 25))
        say(a, runs.cost,
            "To say what was moved where takes %s of the delta, for %" PRIu32 " copies: code was "
            "reordered or changed in many small places. Link object files in a fixed order.",
            runs.percent, a->report->dissection.copies);
}

static void advise_on_code(struct advisor *a)
{
    struct share literals = share_of(a, 1u << FWD_COST_LITERAL);
    struct share pools = share_of(a, pools_of(a));
    struct share units =
        share_of(a, 1u << FWD_COST_UNIT_FLAG | 1u << FWD_COST_UNIT_MISPREDICT | INSIDE);
    if (at_least(a, literals.cost, 25))
        say(a, literals.cost,
            "%" PRIu32 " bytes of the new image are new (%s of the delta): code or data that was "
            "added or rewritten. Look at the largest regions: tables that a tool writes anew at "
            "each build, or compressed data, can often be kept as they were.",
            a->report->dissection.literal, literals.percent);
    if (at_least(a, units.cost, 25))
        say(a, units.cost,
            "Code that was copied differs in detail (%s of the delta): other registers, constants "
            "or offsets in structures. Use the same compiler and options for both releases, and "
            "add fields at the end of structures.",
            units.percent);
    if (at_least(a, pools.cost, 12))
        say(a, pools.cost,
            "Loads of constants near the code take %s of the delta: functions grew or shrank. "
            "-ffunction-sections keeps a change within its function.",
            pools.percent);
}

static void advise_on_stamps(struct advisor *a, const struct fwd_pair *pair)
{
    struct fwd_stamp stamp = fwd_stamp_find(pair);
    if (stamp.kind == FWD_STAMP_NONE)
        return;
    say(a, (uint64_t)stamp.size * 8 * 65536,
        "The new image has %s at offset 0x%" PRIX32 " that the old one does not have: %s, and two "
        "builds of the same code are the same bytes.",
        stamp.kind == FWD_STAMP_TIME ? "a time of day" : "a build id", stamp.at,
        stamp.kind == FWD_STAMP_TIME ? "set SOURCE_DATE_EPOCH or do not use __TIME__"
                                     : "leave it out with the linker's --build-id=none");
}

static void advise_on_opaque(struct advisor *a)
{
    const struct fwd_opaque_parts *opaque = &a->report->opaque;
    uint64_t cost = (uint64_t)opaque->fresh * 8 * 65536;
    char text[FWD_OPAQUE_ADVICE_SIZE];
    if (!at_least(a, cost, 5))
        return;
    fwd_opaque_out_advice(opaque, text);
    say(a, cost, "%s", text);
}

void fwd_cost_advice(const struct fwd_pair *pair, struct fwd_delta_report *report)
{
    struct advisor a = {.report = report, .total = report->total};
    report->advice_count = 0;
    advise_on_location(&a);
    advise_on_map(&a);
    advise_on_layout(&a);
    advise_on_code(&a);
    advise_on_stamps(&a, pair);
    advise_on_opaque(&a);
    if (report->advice_count == 0)
        say(&a, 0, "Nothing stands out: no single habit would make this delta much smaller.");
}
