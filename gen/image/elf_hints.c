#include "gen/image/elf_hints.h"

#include "gen/image/elf_file.h"
#include "verify/refdelta/delta.h"

#include <elf.h>
#include <string.h>

#define PROBE_SIZE  32u
#define PROBES      16u /* places of a segment that are looked for in the image */
#define MATCHES_MAX 8u  /* places of the image that are looked at per probe */
#define DIFFER      64u /* one byte in so many may differ */

static enum fwd_fail refuse(const struct fwd_elf_file *e, const char *why, struct fwd_error *err)
{
    return fwd_error_fail(err, FWD_FAIL_REFUSED, "%s: %s", e->name, why);
}

/* What the delta engine can use: machines whose code is little-endian. */
static enum fwd_fail check_kind(const struct fwd_elf_file *e, struct fwd_error *err)
{
    if (e->wide ? e->machine == EM_ARM : e->machine == EM_AARCH64)
        return refuse(e, "its machine and its width contradict each other", err);
    if (e->header_count == 0)
        return refuse(e, "has no program headers: give the linked program, not an object", err);
    if (e->load_count == 0)
        return refuse(e, "has no segment with bytes to load", err);
    return FWD_FAIL_NONE;
}

/* ---- the place in the image ------------------------------------------------------------------ */

struct image {
    const uint8_t *bytes;
    uint32_t size;
};

/* Adds how many of the segment's bytes lie inside an image at `address`, and how many differ. A
 * first segment may begin in front of the image: with the ELF header, which is not in it. */
static void compare(const struct fwd_elf_load *load, const struct image *image, uint64_t address,
    uint64_t *inside, uint64_t *differ)
{
    uint64_t skip = address - load->physical; /* wraps when the segment begins after */

    if (skip >= load->size)
        skip = 0;
    uint64_t at = load->physical + skip - address; /* wraps when it lies before the image */
    if (at >= image->size)
        return;
    uint64_t size = load->size - skip < image->size - at ? load->size - skip : image->size - at;
    for (uint64_t i = 0; i < size; i++)
        *differ += load->bytes[skip + i] != image->bytes[at + i];
    *inside += size;
}

/* Most bytes of the file must be inside the image, and nearly all of them alike. */
static bool lies_at(const struct fwd_elf_file *e, const struct image *image, uint64_t address)
{
    uint64_t inside = 0, differ = 0, total = 0;

    for (size_t i = 0; i < e->load_count; i++) {
        compare(&e->loads[i], image, address, &inside, &differ);
        total += e->loads[i].size;
    }
    return inside >= total - total / 2 && differ <= inside / DIFFER;
}

static const struct fwd_elf_load *largest(const struct fwd_elf_file *e)
{
    const struct fwd_elf_load *load = &e->loads[0];

    for (size_t i = 1; i < e->load_count; i++)
        if (e->loads[i].size > load->size)
            load = &e->loads[i];
    return load;
}

static bool uniform(const uint8_t *bytes, size_t size)
{
    return memcmp(bytes, bytes + 1, size - 1) == 0;
}

/* Looks for a piece of the segment; *address: where the image is loaded. */
static bool find_probe(const struct fwd_elf_file *e, const struct fwd_elf_load *load, uint64_t from,
    size_t size, const struct image *image, uint64_t *address)
{
    const uint8_t *probe = load->bytes + from;
    unsigned matches = 0;

    for (uint32_t at = 0; image->size - at >= size && matches < MATCHES_MAX; at++) {
        const uint8_t *next = memchr(image->bytes + at, probe[0], image->size - at - size + 1);
        if (next == NULL)
            return false;
        at = (uint32_t)(next - image->bytes);
        if (memcmp(next, probe, size) != 0 || load->physical + from < at)
            continue;
        *address = load->physical + from - at;
        if (lies_at(e, image, *address))
            return true;
        matches++;
    }
    return false;
}

static bool find_address(const struct fwd_elf_file *e, const struct fwd_elf_load *load,
    const struct image *image, uint64_t *address)
{
    size_t size = load->size < PROBE_SIZE ? (size_t)load->size : PROBE_SIZE;

    for (unsigned i = 0; i < PROBES; i++) {
        uint64_t from = (load->size - size) / PROBES * i;
        if (size > 1 && !uniform(load->bytes + from, size) &&
            find_probe(e, load, from, size, image, address))
            return true;
    }
    return false;
}

/* An entry address is odd when the program begins with Thumb code, as all do on a Cortex-M. */
static void find_isa(const struct fwd_elf_file *e, struct fwd_elf_place *place)
{
    place->has_isa = e->machine != EM_ARM || e->entry != 0; /* 0: no entry is named */
    if (e->machine == EM_AARCH64)
        place->isa = FWD_ISA_A64;
    else if (e->machine == EM_ARM && place->has_isa)
        place->isa = e->entry & 1u ? FWD_ISA_THUMB : FWD_ISA_ARM;
}

enum fwd_fail fwd_elf_hints_find(const char *name, const struct fwd_bytes *file,
    const uint8_t *bytes, uint32_t size, struct fwd_elf_place *place, struct fwd_error *err)
{
    struct fwd_elf_file e;
    const struct image image = {bytes, size};
    uint64_t address;

    *place = (struct fwd_elf_place){0};
    if (file->size > EI_DATA && file->data[EI_DATA] == ELFDATA2MSB)
        return fwd_error_fail(
            err, FWD_FAIL_REFUSED, "%s: expected a little-endian ELF file of 32 or 64 bits", name);
    enum fwd_fail fail = fwd_elf_file_read(name, file, &e, err);
    if (fail == FWD_FAIL_NONE)
        fail = check_kind(&e, err);
    if (fail != FWD_FAIL_NONE)
        return fail;
    const struct fwd_elf_load *load = largest(&e);
    if (!find_address(&e, load, &image, &address))
        return refuse(&e,
            "its segments are not in the image: expected the ELF file that the image was made from",
            err);
    /* references hold addresses of the code where it runs */
    place->base = address + (load->virtual - load->physical);
    if (!e.wide)
        place->base &= UINT32_MAX;
    if (place->base & 1u)
        return refuse(&e, "the image would begin at an odd address", err);
    find_isa(&e, place);
    return FWD_FAIL_NONE;
}
