/* Where the bytes of the package went. */
#include "cli/common/image_file.h"
#include "cli/inspect/delta_page.h"
#include "cli/prove/prove.h"

#include <stdlib.h>
#include <string.h>

/* Bytes by part, in the order of the file. */
static json_t *parts_json(const struct fwd_byte_map *map)
{
    json_t *list = json_array(), *last = NULL;
    const char *part = "";
    for (size_t i = 0; i < map->count; i++) {
        const struct fwd_field *field = &map->fields[i];
        json_int_t size = (json_int_t)field->size;
        if (strcmp(field->part, part) == 0) {
            size += json_integer_value(json_object_get(last, "bytes"));
        } else {
            last = json_pack("{s:s, s:I}", "part", field->part, "bytes", (json_int_t)0);
            json_array_append_new(list, last);
            part = field->part;
        }
        json_object_set_new(last, "bytes", json_integer(size));
    }
    return list;
}

/* The images before the update, as inspect --source has them; those alone whose delta can be
 * measured. */
static enum fwd_fail costs_of(const struct fwd_prove_subject *s, const struct fwd_package_map *map,
    struct fwd_inspect_costs *costs, struct fwd_error *err)
{
    struct fwd_given given[FWD_COMPONENTS_MAX];
    struct fwd_args args = *s->args;
    const char *text;
    size_t at = 0, count = 0;
    while ((text = fwd_args_next(s->args, "image", &at)) != NULL && count < FWD_COMPONENTS_MAX) {
        for (uint8_t i = 0; i < map->manifest.component_count; i++) {
            const struct fwd_component *c = &map->manifest.components[i];
            if (c->codec == FWD_CODEC_FWD && strncmp(text, c->name.bytes, c->name.size) == 0 &&
                text[c->name.size] == '=')
                given[count++] = (struct fwd_given){"source", text};
        }
    }
    args.given = given;
    args.given_count = count;
    return fwd_inspect_costs_make(&args, s->args->operands[0], map, costs, err);
}

static json_t *components_json(
    const struct fwd_package_map *map, const struct fwd_inspect_costs *costs)
{
    json_t *list = json_array();
    for (uint8_t i = 0; i < map->manifest.component_count; i++) {
        const struct fwd_component *c = &map->manifest.components[i];
        json_t *delta = fwd_delta_page_json(map, c, &costs->reports[i]);
        json_array_append_new(
            list, json_pack("{s:s%, s:I, s:I, s:O}", "component", c->name.bytes,
                      (size_t)c->name.size, "section_bytes", (json_int_t)c->section_size,
                      "target_bytes", (json_int_t)c->target.size, "costs",
                      json_is_object(delta) ? json_object_get(delta, "costs") : json_null()));
        json_decref(delta);
    }
    return list;
}

enum fwd_fail fwd_prove_bytes(
    const struct fwd_prove_subject *subject, json_t **out, struct fwd_error *err)
{
    struct fwd_package_map map = {0};
    struct fwd_inspect_costs *costs = calloc(1, sizeof *costs);
    if (costs == NULL)
        return fwd_error_memory(err, "the proof");
    enum fwd_fail fail =
        fwd_package_map_make(&map, subject->package.data, subject->package.size, err);
    if (fail == FWD_FAIL_NONE)
        fail = costs_of(subject, &map, costs, err);
    if (fail == FWD_FAIL_NONE) {
        *out = json_pack("{s:o, s:o}", "parts", parts_json(&map.map), "components",
            components_json(&map, costs));
        fail = *out != NULL ? FWD_FAIL_NONE : fwd_error_memory(err, "the proof");
    }
    fwd_inspect_costs_free(costs);
    free(costs);
    fwd_package_map_free(&map);
    return fail;
}
