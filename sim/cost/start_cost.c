#include "sim/cost/start_cost.h"

#define SECOND 1000000000u /* nanoseconds */

bool fwd_start_cost_counts(const struct fwd_place *place)
{
    return place->role != FWD_ROLE_DATA;
}

static uint64_t cycles_ns(const struct fwd_device_description *d, uint64_t cycles)
{
    return d->clock_hz > 0 ? cycles * SECOND / d->clock_hz : 0;
}

static uint64_t signature_ns(const struct fwd_device_description *d)
{
    return d->signature_us > 0 ? (uint64_t)d->signature_us * 1000
                               : cycles_ns(d, FWD_START_SIGNATURE_CYCLES);
}

static uint64_t hash_ns_per_kib(const struct fwd_device_description *d)
{
    return d->hash_us_per_kib > 0 ? (uint64_t)d->hash_us_per_kib * 1000
                                  : cycles_ns(d, 1024u * FWD_START_HASH_CYCLES);
}

/* Of the chip that the firmware is on: the first place's. */
static uint64_t read_ns_per_kib(const struct fwd_device_description *d)
{
    uint16_t chip = d->places[0].slots[0].chip;

    return (uint64_t)d->chips[chip].read_us_per_kib * 1000;
}

/* Nothing wraps: at most 64 checks of 100 s, and 2^30 bytes at 11 s for each KiB. */
struct fwd_start_cost fwd_start_cost_of(
    const struct fwd_device_description *device, uint32_t sets, uint32_t chain, uint64_t hashed)
{
    struct fwd_start_cost cost = {
        .signatures = sets * device->policy.threshold + chain, .hashed = hashed};
    uint64_t ns = cost.signatures * signature_ns(device) +
                  hashed * (hash_ns_per_kib(device) + read_ns_per_kib(device)) / 1024;

    uint64_t us = ns / 1000, kilohertz = device->clock_hz / 1000;

    cost.milliseconds = us / 1000;
    cost.kilo_cycles = us / 1000000 * kilohertz + us % 1000000 * kilohertz / 1000000;
    return cost;
}
