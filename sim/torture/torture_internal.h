/* What the files of the power-loss proof share.
 *
 * A life is a device from one power-on to the next cut or to its end. Life 0 is the undisturbed
 * update. Before each of its operations the flash is saved, the operation is torn, life 1 boots
 * from what is left, and the flash is restored; life 1 may be cut by life 2 in the same way. Lives
 * share the flash and nothing else: memory, hashes and update state are their own, so that life 0
 * goes on as if nothing had happened. */
#ifndef FWD_SIM_TORTURE_TORTURE_INTERNAL_H
#define FWD_SIM_TORTURE_TORTURE_INTERNAL_H

#include "sim/torture/torture.h"
#include "sim/torture/torture_memo.h"

#include <setjmp.h>

#define FWD_TORTURE_POWER_CYCLES 3u

/* How a life ended. */
enum fwd_torture_end {
    FWD_END_NONE,
    FWD_END_WELL,
    FWD_END_MERGED, /* at a state from which another one ended well */
    FWD_END_BADLY
};

/* A recovery reached this state after `cost`. */
struct fwd_torture_mark {
    struct fwd_nor_hash state;
    struct fwd_torture_cost cost;
};

struct fwd_torture_power_cycle {
    struct fwd_torture *torture;
    unsigned depth;
    unsigned cuts_left; /* further cuts that are tried in this life */

    struct fwd_update update;
    struct fwd_device device;
    struct fwd_ports ports;
    struct fwd_flash_port flash;
    struct fwd_host_crypto crypto;
    struct fwd_crypto_port memo_crypto;

    /* Of the device before the operation that is torn. */
    struct fwd_nor_snapshot *snapshot;
    uint32_t counters[FWD_COMPONENTS_MAX];

    struct fwd_nor_cut cut; /* that began this life */
    struct fwd_torture_cost cost;
    uint64_t began_ns;    /* by the device's clock */
    uint64_t limit;       /* operations after which it is endless; 0: none */
    bool alone;           /* no look at states that are known */
    bool faulty;          /* an operation fails once: what it spoils is tried again */
    bool journal_written; /* since the last sync */
    bool old_kept;
    enum fwd_torture_end end;
    enum fwd_reason reason;
    char what[160]; /* FWD_END_BADLY */
    jmp_buf leave;
    struct fwd_torture_mark *marks;
    size_t mark_count, mark_room;
};

/* What is in a component of the device. */
struct fwd_torture_image {
    uint8_t *bytes; /* to the end of the image's last erase block */
    uint32_t size;
    uint8_t slot;
    uint8_t digest[FWD_DIGEST_SIZE];
};

/* One case, taken apart. */
struct fwd_torture_case {
    struct fwd_nor_cut cuts[2];
    unsigned cut_count;
    uint32_t every, times; /* times 0: no storm */
    enum fwd_torture_fault fault;
    uint32_t fault_at; /* 0: none */
};

struct fwd_torture {
    const struct fwd_torture_options *options;
    struct fwd_machine *machine;
    struct fwd_nor_snapshot *fresh;
    uint32_t fresh_counters[FWD_COMPONENTS_MAX];
    struct fwd_torture_image old[FWD_COMPONENTS_MAX], new[FWD_COMPONENTS_MAX];
    bool new_known;
    struct fwd_torture_cost update; /* the undisturbed one */
    uint64_t operations[FWD_TORTURE_PHASES];
    uint32_t second_every, storm_every;
    struct fwd_torture_case replay;
    struct fwd_nor_cut *random; /* sorted */
    size_t random_count;
    unsigned worker, workers;
    bool exploring;
    enum fwd_torture_phase phase; /* of life 0 */
    struct fwd_torture_power_cycle *cycles[FWD_TORTURE_POWER_CYCLES];
    struct fwd_torture_memo memo[FWD_TORTURE_POWER_CYCLES]; /* by cuts_left */
    struct fwd_torture_memo signatures;                     /* that are valid */
    struct fwd_torture_tally *tally;
    volatile uint64_t *at; /* operation of life 0, for who watches; NULL: nobody */
};

/* ---- torture_life.c -------------------------------------------------------------------------- */
enum fwd_fail fwd_torture_power_cycle_new(struct fwd_torture *torture, unsigned depth,
    struct fwd_torture_power_cycle **out, struct fwd_error *err);
