#include "cli/inspect/package_map.h"

#include "cli/common/print.h"
#include "cli/device/session.h"
#include "format/sigblock.h"
#include "keys/algorithm.h"

#include <inttypes.h>
#include <stdio.h>
#include <string.h>

static void add_header(struct fwd_package_map *package)
{
    struct fwd_byte_map *map = &package->map;
    enum fwd_reason reason = fwd_header_decode(map->bytes, map->size, &package->header);
    map->part = "header";
    fwd_byte_map_text(map, 3, "magic", "marks a package");
    /* a short file is too short before its magic is looked at */
    if (map->size < 3 || memcmp(map->bytes, "FWD", 3) != 0) {
        fwd_byte_map_problem(
            map, "the file does not begin with the magic of a package (bad-magic)");
        map->problem_at = 0;
        return;
    }
    uint32_t kind = fwd_byte_map_number(map, 1, "kind", "delta (D), full (F) or trust (T) package");
    fwd_byte_map_value(map, "'%c' %s", kind >= 0x20 && kind < 0x7F ? (char)kind : '?',
        fwd_print_kind((uint8_t)kind));
    uint32_t version = fwd_byte_map_number(
        map, 1, "format version", "installers refuse another major version, accept any minor one");
    fwd_byte_map_value(map, "%" PRIu32 ".%" PRIu32, version >> 4, version & 15);
    fwd_byte_map_number(map, 2, "manifest size", "bytes of the manifest");
    fwd_byte_map_number(map, 4, "payload size", "bytes of the payload");
    fwd_byte_map_hex(map, FWD_DIGEST_SIZE, "payload digest", "SHA-256 of the payload");
    package->has_header = reason == FWD_OK || reason == FWD_E_MANIFEST_SIZE;
    if (reason != FWD_OK)
        fwd_byte_map_problem(
            map, "%s (%s)", fwd_reason_info(reason)->meaning, fwd_reason_info(reason)->name);
}

/* What the package does not state; 0: the codec is not known here. */
static void fill_arenas(struct fwd_manifest *manifest)
{
    for (uint8_t i = 0; i < manifest->component_count; i++) {
        struct fwd_component *c = &manifest->components[i];
        const struct fwd_codec *codec = fwd_codec_find(fwd_decoders, fwd_decoders_count, c->codec);
        if (codec == NULL || codec->arena(c, &c->arena_size) != FWD_OK)
            c->arena_size = 0;
    }
}

static void add_manifest(struct fwd_package_map *package)
{
    struct fwd_byte_map *map = &package->map;
    size_t size = package->header.manifest_size;
    map->part = "manifest";
    if (size > fwd_byte_map_left(map)) {
        fwd_byte_map_problem(map, "the file ends inside the manifest");
        size = fwd_byte_map_left(map);
    }
    package->manifest_reason = fwd_manifest_decode(
        map->bytes + map->at, size, package->header.payload_size, &package->manifest);
    if (package->manifest_reason == FWD_OK)
        fill_arenas(&package->manifest);
    size_t end = map->at + size;
    fwd_manifest_map_add(map, size);
    if (package->manifest_reason != FWD_OK)
        fwd_byte_map_problem(map, "%s (%s)", fwd_reason_info(package->manifest_reason)->meaning,
            fwd_reason_info(package->manifest_reason)->name);
    fwd_byte_map_add(map, end - map->at, "rest", "not well formed", "not read");
}

