/* Calls, as each instruction set writes them: code calls the same functions again and again, which
 * neither random bytes nor text nor the code of another set do. */
#ifndef FWD_GEN_LOCATE_CALL_SCAN_H
#define FWD_GEN_LOCATE_CALL_SCAN_H

#include "gen/isa/isa_host.h"

struct fwd_call_count {
    uint32_t calls;  /* places that read as a call into the image */
    uint32_t shared; /* of them those whose target another one calls, too */
    uint64_t pairs;  /* pairs of calls with the same target */
    uint64_t chance; /* pairs that so many calls would have by chance, rounded up */
};

/* Larger images are not looked at as a whole. */
#define FWD_CALL_SCAN_WHOLE 0x200000u

/* Counts in the whole image, or in an even sample of a large one. False: no memory. */
bool fwd_call_scan(const struct fwd_call_form *form, const uint8_t *bytes, uint32_t size,
    struct fwd_call_count *count);

/* More pairs than chance, other data or the code of another set give. */
bool fwd_call_scan_credible(const struct fwd_call_count *count);

#endif
