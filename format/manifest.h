/* The manifest of a package (SPEC.md section 4): what the signature covers besides the header.
 *
 * A decoded manifest points into the bytes it was decoded from; those must outlive it. Strings are
 * not terminated: they are {bytes, size}. */
#ifndef FWD_FORMAT_MANIFEST_H
#define FWD_FORMAT_MANIFEST_H

#include "format/config.h"
#include "format/reason.h"

#ifdef __cplusplus
extern "C" {
#endif

struct fwd_text {
    const char *bytes; /* printable ASCII, 0x20..0x7E */
    uint8_t size;      /* 0: absent */
};

struct fwd_text fwd_text_of(const char *string); /* NULL gives the absent text */
bool fwd_text_equal(struct fwd_text a, struct fwd_text b);

struct fwd_image {
    uint32_t size;
    const uint8_t *digest; /* the first digest_size bytes of its SHA-256 */
    uint8_t digest_size;   /* FWD_DIGEST_SIZE; of a component's source FWD_SOURCE_DIGEST_SIZE */
    struct fwd_text version;
};

/* Whether the SHA-256 is the image's, as far as the image states it; false when it states fewer
 * than FWD_SOURCE_DIGEST_SIZE bytes. The time does not depend on where they differ. */
bool fwd_image_digest_equal(const struct fwd_image *image, const uint8_t digest[FWD_DIGEST_SIZE]);

struct fwd_component {
    struct fwd_text name;
    uint8_t role;  /* FWD_ROLE_* */
    uint8_t flags; /* FWD_COMPONENT_* */
    uint8_t codec; /* FWD_CODEC_* */
    uint8_t codec_params_size;
    const uint8_t *codec_params;
    uint32_t section_offset; /* in the payload: where the one before it ends */
    uint32_t section_size;   /* the last component takes the rest of the payload */
    uint32_t arena_size;     /* decoder memory in bytes, by the codec's formula: not in the package,
                                0 until somebody asked the codec (fwd_plan_structure() does) */
    struct fwd_image source; /* only with FWD_COMPONENT_HAS_SOURCE */
    struct fwd_image target;
    bool has_counter;
    uint32_t counter; /* security counter; 0 without one */
    uint32_t release; /* release number as stated; 0: not stated */
};

/* The release number of a component: its security counter where it states none, else 0. */
static inline uint32_t fwd_component_release(const struct fwd_component *component)
{
    return component->release > 0 || !component->has_counter ? component->release
                                                             : component->counter;
}

struct fwd_manifest {
    uint8_t component_count; /* 0 only beside a trust set */
    uint8_t product_count;   /* 0: for any product */
    bool has_hardware;
    bool has_timestamp;
    enum fwd_reason sections; /* FWD_OK: they cover the payload; otherwise they are not to be used:
                                 FWD_E_SECTION_OVERLAP or FWD_E_SECTION_RANGE */
    uint32_t hardware_min, hardware_max; /* inclusive */
    struct fwd_text label;
    struct fwd_text min_tool;
    uint64_t timestamp; /* seconds since 1970-01-01T00:00:00Z */
    struct fwd_text tool;
    const uint8_t *dependencies; /* a list (dependency.h), not looked at yet, or NULL */
    uint16_t dependencies_size;
    bool expires;
    uint64_t not_after;   /* not to be installed after this second since 1970 */
    const uint8_t *trust; /* the trust set of a trust package (trust_set.h), or NULL */
    uint16_t trust_size;
    struct fwd_text products[FWD_PRODUCTS_MAX];
    struct fwd_component components[FWD_CONFIG_COMPONENTS];
};

/* Writes the manifest in canonical form: entries ascending, nothing that decode would refuse. The
 * section sizes are those of the components, but for the last one, which states none.
 * Returns the bytes written, or 0 when it does not fit size or a value is outside its limits. */
size_t fwd_manifest_encode(const struct fwd_manifest *manifest, uint8_t *out, size_t size);

/* Decodes bytes that have been authenticated. Checks shapes and limits of single values, not what
 * they mean together (verify/trust/plan.h does). payload_size: of the header.
 * FWD_OK, or FWD_E_MANIFEST_SYNTAX, FWD_E_MANIFEST_VALUE, FWD_E_UNKNOWN_CRITICAL. */
FWD_MUST_USE enum fwd_reason fwd_manifest_decode(
    const uint8_t *bytes, size_t size, uint32_t payload_size, struct fwd_manifest *manifest);

/* A walk over the entries for tools that explain every byte: gives one entry after the other.
 * Start with *at = 0. False at the end or when the entry is not well formed. */
struct fwd_entry {
    uint8_t type; /* without the critical bit */
    bool critical;
    uint32_t size;
    size_t head;   /* where the entry begins, from the start of the bytes */
    size_t offset; /* of its value */
    const uint8_t *value;
};
bool fwd_manifest_walk(const uint8_t *bytes, size_t size, size_t *at, struct fwd_entry *entry);

#ifdef __cplusplus
}
#endif

#endif
