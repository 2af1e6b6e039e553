/* Strict reading of JSON files: unknown and duplicate members are refused, and each error says
 * which file, which member, what was expected and what was found.
 *
 * Failure is sticky, as in format/cursor.h: after the first one every getter returns its fallback
 * or zero and does nothing else; look at `fail` once, at the end. */
#ifndef FWD_SIM_DEVICE_JSON_H
#define FWD_SIM_DEVICE_JSON_H

#include "hostio/host_error.h"

#include <jansson.h>
#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#define FWD_JSON_PATH     160u
#define FWD_JSON_FILE_MAX 1048576u

struct fwd_json {
    const char *file; /* for sentences */
    struct fwd_error *err;
    enum fwd_fail fail;
    json_t *root;
};

/* A value and where it is, as "areas.staging.blocks[0]". value NULL: absent. */
struct fwd_json_node {
    const json_t *value;
    char path[FWD_JSON_PATH];
};

/* Reads a file (or text of size bytes) that holds one object. file must outlive json. Always
 * followed by fwd_json_close(). */
void fwd_json_open(struct fwd_json *json, const char *file, struct fwd_error *err);
void fwd_json_parse(
    struct fwd_json *json, const char *file, const char *text, size_t size, struct fwd_error *err);
void fwd_json_close(struct fwd_json *json);

struct fwd_json_node fwd_json_root(const struct fwd_json *json);

/* Refuses members that are not in the list; the list ends with NULL. */
void fwd_json_only(
    struct fwd_json *json, const struct fwd_json_node *object, const char *const *names);

/* A member that must be an object or an array; absent: value NULL, and a failure if required. */
struct fwd_json_node fwd_json_object(
    struct fwd_json *json, const struct fwd_json_node *object, const char *name, bool required);
struct fwd_json_node fwd_json_array(struct fwd_json *json, const struct fwd_json_node *object,
    const char *name, size_t min, size_t max, bool required);
/* The object at index of an array. */
struct fwd_json_node fwd_json_item(
    struct fwd_json *json, const struct fwd_json_node *array, size_t index);

/* A member that must be a whole number from min to max. */
uint32_t fwd_json_u32(struct fwd_json *json, const struct fwd_json_node *object, const char *name,
    uint32_t min, uint32_t max);
/* The same, or fallback when it is absent. */
uint32_t fwd_json_u32_or(struct fwd_json *json, const struct fwd_json_node *object,
    const char *name, uint32_t min, uint32_t max, uint32_t fallback);
bool fwd_json_bool_or(
    struct fwd_json *json, const struct fwd_json_node *object, const char *name, bool fallback);
/* Printable ASCII of 1 to size - 1 characters, copied with a final zero; "" when absent. */
void fwd_json_text(struct fwd_json *json, const struct fwd_json_node *object, const char *name,
    char *out, size_t size, bool required);
/* Index in a list of words; fallback when absent, -1: required. */
int fwd_json_choice(struct fwd_json *json, const struct fwd_json_node *object, const char *name,
    const char *const *words, int count, int fallback);

/* Fails: `expected` is a phrase as "a whole number from 1 to 4". name NULL: the node itself. */
void fwd_json_refuse(struct fwd_json *json, const struct fwd_json_node *object, const char *name,
    const char *expected);

#endif
