/* What the ELF file of an image tells the delta engine: instruction set and address. ELF files are
 * hints only: nothing of them but these two gets into a package. */
#ifndef FWD_GEN_IMAGE_ELF_HINTS_H
#define FWD_GEN_IMAGE_ELF_HINTS_H

#include "hostio/host_file.h"

#include <stdbool.h>

struct fwd_elf_place {
    bool has_isa;  /* false: an Arm file that does not say which */
    uint8_t isa;   /* FWD_ISA_* */
    uint64_t base; /* address of the image's first byte when the code runs */
};

/* name: of the file, for the sentence. The segments that are loaded must be in the image at one
 * distance from their load (physical) addresses; bytes in front of them, such as a boot loader's
 * header, are allowed, and one byte in 64 may differ, as checksums that are filled in later do.
 * FWD_FAIL_REFUSED: no little-endian ELF file with program headers, or not that of the image. */
enum fwd_fail fwd_elf_hints_find(const char *name, const struct fwd_bytes *elf,
    const uint8_t *image, uint32_t size, struct fwd_elf_place *place, struct fwd_error *err);

#endif
