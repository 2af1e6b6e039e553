#include "cli/common/json_out.h"

#include "cli/common/print.h"

#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#define HEX_MAX 64u

enum fwd_fail fwd_json_out(json_t *report, struct fwd_error *err)
{
    char *text =
        report != NULL ? json_dumps(report, JSON_INDENT(2) | JSON_REAL_PRECISION(6)) : NULL;
    json_decref(report);
    if (text == NULL)
        return fwd_error_memory(err, "the report");
    bool written = puts(text) >= 0 && fflush(stdout) == 0;
    int cause = errno;
    free(text);
    return written ? FWD_FAIL_NONE
                   : fwd_error_fail(err, FWD_FAIL_ENVIRONMENT,
                         "standard output cannot be written: %s", fwd_error_cause(cause));
}

/* Bytes of the UTF-8 character that begins here; 0: none does. */
static size_t utf8_size(const unsigned char *bytes, size_t left)
{
    static const struct {
        unsigned char first, last; /* of the first byte */
        unsigned char low, high; /* of the second: neither overlong, nor surrogate, nor too high */
        size_t size;
    } forms[] = {{0xC2, 0xDF, 0x80, 0xBF, 2}, {0xE0, 0xE0, 0xA0, 0xBF, 3},
        {0xE1, 0xEC, 0x80, 0xBF, 3}, {0xED, 0xED, 0x80, 0x9F, 3}, {0xEE, 0xEF, 0x80, 0xBF, 3},
        {0xF0, 0xF0, 0x90, 0xBF, 4}, {0xF1, 0xF3, 0x80, 0xBF, 4}, {0xF4, 0xF4, 0x80, 0x8F, 4}};
    if (bytes[0] < 0x80)
        return 1;
    for (size_t i = 0; i < sizeof forms / sizeof forms[0]; i++) {
        size_t size = forms[i].size;
        if (bytes[0] < forms[i].first || bytes[0] > forms[i].last)
            continue;
        if (size > left || bytes[1] < forms[i].low || bytes[1] > forms[i].high)
            return 0;
        for (size_t j = 2; j < size; j++) {
            if (bytes[j] < 0x80 || bytes[j] > 0xBF)
                return 0;
        }
        return size;
    }
    return 0;
}

json_t *fwd_json_out_text(struct fwd_text text)
{
    return text.size > 0 ? json_stringn(text.bytes, text.size) : json_null();
}

json_t *fwd_json_out_hex(const uint8_t *bytes, size_t size)
{
    char text[2 * HEX_MAX + 1];
    fwd_print_hex(bytes, size < HEX_MAX ? size : HEX_MAX, text);
    return json_string(text);
}

json_t *fwd_json_out_string(const char *string)
{
    static const char replacement[] = "\xEF\xBF\xBD"; /* U+FFFD */
    size_t size = string != NULL ? strlen(string) : 0;
    char *text = string != NULL ? malloc(3 * size + 1) : NULL;
    size_t used = 0;
    if (string == NULL)
        return json_null();
    if (text == NULL)
        return NULL;
    for (size_t at = 0; at < size;) {
        size_t piece = utf8_size((const unsigned char *)string + at, size - at);
        memcpy(text + used, piece > 0 ? string + at : replacement, piece > 0 ? piece : 3);
        used += piece > 0 ? piece : 3;
        at += piece > 0 ? piece : 1;
    }
    json_t *json = json_stringn(text, used);
    free(text);
    return json;
}
