/* What the files of the flash simulator share. */
#ifndef FWD_SIM_FLASH_NOR_INTERNAL_H
#define FWD_SIM_FLASH_NOR_INTERNAL_H

#include "sim/flash/nor.h"

#include <setjmp.h>

/* Condition of a program unit. */
#define FWD_UNIT_PROGRAMMED    0x01u /* since its last erase */
#define FWD_UNIT_UNSTABLE      0x02u
#define FWD_UNIT_UNCORRECTABLE 0x04u
#define FWD_UNIT_ODD           (FWD_UNIT_UNSTABLE | FWD_UNIT_UNCORRECTABLE)

enum fwd_nor_counter {
    FWD_COUNT_PROGRAMS,
    FWD_COUNT_PROGRAM_BYTES,
    FWD_COUNT_ERASES,
    FWD_COUNT_READS,
    FWD_COUNT_READ_BYTES,
    FWD_COUNT_REPROGRAMS,
    FWD_COUNT_NANOSECONDS,
    FWD_COUNTERS
};

/* How the unstable units of an area read. */
enum fwd_nor_unstable {
    FWD_UNSTABLE_MODE,   /* 0..3 */
    FWD_UNSTABLE_SINCE,  /* power cycle in which they became so */
    FWD_UNSTABLE_TICK,   /* reads so far */
    FWD_UNSTABLE_RANDOM, /* generator */
    FWD_UNSTABLE_WORDS
};

/* The numbers kept in the state file, in front of wear and unit conditions. */
enum fwd_nor_word {
    FWD_WORD_MAGIC,
    FWD_WORD_GEOMETRY,
    FWD_WORD_POWER_CYCLES,
    FWD_WORD_ODD_UNITS, /* how many units have a bit of FWD_UNIT_ODD */
    FWD_WORD_UNSTABLE,  /* FWD_UNSTABLE_WORDS for each area */
    FWD_WORD_COUNTS = FWD_WORD_UNSTABLE + (int)FWD_UNSTABLE_WORDS * (int)FWD_NOR_AREAS_MAX,
    /* FWD_COUNTERS for each area */
    FWD_WORDS = FWD_WORD_COUNTS + (int)FWD_COUNTERS * (int)FWD_NOR_AREAS_MAX
};

struct fwd_nor_chip_place {
    struct fwd_nor_chip chip;
    size_t first_cell;
    size_t first_unit;
};

struct fwd_nor_region {
    struct fwd_area area; /* blocks points to runs */
    struct fwd_blocks runs[FWD_NOR_RUNS_MAX];
    uint32_t first_block; /* in the table of all blocks */
    uint32_t block_count;
};

struct fwd_nor_block {
    size_t cell;
    uint32_t size;
    size_t unit;
    uint32_t units;
};

/* Units of the current program call that are already in the page in which a cut may come. */
struct fwd_nor_page {
    uint8_t bytes[FWD_NOR_PAGE_MAX]; /* what they held before */
    uint8_t flags[FWD_NOR_PAGE_MAX];
};

struct fwd_nor {
    struct fwd_nor_chip_place chips[FWD_NOR_CHIPS_MAX];
    uint16_t chip_count;
    struct fwd_nor_region regions[FWD_NOR_AREAS_MAX];
    uint16_t region_count;
    struct fwd_nor_block *blocks;
    uint32_t block_count;

    uint8_t *cells;
    size_t cell_count;
    size_t unit_count;
    uint8_t *state; /* words, wear, unit conditions */
    size_t state_size;
    uint64_t *words;
    uint32_t *wear;
    uint8_t *flags;
    bool mapped;

    /* A number that is given once to each content of a block: equal numbers, equal content. */
    uint64_t generation;
    uint64_t *generations;
    uint64_t *hash_generations;
    struct fwd_nor_hash *hashes;
    struct fwd_nor_hash hashes_sum; /* of all blocks, each mixed with its number */

    bool powered;
    bool armed, fired;
    struct fwd_nor_cut cut;
    uint64_t countdown;
    bool in_run;
    jmp_buf jump;
    struct fwd_nor_page page;

    struct fwd_nor_fault faults[FWD_NOR_FAULTS_MAX];
    /* Matching operations so far; UINT32_MAX: it is over. */
    uint32_t fault_hits[FWD_NOR_FAULTS_MAX];
    uint32_t fault_count;

    uint64_t violations;
    char violation_text[160];
};

/* One operation, resolved. */
struct fwd_nor_span {
    struct fwd_nor *nor;
    const struct fwd_nor_region *region;
    const struct fwd_nor_chip *chip;
    uint32_t offset; /* in the area */
    uint32_t size;
    size_t cell;
    size_t unit; /* first unit */
    uint32_t units;
    uint32_t block; /* the block with the first byte, in the table of all blocks */
};

/* A range inside an area; false when it is not. */
bool fwd_nor_span(
    struct fwd_nor *nor, uint16_t area, uint32_t offset, uint32_t size, struct fwd_nor_span *span);

/* Lays out memory for cells and state (nor_store.c). */
enum fwd_fail fwd_nor_store_memory(struct fwd_nor *nor, struct fwd_error *err);
enum fwd_fail fwd_nor_store_files(struct fwd_nor *nor, const char *image_path,
    const char *state_path, bool create, struct fwd_error *err);
void fwd_nor_store_free(struct fwd_nor *nor);

/* Writes bytes into the cells of one block, and marks the block as changed. */
void fwd_nor_put(
    struct fwd_nor *nor, uint32_t block, size_t cell, const uint8_t *bytes, size_t size);
/* Sets the condition of one unit of a block. */
void fwd_nor_set_flags(struct fwd_nor *nor, uint32_t block, size_t unit, uint8_t flags);
void fwd_nor_touch(struct fwd_nor *nor, uint32_t block);

void fwd_nor_add(const struct fwd_nor_span *span, enum fwd_nor_counter counter, uint64_t amount);

/* Is this the operation at which power fails? Counts it. */
bool fwd_nor_cut_due(struct fwd_nor *nor);
/* Power fails now: does not return inside fwd_nor_run(). */
void fwd_nor_cut_now(struct fwd_nor *nor);

/* What the cut leaves of a program (bytes: the unit's new content; left: bytes of the call from
 * this unit on; done: bytes of the call before it) and of an erase. */
void fwd_nor_tear_program(
    const struct fwd_nor_span *unit, const uint8_t *bytes, uint32_t left, uint32_t done);
void fwd_nor_tear_erase(const struct fwd_nor_span *block);

/* Does a fault hit this operation? Programs and erases also end what lasts until one. */
bool fwd_nor_fault_hit(
    const struct fwd_nor_span *span, enum fwd_nor_operation operation, enum fwd_nor_effect *effect);

/* How far a fault has come: equal numbers, equal hits from now on. */
uint64_t fwd_nor_fault_progress(const struct fwd_nor *nor, uint32_t index);

/* Of an area: its FWD_UNSTABLE_WORDS numbers. */
uint64_t *fwd_nor_unstable(struct fwd_nor *nor, uint16_t area);
/* From here on unstable units of the area read as the seed of the cut says. */
void fwd_nor_unstable_begin(const struct fwd_nor_span *span);
/* Changes what was read where units are unstable. */
void fwd_nor_unstable_read(const struct fwd_nor_span *span, uint8_t *bytes);

/* Where the random numbers of a cut begin. */
uint64_t fwd_nor_cut_seed(const struct fwd_nor_cut *cut);

/* splitmix64 */
uint64_t fwd_nor_random(uint64_t *state);

#endif
