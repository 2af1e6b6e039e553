/* Calls, as each instruction set writes them: code calls the same functions again and again, which
 * neither random bytes nor text nor the code of another set do. */
#ifndef FWD_GEN_LOCATE_CALL_SCAN_H
#define FWD_GEN_LOCATE_CALL_SCAN_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

/* A way to write a call. */
enum fwd_call_form {
    FWD_CALL_THUMB,
    FWD_CALL_A32,
    FWD_CALL_A64,
    FWD_CALL_RISCV,
    FWD_CALL_XTENSA,
    FWD_CALL_X86,
    FWD_CALL_AVR,
    FWD_CALL_MIPS,
    FWD_CALL_MIPS_BE,
    FWD_CALL_PPC,
    FWD_CALL_FORMS
};

struct fwd_call_count {
    uint32_t calls;  /* places that read as a call into the image */
    uint32_t shared; /* of them those whose target another one calls, too */
    uint64_t pairs;  /* pairs of calls with the same target */
    uint64_t chance; /* pairs that so many calls would have by chance, rounded up */
};

/* Larger images are not looked at as a whole. */
#define FWD_CALL_SCAN_WHOLE 0x200000u

/* Counts in the whole image, or in an even sample of a large one. False: no memory. */
bool fwd_call_scan(
    enum fwd_call_form form, const uint8_t *bytes, uint32_t size, struct fwd_call_count *count);

/* More pairs than chance, other data or the code of another set give. */
bool fwd_call_scan_credible(const struct fwd_call_count *count);

#endif
