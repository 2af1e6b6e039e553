/* Bytes in memory as a decoder's input. */
#ifndef FWD_GEN_REFDELTA_MEMORY_INPUT_H
#define FWD_GEN_REFDELTA_MEMORY_INPUT_H

#include "verify/codec.h"

/* bytes must outlive the input. */
struct fwd_input fwd_memory_input(const uint8_t *bytes, uint32_t size);

#endif
