#include "sim/torture/torture_memo.h"

#include <stdlib.h>
#include <string.h>

#define FIRST_ROOM 4096u

static bool empty(const struct fwd_torture_known *slot)
{
    return slot->state.a == 0 && slot->state.b == 0;
}

/* The slot of the state, or the empty one where it belongs. */
static struct fwd_torture_known *place(
    struct fwd_torture_known *slots, size_t room, struct fwd_nor_hash state)
{
    size_t at = (size_t)state.a & (room - 1);

    while (!empty(&slots[at]) && !fwd_nor_hash_equal(slots[at].state, state))
        at = (at + 1) & (room - 1);
    return &slots[at];
}

const struct fwd_torture_known *fwd_torture_memo_find(
    const struct fwd_torture_memo *memo, struct fwd_nor_hash state)
{
    if (memo->room == 0)
        return NULL;
    const struct fwd_torture_known *slot = place(memo->slots, memo->room, state);
    return empty(slot) ? NULL : slot;
}

static bool grow(struct fwd_torture_memo *memo)
{
    size_t room = memo->room > 0 ? 2 * memo->room : FIRST_ROOM;
    struct fwd_torture_known *slots = calloc(room, sizeof *slots);

    if (slots == NULL)
        return false;
    for (size_t i = 0; i < memo->room; i++) {
        if (!empty(&memo->slots[i]))
            *place(slots, room, memo->slots[i].state) = memo->slots[i];
    }
    free(memo->slots);
    memo->slots = slots;
    memo->room = room;
    return true;
}

void fwd_torture_memo_add(
    struct fwd_torture_memo *memo, struct fwd_nor_hash state, struct fwd_torture_cost cost)
{
    if (4 * memo->count >= 3 * memo->room && !grow(memo))
        return;
    struct fwd_torture_known *slot = place(memo->slots, memo->room, state);
    if (!empty(slot))
        return;
    *slot = (struct fwd_torture_known){state, cost};
    memo->count++;
}

void fwd_torture_memo_free(struct fwd_torture_memo *memo)
{
    free(memo->slots);
    *memo = (struct fwd_torture_memo){0};
}

static uint64_t stir(uint64_t hash, uint64_t value)
{
    hash = (hash ^ value) * 0x9E3779B97F4A7C15u;
    return hash ^ (hash >> 29);
}

struct fwd_nor_hash fwd_torture_memo_stir(struct fwd_nor_hash state, const void *bytes, size_t size)
{
    const uint8_t *at = bytes;

    for (; size > 0; at += sizeof(uint64_t)) {
        uint64_t word = 0;
        size_t piece = size < sizeof word ? size : sizeof word;
        memcpy(&word, at, piece);
        state.a = stir(state.a, word);
        state.b = stir(state.b ^ 0xC4CEB9FE1A85EC53u, word);
        size -= piece;
    }
    return state;
}
