/* Words that are addresses of functions lie at fixed distances from the functions: the distance
 * that most pairs have is the base. */
#include "gen/isa/isa_host.h"
#include "gen/locate/base_votes.h"
#include "gen/locate/locate.h"
#include "gen/locate/pool_words.h"

#include <stdlib.h>
#include <string.h>

#define STARTS_MAX   2048u
#define WORDS_MAX    512u
#define PAGED_MAX    65536u /* of each, where bases are multiples of a page */
#define PAGED_LEAST  64u    /* so few of them are no addresses */
#define STRING_LEAST 6u
#define PAGE_MASK    0xFFFu
#define VOTES_MIN    6u
#define VOTES_MADE   24u     /* the same of addresses in instructions: any number may stand there */
#define LOW_WORD     0x1000u /* smaller ones are numbers rather than addresses */
#define LOW_WORDS    64u     /* of one image, and one in so many bytes: it may be at address 0 */
#define LOW_SHARE    1024u

static void add_value(struct fwd_base_values *v, uint32_t value)
{
    if (v->count < v->room)
        v->list[v->count++] = value;
}

static int compare(const void *a, const void *b)
{
    uint32_t x, y;

    memcpy(&x, a, sizeof x);
    memcpy(&y, b, sizeof y);
    return x < y ? -1 : x > y;
}

/* Sorts, leaves each value once, and of too many keeps an even sample. */
static void tidy(struct fwd_base_values *v, size_t most)
{
    size_t unchanged = 0;

    qsort(v->list, v->count, sizeof *v->list, compare);
    for (size_t i = 0; i < v->count; i++)
        if (unchanged == 0 || v->list[unchanged - 1] != v->list[i])
            v->list[unchanged++] = v->list[i];
    v->count = unchanged;
    if (unchanged <= most)
        return;
    for (size_t i = 0; i < most; i++)
        v->list[i] = v->list[i * unchanged / most];
    v->count = most;
}

/* Low bits of a base that are 0: images start at least there. */
static uint32_t grain_of(const struct fwd_isa *isa)
{
    const struct fwd_isa_host *host = fwd_isa_host_find(isa->id);

    return isa->wide || (host != NULL && host->address != NULL) ? PAGE_MASK : 3;
}

static bool is_address(const struct fwd_isa_host *host, uint32_t word)
{
    return word >= 0x100 && word != UINT32_MAX && host->pointer != NULL && host->pointer(word);
}

static bool is_text(uint8_t byte)
{
    return byte >= 0x20 && byte < 0x7F;
}

/* Strings begin behind a 0. */
static void collect_strings(const uint8_t *bytes, uint32_t size, struct fwd_base_values *starts)
{
    for (uint32_t at = 1; size - at >= STRING_LEAST; at++) {
        uint32_t count = 0;
        while (bytes[at - 1] == 0 && count < STRING_LEAST && is_text(bytes[at + count]))
            count++;
        if (count == STRING_LEAST)
            add_value(starts, at);
    }
}

static void collect_starts(const struct fwd_isa_host *host, const uint8_t *bytes, uint32_t size,
    struct fwd_base_values *starts)
{
    uint32_t target;

    for (uint32_t at = 0; size - at >= 4; at += host->isa->unit) {
        if (host->begins != NULL && host->begins(bytes + at, at))
            add_value(starts, at);
        if (host->call != NULL && host->call(bytes + at, at, &target) && target < size)
            add_value(starts, target);
    }
    if (host->strings && size > STRING_LEAST)
        collect_strings(bytes, size, starts);
    tidy(starts, grain_of(host->isa) == PAGE_MASK ? PAGED_MAX : STARTS_MAX);
}

