#include "cli/reproduce/reproduce_compare.h"

#include "cli/inspect/package_map.h"
#include "keys/signing/signed_package.h"

#include <stdio.h>
#include <string.h>

/* A part of both packages. */
struct piece {
    const uint8_t *is, *made;
    size_t is_size, made_size;
    size_t is_at, made_at; /* in the packages */
};

static const struct fwd_field *field_at(const struct fwd_package_map *package, size_t offset)
{
    for (size_t i = 0; i < package->map.count; i++) {
        const struct fwd_field *field = &package->map.fields[i];
        if (offset >= field->offset && offset - field->offset < field->size)
            return field;
    }
    return NULL;
}

/* A value that is said in a few bytes; of longer ones only the bytes tell where they differ. */
#define VALUE_MAX   40u
#define BYTES_SHOWN 8u

static void show_bytes(const uint8_t *bytes, size_t size, char text[FWD_REPRODUCE_VALUE])
{
    size_t shown = size < BYTES_SHOWN ? size : BYTES_SHOWN, at = 0;
    at += (size_t)snprintf(text, FWD_REPRODUCE_VALUE, "bytes");
    for (size_t i = 0; i < shown; i++)
        at += (size_t)snprintf(text + at, FWD_REPRODUCE_VALUE - at, " %02x", bytes[i]);
    (void)snprintf(text + at, FWD_REPRODUCE_VALUE - at, "%s", shown < size ? " ..." : "");
}

/* One side of a difference. other: the field on the other side, which may be another one. */
static void show(const struct fwd_field *field, const struct fwd_field *other, const uint8_t *bytes,
    size_t size, char text[FWD_REPRODUCE_VALUE])
{
    bool same = other != NULL && field != NULL && strcmp(field->name, other->name) == 0;
    if (size == 0)
        (void)snprintf(text, FWD_REPRODUCE_VALUE, "its end");
    else if (field == NULL || field->value[0] == 0 || field->size > VALUE_MAX ||
             (same && strcmp(field->value, other->value) == 0))
        show_bytes(bytes, size, text);
    else if (same || other == NULL)
        (void)snprintf(text, FWD_REPRODUCE_VALUE, "%s", field->value);
    else
        (void)snprintf(text, FWD_REPRODUCE_VALUE, "%s %s", field->name, field->value);
}

static void note(const struct piece *piece, const struct fwd_package_map *is,
    const struct fwd_package_map *made, const char *part, struct fwd_reproduce_difference *out)
{
    size_t shorter = piece->is_size < piece->made_size ? piece->is_size : piece->made_size;
    size_t at = 0;
    while (at < shorter && piece->is[at] == piece->made[at])
        at++;
    *out = (struct fwd_reproduce_difference){0};
    if (at == shorter && piece->is_size == piece->made_size)
        return;
    const struct fwd_field *field = field_at(is, piece->is_at + at);
    const struct fwd_field *other = field_at(made, piece->made_at + at);
    out->found = true;
    out->offset = piece->is_at + at;
    (void)snprintf(out->part, sizeof out->part, "%s", part);
    (void)snprintf(out->field, sizeof out->field, "%s",
        at < piece->is_size && field != NULL ? field->name : "");
    show(field, other, piece->is + at, piece->is_size - at, out->is);
    show(other, field, piece->made + at, piece->made_size - at, out->made);
}

static void compare(const struct fwd_signed_package *is, const struct fwd_package_map *is_map,
    const struct fwd_signed_package *made, const struct fwd_package_map *made_map,
    struct fwd_reproduce_result *result)
{
    const struct piece pieces[FWD_REPRODUCE_PARTS] = {
        {is->signed_bytes, made->signed_bytes, FWD_HEADER_SIZE, FWD_HEADER_SIZE, 0, 0},
        {is->signed_bytes + FWD_HEADER_SIZE, made->signed_bytes + FWD_HEADER_SIZE,
            is->signed_size - FWD_HEADER_SIZE, made->signed_size - FWD_HEADER_SIZE, FWD_HEADER_SIZE,
            FWD_HEADER_SIZE},
        {is->payload, made->payload, is->payload_size, made->payload_size,
            (size_t)(is->payload - is->signed_bytes), (size_t)(made->payload - made->signed_bytes)},
    };
    static const char *const names[] = {"header", "manifest", "payload"};
    result->same = true;
    result->unsigned_bytes = is->signed_size + is->payload_size;
    for (size_t i = 0; i < FWD_REPRODUCE_PARTS; i++) {
        note(&pieces[i], is_map, made_map, names[i], &result->parts[i]);
        result->same = result->same && !result->parts[i].found;
    }
}

enum fwd_fail fwd_reproduce_compare(const char *name, const struct fwd_bytes *package,
    const struct fwd_bytes *made, struct fwd_reproduce_result *result, struct fwd_error *err)
{
    struct fwd_signed_package is, other;
    struct fwd_package_map is_map = {0}, other_map = {0};
    *result = (struct fwd_reproduce_result){0};
    enum fwd_fail fail = fwd_signed_package_open(name, package->data, package->size, &is, err);
    if (fail == FWD_FAIL_NONE)
        fail = fwd_signed_package_open("what was made", made->data, made->size, &other, err);
    if (fail == FWD_FAIL_NONE)
        fail = fwd_package_map_make(&is_map, package->data, package->size, err);
    if (fail == FWD_FAIL_NONE)
        fail = fwd_package_map_make(&other_map, made->data, made->size, err);
    if (fail == FWD_FAIL_NONE)
        compare(&is, &is_map, &other, &other_map, result);
    fwd_package_map_free(&is_map);
    fwd_package_map_free(&other_map);
    return fail;
}
