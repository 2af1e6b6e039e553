/* What the files of the power-loss proof share.
 *
 * A power cycle is a device from one power-on to the next cut or to its end. Power cycle 0 is the
 * undisturbed update. Before each of its operations the flash is saved, the operation is torn,
 * power cycle 1 boots from what is left, and the flash is restored; power cycle 1 may be cut by
 * power cycle 2 in the same way. Power cycles share the flash and nothing else: memory, hashes and
 * update state are their own, so that power cycle 0 goes on as if nothing had happened.
 *
 * A power cycle has one start; several when something else is wrong with the device (tolerant), or
 * when the watchdog resets it. */
#ifndef FWD_SIM_TORTURE_TORTURE_INTERNAL_H
#define FWD_SIM_TORTURE_TORTURE_INTERNAL_H

#include "sim/torture/torture.h"
#include "sim/torture/torture_memo.h"
#include "sim/torture/torture_variant.h"
#include "verify/keyring/keyring.h"

#include <setjmp.h>

#define FWD_TORTURE_SIGNERS 16u

/* How a power cycle ended. */
enum fwd_torture_end {
    FWD_END_NONE,
    FWD_END_WELL,
    FWD_END_MERGED, /* at a state from which another one ended well */
    FWD_END_BADLY
};

/* The monotonic counters of a device. */
struct fwd_torture_counters {
    uint32_t components[FWD_COMPONENTS_MAX];
    uint32_t trust[2];
};

/* Which keys are in force, while a change of them is proven. */
enum fwd_torture_keys {
    FWD_TORTURE_OLD_KEYS,
    FWD_TORTURE_NEW_KEYS_ONCE, /* one bank holds them */
    FWD_TORTURE_NEW_KEYS,
    FWD_TORTURE_NO_KEYS, /* at this start: a bank, or a counter, cannot be read */
    FWD_TORTURE_OTHER_KEYS
};

/* A recovery reached this state after `cost`. */
struct fwd_torture_mark {
    struct fwd_nor_hash state;
    struct fwd_torture_cost cost;
};

/* Where power fails. */
struct fwd_torture_point {
    struct fwd_nor_cut cut;
    uint32_t counter; /* 0: in the flash; else when a security counter rises, the Nth time in a
                         power cycle */
    bool after;       /* it has risen */
};

struct fwd_torture_power_cycle {
    struct fwd_torture *torture;
    unsigned depth;
    unsigned cuts_left; /* further cuts that are tried in this power cycle */

    struct fwd_update update;
    struct fwd_device device;
    struct fwd_ports ports;
    struct fwd_flash_port flash;
    struct fwd_host_crypto crypto;
    struct fwd_crypto_port memo_crypto;
    struct fwd_keys_port keys;
    struct fwd_counter_port counter;
    struct fwd_watchdog watchdog;
    struct fwd_keyring keyring; /* of a device whose keys may change */
    struct fwd_keyring_config keyring_config;

    /* Of the device before the operation that is torn. */
    struct fwd_nor_snapshot *snapshot;
    struct fwd_torture_counters counters;

    struct fwd_torture_point point; /* that began this power cycle */
    struct fwd_torture_cost cost;
    uint64_t began_ns;    /* by the device's clock */
    uint64_t decode_rate; /* of the first package that was decoded; see _note_rate() */
    bool rated;
    uint64_t limit;       /* operations after which it is endless; 0: none */
    bool alone;           /* no look at states that are known */
    bool tolerant;        /* something is wrong besides the cuts */
    bool journal_written; /* since the last sync */
    bool old_kept;

    struct fwd_torture_blind blind; /* at its first start */
    unsigned start;                 /* the first is 1 */
    unsigned resets;                /* by the watchdog */
    bool full_sent;                 /* a full package has begun to replace what was pending */
    unsigned waits, refusals;       /* starts in a row that ended so */
    uint32_t rises;                 /* of security counters */
    bool told_worn;                 /* one of the results was that flash cannot be programmed */
    jmp_buf restart;                /* where a reset leads */

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
    uint8_t slot; /* where it was installed */
    uint8_t digest[FWD_DIGEST_SIZE];
};

/* A firmware that was signed, and the device with it. */
struct fwd_torture_generation {
    struct fwd_torture_image images[FWD_COMPONENTS_MAX];
    struct fwd_nor_snapshot *device; /* NULL: of the last one */
    struct fwd_torture_counters counters;
};

/* One case, taken apart. */
struct fwd_torture_case {
    struct fwd_torture_variant variant;
    struct fwd_torture_point points[2];
    unsigned point_count;
    uint32_t every, times;       /* times 0: no repeated cuts */
    struct fwd_nor_cut repeated; /* tear and seed of its cuts */
    enum fwd_torture_fault fault;
    uint32_t fault_at; /* 0: none */
};