/* Vector tables at the start of an image count like words that code loads. */
static void collect_words(const struct fwd_isa_host *host, const uint8_t *bytes, uint32_t size,
    const uint8_t *pool, struct fwd_base_values *words)
{
    for (uint32_t at = 0; size - at >= 4; at += 4) {
        uint32_t word = fwd_word_at(bytes + at);
        if ((fwd_pool_word(pool, at) || at < 1024) && is_address(host, word))
            add_value(words, word & ~1u);
    }
    tidy(words, WORDS_MAX);
}

static void collect_long_words(
    const uint8_t *bytes, uint32_t size, uint32_t high, struct fwd_base_values *words)
{
    for (uint32_t at = 0; size - at >= 8; at += 8)
        if (fwd_word_at(bytes + at + 4) == high && fwd_word_at(bytes + at) >= LOW_WORD)
            add_value(words, fwd_word_at(bytes + at));
    tidy(words, PAGED_MAX);
}

/* Addresses in instructions. Those of 64-bit code are extended by their sign. */
static void collect_made_words(const struct fwd_isa_host *host, const uint8_t *bytes, uint32_t size,
    struct fwd_base_lists *lists)
{
    uint32_t negative = 0;

    for (uint32_t at = 0; at < size; at += host->length(bytes + at, size - at)) {
        uint32_t left = size - at, word = host->address(bytes + at, left);
        if (!is_address(host, word))
            continue;
        add_value(&lists->words, word);
        negative += word >> 31;
    }
    if (host->isa->wide && negative > lists->words.count / 2)
        lists->high = UINT32_MAX;
    tidy(&lists->words, PAGED_MAX);
}

/* Words of 8 bytes that may be addresses of an image at address 0. */
static uint32_t count_low_words(const uint8_t *bytes, uint32_t size)
{
    uint32_t count = 0;

    for (uint32_t at = 0; size - at >= 8; at += 8) {
        uint32_t word = fwd_word_at(bytes + at);
        count += fwd_word_at(bytes + at + 4) == 0 && word >= LOW_WORD && word < size;
    }
    return count;
}

/* The most frequent upper half of 8-byte words, apart from 0 and -1: Boyer and Moore's majority
 * among kernel addresses is enough, for they share it. */
static uint32_t upper_half(const uint8_t *bytes, uint32_t size)
{
    uint32_t best = 0, count = 0;

    for (uint32_t at = 0; size - at >= 8; at += 8) {
        uint32_t high = fwd_word_at(bytes + at + 4);
        if (high >> 16 != 0xFFFF || high == UINT32_MAX)
            continue;
        if (count == 0)
            best = high;
        count += high == best ? 1 : (uint32_t)-1;
    }
    return best;
}

static bool collect(const struct fwd_isa_host *host, const uint8_t *bytes, uint32_t size,
    struct fwd_base_lists *lists)
{
    uint8_t *pool = fwd_pool_words(host->isa, bytes, size);

    if (pool == NULL)
        return false;
    collect_starts(host, bytes, size, &lists->starts);
    if (host->address != NULL) {
        collect_made_words(host, bytes, size, lists);
    } else if (host->isa->wide) {
        lists->high = upper_half(bytes, size);
        collect_long_words(bytes, size, lists->high, &lists->words);
        if (lists->words.count < PAGED_LEAST) {
            lists->high = 0;
            lists->words.count = 0;
            collect_long_words(bytes, size, 0, &lists->words);
        }
    } else {
        collect_words(host, bytes, size, pool, &lists->words);
    }
    free(pool);
    return true;
}

static bool list(const struct fwd_isa_host *host, const uint8_t *bytes, uint32_t size,
    struct fwd_base_lists *lists)
{
    *lists = (struct fwd_base_lists){.size = size,
        .starts.room = 2 * (size_t)size,
        .words.room = size / (host->address != NULL ? 1 : 4) + 1};
    lists->starts.list = malloc(lists->starts.room * sizeof(uint32_t));
    lists->words.list = malloc(lists->words.room * sizeof(uint32_t));
    return lists->starts.list != NULL && lists->words.list != NULL &&
           collect(host, bytes, size, lists);
}

