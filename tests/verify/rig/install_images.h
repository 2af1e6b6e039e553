/* Small images for the tests of the installer: a target is put together of pieces of its source and
 * of new bytes, and the same pieces make its section for the test codec. */
#ifndef FWD_TESTS_VERIFY_RIG_INSTALL_IMAGES_H
#define FWD_TESTS_VERIFY_RIG_INSTALL_IMAGES_H

#include "verify/codec.h"

#define LAB_IMAGE_MAX   8192u
#define LAB_SECTION_MAX (2u * LAB_IMAGE_MAX)
#define LAB_PIECES_MAX  12
#define LAB_NEW         (-1)

/* A piece of a target image. */
struct lab_piece {
    uint32_t length; /* 0: the last one */
    int32_t from;    /* offset in the source, or LAB_NEW */
    uint8_t every;   /* of a copied piece every so many bytes differ; 0: none */
};

/* How one release became the next. */
struct lab_pattern {
    const char *name;
    uint32_t source_size;
    struct lab_piece pieces[LAB_PIECES_MAX];
};

struct lab_image {
    uint8_t bytes[LAB_IMAGE_MAX];
    uint32_t size;
    uint8_t digest[FWD_DIGEST_SIZE];
};

/* All patterns, with 256-byte blocks in mind; the last has no name. */
extern const struct lab_pattern lab_patterns[];
const struct lab_pattern *lab_pattern(const char *name);

/* Bytes that depend on seed alone. */
void lab_image_fill(struct lab_image *image, uint32_t size, uint32_t seed);
void lab_image_finish(struct lab_image *image); /* computes the digest */

/* Source and target of a pattern. */
void lab_pattern_images(const struct lab_pattern *pattern, uint32_t seed, struct lab_image *source,
    struct lab_image *target);

/* The target as a section for the test codec: for each piece
 *   varint copy length | zigzag varint seek | varint every | the bytes that differ |
 *   varint literal length | literal bytes
 * Returns its size; section: LAB_SECTION_MAX bytes. */
uint32_t lab_pattern_section(
    const struct lab_pattern *pattern, const struct lab_image *target, uint8_t *section);

/* The test codec: so that these tests do not depend on the codecs of the product. */
#define LAB_CODEC       0xF1u
#define LAB_CODEC_ARENA 1024u
extern const struct fwd_codec lab_codec;

#endif
