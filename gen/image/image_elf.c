/* ELF files as images: what a programmer writes to the flash. Of a linked program that is its
 * segments to load, at their physical addresses; of an object that another file was put into
 * (objcopy -I binary), its only section. */
#include "gen/image/elf_file.h"
#include "gen/image/image_internal.h"

#include <elf.h>
#include <string.h>

bool fwd_image_elf_is(const uint8_t *data, size_t size)
{
    return size >= SELFMAG && memcmp(data, ELFMAG, SELFMAG) == 0;
}

static bool is_stored(const struct fwd_elf_section *s)
{
    return (s->flags & SHF_ALLOC) != 0 && s->type != SHT_NOBITS && s->size > 0;
}

/* Where the headers at the front of the file end. */
static uint64_t headers_end(const struct fwd_elf_file *e)
{
    uint64_t own = e->wide ? sizeof(Elf64_Ehdr) : sizeof(Elf32_Ehdr);
    uint64_t end = e->headers + (uint64_t)e->header_count * e->header_size;

    return e->headers <= own && end > own ? end : own;
}

/* Linkers may let the first segment begin with the headers of the file, which nobody needs in the
 * flash. What of a segment is before its first section: 0 when it does not begin with them. */
static uint64_t bytes_in_front(const struct fwd_elf_file *e, const struct fwd_elf_load *load)
{
    struct fwd_elf_section s;
    uint64_t first = UINT64_MAX;

    if (load->offset >= headers_end(e))
        return 0;
    for (uint16_t i = 0; i < e->section_count; i++) {
        if (fwd_elf_file_section(e, i, &s) && is_stored(&s) && s.offset >= load->offset &&
            s.offset - load->offset < load->size && s.offset < first)
            first = s.offset;
    }
    if (first != UINT64_MAX)
        return first - load->offset;
    return e->section_count > 0 ? load->size : 0;
}

static enum fwd_fail take_segments(
    struct fwd_image_input *in, const struct fwd_elf_file *e, struct fwd_error *err)
{
    for (size_t i = 0; i < e->load_count; i++) {
        const struct fwd_elf_load *load = &e->loads[i];
        uint64_t skip = bytes_in_front(e, load);
        if (skip == load->size)
            continue;
        if (load->size > UINT64_MAX - load->physical || load->size > UINT64_MAX - load->virtual)
            return fwd_image_refuse(in, err, "a segment goes beyond the last address");
        if (!fwd_memory_map_add(&in->map, load->physical + skip, load->virtual + skip,
                load->bytes + skip, (size_t)(load->size - skip)))
            return fwd_error_memory(err, in->name);
    }
    if (in->map.count > 0)
        return FWD_FAIL_NONE;
    return fwd_image_refuse(in, err, "is an ELF file without bytes to load");
}

static enum fwd_fail take_section(
    struct fwd_image_input *in, const struct fwd_elf_file *e, struct fwd_error *err)
{
    struct fwd_elf_section s, only = {0};
    unsigned stored = 0;
    bool relocated = false;

    for (uint16_t i = 0; i < e->section_count; i++) {
        if (!fwd_elf_file_section(e, i, &s))
            return fwd_image_refuse(
                in, err, "is an ELF file whose sections lie outside it: it is cut off or damaged");
        relocated = relocated || ((s.type == SHT_REL || s.type == SHT_RELA) && s.size > 0);
        if (is_stored(&s)) {
            only = s;
            stored++;
        }
    }
    if (stored != 1 || relocated || only.size > UINT64_MAX - only.address)
        return fwd_image_refuse(in, err,
            "is an ELF file that is not linked (an object or a library); give the linked program");
    return fwd_memory_map_add(
               &in->map, only.address, only.address, in->data + only.offset, (size_t)only.size)
               ? FWD_FAIL_NONE
               : fwd_error_memory(err, in->name);
}

enum fwd_fail fwd_image_elf_read(struct fwd_image_input *in, struct fwd_error *err)
{
    /* nobody writes to it */
    const struct fwd_bytes file = {(uint8_t *)(uintptr_t)in->data, in->size};
    struct fwd_elf_file elf;
    enum fwd_fail fail = fwd_elf_file_read(in->name, &file, &elf, err);

    if (fail != FWD_FAIL_NONE)
        return fail;
    if (elf.type == ET_CORE)
        return fwd_image_refuse(in, err, "is an ELF file with the memory of a crashed program");
    if (elf.has_interpreter)
        return fwd_image_refuse(in, err,
            "is an ELF file of a program for an operating system, not firmware; --raw insists");
    return elf.load_count > 0 ? take_segments(in, &elf, err) : take_section(in, &elf, err);
}
