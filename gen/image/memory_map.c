#include "gen/image/memory_map.h"

#include <inttypes.h>
#include <stdlib.h>
#include <string.h>

/* An image may be gap to this extent: a file that holds the settings at the other end of the
 * address space as well would otherwise become an image of gigabytes. */
#define GAP_FACTOR 16u
#define GAP_FREE   1048576u

#define IMAGE_MAX 0xFFFFFFFFu

void fwd_memory_map_free(struct fwd_memory_map *map)
{
    if (map == NULL)
        return;
    free(map->data);
    free(map->chunks);
    *map = (struct fwd_memory_map){0};
}

static bool make_room(struct fwd_memory_map *map, size_t size)
{
    if (size > map->room - map->size) {
        size_t room = map->room + map->room / 2 + size + 4096;
        uint8_t *data = room > map->room ? realloc(map->data, room) : NULL;
        if (data == NULL)
            return false;
        map->data = data;
        map->room = room;
    }
    if (map->count == map->chunk_room) {
        size_t room = 2 * map->chunk_room + 16;
        struct fwd_memory_chunk *chunks = realloc(map->chunks, room * sizeof *chunks);
        if (chunks == NULL)
            return false;
        map->chunks = chunks;
        map->chunk_room = room;
    }
    return true;
}

bool fwd_memory_map_add(
    struct fwd_memory_map *map, uint64_t load, uint64_t run, const uint8_t *bytes, size_t size)
{
    struct fwd_memory_chunk *last = map->count > 0 ? &map->chunks[map->count - 1] : NULL;

    if (size > UINT64_MAX - load || !make_room(map, size))
        return false;
    memcpy(map->data + map->size, bytes, size);
    if (last != NULL && last->load + last->size == load && last->run + last->size == run) {
        last = &map->chunks[map->count - 1];
        last->size += size;
    } else {
        map->chunks[map->count++] = (struct fwd_memory_chunk){load, run, map->size, size};
    }
    map->size += size;
    return true;
}

/* ---- laying out ------------------------------------------------------------------------------ */

/* By address; of equal ones, the one that came first. */
static int compare_chunks(const void *a, const void *b)
{
    const struct fwd_memory_chunk *x = a;
    const struct fwd_memory_chunk *y = b;

    if (x->load != y->load)
        return x->load < y->load ? -1 : 1;
    return x->at < y->at ? -1 : 1;
}

/* Takes off what lies outside the range. */
static void clip(struct fwd_memory_map *map, const struct fwd_memory_layout *layout)
{
    size_t kept = 0;

    for (size_t i = 0; i < map->count && layout->has_range; i++) {
        struct fwd_memory_chunk c = map->chunks[i];
        if (c.load >= layout->end || c.load + c.size <= layout->begin)
            continue;
        if (c.load < layout->begin) {
            uint64_t before = layout->begin - c.load;
            c.load += before;
            c.run += before;
            c.at += (size_t)before;
            c.size -= (size_t)before;
        }
        if (c.size > layout->end - c.load)
            c.size = (size_t)(layout->end - c.load);
        map->chunks[kept++] = c;
    }
    if (layout->has_range)
        map->count = kept;
}

static enum fwd_fail fail_apart(
    const char *name, const struct fwd_memory_map *map, uint64_t begin, struct fwd_error *err)
{
    uint64_t end = begin, low = 0, high = 0;

    for (size_t i = 0; i < map->count; i++) {
        const struct fwd_memory_chunk *c = &map->chunks[i];
        if (c->load > end && c->load - end >= high - low) {
            low = end;
            high = c->load;
        }
        if (c->load + c->size > end)
            end = c->load + c->size;
    }
    return fwd_error_fail(err, FWD_FAIL_REFUSED,
        "%s: holds bytes from 0x%" PRIx64 " to 0x%" PRIx64 " and from 0x%" PRIx64
        " on, too far apart for one image; say which part is meant with --range, as in --range "
        "0x%" PRIx64 "-0x%" PRIx64,
        name, begin, low, high, begin, low);
}

struct layout_run {
    const char *name;
    uint64_t begin;
    struct fwd_bytes *bytes;
    struct fwd_segments *segments;
    uint64_t filled;
    bool too_many; /* segments */
};

static enum fwd_fail fail_twice(
    const struct layout_run *run, uint64_t address, struct fwd_error *err)
{
    return fwd_error_fail(err, FWD_FAIL_REFUSED,
        "%s: gives two different values for the byte at 0x%" PRIx64
        "; were two files joined that do not belong together?",
        run->name, address);
}

