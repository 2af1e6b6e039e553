/* What a start of a device costs that verifies what it starts, by its description:
 *
 *     checks  = sets * signers + chain      signatures, each over one set of signed bytes
 *     hashed  = bytes of the images in the places that have to be right for a start
 *     cycles  = checks * signature + hashed * (hash + read)
 *
 * signature is timing.signature_us, hash timing.hash_us_per_kib, read the chip's
 * timing.read_us_per_kib, each at clock_hz. What the description does not say of the first two is
 * taken as FWD_START_SIGNATURE_CYCLES and FWD_START_HASH_CYCLES, which is about what portable code
 * for Ed25519 and SHA-256 needs on a Cortex-M4. One cycle counts as one instruction. */
#ifndef FWD_SIM_COST_START_COST_H
#define FWD_SIM_COST_START_COST_H

#include "sim/device/description.h"

#define FWD_START_SIGNATURE_CYCLES 6000000u
#define FWD_START_HASH_CYCLES      40u /* a byte */

struct fwd_start_cost {
    uint32_t signatures;   /* checks */
    uint64_t hashed;       /* bytes */
    uint64_t milliseconds; /* rounded down; 0: the description has neither times nor a clock */
    uint64_t kilo_cycles;  /* 0: it has no clock */
};

/* Must the place's image be right for a start? All but data. */
bool fwd_start_cost_counts(const struct fwd_place *place);

/* sets: signed packages whose images run; chain: sets of keys after the built-in one; hashed: bytes
 * of the images of all places that count. Each set has as many signers as the device's threshold
 * asks for: other signatures are not kept. */
struct fwd_start_cost fwd_start_cost_of(
    const struct fwd_device_description *device, uint32_t sets, uint32_t chain, uint64_t hashed);

#endif
