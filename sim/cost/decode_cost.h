/* What decoding costs a processor: instructions, as they were counted for real updates on a
 * Cortex-M4 (bench/m4/instructions.tsv), and time at the description's clock. */
#ifndef FWD_SIM_COST_DECODE_COST_H
#define FWD_SIM_COST_DECODE_COST_H

#include "sim/device/description.h"

/* Cycles of an instruction, in tenths: code and data in flash, without wait states to speak of. */
#define FWD_DECODE_COST_TENTHS 15u

/* Instructions for one component; 0: its codec was not counted. */
uint64_t fwd_decode_cost_instructions(const struct fwd_component *component);

/* Of a whole plan, for each KiB of its targets; 0: a codec was not counted. Only as long as the
 * plan is that of the package: what is authenticated at a start takes its place. */
uint64_t fwd_decode_cost_per_kib(const struct fwd_plan *plan);

/* Nanoseconds for `bytes` of targets, decoded once or more often: by so many instructions for a KiB
 * and clock_hz; where the description has no clock, or they are 0, by timing.decode_us_per_kib. 0:
 * it has neither. */
uint64_t fwd_decode_cost_ns(
    const struct fwd_device_description *device, uint64_t per_kib, uint64_t bytes);

#endif
