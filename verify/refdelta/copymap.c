#include "verify/refdelta/copymap.h"

struct fwd_copymap fwd_copymap_over(uint8_t *memory, uint32_t room)
{
    struct fwd_copymap map = {.room = room};

    map.starts = (uint32_t *)(void *)memory;
    map.shifts = (int32_t *)(void *)(memory + 4 * (size_t)room);
    map.sizes = (uint16_t *)(void *)(memory + 8 * (size_t)room);
    return map;
}

void fwd_copymap_add(struct fwd_copymap_draft *draft, const struct fwd_run *run)
{
    if (draft->count == draft->room) {
        draft->full = true;
        return;
    }
    draft->list[draft->count++] = (struct fwd_mapping){.start = (run->from + 1) / 2,
        .end = (run->from + run->size + 1) / 2,
        .shift = (int32_t)(run->to - run->from),
        .size = run->size};
}

/* Ascending starts; of equal ones the longer run first, then the one that comes first. */
static bool before(const struct fwd_mapping *a, const struct fwd_mapping *b)
{
    if (a->start != b->start)
        return a->start < b->start;
    if (a->size != b->size)
        return a->size > b->size;
    return a->shift < b->shift;
}

static void sift(struct fwd_mapping *list, uint32_t at, uint32_t count)
{
    struct fwd_mapping moved = list[at];

    for (uint32_t child; (child = 2 * at + 1) < count; at = child) {
        if (child + 1 < count && before(&list[child], &list[child + 1]))
            child++;
        if (!before(&moved, &list[child]))
            break;
        list[at] = list[child];
    }
    list[at] = moved;
}

static void sort(struct fwd_mapping *list, uint32_t count)
{
    for (uint32_t i = count / 2; i-- > 0;)
        sift(list, i, count);
    for (uint32_t last = count; last-- > 1;) {
        struct fwd_mapping most = list[0];
        list[0] = list[last];
        list[last] = most;
        sift(list, 0, last);
    }
}

/* Takes from *m, or from the end of the list, what both claim; returns how many are kept. */
static uint32_t divide(struct fwd_mapping *list, uint32_t unchanged, struct fwd_mapping *m)
{
    while (unchanged > 0 && m->start < list[unchanged - 1].end) {
        struct fwd_mapping *last = &list[unchanged - 1];
        if (m->size <= last->size) {
            m->start = last->end;
            break;
        }
        last->end = m->start;
        if (last->start < last->end)
            break;
        unchanged--;
    }
    return unchanged;
}

/* Makes the sorted list disjoint; returns how many are left. */
static uint32_t settle(struct fwd_mapping *list, uint32_t count)
{
    uint32_t unchanged = 0;

    for (uint32_t i = 0; i < count; i++) {
        struct fwd_mapping m = list[i];
        unchanged = divide(list, unchanged, &m);
        if (m.start < m.end)
            list[unchanged++] = m;
    }
    return unchanged;
}

static bool add(struct fwd_copymap *map, struct fwd_mapping m)
{
    while (m.start < m.end) {
        uint32_t size = m.end - m.start;
        if (size > FWD_COPYMAP_LONGEST)
            size = FWD_COPYMAP_LONGEST;
        if (map->count == map->room)
            return false;
        map->starts[map->count] = m.start;
        map->shifts[map->count] = m.shift;
        map->sizes[map->count++] = (uint16_t)size;
        m.start += size;
    }
    return true;
}

enum fwd_reason fwd_copymap_finish(struct fwd_copymap_draft *draft, struct fwd_copymap *map)
{
    map->count = 0;
    if (draft->full)
        return FWD_E_STREAM_INVALID;
    sort(draft->list, draft->count);
    uint32_t count = settle(draft->list, draft->count);
    for (uint32_t i = 0; i < count; i++)
        if (!add(map, draft->list[i]))
            return FWD_E_STREAM_INVALID;
    return FWD_OK;
}

/* How many intervals start at or below an offset in units of 2 bytes. */
static uint32_t starts_below(const struct fwd_copymap *map, uint32_t offset)
{
    uint32_t low = 0, high = map->count;

    while (low < high) {
        uint32_t middle = (low + high) / 2;
        if (map->starts[middle] <= offset)
            low = middle + 1;
        else
            high = middle;
    }
    return low;
}

uint32_t fwd_copymap_find(const struct fwd_copymap *map, uint32_t offset, uint32_t *confidence)
{
    uint32_t next = starts_below(map, offset / 2);

    *confidence = FWD_MAP_FAR;
    if (map->count == 0)
        return offset;
    if (next == 0)
        return offset + (uint32_t)map->shifts[0];
    uint32_t at = next - 1, end = 2 * (map->starts[at] + map->sizes[at]);
    if (offset < end) {
        *confidence = FWD_MAP_INSIDE;
        return offset + (uint32_t)map->shifts[at];
    }
    if (next == map->count)
        return offset + (uint32_t)map->shifts[at];
    if (map->shifts[at] == map->shifts[next])
        *confidence = FWD_MAP_BETWEEN;
    bool nearer = 2 * map->starts[next] - offset < offset - end;
    return offset + (uint32_t)map->shifts[nearer ? next : at];
}
