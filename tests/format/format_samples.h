/* Samples that the tests of format/ share. */
#ifndef FWD_TESTS_FORMAT_FORMAT_SAMPLES_H
#define FWD_TESTS_FORMAT_FORMAT_SAMPLES_H

#include "format/manifest.h"
#include "format/sigblock.h"

#include <check.h>

/* Bytes of the payload that sample_manifest() describes. */
#define SAMPLE_PAYLOAD 1300u

/* Every kind of entry once, products twice; two components, one of each shape. */
struct fwd_manifest sample_manifest(void);

/* A delta with versions, codec parameters and a counter. */
struct fwd_component sample_delta(void);

/* A full image without versions and parameters. */
struct fwd_component sample_full(void);

/* Three signatures: sizes 64, 71 and 384. */
#define SAMPLE_SIGNATURES 3u
const struct fwd_signature *sample_signatures(void);

/* 32 bytes that differ for each number. */
const uint8_t *sample_digest(uint8_t number);

/* A copy with nothing readable after it, so that the sanitizer sees a read past the end. The
 * caller frees it. */
uint8_t *exact_copy(const void *bytes, size_t size);

/* Decodes such a copy of a manifest before SAMPLE_PAYLOAD bytes. What decoded points to is gone. */
enum fwd_reason decode_exactly(const void *bytes, size_t size, struct fwd_manifest *decoded);

/* Runs and frees the suite; the result is for main to return. */
int run_suite(Suite *suite);

#endif
