#include "cli/common/print.h"

#include "sim/device/decoder.h"

#include <inttypes.h>
#include <stdio.h>
#include <string.h>

#define PERCENT_SIZE 24u

void fwd_print_hex(const uint8_t *bytes, size_t size, char *text)
{
    static const char digits[] = "0123456789abcdef";
    for (size_t i = 0; i < size; i++) {
        text[2 * i] = digits[bytes[i] >> 4];
        text[2 * i + 1] = digits[bytes[i] & 15];
    }
    text[2 * size] = 0;
}

const char *fwd_print_codec(uint16_t codec)
{
    const char *name = fwd_decoder_codec_name(codec);
    return name != NULL ? name : "unknown";
}

const char *fwd_print_kind(uint8_t kind)
{
    if (kind == FWD_KIND_DELTA)
        return "delta";
    if (kind == FWD_KIND_TRUST)
        return "trust";
    return kind == FWD_KIND_FULL ? "full" : "unknown";
}

const char *fwd_print_phase(enum fwd_phase phase)
{
    static const char *const names[] = {
        [FWD_PHASE_START] = "start",
        [FWD_PHASE_VALIDATION] = "validation",
        [FWD_PHASE_INSTALLATION] = "installation",
        [FWD_PHASE_FINALIZATION] = "finalization",
        [FWD_PHASE_ANY] = "any",
    };
    return (size_t)phase < sizeof names / sizeof names[0] ? names[phase] : "unknown";
}

void fwd_print_percent(uint64_t part, uint64_t whole, char *text)
{
    uint64_t tenths = whole == 0 ? 0 : (part * 1000 + whole / 2) / whole;
    snprintf(text, PERCENT_SIZE, "%" PRIu64 ".%" PRIu64 " %%", tenths / 10, tenths % 10);
}
