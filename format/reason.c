#include "format/reason.h"

static const struct fwd_reason_info reasons[] = {
#define FWD_REASON(number, NAME, name, phase, code, changed, retry, meaning, advice)               \
    {FWD_E_##NAME, name, FWD_PHASE_##phase, code, FWD_CHANGED_##changed, FWD_RETRY_##retry,        \
        meaning, advice},
#include "format/reasons.def"
#undef FWD_REASON
};

static const struct fwd_code_info codes[] = {
#define FWD_CODE(code, NAME, lwm2m, meaning) {code, lwm2m, meaning},
#include "format/codes.def"
#undef FWD_CODE
};

enum { REASON_COUNT = sizeof reasons / sizeof reasons[0] };
enum { CODE_COUNT = sizeof codes / sizeof codes[0] };

const struct fwd_reason_info *fwd_reason_info(enum fwd_reason reason)
{
    const struct fwd_reason_info *internal = &reasons[0];

    for (size_t i = 0; i < REASON_COUNT; i++) {
        if (reasons[i].reason == reason)
            return &reasons[i];
        if (reasons[i].reason == FWD_E_INTERNAL)
            internal = &reasons[i];
    }
    return internal;
}

const struct fwd_reason_info *fwd_reason_at(size_t index)
{
    return index < REASON_COUNT ? &reasons[index] : NULL;
}

const struct fwd_code_info *fwd_code_info(uint16_t code)
{
    for (size_t i = 0; i < CODE_COUNT; i++) {
        if (codes[i].code == code)
            return &codes[i];
    }
    return NULL;
}

const struct fwd_code_info *fwd_code_at(size_t index)
{
    return index < CODE_COUNT ? &codes[index] : NULL;
}

uint8_t fwd_code_lwm2m(uint16_t code)
{
    const struct fwd_code_info *info = fwd_code_info(code);

    return info != NULL ? info->lwm2m_result : 8;
}
