/* Reasons: why an operation ended as it did. One fine-grained, append-only list (reasons.def);
 * the documented module codes (128..247) are a mapping of it. Every function of the library that
 * can fail returns one; FWD_OK is 0 (FWD_E_OK is its entry in the list). */
#ifndef FWD_FORMAT_REASON_H
#define FWD_FORMAT_REASON_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#ifdef __cplusplus
extern "C" {
#endif

enum fwd_reason {
    FWD_OK = 0,
#define FWD_REASON(number, NAME, name, phase, code, changed, retry, meaning, advice)               \
    FWD_E_##NAME = (number),
#include "format/reasons.def"
#undef FWD_REASON
};

/* For results that must not be dropped, where the compiler can watch over that. */
#ifdef __GNUC__
#define FWD_MUST_USE __attribute__((warn_unused_result))
#else
#define FWD_MUST_USE
#endif

enum fwd_phase {
    FWD_PHASE_START,
    FWD_PHASE_VALIDATION,
    FWD_PHASE_INSTALLATION,
    FWD_PHASE_FINALIZATION,
    FWD_PHASE_ANY
};

/* May a firmware byte have been written when this reason is reported? */
enum fwd_changed { FWD_CHANGED_NEVER, FWD_CHANGED_MAYBE, FWD_CHANGED_YES };

enum fwd_retry { FWD_RETRY_NO, FWD_RETRY_YES };

struct fwd_reason_info {
    enum fwd_reason reason;
    const char *name; /* stable, lower case with hyphens */
    enum fwd_phase phase;
    uint16_t code; /* documented final result code */
    enum fwd_changed changed;
    enum fwd_retry retry;
    const char *meaning;
    const char *advice;
};

/* Never NULL: an unknown number returns the entry of FWD_E_INTERNAL. */
const struct fwd_reason_info *fwd_reason_info(enum fwd_reason reason);

/* Code and retry alone, without the texts: what a small device links. */
uint16_t fwd_reason_code(enum fwd_reason reason);
enum fwd_retry fwd_reason_retry(enum fwd_reason reason);

/* Entry by position, for listing: NULL when index >= the number of reasons. */
const struct fwd_reason_info *fwd_reason_at(size_t index);

struct fwd_code_info {
    uint16_t code;
    uint8_t lwm2m_result; /* LwM2M Firmware Update object, Update Result */
    const char *meaning;
};

/* NULL when the code is not assigned: show "unlisted code, contact the vendor". */
const struct fwd_code_info *fwd_code_info(uint16_t code);
const struct fwd_code_info *fwd_code_at(size_t index);

/* LwM2M Update Result of a final code; 8 (update failed) when it is not assigned. */
uint8_t fwd_code_lwm2m(uint16_t code);

#ifdef __cplusplus
}
#endif

#endif
