/* NOR flash simulator: one object is all chips of a device, in memory or in two files that survive
 * a killed process. Rules of the flash:
 *
 *   - programming moves bits only away from the erased value; asking for the other direction is
 *     reported, counted as a violation and not done;
 *   - whole, aligned program units; whole erase blocks; a program call stays within one program
 *     page; anything else is a violation;
 *   - a chip with single_program (ECC flash) takes one program per unit between two erases;
 *   - an operation is the program of one unit or the erase of one block. Power can be cut at any
 *     operation, in any way of tearing it; faults can be put on any range.
 *
 * Everything is deterministic: what is random comes from the seed of a cut. */
#ifndef FWD_SIM_FLASH_NOR_H
#define FWD_SIM_FLASH_NOR_H

#include "hostio/host_error.h"
#include "verify/ports.h"

#define FWD_NOR_AREAS_MAX  64u
#define FWD_NOR_CHIPS_MAX  8u
#define FWD_NOR_RUNS_MAX   16u /* runs of equal blocks in an area */
#define FWD_NOR_TIMES_MAX  8u  /* erase times of a chip */
#define FWD_NOR_FAULTS_MAX 32u
#define FWD_NOR_PAGE_MAX   4096u /* largest program page and program unit */

/* Erasing a block of `size` bytes takes `us` microseconds. */
struct fwd_nor_erase_time {
    uint32_t size;
    uint32_t us;
};

struct fwd_nor_chip {
    uint32_t size;         /* bytes */
    uint32_t program_unit; /* bytes: a power of two, 1..4096 */
    uint32_t program_page; /* no program call crosses one; a call that power interrupts may leave
                              any of its units torn; a power of two, at least program_unit; 0: the
                              larger of it and 256 */
    uint8_t erased;        /* 0xFF or 0x00 */
    bool single_program;   /* ECC flash: no second program of a unit */
    uint32_t program_us;   /* microseconds per program unit */
    uint32_t read_us_per_kib;
    struct fwd_nor_erase_time erase_us[FWD_NOR_TIMES_MAX];
    uint8_t erase_us_count;
};

/* What the simulator is built from; areas[i].id must be i; size 0: no such area. Copied. */
struct fwd_nor_setup {
    const struct fwd_nor_chip *chips;
    uint16_t chip_count;
    const struct fwd_area *areas;
    uint16_t area_count;
};

struct fwd_nor;

/* ---- life (nor.c, nor_store.c) --------------------------------------------------------------- */

/* In memory, erased, powered. FWD_FAIL_USAGE: the setup contradicts itself. */
enum fwd_fail fwd_nor_new(
    const struct fwd_nor_setup *setup, struct fwd_nor **out, struct fwd_error *err);

/* Backed by two files: image (the chips one after the other, byte for byte) and state (counters,
 * wear and condition of the cells). Every change is in the files when the function that made it
 * returns, also when the process is then killed. create: makes new, erased files and refuses
 * existing ones. Otherwise FWD_FAIL_ENVIRONMENT when a file is missing or cannot be used and
 * FWD_FAIL_REFUSED when it belongs to another geometry. */
enum fwd_fail fwd_nor_open(const struct fwd_nor_setup *setup, const char *image_path,
    const char *state_path, bool create, struct fwd_nor **out, struct fwd_error *err);

/* NULL-safe. */
void fwd_nor_free(struct fwd_nor *nor);

/* ---- use (nor_access.c) ---------------------------------------------------------------------- */

/* The flash port of verify/ports.h; areas are told apart by id. Valid as long as nor. */
struct fwd_flash_port fwd_nor_port(struct fwd_nor *nor);

/* The area of that id as given in the setup; NULL when there is none. */
const struct fwd_area *fwd_nor_area(const struct fwd_nor *nor, uint16_t id);

/* Looks at and changes cells from outside: nothing is counted, power does not matter, bits go both
 * ways (factory programming, bit rot). The range must lie inside the area; false otherwise. */
bool fwd_nor_peek(
    const struct fwd_nor *nor, uint16_t area, uint32_t offset, void *bytes, uint32_t size);
bool fwd_nor_poke(
    struct fwd_nor *nor, uint16_t area, uint32_t offset, const void *bytes, uint32_t size);

/* Do the cells hold these bytes? */
bool fwd_nor_cells_hold(
    const struct fwd_nor *nor, uint16_t area, uint32_t offset, const void *bytes, uint32_t size);
