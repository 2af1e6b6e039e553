#include "sim/flash/nor_internal.h"

#define OVER UINT32_MAX

bool fwd_nor_fault_add(struct fwd_nor *nor, const struct fwd_nor_fault *fault)
{
    if (nor->fault_count == FWD_NOR_FAULTS_MAX)
        return false;
    if (!fault->everywhere && fault->area >= nor->region_count)
        return false;
    nor->faults[nor->fault_count] = *fault;
    nor->fault_hits[nor->fault_count] = 0;
    nor->fault_count++;
    return true;
}

void fwd_nor_fault_clear(struct fwd_nor *nor)
{
    nor->fault_count = 0;
}

static bool touches(const struct fwd_nor_fault *fault, const struct fwd_nor_span *span)
{
    if (fault->cycle != 0 && fault->cycle != fwd_nor_power_cycles(span->nor))
        return false;
    if (fault->everywhere)
        return true;
    if (fault->area != span->region->area.id)
        return false;
    return fault->size == 0 || (span->offset < (uint64_t)fault->offset + fault->size &&
                                   fault->offset < (uint64_t)span->offset + span->size);
}

static bool is_of(const struct fwd_nor_fault *fault, enum fwd_nor_operation operation)
{
    return fault->operation == operation ||
           (fault->operation == FWD_NOR_WRITE && operation != FWD_NOR_READ);
}

bool fwd_nor_fault_hit(
    const struct fwd_nor_span *span, enum fwd_nor_operation operation, enum fwd_nor_effect *effect)
{
    struct fwd_nor *nor = span->nor;
    bool hit = false;

    for (uint32_t i = 0; i < nor->fault_count; i++) {
        const struct fwd_nor_fault *fault = &nor->faults[i];

        if (nor->fault_hits[i] == OVER || !touches(fault, span))
            continue;
        if (fault->until_write && operation != FWD_NOR_READ)
            nor->fault_hits[i] = OVER;
        if (!is_of(fault, operation))
            continue;
        uint64_t number = nor->fault_hits[i];
        if (number < OVER - 1)
            nor->fault_hits[i]++;
        if (number < fault->skip ||
            (fault->times != 0 && number >= (uint64_t)fault->skip + fault->times))
            continue;
        if (!hit)
            *effect = fault->effect;
        hit = true;
    }
    return hit;
}

uint64_t fwd_nor_fault_progress(const struct fwd_nor *nor, uint32_t index)
{
    const struct fwd_nor_fault *fault = &nor->faults[index];
    uint64_t cycles = fwd_nor_power_cycles(nor);
    uint64_t last = (uint64_t)fault->skip + fault->times, hits = nor->fault_hits[index];

    /* Power cycles until it begins, and what is left of it then. */
    if (hits == OVER || (fault->cycle != 0 && fault->cycle < cycles))
        return UINT64_MAX;
    uint64_t ahead = fault->cycle != 0 ? fault->cycle - cycles : 0;
    return (ahead << 40) + (hits < last ? hits : last);
}
