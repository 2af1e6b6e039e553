#include "sim/flash/nor_internal.h"

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
    if (fault->everywhere)
        return true;
    if (fault->area != span->region->area.id)
        return false;
    return fault->size == 0 || (span->offset < (uint64_t)fault->offset + fault->size &&
                                   fault->offset < (uint64_t)span->offset + span->size);
}

bool fwd_nor_fault_hit(
    const struct fwd_nor_span *span, enum fwd_nor_operation operation, enum fwd_nor_effect *effect)
{
    struct fwd_nor *nor = span->nor;
    bool hit = false;

    for (uint32_t i = 0; i < nor->fault_count; i++) {
        const struct fwd_nor_fault *fault = &nor->faults[i];

        if (fault->operation != operation || !touches(fault, span))
            continue;
        uint64_t number = nor->fault_hits[i];
        if (number < UINT32_MAX)
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
