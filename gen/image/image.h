/* Files as build systems and programmers leave them, made into the bytes that a device has in its
 * flash. What has one meaning is converted, with a note of what was done; what would need a guess
 * is asked for by name; what is no firmware image is refused with a sentence that says what it is.
 * README.md lists the formats. */
#ifndef FWD_GEN_IMAGE_IMAGE_H
#define FWD_GEN_IMAGE_IMAGE_H

#include "format/limits.h"
#include "gen/image/memory_map.h"
#include "gen/image/segments.h"
#include "hostio/host_file.h"

#define FWD_IMAGE_NOTES_MAX 8u

enum fwd_image_format {
    FWD_IMAGE_RAW,
    FWD_IMAGE_INTEL_HEX,
    FWD_IMAGE_SRECORD,
    FWD_IMAGE_ELF,
    FWD_IMAGE_UF2,
    FWD_IMAGE_DFUSE,
    FWD_IMAGE_ESP,
    FWD_IMAGE_MCUBOOT,
    FWD_IMAGE_FORMATS
};

struct fwd_image_options {
    bool raw; /* take the bytes as they are, whatever they look like */
    struct fwd_memory_layout layout;
    bool has_family; /* of a UF2 file that is for several */
    uint32_t family;
    /* SHA-256, to check the digests that images state; NULL: they are not checked. */
    bool (*sha256)(const void *bytes, size_t size, uint8_t digest[FWD_DIGEST_SIZE]);
};

struct fwd_image_load {
    struct fwd_bytes bytes;
    enum fwd_image_format format;
    struct fwd_segments segments;
    char version[FWD_VERSION_MAX + 1]; /* that the image states; "": none */
    bool has_counter;                  /* the image states a security counter */
    uint32_t counter;
    struct fwd_error notes[FWD_IMAGE_NOTES_MAX]; /* sentences without the name of the file */
    size_t note_count;
};

/* Makes *load out of the bytes of a file, which are taken over or freed in any case. name: of the
 * file, for sentences. load->bytes: freed by the caller, NULL after a failure.
 * FWD_FAIL_REFUSED: damaged, no image, or not clear without an option that the sentence names. */
enum fwd_fail fwd_image_load(const char *name, struct fwd_bytes *file,
    const struct fwd_image_options *options, struct fwd_image_load *load, struct fwd_error *err);

/* The name of what is compressed and begins at `data`: "gzip", "PNG"; NULL: nothing that is known.
 */
const char *fwd_image_packed(const uint8_t *data, size_t size);

/* "0x8004000-0x8010000", the second one past the end, of at most 64 bits. False: something else. */
bool fwd_image_parse_range(const char *text, struct fwd_memory_layout *layout);

/* The number of a UF2 family by number (0xE48BFF56) or name (RP2040). False: not known. */
bool fwd_image_parse_family(const char *text, uint32_t *family);

#endif