static void add_signature(struct fwd_byte_map *map, size_t end, unsigned index)
{
    char prefix[24];
    snprintf(prefix, sizeof prefix, "signature %u ", index + 1);
    map->prefix = prefix;
    uint32_t id = fwd_byte_map_number(map, 1, "algorithm", "how it was signed");
    const struct fwd_algorithm *algorithm = fwd_algorithm_by_id((uint8_t)id);
    fwd_byte_map_value(map, "%" PRIu32 " %s", id, algorithm != NULL ? algorithm->title : "unknown");
    fwd_byte_map_hex(map, FWD_KEY_ID_SIZE, "key id", "which key: the first quarter of its SHA-256");
    uint32_t size = fwd_byte_map_number(map, 2, "length", "bytes of the signature");
    if (size > end - map->at) {
        fwd_byte_map_problem(map, "signature %u does not fit the signature block", index + 1);
        size = (uint32_t)(end - map->at);
    }
    fwd_byte_map_hex(map, size, "bytes", "signature over header and manifest");
    map->prefix = NULL;
}

static void add_sigblock(struct fwd_byte_map *map)
{
    size_t begin = map->at;
    size_t left = fwd_byte_map_left(map);
    map->part = "signature block";
    uint32_t block = fwd_byte_map_number(map, 2, "block size", "bytes of the signature block");
    uint32_t crc = fwd_byte_map_number(map, 4, "CRC-32", "of the block, against damage");
    if (left < FWD_SIGBLOCK_HEAD)
        return;
    fwd_byte_map_value(map, "0x%08" PRIX32, crc);
    if (block > left && block <= FWD_SIGBLOCK_MAX) {
        fwd_byte_map_problem(map,
            "the file ends inside the signature block, which has %" PRIu32 " bytes: it is cut off",
            block);
        return;
    }
    if (block < FWD_SIGBLOCK_HEAD || block > FWD_SIGBLOCK_MAX) {
        fwd_byte_map_problem(map, "the signature block has an impossible size");
        return;
    }
    for (unsigned i = 0; map->at + FWD_SIGNATURE_HEAD <= begin + block; i++)
        add_signature(map, begin + block, i);
    if (map->at < begin + block)
        fwd_byte_map_problem(map, "bytes are left in the signature block");
    fwd_byte_map_add(map, begin + block - map->at, "rest", "not a signature", "not read");
    struct fwd_sigblock decoded;
    enum fwd_reason reason = fwd_sigblock_decode(map->bytes + begin, block, &decoded);
    if (reason != FWD_OK)
        fwd_byte_map_problem(
            map, "the signature block is damaged (%s)", fwd_reason_info(reason)->name);
}

static void add_all(struct fwd_package_map *package)
{
    struct fwd_byte_map *map = &package->map;
    add_header(package);
    if (package->has_header) {
        add_manifest(package);
        add_sigblock(map);
        map->part = "payload";
        if (map->problem[0] == 0 || package->manifest_reason != FWD_OK) {
            package->payload_at = map->at;
            fwd_payload_map_add(map, package);
        }
    }
    map->part = "rest";
    if (fwd_byte_map_left(map) > 0)
        fwd_byte_map_problem(map, "there are bytes behind the package");
    fwd_byte_map_add(map, fwd_byte_map_left(map), "bytes", "not read further", "%s",
        fwd_byte_map_left(map) > 0 ? "unknown" : "");
}

enum fwd_fail fwd_package_map_make(
    struct fwd_package_map *package, const uint8_t *bytes, size_t size, struct fwd_error *err)
{
    *package = (struct fwd_package_map){.manifest_reason = FWD_E_TOO_SHORT};
    fwd_byte_map_over(&package->map, bytes, size);
    add_all(package);
    if (!package->map.out_of_memory)
        return FWD_FAIL_NONE;
    fwd_package_map_free(package);
    return fwd_error_memory(err, "the map of the package");
}

void fwd_package_map_free(struct fwd_package_map *package)
{
    fwd_byte_map_free(&package->map);
}

const uint8_t *fwd_package_map_section(
    const struct fwd_package_map *package, const struct fwd_component *component)
{
    uint64_t begin = (uint64_t)package->payload_at + component->section_offset;
    if (package->payload_at == 0 || begin > package->map.size ||
        component->section_size > package->map.size - begin)
        return NULL;
    return package->map.bytes + begin;
}