/* More segments than the table holds: it is then better to know none than the first ones. */
static void add_segment(struct layout_run *run, const struct fwd_memory_chunk *c, size_t size)
{
    uint32_t offset = (uint32_t)(c->load + c->size - size - run->begin);

    if (!run->too_many &&
        !fwd_segments_add(run->segments, offset, (uint32_t)size, c->run + c->size - size)) {
        run->too_many = true;
        run->segments->count = 0;
    }
}

/* Copies chunks in the order of their addresses. `covered`: up to there all is written. */
static enum fwd_fail copy_chunks(
    const struct fwd_memory_map *map, struct layout_run *run, struct fwd_error *err)
{
    uint64_t covered = run->begin;

    for (size_t i = 0; i < map->count; i++) {
        const struct fwd_memory_chunk *c = &map->chunks[i];
        const uint8_t *from = map->data + c->at;
        uint8_t *to = run->bytes->data + (size_t)(c->load - run->begin);
        size_t seen = 0;
        if (c->load < covered)
            seen = c->size < covered - c->load ? c->size : (size_t)(covered - c->load);
        for (size_t j = 0; j < seen; j++) {
            if (from[j] != to[j])
                return fail_twice(run, c->load + j, err);
        }
        if (c->load > covered)
            run->filled += c->load - covered;
        if (seen == c->size)
            continue;
        memcpy(to + seen, from + seen, c->size - seen);
        add_segment(run, c, c->size - seen);
        covered = c->load + c->size;
    }
    return FWD_FAIL_NONE;
}

static enum fwd_fail measure(const struct fwd_memory_map *map, const char *name,
    const struct fwd_memory_layout *layout, uint64_t *begin, uint64_t *size, struct fwd_error *err)
{
    uint64_t end = 0, data = 0;

    if (map->count == 0 && layout->has_range)
        return fwd_error_fail(err, FWD_FAIL_REFUSED,
            "%s: holds no bytes from 0x%" PRIx64 " to 0x%" PRIx64 "; check --range", name,
            layout->begin, layout->end);
    if (map->count == 0)
        return fwd_error_fail(err, FWD_FAIL_REFUSED, "%s: holds no bytes of an image", name);
    *begin = layout->has_range ? layout->begin : map->chunks[0].load;
    for (size_t i = 0; i < map->count; i++) {
        if (map->chunks[i].load + map->chunks[i].size > end)
            end = map->chunks[i].load + map->chunks[i].size;
        data += map->chunks[i].size;
    }
    *size = end - *begin;
    if (*size > IMAGE_MAX || *size > GAP_FREE + GAP_FACTOR * data)
        return fail_apart(name, map, *begin, err);
    return FWD_FAIL_NONE;
}

enum fwd_fail fwd_memory_map_flatten(struct fwd_memory_map *map, const char *name,
    const struct fwd_memory_layout *layout, struct fwd_bytes *bytes, struct fwd_segments *segments,
    uint64_t *filled, struct fwd_error *err)
{
    uint64_t size = 0;
    struct layout_run run = {.name = name, .bytes = bytes, .segments = segments};

    *bytes = (struct fwd_bytes){NULL, 0};
    *segments = (struct fwd_segments){.count = 0};
    clip(map, layout);
    if (map->count > 0)
        qsort(map->chunks, map->count, sizeof *map->chunks, compare_chunks);
    enum fwd_fail fail = measure(map, name, layout, &run.begin, &size, err);
    if (fail != FWD_FAIL_NONE)
        return fail;
    bytes->data = malloc((size_t)size + 1); /* readers of files add a zero byte, too */
    if (bytes->data == NULL)
        return fwd_error_memory(err, name);
    bytes->size = (size_t)size;
    memset(bytes->data, layout->fill, bytes->size);
    bytes->data[bytes->size] = 0;
    fail = copy_chunks(map, &run, err);
    if (fail == FWD_FAIL_NONE && run.filled > 0 && !layout->fill_known)
        fail = fwd_error_fail(err, FWD_FAIL_REFUSED,
            "%s: has gaps of %" PRIu64
            " bytes, and the devices differ in what erased flash reads; say what fills the gaps "
            "with --fill 0xFF or --fill 0x00",
            name, run.filled);
    if (fail != FWD_FAIL_NONE)
        fwd_bytes_free(bytes);
    *filled = run.filled;
    return fail;
}
