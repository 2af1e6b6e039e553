/* A package explained byte by byte, as far as it can be read (SPEC.md sections 3 to 6). */
#ifndef FWD_CLI_INSPECT_PACKAGE_MAP_H
#define FWD_CLI_INSPECT_PACKAGE_MAP_H

#include "cli/inspect/byte_map.h"
#include "format/header.h"
#include "format/manifest.h"

/* What is known of a package after it was mapped, trusted or not. */
struct fwd_package_map {
    struct fwd_byte_map map;
    struct fwd_header header;
    bool has_header; /* all of it, of a known format */
    struct fwd_manifest manifest;
    enum fwd_reason manifest_reason; /* FWD_OK: the manifest is valid */
    size_t payload_at;               /* offset in the file; 0: it was not reached */
};

/* bytes must outlive the map. Covers every byte. FWD_FAIL_ENVIRONMENT: no memory. A damaged package
 * is no failure: map.problem says where it is damaged. */
enum fwd_fail fwd_package_map_make(
    struct fwd_package_map *package, const uint8_t *bytes, size_t size, struct fwd_error *err);
void fwd_package_map_free(struct fwd_package_map *package);

/* The manifest's part: `size` bytes (package_map_manifest.c). */
void fwd_manifest_map_add(struct fwd_byte_map *map, size_t size);

/* The value of a component entry: `size` bytes (package_map_component.c). */
void fwd_component_map_add(struct fwd_byte_map *map, size_t size);

/* The value of a trust set entry, `size` bytes (package_map_trust.c). */
void fwd_trust_map_add(struct fwd_byte_map *map, size_t size);

/* The payload: the sections of the components (package_map_payload.c). */
void fwd_payload_map_add(struct fwd_byte_map *map, const struct fwd_package_map *package);

/* The section of a component of the package's manifest; NULL: the file does not hold all of it. */
const uint8_t *fwd_package_map_section(
    const struct fwd_package_map *package, const struct fwd_component *component);

#endif
