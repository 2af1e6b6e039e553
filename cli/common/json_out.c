#include "cli/common/json_out.h"

#include "cli/common/print.h"
#include "cli/common/utf8.h"
#include "keys/crypto_port.h"

#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#define HEX_MAX 64u

/* The object again, after a member that says which schema it follows. */
static json_t *named(const char *schema, json_t *object)
{
    char name[64];
    (void)snprintf(name, sizeof name, "fwdelta-%s-%u", schema, FWD_JSON_SCHEMA_VERSION);
    json_t *whole = json_pack("{s:s}", "schema", name);
    if (json_object_update(whole, object) != 0) {
        json_decref(whole);
        whole = NULL;
    }
    return whole;
}

static json_t *with_schema(const char *schema, json_t *report)
{
    if (json_is_object(report)) {
        json_t *whole = named(schema, report);
        json_decref(report);
        return whole;
    }
    for (size_t i = 0; i < json_array_size(report); i++) {
        if (json_array_set_new(report, i, named(schema, json_array_get(report, i))) != 0) {
            json_decref(report);
            return NULL;
        }
    }
    return report;
}

enum fwd_fail fwd_json_out(const char *schema, json_t *report, struct fwd_error *err)
{
    report = with_schema(schema, report);
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

enum fwd_fail fwd_json_out_file(
    const char *what, const char *path, const struct fwd_bytes *bytes, struct fwd_error *err)
{
    uint8_t digest[FWD_DIGEST_SIZE];
    if (!fwd_crypto_port_sha256(bytes->data, bytes->size, digest))
        return fwd_error_fail(err, FWD_FAIL_ENVIRONMENT, "SHA-256 cannot be computed");
    return fwd_json_out("file",
        json_pack("{s:s, s:o, s:I, s:o}", "what", what, "file", fwd_json_out_string(path), "size",
            (json_int_t)bytes->size, "sha256", fwd_json_out_hex(digest, sizeof digest)),
        err);
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
        size_t piece = fwd_utf8_size(string + at);
        memcpy(text + used, piece > 0 ? string + at : replacement, piece > 0 ? piece : 3);
        used += piece > 0 ? piece : 3;
        at += piece > 0 ? piece : 1;
    }
    json_t *json = json_stringn(text, used);
    free(text);
    return json;
}
