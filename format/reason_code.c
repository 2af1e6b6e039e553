/* The part of the list of reasons that a device needs: apart from reason.c, so that its texts are
 * linked only where they are shown. */
#include "format/reason.h"

struct brief {
    uint16_t reason;
    uint16_t code;
};

static const struct brief briefs[] = {
#define FWD_REASON(number, NAME, name, phase, code, changed, retry, meaning, advice) {number, code},
#include "format/reasons.def"
#undef FWD_REASON
};

static struct brief find(enum fwd_reason reason)
{
    for (size_t i = 0; i < sizeof briefs / sizeof briefs[0]; i++) {
        if (briefs[i].reason == (uint16_t)reason)
            return briefs[i];
    }
    return (struct brief){(uint16_t)FWD_E_INTERNAL, 129};
}

uint16_t fwd_reason_code(enum fwd_reason reason)
{
    return find(reason).code;
}

/* A switch and not the table: a device asks this alone, and compilers make ranges of it. */
enum fwd_retry fwd_reason_retry(enum fwd_reason reason)
{
    switch ((unsigned)reason) {
#define FWD_REASON(number, NAME, name, phase, code, changed, retry, meaning, advice)               \
    case number:                                                                                   \
        return FWD_RETRY_##retry;
#include "format/reasons.def"
#undef FWD_REASON
    default:
        return FWD_RETRY_YES;
    }
}
