/* Package vectors in the making: images, payload, manifest, signatures, bytes. Each step can be
 * followed by a change that no builder would make. All bytes depend on this code alone: signatures
 * are Ed25519 with the committed test keys, and .xz streams hold their content uncompressed. */
#ifndef FWD_TESTS_VECTORS_VECTOR_DRAFT_H
#define FWD_TESTS_VECTORS_VECTOR_DRAFT_H

#include "format/cursor.h"
#include "format/header.h"
#include "format/manifest.h"
#include "format/sigblock.h"
#include "gen/package/section.h"
#include "keys/signature.h"

#define VECTOR_IMAGE_MAX   256u
#define VECTOR_PAYLOAD_MAX 1024u
#define VECTOR_PACKAGE_MAX 4096u
#define VECTOR_DELTA       11u /* bytes of the codec parameters of bsdiff-xz */

enum vector_image_id {
    VECTOR_FIRMWARE_1,
    VECTOR_FIRMWARE_2,
    VECTOR_PROFILE_1,
    VECTOR_PROFILE_2,
    VECTOR_IMAGES
};

struct vector_image {
    const char *name; /* of the file */
    const char *version;
    uint8_t bytes[VECTOR_IMAGE_MAX];
    uint32_t size;
    uint8_t digest[FWD_DIGEST_SIZE];
};

enum vector_key { VECTOR_KEY_RELEASE, VECTOR_KEY_OTHER, VECTOR_KEYS };

struct vector_draft {
    struct fwd_header header;
    struct fwd_manifest manifest;
    uint8_t params[VECTOR_DELTA];
    uint8_t payload[VECTOR_PAYLOAD_MAX];
    uint32_t payload_size;
    uint8_t payload_digest[FWD_DIGEST_SIZE];
    uint8_t manifest_bytes[VECTOR_PACKAGE_MAX];
    size_t manifest_size;
    enum vector_key signers[FWD_SIGNATURES_MAX];
    uint8_t signer_count;
    struct fwd_signature signatures[FWD_SIGNATURES_MAX];
    uint8_t signature_bytes[FWD_SIGNATURES_MAX][FWD_SIGNATURE_ROOM];
    uint8_t package[VECTOR_PACKAGE_MAX];
    size_t package_size;
    bool failed; /* a step did not do what it must; the others then do nothing useful */
};

/* Makes the images and reads the keys from a folder. Call once, before anything else. */
enum fwd_fail vector_begin(const char *key_folder, struct fwd_error *err);
void vector_end(void);
const struct vector_image *vector_image(enum vector_image_id id);

/* ---- components; each is appended ------------------------------------------------------------ */

/* An image as it is. */
void vector_add_stored(
    struct vector_draft *draft, const char *name, uint8_t role, enum vector_image_id target);
/* firmware-2 as one .xz stream. */
void vector_add_xz(struct vector_draft *draft);
/* firmware-2 from firmware-1. control: the tuples; NULL: the right ones. surplus: bytes of the
 * extra stream that no tuple takes. */
void vector_add_delta(
    struct vector_draft *draft, const uint8_t *control, size_t control_size, uint32_t surplus);
/* The same, made by the delta engine and compressed: its bytes depend on the version of liblzma. */
void vector_add_compressed(struct vector_draft *draft);

/* ---- steps ----------------------------------------------------------------------------------- */

/* Payload digest and manifest_bytes. */
void vector_encode(struct vector_draft *draft);
/* Signatures by all signers. */
void vector_sign(struct vector_draft *draft);
/* The package. */
void vector_assemble(struct vector_draft *draft);

/* The first entry of this type in manifest_bytes: its critical bit and type, a length of one byte,
 * its value. NULL and failed when there is none. */
uint8_t *vector_entry(struct vector_draft *draft, uint8_t type);
/* Puts an entry before the one of type `before`; 0: after the last. size: below 128. */
void vector_insert(
    struct vector_draft *draft, uint8_t before, uint8_t type, const void *value, uint8_t size);

/* One .xz stream with one block of uncompressed LZMA2 chunks, check None; size is 0..65536. */
void vector_xz(struct fwd_writer *w, const uint8_t *bytes, uint32_t size);

#endif
