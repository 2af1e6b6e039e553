/* ELF files: header, program headers, and as much of the section headers as is needed to tell an
 * image from what only describes it. Every offset is bounded before it is used. */
#ifndef FWD_GEN_IMAGE_ELF_FILE_H
#define FWD_GEN_IMAGE_ELF_FILE_H

#include "gen/image/segments.h"
#include "hostio/host_file.h"

/* A segment to load, with bytes in the file, which are all there. */
struct fwd_elf_load {
    const uint8_t *bytes;
    uint64_t offset; /* in the file */
    uint64_t size, physical, virtual;
};

struct fwd_elf_file {
    const char *name;
    const struct fwd_bytes *file;
    bool wide; /* 64-bit */
    bool big;  /* big-endian */
    uint16_t type, machine;
    uint64_t entry;
    uint64_t headers, sections; /* offsets of program and section headers; 0: none */
    uint16_t header_size, header_count, section_size, section_count;
    bool has_interpreter; /* a program for an operating system */
    struct fwd_elf_load loads[FWD_SEGMENTS_MAX];
    size_t load_count;
};

/* A section with its head, all of it inside the file unless it takes no room there. */
struct fwd_elf_section {
    uint32_t type;
    uint64_t flags, address, offset, size;
};

/* Reads the head and the segments to load. name, file: must outlive *elf.
 * FWD_FAIL_REFUSED: not an ELF file, or cut off or damaged. load_count may be 0. */
enum fwd_fail fwd_elf_file_read(const char *name, const struct fwd_bytes *file,
    struct fwd_elf_file *elf, struct fwd_error *err);

/* Section number index. False: there is none, or it lies outside the file. */
bool fwd_elf_file_section(
    const struct fwd_elf_file *elf, uint16_t index, struct fwd_elf_section *section);

#endif
