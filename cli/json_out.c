#include "cli/json_out.h"

#include "cli/print.h"

#include <stdio.h>

#define HEX_MAX 64u

enum fwd_fail fwd_json_out(json_t *report, struct fwd_error *err)
{
    int failed =
        report == NULL || json_dumpf(report, stdout, JSON_INDENT(2) | JSON_REAL_PRECISION(6)) != 0;
    json_decref(report);
    putchar('\n');
    return failed ? fwd_error_memory(err, "the report") : FWD_FAIL_NONE;
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
    return string != NULL ? json_string(string) : json_null();
}
