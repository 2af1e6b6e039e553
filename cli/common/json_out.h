/* Reports as JSON: members in the order in which they were added, two spaces, a line feed. */
#ifndef FWD_CLI_COMMON_JSON_OUT_H
#define FWD_CLI_COMMON_JSON_OUT_H

#include "format/manifest.h"
#include "hostio/host_error.h"
#include "hostio/host_file.h"

#include <jansson.h>

/* Of all schemas in schemas/: a member that is added does not change it. */
#define FWD_JSON_SCHEMA_VERSION 1u

/* Prints a report on standard output and frees it. schema: the name of a file in schemas/,
 * without version and ending; it becomes the first member of the object, or of each object of an
 * array. NULL, a report that could not be built for want of memory, or one that cannot be written:
 * FWD_FAIL_ENVIRONMENT. */
enum fwd_fail fwd_json_out(const char *schema, json_t *report, struct fwd_error *err);

/* The report of a command whose only result is one file. what: "public-key", ... */
enum fwd_fail fwd_json_out_file(
    const char *what, const char *path, const struct fwd_bytes *bytes, struct fwd_error *err);

/* A text of a package; null when it is absent. */
json_t *fwd_json_out_text(struct fwd_text text);

/* Lower-case hex digits. */
json_t *fwd_json_out_hex(const uint8_t *bytes, size_t size);

/* NULL becomes null. What is not UTF-8, as file names may be, becomes U+FFFD. */
json_t *fwd_json_out_string(const char *string);

#endif
