/* Bits of codec `fwd` written into memory and read back, for the tests of its parts. */
#ifndef FWD_TESTS_GEN_REFDELTA_DELTA_RIG_H
#define FWD_TESTS_GEN_REFDELTA_DELTA_RIG_H

#include "gen/refdelta/range_encode.h"
#include "tests/gen/gen_rig.h"
#include "verify/refdelta/entropy/range.h"

/* An encoder's port. Begin with delta_writer_begin(). */
struct delta_writer {
    struct fwd_range_encode range;
    struct fwd_bit_port port;
};
void delta_writer_begin(struct delta_writer *writer);
/* The stream; the caller frees. */
struct fwd_bytes delta_writer_end(struct delta_writer *writer);

/* A decoder's port over bytes that have exactly their size. It may be told to fail. */
struct delta_reader {
    struct fwd_range range;
    struct fwd_bit_port port;
    struct fwd_input input;
    uint8_t *bytes;
    unsigned reads;    /* so far */
    unsigned fails_at; /* this read fails with FWD_E_PACKAGE_IO; 0: none */
};
void delta_reader_begin(
    struct delta_reader *reader, const void *bytes, uint32_t size, unsigned fails_at);
/* What the range decoder says at the end; frees. */
enum fwd_reason delta_reader_end(struct delta_reader *reader);

/* The same numbers for the same seed. */
uint32_t delta_random(uint32_t *state);

#endif
