/* What count_input writes for a pair and count reads in the emulator, before the bytes of the
 * section. */
#ifndef FWD_BENCH_M4_COUNT_H
#define FWD_BENCH_M4_COUNT_H

#include <stdint.h>

#define FWD_COUNT_PARAMS 32u

/* Little-endian, as both machines are. */
struct fwd_count_head {
    uint32_t codec;
    uint32_t source_size, target_size, section_size;
    uint32_t params_size;
    uint8_t params[FWD_COUNT_PARAMS];
};

#endif
