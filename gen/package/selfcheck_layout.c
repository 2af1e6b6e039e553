/* The devices in memory that every package is tried on. */
#include "format/header.h"
#include "gen/package/decoders.h"
#include "gen/package/selfcheck.h"

#include <stdio.h>
#include <stdlib.h>

#define PROGRAM_UNIT   256u
#define SCRATCH_BLOCKS 4u
#define RECORD_BLOCKS  2u    /* journal, version record: two erase blocks each */
#define RECORD_MIN     4096u /* bytes of such a block, at least */
#define NAME_SIZE      64u

struct maker {
    const struct fwd_selfcheck *check;
    struct fwd_manifest manifest; /* points into the package */
    struct fwd_device device;
    struct fwd_place places[FWD_COMPONENTS_MAX];
    struct fwd_blocks blocks[2 * FWD_COMPONENTS_MAX + 5];
    unsigned areas;
    uint64_t address;
    uint32_t block_size;
};

/* The next piece of the chip, of at least size bytes. */
static struct fwd_area make_area(struct maker *m, uint64_t size)
{
    struct fwd_blocks *blocks = &m->blocks[m->areas];
    uint64_t count = (size + m->block_size - 1) / m->block_size;

    *blocks = (struct fwd_blocks){m->block_size, (uint32_t)count};
    struct fwd_area area = {.id = (uint16_t)++m->areas,
        .address = (uint32_t)m->address,
        .size = (uint32_t)(count * m->block_size),
        .program_unit = PROGRAM_UNIT,
        .erased = 0xFF,
        .blocks = blocks,
        .blocks_count = 1};
    m->address += area.size;
    return area;
}

static void make_places(struct maker *m, enum fwd_layout layout)
{
    for (size_t i = 0; i < m->check->image_count; i++) {
        const struct fwd_selfcheck_image *image = &m->check->images[i];
        uint32_t size = image->pair.source_size > image->pair.target_size ? image->pair.source_size
                                                                          : image->pair.target_size;
        m->places[i] =
            (struct fwd_place){.name = image->name, .role = image->role, .layout = layout};
        m->places[i].slots[0] = make_area(m, size);
        if (layout == FWD_LAYOUT_AB)
            m->places[i].slots[1] = make_area(m, size);
    }
    m->device.places = m->places;
    m->device.place_count = (uint8_t)m->check->image_count;
}

/* Staged steps are at worst every target byte as a literal, with heads. */
static uint64_t staging_size(const struct maker *m)
{
    uint64_t total = FWD_SIGNED_MAX + FWD_SIGBLOCK_MAX + 65536u;

    for (size_t i = 0; i < m->check->image_count; i++)
        total += (uint64_t)m->check->images[i].pair.target_size * 5 / 4;
    return total;
}

static void make_areas(struct maker *m, enum fwd_layout layout)
{
    uint32_t records = RECORD_BLOCKS * (m->block_size > RECORD_MIN ? m->block_size : RECORD_MIN);

    m->device.package = make_area(m, m->check->package->size);
    if (layout == FWD_LAYOUT_IN_PLACE) {
        m->device.staging = make_area(m, staging_size(m));
        m->device.scratch = make_area(m, (uint64_t)SCRATCH_BLOCKS * m->block_size);
    }
    m->device.journal = make_area(m, records);
    m->device.version = make_area(m, records);
}

static bool read_manifest(struct maker *m)
{
    const struct fwd_bytes *package = m->check->package;
    struct fwd_header header;

    return fwd_header_decode(package->data, package->size, &header) == FWD_OK &&
           package->size >= (size_t)FWD_HEADER_SIZE + header.manifest_size &&
           fwd_manifest_decode(package->data + FWD_HEADER_SIZE, header.manifest_size,
               header.payload_size, &m->manifest) == FWD_OK;
}

/* 0 when the trial device cannot decode it: the installation says so. */
static uint32_t arena_of(const struct maker *m, const struct fwd_component *component)
{
    const struct fwd_codec *codec =
        fwd_codec_find(m->device.codecs, m->device.codec_count, component->codec);
    uint32_t arena;

    return codec != NULL && codec->arena(component, &arena) == FWD_OK ? arena : 0;
}

/* What the library needs, and the decoder memory of the hungriest component. */
static void make_memory(struct maker *m)
{
    uint32_t arena = 0;

    m->device.codecs = m->check->replay != NULL ? m->check->replay->list : fwd_decoders;
    m->device.codec_count = m->check->replay != NULL ? m->check->replay->count : fwd_decoders_count;
    m->device.sigblock_max = FWD_SIGBLOCK_MAX;
    m->device.policy.threshold = 1;
    m->device.hardware_revision = m->manifest.hardware_min;
    for (uint8_t i = 0; i < m->manifest.component_count; i++) {
        uint32_t need = arena_of(m, &m->manifest.components[i]);
        if (need > arena)
            arena = need;
    }
    uint64_t total = (uint64_t)fwd_update_memory(&m->device) + arena;
    m->device.memory_size = total > UINT32_MAX ? UINT32_MAX : (uint32_t)total;
}

enum fwd_fail fwd_selfcheck_layout(const struct fwd_selfcheck *check, enum fwd_layout layout,
    uint32_t block_size, struct fwd_error *err)
{
    char name[NAME_SIZE];
    struct maker *m = calloc(1, sizeof *m);
    enum fwd_fail fail;

    if (m == NULL)
        return fwd_error_memory(err, "the trial installation");
    m->check = check;
    m->block_size = block_size;
    snprintf(name, sizeof name, "trial device, %s, %u KiB erase blocks",
        layout == FWD_LAYOUT_AB ? "two slots" : "in place", (unsigned)(block_size / 1024));
    make_places(m, layout);
    make_areas(m, layout);
    if (!read_manifest(m))
        fail = fwd_error_fail(err, FWD_FAIL_REFUSED, "%s: this is no package", name);
    else if (m->address > UINT32_MAX)
        fail = fwd_error_fail(err, FWD_FAIL_REFUSED,
            "%s: images and areas need more than 4 GiB of flash addresses", name);
    else {
        make_memory(m);
        fail = fwd_selfcheck_device(check, &m->device, name, err);
    }
    free(m);
    return fail;
}
