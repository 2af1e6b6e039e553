#include "verify/trust/geometry.h"

#include "format/cursor.h"

#include <string.h>

struct geometry {
    const struct fwd_crypto_port *crypto;
    bool failed;
};

static void add(struct geometry *g, const void *bytes, size_t size)
{
    const struct fwd_crypto_port *crypto = g->crypto;

    g->failed = g->failed || !crypto->hash_update(crypto->ctx, FWD_HASH_STEP, bytes, size);
}

static void add_numbers(struct geometry *g, uint32_t first, uint32_t second)
{
    uint8_t bytes[8];
    struct fwd_writer w = fwd_writer_over(bytes, sizeof bytes);

    fwd_write_le32(&w, first);
    fwd_write_le32(&w, second);
    add(g, bytes, sizeof bytes);
}

/* Neighbouring runs of equal blocks are one run: how a description divides them does not matter.
 * open_end: how many blocks the last run has is not part of the id. */
static void add_area(struct geometry *g, const struct fwd_area *area, bool open_end)
{
    uint32_t size = 0, count = 0;

    if (area->size == 0) {
        add_numbers(g, 0, 0);
        return;
    }
    add_numbers(g, area->program_unit, area->erased);
    for (uint8_t i = 0; i < area->blocks_count; i++) {
        const struct fwd_blocks *run = &area->blocks[i];
        if (run->count > 0 && size > 0 && run->size != size)
            add_numbers(g, size, count);
        if (run->count == 0)
            continue;
        count = run->size == size ? count + run->count : run->count;
        size = run->size;
    }
    add_numbers(g, size, open_end ? 0 : count);
    add_numbers(g, 0, 0);
}

static void add_place(struct geometry *g, const struct fwd_place *place)
{
    struct fwd_text name = fwd_text_of(place->name);
    uint8_t head[3] = {name.size, place->role, place->layout == FWD_LAYOUT_AB ? 2 : 1};

    add(g, head, sizeof head);
    add(g, name.bytes, name.size);
    add_area(g, &place->slots[0], false);
    if (place->layout == FWD_LAYOUT_AB)
        add_area(g, &place->slots[1], false);
}

bool fwd_geometry_id(const struct fwd_device *device, const struct fwd_crypto_port *crypto,
    uint8_t id[FWD_GEOMETRY_SIZE])
{
    struct geometry g = {.crypto = crypto};
    uint8_t digest[FWD_DIGEST_SIZE];

    if (!crypto->hash_begin(crypto->ctx, FWD_HASH_STEP))
        return false;
    add(&g, "FWG1", 4);
    add_area(&g, &device->package, false);
    add_area(&g, &device->staging, true);
    add_area(&g, &device->scratch, false);
    add_area(&g, &device->journal, false);
    add_area(&g, &device->version, false);
    for (uint8_t i = 0; i < fwd_places(device); i++)
        add_place(&g, &device->places[i]);
    if (device->sharing != NULL)
        add(&g, "shared", 6);
    if (device->undo != NULL && device->policy.trial_starts > 0)
        add(&g, "undo", 4); /* old blocks are kept: an update costs more */
    if (!crypto->hash_end(crypto->ctx, FWD_HASH_STEP, digest) || g.failed)
        return false;
    memcpy(id, digest, FWD_GEOMETRY_SIZE);
    return true;
}
