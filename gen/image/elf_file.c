#include "gen/image/elf_file.h"

#include "format/cursor.h"

#include <elf.h>
#include <string.h>

static enum fwd_fail refuse(const struct fwd_elf_file *e, const char *why, struct fwd_error *err)
{
    return fwd_error_fail(err, FWD_FAIL_REFUSED, "%s: %s", e->name, why);
}

/* ---- numbers in the order of the file -------------------------------------------------------- */

static uint16_t read_16(const struct fwd_elf_file *e, struct fwd_reader *r)
{
    uint16_t value = fwd_read_le16(r);
    return e->big ? (uint16_t)(value << 8 | value >> 8) : value;
}

static uint32_t read_32(const struct fwd_elf_file *e, struct fwd_reader *r)
{
    uint16_t low = read_16(e, r), high = read_16(e, r);
    return e->big ? (uint32_t)low << 16 | high : (uint32_t)high << 16 | low;
}

static uint64_t read_64(const struct fwd_elf_file *e, struct fwd_reader *r)
{
    uint32_t low = read_32(e, r), high = read_32(e, r);
    return e->big ? (uint64_t)low << 32 | high : (uint64_t)high << 32 | low;
}

/* An address or offset of the file's width. */
static uint64_t read_address(const struct fwd_elf_file *e, struct fwd_reader *r)
{
    return e->wide ? read_64(e, r) : read_32(e, r);
}

/* ---- headers --------------------------------------------------------------------------------- */

static enum fwd_fail read_header(struct fwd_elf_file *e, struct fwd_error *err)
{
    struct fwd_reader r = fwd_reader_over(e->file->data, e->file->size);
    const uint8_t *ident = fwd_read_bytes(&r, EI_NIDENT);

    if (ident == NULL || memcmp(ident, ELFMAG, SELFMAG) != 0)
        return refuse(e, "is not an ELF file", err);
    if ((ident[EI_DATA] != ELFDATA2LSB && ident[EI_DATA] != ELFDATA2MSB) ||
        (ident[EI_CLASS] != ELFCLASS32 && ident[EI_CLASS] != ELFCLASS64))
        return refuse(e, "is a damaged ELF file: expected one of 32 or 64 bits", err);
    e->wide = ident[EI_CLASS] == ELFCLASS64;
    e->big = ident[EI_DATA] == ELFDATA2MSB;
    e->type = read_16(e, &r);
    e->machine = read_16(e, &r);
    read_32(e, &r); /* version */
    e->entry = read_address(e, &r);
    e->headers = read_address(e, &r);
    e->sections = read_address(e, &r);
    read_32(e, &r); /* flags */
    read_16(e, &r); /* size of this header */
    e->header_size = read_16(e, &r);
    e->header_count = read_16(e, &r);
    e->section_size = read_16(e, &r);
    e->section_count = read_16(e, &r);
    if (r.failed)
        return refuse(e, "ends inside the ELF header", err);
    return FWD_FAIL_NONE;
}

static enum fwd_fail read_load(struct fwd_elf_file *e, struct fwd_reader *r, struct fwd_error *err)
{
    struct fwd_elf_load load = {0};
    uint32_t type = read_32(e, r);

    if (e->wide)
        read_32(e, r); /* flags */
    load.offset = read_address(e, r);
    load.virtual = read_address(e, r);
    load.physical = read_address(e, r);
    load.size = read_address(e, r);
    e->has_interpreter = e->has_interpreter || type == PT_INTERP;
    if (type != PT_LOAD || load.size == 0)
        return FWD_FAIL_NONE;
    if (load.offset > e->file->size || load.size > e->file->size - load.offset)
        return refuse(e, "a segment lies outside the file: it is cut off or damaged", err);
    if (e->load_count == FWD_SEGMENTS_MAX)
        return refuse(e, "has more than 64 segments to load", err);
    load.bytes = e->file->data + load.offset;
    e->loads[e->load_count++] = load;
    return FWD_FAIL_NONE;
}

static enum fwd_fail read_loads(struct fwd_elf_file *e, struct fwd_error *err)
{
    uint16_t size = e->wide ? sizeof(Elf64_Phdr) : sizeof(Elf32_Phdr);
    enum fwd_fail fail = FWD_FAIL_NONE;

    if (e->header_count == 0)
        return FWD_FAIL_NONE;
    if (e->header_size != size || e->headers > e->file->size ||
        (uint64_t)e->header_count * size > e->file->size - e->headers)
        return refuse(e, "its program headers lie outside the file: it is cut off or damaged", err);
    for (uint16_t i = 0; i < e->header_count && fail == FWD_FAIL_NONE; i++) {
        struct fwd_reader r =
            fwd_reader_over(e->file->data + (size_t)e->headers + (size_t)i * size, size);
        fail = read_load(e, &r, err);
    }
    return fail;
}

enum fwd_fail fwd_elf_file_read(
    const char *name, const struct fwd_bytes *file, struct fwd_elf_file *elf, struct fwd_error *err)
{
    *elf = (struct fwd_elf_file){.name = name, .file = file};
    enum fwd_fail fail = read_header(elf, err);
    return fail == FWD_FAIL_NONE ? read_loads(elf, err) : fail;
}

bool fwd_elf_file_section(
    const struct fwd_elf_file *e, uint16_t index, struct fwd_elf_section *section)
{
    uint16_t size = e->wide ? sizeof(Elf64_Shdr) : sizeof(Elf32_Shdr);

    if (index >= e->section_count || e->section_size != size || e->sections > e->file->size ||
        (uint64_t)(index + 1u) * size > e->file->size - e->sections)
        return false;
    struct fwd_reader r =
        fwd_reader_over(e->file->data + (size_t)e->sections + (size_t)index * size, size);
    read_32(e, &r); /* name */
    section->type = read_32(e, &r);
    section->flags = read_address(e, &r);
    section->address = read_address(e, &r);
    section->offset = read_address(e, &r);
    section->size = read_address(e, &r);
    return section->type == SHT_NOBITS ||
           (section->offset <= e->file->size && section->size <= e->file->size - section->offset);
}
