#include "sim/flash/nor_internal.h"

static uint64_t *counter_of(struct fwd_nor *nor, uint16_t area, enum fwd_nor_counter counter)
{
    return &nor->words[FWD_WORD_COUNTS + (size_t)area * FWD_COUNTERS + counter];
}

void fwd_nor_add(const struct fwd_nor_span *span, enum fwd_nor_counter counter, uint64_t amount)
{
    *counter_of(span->nor, span->region->area.id, counter) += amount;
}

static void sum(struct fwd_nor_counts *total, struct fwd_nor_counts one)
{
    total->programs += one.programs;
    total->program_bytes += one.program_bytes;
    total->erases += one.erases;
    total->reads += one.reads;
    total->read_bytes += one.read_bytes;
    total->reprograms += one.reprograms;
    total->nanoseconds += one.nanoseconds;
}

struct fwd_nor_counts fwd_nor_area_counts(const struct fwd_nor *nor, uint16_t area)
{
    struct fwd_nor_counts counts = {0};

    if (area >= nor->region_count)
        return counts;
    const uint64_t *words = &nor->words[FWD_WORD_COUNTS + (size_t)area * FWD_COUNTERS];
    counts.programs = words[FWD_COUNT_PROGRAMS];
    counts.program_bytes = words[FWD_COUNT_PROGRAM_BYTES];
    counts.erases = words[FWD_COUNT_ERASES];
    counts.reads = words[FWD_COUNT_READS];
    counts.read_bytes = words[FWD_COUNT_READ_BYTES];
    counts.reprograms = words[FWD_COUNT_REPROGRAMS];
    counts.nanoseconds = words[FWD_COUNT_NANOSECONDS];
    return counts;
}

struct fwd_nor_counts fwd_nor_counts(const struct fwd_nor *nor)
{
    struct fwd_nor_counts total = {0};

    for (uint16_t i = 0; i < nor->region_count; i++)
        sum(&total, fwd_nor_area_counts(nor, i));
    return total;
}

struct fwd_nor_counts fwd_nor_counts_since(
    struct fwd_nor_counts later, struct fwd_nor_counts earlier)
{
    later.programs -= earlier.programs;
    later.program_bytes -= earlier.program_bytes;
    later.erases -= earlier.erases;
    later.reads -= earlier.reads;
    later.read_bytes -= earlier.read_bytes;
    later.reprograms -= earlier.reprograms;
    later.nanoseconds -= earlier.nanoseconds;
    return later;
}

uint64_t fwd_nor_operations(const struct fwd_nor *nor)
{
    struct fwd_nor_counts counts = fwd_nor_counts(nor);

    return counts.programs + counts.erases;
}

uint32_t fwd_nor_block_count(const struct fwd_nor *nor, uint16_t area)
{
    return area < nor->region_count ? nor->regions[area].block_count : 0;
}

uint32_t fwd_nor_block_range(
    const struct fwd_nor *nor, uint16_t area, uint32_t block, uint32_t *offset)
{
    if (block >= fwd_nor_block_count(nor, area))
        return 0;
    const struct fwd_nor_region *region = &nor->regions[area];
    const struct fwd_nor_block *found = &nor->blocks[region->first_block + block];
    *offset =
        (uint32_t)(found->cell - nor->chips[region->area.chip].first_cell - region->area.address);
    return found->size;
}

uint32_t fwd_nor_block_erases(const struct fwd_nor *nor, uint16_t area, uint32_t block)
{
    if (block >= fwd_nor_block_count(nor, area))
        return 0;
    return nor->wear[nor->regions[area].first_block + block];
}

uint64_t fwd_nor_violations(const struct fwd_nor *nor)
{
    return nor->violations;
}

const char *fwd_nor_violation_text(const struct fwd_nor *nor)
{
    return nor->violation_text;
}