/* The votes of the source; and of the target, unless the same base explains as much of it: that
 * saves half of the time. */
static bool vote(
    const struct fwd_isa *isa, const struct fwd_base_lists lists[2], struct fwd_base_vote votes[2])
{
    uint32_t grain = grain_of(isa);

    votes[1] = (struct fwd_base_vote){0, 0};
    if (!fwd_base_votes_count(&lists[0], grain, &votes[0]))
        return false;
    if (grain != PAGE_MASK && votes[0].count >= VOTES_MIN) {
        votes[1].base = votes[0].base;
        votes[1].count = fwd_base_votes_for(&lists[1], votes[0].base);
    }
    return votes[1].count * 4 >= votes[0].count * 3 && votes[1].count > 0
               ? true
               : fwd_base_votes_count(&lists[1], grain, &votes[1]);
}

static uint64_t settle(const struct fwd_isa_host *host, const struct fwd_base_lists *lists,
    const struct fwd_base_vote *vote)
{
    return vote->count < (host->address != NULL || host->isa->wide ? VOTES_MADE : VOTES_MIN)
               ? FWD_BASE_NONE
               : (uint64_t)lists->high << 32 | vote->base;
}

/* Images of one product mostly lie at one address: one base for both is taken unless it explains
 * clearly less than two. */
static void agree(const struct fwd_base_lists lists[2], struct fwd_base_vote votes[2])
{
    uint32_t both = votes[0].count + votes[1].count;

    for (unsigned i = 0; i < 2; i++) {
        const struct fwd_base_vote alike[2] = {
            {votes[i].base, fwd_base_votes_for(&lists[0], votes[i].base)},
            {votes[i].base, fwd_base_votes_for(&lists[1], votes[i].base)}};
        if ((alike[0].count + alike[1].count) * 4 < both * 3)
            continue;
        votes[0] = alike[0];
        votes[1] = alike[1];
        return;
    }
}

/* Code that runs anywhere, with a table of what its loader has to move; and that of AVR. */
static bool at_zero(const struct fwd_isa *isa, const uint8_t *bytes, uint32_t size)
{
    uint32_t count = isa->wide ? count_low_words(bytes, size) : 0;

    if (isa->id == FWD_ISA_AVR)
        return true;
    return count >= LOW_WORDS && count >= size / LOW_SHARE;
}

bool fwd_locate_bases(const struct fwd_isa *isa, const struct fwd_pair *pair, uint64_t bases[2])
{
    struct fwd_base_lists lists[2] = {0};
    struct fwd_base_vote votes[2];
    const struct fwd_isa_host *host = fwd_isa_host_find(isa->id);

    bases[0] = bases[1] = FWD_BASE_NONE;
    if (isa->find == NULL || pair->source_size < 8 || pair->target_size < 8)
        return true;
    bool zero = at_zero(isa, pair->source, pair->source_size) &&
                at_zero(isa, pair->target, pair->target_size);
    if (zero &&
        (host->address != NULL || isa->id == FWD_ISA_AVR)) { /* numbers in instructions say less */
        bases[0] = bases[1] = 0;
        return true;
    }
    bool ok = list(host, pair->source, pair->source_size, &lists[0]) &&
              list(host, pair->target, pair->target_size, &lists[1]) && vote(isa, lists, votes);
    if (ok) {
        agree(lists, votes);
        bases[0] = settle(host, &lists[0], &votes[0]);
        bases[1] = settle(host, &lists[1], &votes[1]);
        for (unsigned i = 0; i < 2 && host->place != NULL; i++)
            if (!(bases[i] & 1))
                bases[i] = host->place(pair->source, pair->source_size, (uint32_t)bases[i]);
        if ((bases[0] | bases[1]) & 1)
            bases[0] = bases[1] = zero ? 0 : FWD_BASE_NONE;
    }
    for (unsigned i = 0; i < 2; i++) {
        free(lists[i].starts.list);
        free(lists[i].words.list);
    }
    return ok;
}
