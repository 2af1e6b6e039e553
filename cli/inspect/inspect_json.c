#include "cli/inspect/inspect_json.h"

#include "cli/common/certificate_out.h"
#include "cli/common/json_out.h"
#include "cli/common/print.h"
#include "cli/inspect/conditions_page.h"
#include "cli/inspect/delta_page.h"
#include "keys/algorithm.h"
#include "keys/signing/signed_package.h"
#include "sim/device/description.h"

/* Of a source, packages state the first half of the digest. */
static json_t *image(const struct fwd_image *image)
{
    return json_pack("{s:o, s:I, s:o}", "version", fwd_json_out_text(image->version), "size",
        (json_int_t)image->size,
        image->digest_size == FWD_DIGEST_SIZE ? "sha256" : "sha256_first_half",
        fwd_json_out_hex(image->digest, image->digest_size));
}

static json_t *component(
    const struct fwd_package_map *p, uint8_t index, const struct fwd_inspect_costs *costs)
{
    const struct fwd_component *c = &p->manifest.components[index];
    bool has_source = (c->flags & FWD_COMPONENT_HAS_SOURCE) != 0;
    return json_pack("{s:o, s:s, s:s, s:o, s:o, s:o, s:o, s:s, s:I, s:I, s:I, s:o}", "name",
        fwd_json_out_text(c->name), "role", fwd_description_role_name(c->role), "codec",
        fwd_print_codec(c->codec), "source", has_source ? image(&c->source) : json_null(), "target",
        image(&c->target), "security_counter",
        c->has_counter ? json_integer(c->counter) : json_null(), "release",
        c->release > 0 ? json_integer(c->release) : json_null(), "order",
        c->flags & FWD_COMPONENT_DESCENDING ? "descending" : "ascending", "section_offset",
        (json_int_t)c->section_offset, "section_size", (json_int_t)c->section_size, "arena_size",
        (json_int_t)c->arena_size, "delta",
        fwd_delta_page_json(p, c, costs != NULL ? &costs->reports[index] : NULL));
}

static json_t *manifest(const struct fwd_package_map *p, const struct fwd_inspect_costs *costs)
{
    const struct fwd_manifest *m = &p->manifest;
    json_t *products = json_array();
    json_t *components = json_array();
    for (uint8_t i = 0; i < m->product_count; i++)
        json_array_append_new(products, fwd_json_out_text(m->products[i]));
    for (uint8_t i = 0; i < m->component_count; i++)
        json_array_append_new(components, component(p, i, costs));
    json_t *hardware = m->has_hardware
                           ? json_pack("{s:I, s:I}", "lowest", (json_int_t)m->hardware_min,
                                 "highest", (json_int_t)m->hardware_max)
                           : json_null();
    return json_pack("{s:o, s:o, s:o, s:o, s:o, s:o, s:o, s:o, s:o, s:o}", "products", products,
        "hardware", hardware, "label", fwd_json_out_text(m->label), "payload_sha256",
        fwd_json_out_hex(p->header.payload_digest, FWD_DIGEST_SIZE), "minimum_tool",
        fwd_json_out_text(m->min_tool), "timestamp",
        m->has_timestamp ? json_integer((json_int_t)m->timestamp) : json_null(), "tool",
        fwd_json_out_text(m->tool), "requires", fwd_conditions_page_requires(m), "not_after",
        m->expires ? json_integer((json_int_t)m->not_after) : json_null(), "components",
        components);
}

static json_t *certificates(const struct fwd_package_map *p)
{
    struct fwd_certificate certificate;
    json_t *list = json_array();
    for (size_t at = 0; fwd_certificate_next(
             p->map.bytes + FWD_HEADER_SIZE, p->header.manifest_size, &at, &certificate);)
        json_array_append_new(list, fwd_certificate_out_json(&certificate));
    return list;
}

static json_t *signatures(const struct fwd_package_map *map)
{
    struct fwd_signed_package package;
    json_t *list = json_array();
    if (fwd_signed_package_divide("", map->map.bytes, map->map.size, &package) != FWD_OK)
        return list;
    for (uint8_t i = 0; i < package.block.count; i++) {
        const struct fwd_signature *s = &package.block.signatures[i];
        const struct fwd_algorithm *algorithm = fwd_algorithm_by_id(s->algorithm);
        json_array_append_new(
            list, json_pack("{s:o, s:o, s:I}", "algorithm",
                      fwd_json_out_string(algorithm != NULL ? algorithm->name : NULL), "key_id",
                      fwd_json_out_hex(s->key_id, FWD_KEY_ID_SIZE), "size", (json_int_t)s->size));
    }
    return list;
}

static json_t *fields(const struct fwd_byte_map *map)
{
    json_t *list = json_array();
    for (size_t i = 0; i < map->count; i++) {
        const struct fwd_field *field = &map->fields[i];
        json_array_append_new(
            list, json_pack("{s:I, s:I, s:s, s:s, s:s, s:s}", "offset", (json_int_t)field->offset,
                      "size", (json_int_t)field->size, "part", field->part, "name", field->name,
                      "value", field->value, "meaning", field->meaning));
    }
    return list;
}

static json_t *header(const struct fwd_package_map *p)
{
    if (!p->has_header)
        return json_null();
    return json_pack("{s:s, s:i, s:i, s:i, s:I}", "kind", fwd_print_kind(p->header.kind),
        "format_major", (int)p->header.major, "format_minor", (int)p->header.minor, "manifest_size",
        (int)p->header.manifest_size, "payload_size", (json_int_t)p->header.payload_size);
}

json_t *fwd_inspect_json(
    const char *path, const struct fwd_package_map *p, const struct fwd_inspect_costs *costs)
{
    json_t *problem = json_null();
    if (p->map.problem[0] != 0)
        problem = json_pack(
            "{s:I, s:s}", "offset", (json_int_t)p->map.problem_at, "text", p->map.problem);
    return json_pack("{s:o, s:I, s:o, s:o, s:o, s:o, s:o, s:o}", "file", fwd_json_out_string(path),
        "size", (json_int_t)p->map.size, "header", header(p), "manifest",
        p->manifest_reason == FWD_OK ? manifest(p, costs) : json_null(), "certificates",
        p->manifest_reason == FWD_OK ? certificates(p) : json_array(), "signatures", signatures(p),
        "problem", problem, "fields", fields(&p->map));
}