/* Do the cells hold these bytes, and will every read see them: is no unit of the range unstable or
 * uncorrectable? */
bool fwd_nor_holds(
    const struct fwd_nor *nor, uint16_t area, uint32_t offset, const void *bytes, uint32_t size);

/* Makes the units of a range uncorrectable until their block is erased. */
bool fwd_nor_spoil(struct fwd_nor *nor, uint16_t area, uint32_t offset, uint32_t size);

/* Power: while it is off every operation fails. Off changes no cell. */
void fwd_nor_power_on(struct fwd_nor *nor);
void fwd_nor_power_off(struct fwd_nor *nor);
bool fwd_nor_powered(const struct fwd_nor *nor);
/* How often power was switched on since the device was made. */
uint64_t fwd_nor_power_cycles(const struct fwd_nor *nor);

/* ---- power cuts (nor_cut.c, nor_tear.c) ------------------------------------------------------ */

/* What is left of the operation during which power fails. */
enum fwd_nor_tear {
    FWD_NOR_BEFORE,        /* nothing of it happened */
    FWD_NOR_AFTER,         /* it was complete */
    FWD_NOR_ONE,           /* the first byte */
    FWD_NOR_HALF,          /* the first half */
    FWD_NOR_ALL_BUT_ONE,   /* all but the last byte */
    FWD_NOR_PREFIX,        /* the first `bytes` bytes */
    FWD_NOR_BITS,          /* a random half of the bits */
    FWD_NOR_UNSTABLE,      /* reads differently until erased; the seed chooses how, see below */
    FWD_NOR_DROP,          /* complete, but earlier units of its call and page are not */
    FWD_NOR_REORDER,       /* of its call's units in the page, a random half */
    FWD_NOR_GARBAGE,       /* random content */
    FWD_NOR_UNCORRECTABLE, /* half done and unreadable until erased */
    FWD_NOR_SCATTER, /* of its call's units in the page, or of the block's: some complete, some
                        not begun, the others torn; see below */
    FWD_NOR_TEARS
};

/* Seed of FWD_NOR_UNSTABLE modulo 4: 0: each read sees all, nothing or random bits of what was
 * programmed; 1: all during the next power cycle, nothing later; 2: nothing during the next power
 * cycle, all later; 3: reads alternate. An area has one such way at a time: that of its last cut.
 * Seed of FWD_NOR_SCATTER: an even one leaves random bits in the torn units, an odd one leaves them
 * unstable in the way of seed modulo 4. */

struct fwd_nor_cut {
    uint64_t operation; /* counted from arming: 1 is the next one */
    enum fwd_nor_tear tear;
    uint32_t seed;
    uint32_t bytes; /* FWD_NOR_PREFIX only */
};

#define FWD_NOR_CUT_TEXT 80u

/* The replay id, as "op=123,tear=half,seed=1"; `bytes` follows for a prefix. */
void fwd_nor_cut_print(const struct fwd_nor_cut *cut, char text[FWD_NOR_CUT_TEXT]);
/* False when text is not exactly such an id. "op=N" alone is a cut before operation N; seed may be
 * left out. */
bool fwd_nor_cut_parse(const char *text, struct fwd_nor_cut *cut);
const char *fwd_nor_tear_name(enum fwd_nor_tear tear); /* NULL beyond the last */

/* Arms one cut; NULL disarms. */
void fwd_nor_arm(struct fwd_nor *nor, const struct fwd_nor_cut *cut);
/* Has the armed cut fired? Stays true until the next arming. */
bool fwd_nor_fired(const struct fwd_nor *nor);

/* Runs fn(arg); an armed cut ends it at once, wherever it is: what it held on the heap is lost, so
 * it should hold nothing. Returns true when fn returned, false when power was cut. Without this
 * function a cut makes the operation and all later ones fail. Not reentrant. */
bool fwd_nor_run(struct fwd_nor *nor, void (*fn)(void *arg), void *arg);

/* The device is reset between two operations, as by a watchdog: nothing is torn, and inside
 * fwd_nor_run() this does not return. Power is off afterwards. */
void fwd_nor_reset(struct fwd_nor *nor);

/* ---- faults (nor_fault.c) -------------------------------------------------------------------- */

