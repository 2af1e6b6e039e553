/* The version record (SPEC.md section 9): which image each place of the device holds, which slot is
 * active, and the proof: the signed bytes and signatures of the packages that put the images there.
 * It is stored twice, in two banks of the version area. */
#ifndef FWD_FORMAT_RECORD_VERSION_RECORD_H
#define FWD_FORMAT_RECORD_VERSION_RECORD_H

#include "format/config.h"
#include "format/manifest.h"

#ifdef __cplusplus
extern "C" {
#endif

#define FWD_VERSION_HEAD_SIZE 16u
/* Bytes of an entry with the longest texts, with what is said of it before. */
#define FWD_VERSION_ENTRY_MAX                                                                      \
    (1u + FWD_NAME_MAX + 1u + FWD_VERSION_MAX + 3u + 4u + FWD_DIGEST_SIZE + 3u)
#define FWD_VERSION_TAIL_SIZE 12u /* MAC and CRC */
/* No record is larger, and no device has room for more. */
#define FWD_VERSION_RECORD_MAX 65536u

#define FWD_VERSION_SETS_MAX 16u
/* A record has no more than what runs and what was before. */
#define FWD_CONFIG_SETS                                                                            \
    (FWD_CONFIG_COMPONENTS < 8 ? 2u * FWD_CONFIG_COMPONENTS : FWD_VERSION_SETS_MAX)
#define FWD_VERSION_NO_SET 0xFFu /* the image is one that the key store pins */

#define FWD_VERSION_MAC_SIZE 8u

/* One place. */
struct fwd_version_entry {
    struct fwd_text name;
    struct fwd_text version; /* size 0: not known */
    uint8_t slot;            /* the active one: 0 or 1 */
    uint8_t set;             /* index in sets, or FWD_VERSION_NO_SET */
    uint8_t component;       /* of the set's manifest */
    uint32_t size;           /* of the image; 0: the place is empty */
    const uint8_t *digest;   /* SHA-256 of the image, FWD_DIGEST_SIZE bytes */
};

/* What a place held before, and still holds in its other slot. */
struct fwd_version_before {
    uint8_t slot, set, component;
};

/* A package without its payload: header | manifest, and a signature block with the entries that
 * counted. */
struct fwd_version_set {
    const uint8_t *bytes;    /* header | manifest, in a record followed by the signature block */
    const uint8_t *sigblock; /* when encoding */
    uint16_t signed_size, sigblock_size;
};

struct fwd_version_record {
    uint32_t sequence; /* its number; 0 is none */
    uint8_t count;     /* 1..FWD_CONFIG_COMPONENTS */
    uint8_t set_count; /* at most FWD_CONFIG_SETS */
    bool has_before;   /* going back to what was before, as a whole, is possible */
    struct fwd_version_entry entries[FWD_CONFIG_COMPONENTS];
    struct fwd_version_before before[FWD_CONFIG_COMPONENTS];
    struct fwd_version_set sets[FWD_CONFIG_SETS];
    const uint8_t
        *mac; /* FWD_VERSION_MAC_SIZE bytes over all before it; NULL when encoding: zeros */
};

/* Writes the record with its CRC. Returns the bytes written, or 0 when it does not fit size or a
 * value is outside its limits. */
size_t fwd_version_record_encode(
    const struct fwd_version_record *record, uint8_t *out, size_t size);

/* Puts a MAC into an encoded record of `size` bytes, and the CRC right. */
void fwd_version_record_seal(uint8_t *bytes, size_t size, const uint8_t *mac);

/* Reads FWD_VERSION_HEAD_SIZE bytes, for a reader that fetches the rest afterwards. False when
 * they do not begin a record. *total: bytes of the whole record, at most FWD_VERSION_RECORD_MAX. */
bool fwd_version_record_head(const uint8_t *bytes, uint32_t *sequence, uint32_t *total);

/* Decodes a record at the start of bytes; what follows it is ignored. The result points into
 * bytes. False when there is no whole valid record. */
bool fwd_version_record_decode(
    const uint8_t *bytes, size_t size, struct fwd_version_record *record);

#ifdef __cplusplus
}
#endif

#endif
