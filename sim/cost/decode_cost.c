#include "sim/cost/decode_cost.h"

#include "sim/cost/decode_rates.h"

static const struct {
    uint16_t codec;
    uint32_t target, section; /* instructions for each byte */
} rates[] = {FWD_DECODE_RATES};

uint64_t fwd_decode_cost_instructions(const struct fwd_component *component)
{
    for (size_t i = 0; i < sizeof rates / sizeof *rates; i++) {
        if (rates[i].codec == component->codec)
            return (uint64_t)rates[i].target * component->target.size +
                   (uint64_t)rates[i].section * component->section_size;
    }
    return 0;
}

uint64_t fwd_decode_cost_per_kib(const struct fwd_plan *plan)
{
    uint64_t sum = 0, bytes = 0;

    for (uint8_t i = 0; i < plan->count; i++) {
        uint64_t instructions = fwd_decode_cost_instructions(plan->tasks[i].component);
        if (instructions == 0)
            return 0;
        sum += instructions;
        bytes += plan->tasks[i].component->target.size;
    }
    return bytes > 0 ? sum * 1024 / bytes : 0;
}

static uint64_t at_most(uint64_t value, uint64_t limit)
{
    return value < limit ? value : limit;
}

/* Nothing wraps: what no package that fits a device reaches is cut off. */
uint64_t fwd_decode_cost_ns(
    const struct fwd_device_description *device, uint64_t per_kib, uint64_t bytes)
{
    if (per_kib == 0 || device->clock_hz < 1000)
        return bytes * device->decode_us_per_kib * 1000 / 1024;
    uint64_t instructions = at_most(per_kib, 1u << 30) * (at_most(bytes, (uint64_t)1 << 38) / 1024);
    uint64_t kilo_cycles = instructions / 10000 * FWD_DECODE_COST_TENTHS;
    return at_most(kilo_cycles, (uint64_t)1 << 34) * 1000000000u / (device->clock_hz / 1000);
}
