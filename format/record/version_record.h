/* The version record (SPEC.md section 9): which image each place of the device holds, and which
 * slot is active. A new record goes to another erase block than the one in force; the journal
 * names the one in force, or else the valid one with the highest sequence number is. */
#ifndef FWD_FORMAT_RECORD_VERSION_RECORD_H
#define FWD_FORMAT_RECORD_VERSION_RECORD_H

#include "format/limits.h"
#include "format/manifest.h"

#ifdef __cplusplus
extern "C" {
#endif

#define FWD_VERSION_HEAD_SIZE 16u
/* Bytes of a record with FWD_COMPONENTS_MAX places and the longest texts. */
#define FWD_VERSION_ENTRY_MAX (1u + FWD_NAME_MAX + 1u + FWD_VERSION_MAX + 1u + 4u + FWD_DIGEST_SIZE)
#define FWD_VERSION_RECORD_MAX                                                                     \
    (FWD_VERSION_HEAD_SIZE + FWD_COMPONENTS_MAX * FWD_VERSION_ENTRY_MAX + 4u)

struct fwd_version_entry {
    struct fwd_text name;
    struct fwd_text version; /* size 0: not known */
    uint8_t slot;            /* the active one: 0 or 1 */
    uint32_t size;           /* of the image; 0: the place is empty */
    const uint8_t *digest;   /* SHA-256 of the image, FWD_DIGEST_SIZE bytes */
};

struct fwd_version_record {
    uint32_t sequence;
    struct fwd_version_entry entries[FWD_COMPONENTS_MAX];
    uint8_t count; /* 1..FWD_COMPONENTS_MAX */
};

/* Writes the record with its CRC. Returns the bytes written, or 0 when it does not fit size or a
 * value is outside its limits. FWD_VERSION_RECORD_MAX bytes always suffice. */
size_t fwd_version_record_encode(
    const struct fwd_version_record *record, uint8_t *out, size_t size);

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