/* A write of the undisturbed update: the block, and which of its writes. */
struct fwd_torture_write {
    uint16_t area;
    uint32_t block, number;
};

struct fwd_torture {
    const struct fwd_torture_options *options;
    struct fwd_machine *machine;
    /* The firmware before each update of the past, then the old and the new one. */
    struct fwd_torture_generation *generations;
    uint32_t generation_count;      /* known so far: the new one is not before the first update */
    bool changes_keys;              /* the package is a trust package: */
    uint32_t key_versions[2];       /* of the set before, and of the new one */
    struct fwd_torture_cost update; /* the undisturbed one */
    uint64_t operations[FWD_TORTURE_PHASES];
    struct fwd_torture_write *writes; /* one for each operation of the undisturbed update */
    size_t write_count, write_room;
    uint8_t signers[FWD_TORTURE_SIGNERS][FWD_KEY_ID_SIZE];
    unsigned signer_count, signer_first; /* from signer_first on: of the update that is proven */
    uint32_t second_every, storm_every;
    struct fwd_torture_variant variant; /* the current one */
    unsigned variant_number, variant_count;
    struct fwd_torture_case replay;
    struct fwd_nor_cut *random; /* sorted */
    size_t random_count;
    unsigned share, shares; /* of the work: which, of how many */
    unsigned workers;       /* processes */
    bool exploring;
    enum fwd_torture_phase phase; /* of power cycle 0 */
    struct fwd_torture_power_cycle *cycles[FWD_TORTURE_POWER_CYCLES];
    struct fwd_torture_memo memo[FWD_TORTURE_POWER_CYCLES]; /* by cuts_left */
    struct fwd_torture_memo signatures;                     /* that are valid */
    struct fwd_torture_tally *tally;
    volatile uint64_t *at; /* operation of power cycle 0, for who watches; NULL: nobody */
};

/* The generations of the options: past_count + 2. */
uint32_t fwd_torture_generation_max(const struct fwd_torture *torture);

/* ---- torture_generation.c -------------------------------------------------------------------- */
/* Installs the updates of the past, one after the other, and remembers each device. */
enum fwd_fail fwd_torture_generation_make_all(struct fwd_torture *torture, struct fwd_error *err);
void fwd_torture_generation_free_all(struct fwd_torture *torture);
/* The device with that generation, whatever it was before. */
void fwd_torture_generation_restore(struct fwd_torture *torture, uint32_t generation);

/* ---- torture_power_cycle.c ------------------------------------------------------------------- */
enum fwd_fail fwd_torture_power_cycle_new(struct fwd_torture *torture, unsigned depth,
    struct fwd_torture_power_cycle **out, struct fwd_error *err);
void fwd_torture_power_cycle_free(struct fwd_torture_power_cycle *cycle);
/* Power on, and on to the end. Sets end, reason, what. */
void fwd_torture_power_cycle_run(struct fwd_torture_power_cycle *cycle);
/* Brings cost.nanoseconds up to date. */
void fwd_torture_power_cycle_clock(struct fwd_torture_power_cycle *cycle);
/* Before each flash operation: once new firmware has started, the plan may be that of what runs. */
void fwd_torture_power_cycle_note_rate(struct fwd_torture_power_cycle *cycle);
/* Power off and on. */
void fwd_torture_power_cycle_switch(struct fwd_torture *torture);
/* Ends the power cycle from inside the library: does not return. */
_Noreturn void fwd_torture_power_cycle_leave(
    struct fwd_torture_power_cycle *cycle, enum fwd_torture_end end, const char *what);

/* ---- torture_start.c ------------------------------------------------------------------------- */
/* One start of the power cycle. True: the power cycle has ended. */
bool fwd_torture_start(struct fwd_torture_power_cycle *cycle);
/* Ends the power cycle badly. */
void fwd_torture_start_fail(struct fwd_torture_power_cycle *cycle, const char *what);
/* Sends a package to the device that runs. */
enum fwd_reason fwd_torture_start_install(
    struct fwd_torture_power_cycle *cycle, const uint8_t *package, uint32_t size);

/* ---- torture_ports.c ------------------------------------------------------------------------- */
/* The ports of a power cycle: signatures that are checked once, keys and counters that may be
 * blind, counters whose rise power may interrupt, the watchdog. */
enum fwd_fail fwd_torture_ports_fill(struct fwd_torture_power_cycle *cycle, struct fwd_error *err);

/* ---- torture_keyring.c ----------------------------------------------------------------------- */
/* Nothing on a device whose keys never change. */
enum fwd_fail fwd_torture_keyring_fill(
    struct fwd_torture_power_cycle *cycle, struct fwd_error *err);
