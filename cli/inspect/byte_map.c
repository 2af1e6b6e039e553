#include "cli/inspect/byte_map.h"

#include "cli/common/print.h"
#include "format/cursor.h"

#include <inttypes.h>
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

void fwd_byte_map_over(struct fwd_byte_map *map, const uint8_t *bytes, size_t size)
{
    *map = (struct fwd_byte_map){.bytes = bytes, .size = size, .part = ""};
}

void fwd_byte_map_free(struct fwd_byte_map *map)
{
    free(map->fields);
    *map = (struct fwd_byte_map){0};
}

size_t fwd_byte_map_left(const struct fwd_byte_map *map)
{
    return map->size - map->at;
}

static struct fwd_field *grow(struct fwd_byte_map *map)
{
    if (map->count == map->room) {
        size_t room = map->room > 0 ? 2 * map->room : 64;
        struct fwd_field *fields = realloc(map->fields, room * sizeof *fields);
        if (fields == NULL) {
            map->out_of_memory = true;
            return NULL;
        }
        map->fields = fields;
        map->room = room;
    }
    return &map->fields[map->count++];
}

void fwd_byte_map_problem(struct fwd_byte_map *map, const char *format, ...)
{
    va_list arguments;
    if (map->problem[0] != 0)
        return;
    va_start(arguments, format);
    map->problem_at = map->at;
    vsnprintf(map->problem, sizeof map->problem, format, arguments);
    va_end(arguments);
}

/* Takes the next bytes, as many as there are; *whole: are they all there? */
static struct fwd_field *take(
    struct fwd_byte_map *map, size_t size, const char *name, const char *meaning, bool *whole)
{
    size_t left = fwd_byte_map_left(map);
    *whole = size <= left;
    if (!*whole) {
        fwd_byte_map_problem(map, "the file ends inside the field '%s%s', which has %zu bytes",
            map->prefix != NULL ? map->prefix : "", name, size);
        size = left;
    }
    struct fwd_field *field = size > 0 ? grow(map) : NULL;
    if (field == NULL)
        return NULL;
    *field =
        (struct fwd_field){.offset = map->at, .size = size, .part = map->part, .meaning = meaning};
    snprintf(field->name, sizeof field->name, "%s%s", map->prefix != NULL ? map->prefix : "", name);
    if (!*whole)
        snprintf(field->value, sizeof field->value, "(cut off)");
    map->at += size;
    return field;
}

const uint8_t *fwd_byte_map_add(struct fwd_byte_map *map, size_t size, const char *name,
    const char *meaning, const char *format, ...)
{
    va_list arguments;
    bool whole;
    struct fwd_field *field = take(map, size, name, meaning, &whole);
    if (field == NULL || !whole)
        return NULL;
    va_start(arguments, format);
    vsnprintf(field->value, sizeof field->value, format, arguments);
    va_end(arguments);
    return map->bytes + field->offset;
}

void fwd_byte_map_value(struct fwd_byte_map *map, const char *format, ...)
{
    va_list arguments;
    if (map->count == 0)
        return;
    struct fwd_field *field = &map->fields[map->count - 1];
    va_start(arguments, format);
    vsnprintf(field->value, sizeof field->value, format, arguments);
    va_end(arguments);
}

uint32_t fwd_byte_map_number(
    struct fwd_byte_map *map, size_t size, const char *name, const char *meaning)
{
    bool whole;
    uint32_t number = 0;
    struct fwd_field *field = take(map, size, name, meaning, &whole);
    if (field == NULL || !whole)
        return 0;
    for (size_t i = size; i > 0; i--)
        number = number << 8 | map->bytes[field->offset + i - 1];
    snprintf(field->value, sizeof field->value, "%" PRIu32, number);
    return number;
}

uint32_t fwd_byte_map_varint(
    struct fwd_byte_map *map, size_t end, const char *name, const char *meaning)
{
    struct fwd_reader r = fwd_reader_over(map->bytes + map->at, end - map->at);
    uint32_t number = fwd_read_varint(&r);

    if (r.failed) {
        fwd_byte_map_problem(map, "%s%s is not a valid number (manifest-syntax)",
            map->prefix != NULL ? map->prefix : "", name);
        return 0;
    }
    fwd_byte_map_add(map, r.at, name, meaning, "%" PRIu32, number);
    return number;
}

void fwd_byte_map_text(struct fwd_byte_map *map, size_t size, const char *name, const char *meaning)
{
    bool whole;
    struct fwd_field *field = take(map, size, name, meaning, &whole);
    if (field == NULL || !whole)
        return;
    size_t at = 0;
    field->value[at++] = '"';
    for (size_t i = 0; i < size && at + 2 < sizeof field->value; i++) {
        uint8_t byte = map->bytes[field->offset + i];
        field->value[at++] = byte >= 0x20 && byte <= 0x7E ? (char)byte : '?';
    }
    field->value[at++] = '"';
    field->value[at] = 0;
}

void fwd_byte_map_hex(struct fwd_byte_map *map, size_t size, const char *name, const char *meaning)
{
    bool whole;
    struct fwd_field *field = take(map, size, name, meaning, &whole);
    if (field == NULL || !whole)
        return;
    size_t shown = size <= 80 ? size : 16; /* an Ed25519 or P-256 signature in full */
    fwd_print_hex(map->bytes + field->offset, shown, field->value);
    if (shown < size)
        strcat(field->value, "...");
}
