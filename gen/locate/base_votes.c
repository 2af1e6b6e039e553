#include "gen/locate/base_votes.h"

#include <stdlib.h>
#include <string.h>

#define PAGE_MASK  0xFFFu
#define WORD_MASK  3u
#define CHANCE     6u  /* starts and words have low bits in common: chance is so much greater */
#define VOTES_BITS 22u /* fewer, and bases that share a count by chance win on real images */

static int compare(const void *a, const void *b)
{
    uint32_t x, y;

    memcpy(&x, a, sizeof x);
    memcpy(&y, b, sizeof y);
    return x < y ? -1 : x > y;
}

static uint32_t slot_of(uint32_t base)
{
    return base * 0x9E3779B1u >> (32 - VOTES_BITS);
}

/* Round addresses are more likely: each low bit that is 0 counts an eighth of the votes. */
static uint32_t weight_of(uint32_t base, uint32_t votes)
{
    uint32_t zeros = 0;

    while (zeros < 12 && !(base >> zeros & 1u))
        zeros++;
    return votes * (8 + zeros);
}

uint32_t fwd_base_votes_for(const struct fwd_base_lists *lists, uint32_t base)
{
    uint32_t votes = 0;

    for (size_t i = 0; i < lists->words.count; i++) {
        uint32_t start = lists->words.list[i] - base;
        votes +=
            bsearch(&start, lists->starts.list, lists->starts.count, sizeof start, compare) != NULL;
    }
    return votes;
}

/* Counts in a table by hash, so that different bases may share a count: the winner is counted
 * again. */
static uint16_t count_one(uint16_t *table, uint32_t base)
{
    uint16_t *count = &table[slot_of(base)];

    *count = (uint16_t)(*count + (*count < UINT16_MAX));
    return *count;
}

/* Those of ascending starts that lie as a word does in their unit of 4 bytes, in the same order. */
static size_t starts_like(const struct fwd_base_values *all, uint32_t word, uint32_t *starts)
{
    size_t count = 0;

    for (size_t j = 0; j < all->count; j++)
        if ((all->list[j] & WORD_MASK) == word)
            starts[count++] = all->list[j];
    return count;
}

/* Of bases that are multiples of 4: for each word only the starts that lie as it does meet it. */
static struct fwd_base_vote count_votes(
    const struct fwd_base_lists *lists, uint32_t *starts, uint16_t *table)
{
    const struct fwd_base_values *words = &lists->words;
    struct fwd_base_vote best = {0, 0};
    uint32_t most = 0, *group[WORD_MASK + 1];
    size_t counts[WORD_MASK + 1], used = 0;

    for (uint32_t k = 0; k <= WORD_MASK; k++) {
        group[k] = starts + used;
        counts[k] = starts_like(&lists->starts, k, group[k]);
        used += counts[k];
    }
    for (size_t i = 0; i < words->count; i++) {
        uint32_t word = words->list[i], k = word & WORD_MASK;
        for (size_t j = 0; j < counts[k] && group[k][j] <= word; j++) {
            uint32_t base = word - group[k][j];
            uint32_t weight = weight_of(base, count_one(table, base));
            if (weight > most) {
                most = weight;
                best.base = base;
            }
        }
    }
    best.count = fwd_base_votes_for(lists, best.base);
    return best;
}

static int compare_in_page(const void *a, const void *b)
{
    uint32_t x, y;

    memcpy(&x, a, sizeof x);
    memcpy(&y, b, sizeof y);
    return (int)(x & PAGE_MASK) - (int)(y & PAGE_MASK);
}

/* The first of ascending values that is not below one. */
static size_t place_of(const struct fwd_base_values *v, uint64_t value)
{
    size_t low = 0, high = v->count;

    while (low < high) {
        size_t middle = (low + high) / 2;
        if (v->list[middle] < value)
            low = middle + 1;
        else
            high = middle;
    }
    return low;
}

/* Votes beyond those that words inside the image have by chance; none where it would not fit. */
static uint32_t credit_of(const struct fwd_base_lists *lists, uint32_t base, uint32_t votes)
{
    uint64_t end = (uint64_t)base + lists->size;
    size_t inside = place_of(&lists->words, end) - place_of(&lists->words, base);
    uint64_t chance = (uint64_t)inside * lists->starts.count * CHANCE / lists->size;

    return end <= UINT32_MAX && votes > chance ? votes - (uint32_t)chance : 0;
}

/* The same for bases that are multiples of a page: only those at the same place in a page meet. */
static struct fwd_base_vote count_paged_votes(
    const struct fwd_base_lists *lists, uint32_t *starts, uint16_t *table)
{
    const struct fwd_base_values *words = &lists->words;
    uint32_t first[PAGE_MASK + 2] = {0}, most = 0;
    struct fwd_base_vote best = {0, 0};

    for (size_t j = 0; j < lists->starts.count; j++) {
        starts[j] = lists->starts.list[j];
        first[(starts[j] & PAGE_MASK) + 1]++;
    }
    for (uint32_t i = 0; i <= PAGE_MASK; i++)
        first[i + 1] += first[i];
    qsort(starts, lists->starts.count, sizeof *starts, compare_in_page);
    for (size_t i = 0; i < words->count; i++) {
        uint32_t place = words->list[i] & PAGE_MASK;
        for (uint32_t j = first[place]; j < first[place + 1]; j++) {
            uint32_t base = words->list[i] - starts[j];
            uint32_t votes = words->list[i] < starts[j] ? 0 : count_one(table, base);
            uint32_t weight =
                votes * 20 > most ? weight_of(base >> 12, credit_of(lists, base, votes)) : 0;
            if (weight > most) {
                most = weight;
                best.base = base;
            }
        }
    }
    best.count = credit_of(lists, best.base, fwd_base_votes_for(lists, best.base));
    return best;
}

bool fwd_base_votes_count(
    const struct fwd_base_lists *lists, uint32_t grain, struct fwd_base_vote *vote)
{
    bool paged = grain == PAGE_MASK;
    uint16_t *table = calloc(1u << VOTES_BITS, sizeof *table);
    uint32_t *starts = malloc((lists->starts.count + 1) * sizeof *starts);
    bool ok = table != NULL && starts != NULL;

    if (ok)
        *vote = paged ? count_paged_votes(lists, starts, table) : count_votes(lists, starts, table);
    free(starts);
    free(table);
    return ok;
}