void fwd_torture_keyring_free(struct fwd_torture_power_cycle *cycle);
/* At each start, after fwd_update_init(). */
enum fwd_reason fwd_torture_keyring_open(struct fwd_torture_power_cycle *cycle);
/* At each start that runs something. */
void fwd_torture_keyring_settle(struct fwd_torture_power_cycle *cycle);
/* Gives the device a trust package. */
enum fwd_reason fwd_torture_keyring_install(
    struct fwd_torture_power_cycle *cycle, const uint8_t *package, uint32_t size);
enum fwd_torture_keys fwd_torture_keyring_state(const struct fwd_torture_power_cycle *cycle);
void fwd_torture_counters_take(
    const struct fwd_torture *torture, struct fwd_torture_counters *counters);
void fwd_torture_counters_put(
    struct fwd_torture *torture, const struct fwd_torture_counters *counters);

/* ---- torture_judge.c ------------------------------------------------------------------------- */
/* Copies what the components hold now; slots: which slot of each. False: no memory. */
bool fwd_torture_image_take(struct fwd_torture *torture,
    const struct fwd_torture_power_cycle *cycle, const uint8_t *slots,
    struct fwd_torture_image *images);
void fwd_torture_image_free(struct fwd_torture_image *images);
/* The newest generation that these slots hold, to the last byte of its blocks; -1: none. steady:
 * and no read may see anything else, as it may where a write was torn. */
int fwd_torture_image_generation(
    const struct fwd_torture *torture, const uint8_t *slots, bool steady);
/* NULL, or what is wrong with a start of that generation: not in its slots, not in the record. */
const char *fwd_torture_image_differ(const struct fwd_torture *torture,
    const struct fwd_torture_power_cycle *cycle, const uint8_t *slots, uint32_t generation);
/* Does the version record name this generation? */
bool fwd_torture_image_named(const struct fwd_torture *torture,
    const struct fwd_torture_power_cycle *cycle, uint32_t generation);

/* ---- torture_flash.c ------------------------------------------------------------------------- */
/* The flash of a power cycle: counts, tears, recognizes states. */
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
/* A security counter is about to rise, or has: power may fail here. */
void fwd_torture_cut_counter(struct fwd_torture_power_cycle *cycle, bool after);

/* Gets the device ready for a cut of `cycle`: the power cycle after it. */
struct fwd_torture_power_cycle *fwd_torture_cut_prepare(const struct fwd_torture_power_cycle *cycle,
    const struct fwd_torture_point *point, unsigned cuts_left);
/* Tears the operation. False: the cut did not happen, which is a failure of the proof itself. */
bool fwd_torture_cut_tear(struct fwd_torture_power_cycle *cycle,
    const struct fwd_torture_call *call, uint32_t unit, struct fwd_nor_cut cut);
/* The device as it was before the operation. */
void fwd_torture_cut_restore(struct fwd_torture_power_cycle *cycle);

/* ---- torture_repeated_cuts.c ----------------------------------------------------------------- */
/* More than cuts at this operation of power cycle 0: power that fails at every start, a flash that
 * fails.
 */
void fwd_torture_repeated_cuts(
    struct fwd_torture_power_cycle *cycle, const struct fwd_torture_call *call, uint32_t unit);

/* ---- torture_case.c -------------------------------------------------------------------------- */
/* Seeds with which a tear is tried. */
unsigned fwd_torture_seeds(enum fwd_nor_tear tear);
/* The tears of a set, with all their seeds, in turn. Without prefixes, which have too many. */
struct fwd_nor_cut fwd_torture_tear_number(uint32_t tears, uint64_t number);
/* Needs the device, for the names of its areas. */
bool fwd_torture_case_parse(
    const struct fwd_torture *torture, const char *text, struct fwd_torture_case *out);
/* The id of the power cycle's cuts; more: its repeated cuts or fault; NULL: none. */
void fwd_torture_case_print(const struct fwd_torture_power_cycle *cycle,
    const struct fwd_torture_case *more, char text[FWD_TORTURE_ID]);

/* ---- torture_sample.c ------------------------------------------------------------------------ */
/* Is this operation of the power cycle for this process to try cuts at? */
bool fwd_torture_sample_mine(const struct fwd_torture_power_cycle *cycle, uint64_t operation);
/* Is this cut of the sample, or of the case that is replayed? */
bool fwd_torture_sample_wanted(
    const struct fwd_torture_power_cycle *cycle, const struct fwd_torture_point *point);
/* Draws the distinct cuts of FWD_TORTURE_RANDOM; fewer when there are not as many. False: no
 * memory. */
bool fwd_torture_sample_draw(struct fwd_torture *torture, uint64_t operations);

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
