#include "cli/report/sarif_out.h"

#include "cli/common/json_out.h"
#include "format/release.h"

#include <stdlib.h>
#include <string.h>

#define SCHEMA                                                                                     \
    "https://docs.oasis-open.org/sarif/sarif/v2.1.0/errata01/os/schemas/sarif-schema-2.1.0.json"

void fwd_sarif_begin(struct fwd_sarif *sarif, const char *path, const struct fwd_bytes *package)
{
    *sarif = (struct fwd_sarif){
        .path = path, .size = package->size, .rules = json_array(), .results = json_array()};
}

void fwd_sarif_free(struct fwd_sarif *sarif)
{
    json_decref(sarif->rules);
    json_decref(sarif->results);
    *sarif = (struct fwd_sarif){0};
}

/* The path as a URI reference (RFC 3986): what is neither unreserved nor a slash is in percent
 * notation. */
static json_t *uri_of(const char *path)
{
    static const char plain[] =
        "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789-._~/";
    char *text = malloc(3 * strlen(path) + 9);
    size_t at = 0;
    if (text == NULL)
        return NULL;
    if (path[0] == '/') {
        memcpy(text, "file://", 7);
        at = 7;
    }
    for (; *path != 0; path++) {
        if (strchr(plain, *path) != NULL) {
            text[at++] = *path;
            continue;
        }
        (void)snprintf(text + at, 4, "%%%02X", (unsigned)(unsigned char)*path);
        at += 3;
    }
    json_t *json = json_stringn(text, at);
    free(text);
    return json;
}

void fwd_sarif_rule(struct fwd_sarif *sarif, const char *id, const char *text, const char *help)
{
    (void)json_array_append_new(
        sarif->rules, json_pack("{s:s, s:{s:o}, s:{s:s}, s:{s:s}}", "id", id, "shortDescription",
                          "text", fwd_json_out_string(text), "help", "text", help,
                          "defaultConfiguration", "level", "error"));
}

void fwd_sarif_result(
    struct fwd_sarif *sarif, size_t rule, const char *id, const char *message, const char *key)
{
    (void)json_array_append_new(sarif->results,
        json_pack("{s:s, s:I, s:s, s:s, s:{s:o}, s:[{s:{s:{s:o, s:i}}}], s:{s:o}}", "ruleId", id,
            "ruleIndex", (json_int_t)rule, "kind", "fail", "level", "error", "message", "text",
            fwd_json_out_string(message), "locations", "physicalLocation", "artifactLocation",
            "uri", uri_of(sarif->path), "index", 0, "partialFingerprints", "fwdelta/v1",
            fwd_json_out_string(key)));
}

bool fwd_sarif_put(FILE *out, const struct fwd_sarif *sarif)
{
    json_t *log = json_pack("{s:s, s:s, s:[{s:{s:{s:s, s:s, s:O}}, s:[{s:{s:o}, s:I}], s:O}]}",
        "$schema", SCHEMA, "version", "2.1.0", "runs", "tool", "driver", "name", "fwdelta",
        "version", FWD_VERSION_STRING, "rules", sarif->rules, "artifacts", "location", "uri",
        uri_of(sarif->path), "length", (json_int_t)sarif->size, "results", sarif->results);
    char *text = log != NULL ? json_dumps(log, JSON_INDENT(2)) : NULL;
    bool made = text != NULL;
    if (made)
        fprintf(out, "%s\n", text);
    free(text);
    json_decref(log);
    return made;
}
