#include "cli/common/utf8.h"

#include <stdbool.h>

/* Forms of more than one byte: neither overlong, nor surrogate, nor too high. */
static const struct {
    unsigned char first, last; /* of the first byte */
    unsigned char low, high;   /* of the second */
    size_t size;
} forms[] = {{0xC2, 0xDF, 0x80, 0xBF, 2}, {0xE0, 0xE0, 0xA0, 0xBF, 3}, {0xE1, 0xEC, 0x80, 0xBF, 3},
    {0xED, 0xED, 0x80, 0x9F, 3}, {0xEE, 0xEF, 0x80, 0xBF, 3}, {0xF0, 0xF0, 0x90, 0xBF, 4},
    {0xF1, 0xF3, 0x80, 0xBF, 4}, {0xF4, 0xF4, 0x80, 0x8F, 4}};

size_t fwd_utf8_size(const char *text)
{
    const unsigned char *bytes = (const unsigned char *)text;
    if (bytes[0] < 0x80)
        return bytes[0] != 0;
    for (size_t i = 0; i < sizeof forms / sizeof forms[0]; i++) {
        if (bytes[0] < forms[i].first || bytes[0] > forms[i].last)
            continue;
        if (bytes[1] < forms[i].low || bytes[1] > forms[i].high)
            return 0;
        for (size_t j = 2; j < forms[i].size; j++) {
            if (bytes[j] < 0x80 || bytes[j] > 0xBF)
                return 0;
        }
        return forms[i].size;
    }
    return 0;
}

/* U+0300 to U+036F, the accents that follow their letter. */
static bool combines(const unsigned char *bytes)
{
    return (bytes[0] == 0xCC && bytes[1] >= 0x80) || (bytes[0] == 0xCD && bytes[1] <= 0xAF);
}

size_t fwd_utf8_columns(const char *text)
{
    size_t columns = 0;
    while (*text != 0) {
        size_t size = fwd_utf8_size(text);
        if (size < 2 || !combines((const unsigned char *)text))
            columns++;
        text += size > 0 ? size : 1;
    }
    return columns;
}