enum fwd_nor_operation {
    FWD_NOR_READ,
    FWD_NOR_PROGRAM,
    FWD_NOR_ERASE,
    FWD_NOR_WRITE, /* programs and erases: with FWD_NOR_FAIL, `skip` and a block's range a block
                      that wears out after so many of them */
    FWD_NOR_OPERATIONS
};

enum fwd_nor_effect {
    FWD_NOR_FAIL,       /* reported as FWD_IO_ERROR; a program is half done, an erase not at all */
    FWD_NOR_UNREADABLE, /* reads only: reported as FWD_IO_UNCORRECTABLE */
    FWD_NOR_SILENT,     /* reported as done, but one bit is wrong (stuck) */
    FWD_NOR_BLANK,      /* reads only: reported as done, but every byte reads erased */
    FWD_NOR_EFFECTS
};

struct fwd_nor_fault {
    enum fwd_nor_operation operation;
    enum fwd_nor_effect effect;
    bool everywhere; /* then area, offset and size do not matter */
    uint16_t area;
    uint32_t offset, size; /* operations that touch this range; size 0: the whole area */
    uint32_t skip;         /* that many matching operations pass first */
    uint32_t times;        /* then that many are hit; 0: all */
    bool until_write; /* over with the first program or erase in its range: what fails while the
                         device starts, and then no more */
    uint64_t cycle;   /* only while fwd_nor_power_cycles() is this; 0: always */
};

/* False when there are FWD_NOR_FAULTS_MAX already, or the area does not exist. */
bool fwd_nor_fault_add(struct fwd_nor *nor, const struct fwd_nor_fault *fault);
void fwd_nor_fault_clear(struct fwd_nor *nor);

/* ---- counters (nor_count.c) ------------------------------------------------------------------ */

struct fwd_nor_counts {
    uint64_t programs; /* program units */
    uint64_t program_bytes;
    uint64_t erases; /* erase blocks */
    uint64_t reads;  /* calls */
    uint64_t read_bytes;
    uint64_t reprograms;  /* programs of a unit that was not freshly erased */
    uint64_t nanoseconds; /* estimated time of all operations */
};

/* Since the device was made. By area: NULL-safe zeroes for an area that does not exist. */
struct fwd_nor_counts fwd_nor_counts(const struct fwd_nor *nor);
struct fwd_nor_counts fwd_nor_area_counts(const struct fwd_nor *nor, uint16_t area);
/* later - earlier, field by field. */
struct fwd_nor_counts fwd_nor_counts_since(
    struct fwd_nor_counts later, struct fwd_nor_counts earlier);
/* program units + erases: the unit in which a cut is counted. */
uint64_t fwd_nor_operations(const struct fwd_nor *nor);

uint32_t fwd_nor_block_count(const struct fwd_nor *nor, uint16_t area);
/* Where a block of an area begins; returns its size, 0 when there is none. */
uint32_t fwd_nor_block_range(
    const struct fwd_nor *nor, uint16_t area, uint32_t block, uint32_t *offset);
/* Erases of one block of an area since the device was made. */
uint32_t fwd_nor_block_erases(const struct fwd_nor *nor, uint16_t area, uint32_t block);

/* Uses that no flash allows: a bug of whoever made them. text: the first one, "" when none. */
uint64_t fwd_nor_violations(const struct fwd_nor *nor);
const char *fwd_nor_violation_text(const struct fwd_nor *nor);

/* ---- snapshots (nor_snapshot.c) -------------------------------------------------------------- */

struct fwd_nor_snapshot;

/* A copy of cells, condition, counters, faults and power, for this nor only. NULL: no memory.
 * Saving again and restoring copy only the blocks that differ. An armed cut is not part of it. */
struct fwd_nor_snapshot *fwd_nor_snapshot_new(struct fwd_nor *nor);
void fwd_nor_snapshot_free(struct fwd_nor_snapshot *snapshot);
void fwd_nor_save(struct fwd_nor *nor, struct fwd_nor_snapshot *snapshot);
void fwd_nor_restore(struct fwd_nor *nor, const struct fwd_nor_snapshot *snapshot);

struct fwd_nor_hash {
    uint64_t a, b;
};

/* Of everything that decides what later reads and programs return; not of counters and wear. Equal
 * hashes: the flash is in the same state (not a cryptographic hash). Cheap after few changes. */
struct fwd_nor_hash fwd_nor_hash(struct fwd_nor *nor);
bool fwd_nor_hash_equal(struct fwd_nor_hash x, struct fwd_nor_hash y);

#endif