void fwd_torture_power_cycle_free(struct fwd_torture_power_cycle *cycle);
/* Power on, and on to the end. Sets end, reason, what. */
void fwd_torture_power_cycle_run(struct fwd_torture_power_cycle *cycle);
/* Brings cost.nanoseconds up to date. */
void fwd_torture_power_cycle_clock(struct fwd_torture_power_cycle *cycle);
/* Ends the life from inside the library: does not return. */
_Noreturn void fwd_torture_power_cycle_leave(
    struct fwd_torture_power_cycle *cycle, enum fwd_torture_end end, const char *what);

/* ---- torture_judge.c ------------------------------------------------------------------------- */
/* Copies what the components hold now; slots: which slot of each. False: no memory. */
bool fwd_torture_image_take(struct fwd_torture *torture,
    const struct fwd_torture_power_cycle *cycle, const uint8_t *slots,
    struct fwd_torture_image *images);
void fwd_torture_image_free(struct fwd_torture_image *images);
/* Do the slots hold these images, and does the version record say so? NULL, or what is not. */
const char *fwd_torture_image_differ(const struct fwd_torture *torture,
    const struct fwd_torture_power_cycle *cycle, const uint8_t *slots,
    const struct fwd_torture_image *images);
/* Is the new firmware what the version record names? */
bool fwd_torture_image_installed(
    const struct fwd_torture *torture, const struct fwd_torture_power_cycle *cycle);

/* ---- torture_flash.c ------------------------------------------------------------------------- */
/* The flash of a life: counts, tears, recognizes states. */
struct fwd_flash_port fwd_torture_flash(struct fwd_torture_power_cycle *cycle);

/* ---- torture_cut.c --------------------------------------------------------------------------- */
/* A call of the flash port that is about to be made. */
struct fwd_torture_call {
    const struct fwd_area *area;
    uint32_t offset, size;
    const uint8_t *bytes; /* NULL: an erase */
};
/* Tries all cuts at one operation of the call (unit: 1 is its first). */
void fwd_torture_cut_all(
    struct fwd_torture_power_cycle *cycle, const struct fwd_torture_call *call, uint32_t unit);

/* Gets the device ready for one cut at an operation of `life`: the life after it. */
struct fwd_torture_power_cycle *fwd_torture_cut_prepare(
    const struct fwd_torture_power_cycle *cycle, const struct fwd_nor_cut *cut, unsigned cuts_left);
/* Tears the operation. False: the cut did not happen, which is a failure of the proof itself. */
bool fwd_torture_cut_tear(struct fwd_torture_power_cycle *cycle,
    const struct fwd_torture_call *call, uint32_t unit, struct fwd_nor_cut cut);
/* The device as it was before the operation. */
void fwd_torture_cut_restore(struct fwd_torture_power_cycle *cycle);

/* ---- torture_storm.c ------------------------------------------------------------------------- */
/* More than cuts at this operation of life 0: power that fails at every start, a flash that fails.
 */
void fwd_torture_repeated_cuts(
    struct fwd_torture_power_cycle *cycle, const struct fwd_torture_call *call, uint32_t unit);

/* ---- torture_case.c -------------------------------------------------------------------------- */
/* Seeds with which a tear is tried. */
unsigned fwd_torture_seeds(enum fwd_nor_tear tear);
bool fwd_torture_case_parse(const char *text, struct fwd_torture_case *out);
/* The id of the life's cuts; more: its storm or fault; NULL: none. */
void fwd_torture_case_print(const struct fwd_torture_power_cycle *cycle,
    const struct fwd_torture_case *more, char text[FWD_TORTURE_ID]);
/* Is this operation of the life for this process to try cuts at? */
bool fwd_torture_case_mine(const struct fwd_torture_power_cycle *cycle, uint64_t operation);
/* Is this cut of the sample, of the case that is replayed? */
bool fwd_torture_case_wanted(
    const struct fwd_torture_power_cycle *cycle, const struct fwd_nor_cut *cut);

/* Draws the distinct cuts of FWD_TORTURE_RANDOM; fewer when there are not as many. False: no
 * memory. */
bool fwd_torture_case_draw(struct fwd_torture *torture, uint64_t operations);

/* ---- torture_tally.c ------------------------------------------------------------------------- */
void fwd_torture_tally_failure(const struct fwd_torture_power_cycle *cycle, enum fwd_nor_tear tear,
    const struct fwd_torture_case *more);
void fwd_torture_tally_cost(
    const struct fwd_torture_power_cycle *cycle, struct fwd_torture_cost before);
/* Adds one process's tally to another's. */
void fwd_torture_tally_add(struct fwd_torture_tally *sum, const struct fwd_torture_tally *one);
/* Puts failures into the order of operations. */
void fwd_torture_tally_sort(struct fwd_torture_tally *tally);

#endif
