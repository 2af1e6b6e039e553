/* A file explained byte by byte: fields that follow each other without a gap or overlap, because
 * each one begins where the one before it ended. */
#ifndef FWD_CLI_INSPECT_BYTE_MAP_H
#define FWD_CLI_INSPECT_BYTE_MAP_H

#include "hostio/host_error.h"

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

struct fwd_field {
    size_t offset;    /* in the file */
    size_t size;      /* at least 1 */
    const char *part; /* "header", "manifest", ... */
    char name[48];
    char value[168]; /* "" when it has none of its own */
    const char *meaning;
};

struct fwd_byte_map {
    const uint8_t *bytes;
    size_t size;
    size_t at; /* where the next field begins */
    const char *part;
    const char *prefix; /* of names, or NULL */
    struct fwd_field *fields;
    size_t count, room;
    bool out_of_memory;
    /* The first thing that is wrong; text empty: nothing is. */
    size_t problem_at;
    char problem[160];
};

void fwd_byte_map_over(struct fwd_byte_map *map, const uint8_t *bytes, size_t size);
void fwd_byte_map_free(struct fwd_byte_map *map);

size_t fwd_byte_map_left(const struct fwd_byte_map *map);

/* Adds the next size bytes; nothing when size is 0. Fewer are left: a problem, and the rest becomes
 * the field. The value is a printf format. Returns the bytes of the field, or NULL when they are
 * not all there. meaning must be constant. */
__attribute__((format(printf, 5, 6))) const uint8_t *fwd_byte_map_add(struct fwd_byte_map *map,
    size_t size, const char *name, const char *meaning, const char *format, ...);

/* The same for common kinds of values. Numbers become 0, text and bytes "", when cut off. */
uint32_t fwd_byte_map_number(
    struct fwd_byte_map *map, size_t size, const char *name, const char *meaning);
/* A varint; one that is not well formed or does not end before `end` is a problem, and 0. */
uint32_t fwd_byte_map_varint(
    struct fwd_byte_map *map, size_t end, const char *name, const char *meaning);
void fwd_byte_map_text(
    struct fwd_byte_map *map, size_t size, const char *name, const char *meaning);
void fwd_byte_map_hex(struct fwd_byte_map *map, size_t size, const char *name, const char *meaning);

/* Notes a problem at the place that comes next; only the first is kept. */
__attribute__((format(printf, 2, 3))) void fwd_byte_map_problem(
    struct fwd_byte_map *map, const char *format, ...);

/* Replaces the value of the field added last. */
__attribute__((format(printf, 2, 3))) void fwd_byte_map_value(
    struct fwd_byte_map *map, const char *format, ...);

#endif
