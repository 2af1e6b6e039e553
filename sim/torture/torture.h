/* The power-loss proof: a real update on a simulated device, and power fails at every flash
 * operation of it, in every way a flash can be left behind. After each cut the device boots and
 * resumes; it must end with the new firmware, or begin again with the old one whole.
 *
 * More can be wrong with the device (torture_variant.c): an area that cannot be read for one start,
 * a block that is worn, several updates in its past. Then it must end with a signed firmware, too:
 * at each start that runs something the slots are compared with all images that were ever signed.
 *
 * A case is named by what happens, in order, each part after a plus sign:
 *
 *     from=0                         update 0 of its past is the first that this power cycle
 * installs worn=1,area=journal,at=17      block 1 of the journal takes no write from its 17th one
 * on start=blank,area=staging       the next start reads staging as erased op=120,tear=half,seed=0
 * power fails at the 120th flash operation since the last start counter=1,when=after power fails
 * after a security counter was raised for the first time every=3,times=7,tear=bits,seed=1  power
 * fails at the third operation of seven starts in a row fault=erase-error,at=4         the fourth
 * erase from here on reports an error
 *
 * Such an id replays exactly this case. */
#ifndef FWD_SIM_TORTURE_TORTURE_H
#define FWD_SIM_TORTURE_TORTURE_H

#include "hostio/host_file.h"
#include "sim/device/machine.h"

#include <stdio.h>

enum fwd_torture_cuts {
    FWD_TORTURE_SINGLE, /* every operation of the update */
    FWD_TORTURE_DOUBLE, /* and a second cut in the recovery */
    FWD_TORTURE_RANDOM  /* some, chosen by a fixed seed */
};

/* Which tears: bit n is enum fwd_nor_tear n. */
#define FWD_TORTURE_CLASSES                                                                        \
    (((1u << FWD_NOR_TEARS) - 1u) & ~(1u << FWD_NOR_PREFIX)) /* each class, with its seeds */
#define FWD_TORTURE_ALL ((1u << FWD_NOR_TEARS) - 1u)         /* and every prefix of every unit */

#define FWD_TORTURE_JOBS_MAX 64u

/* Power fails at the first, second or fifth operation of this many starts in a row: more than
 * failed attempts are ever allowed. */
#define FWD_TORTURE_REPEATED 8u

struct fwd_torture_options {
    const struct fwd_machine_recipe *recipe; /* the device, with the old images */
    const struct fwd_codec *const *codecs;
    uint8_t codec_count;
    const uint8_t *package;
    uint32_t package_size;
    const char *name; /* of the package, for sentences; NULL: it has none */
    enum fwd_torture_cuts cuts;
    uint32_t random;       /* FWD_TORTURE_RANDOM: how many cuts */
    uint32_t tears;        /* FWD_TORTURE_CLASSES, or a choice */
    uint32_t second_every; /* FWD_TORTURE_DOUBLE: one second cut in so many; 0: as many as a few
                              minutes allow, all of them on small images */
    uint32_t faults;       /* so many recoveries in which one operation of the flash fails, too */
    bool start_faults;     /* and each area gives nothing for one start */
    bool worn;             /* and each block that is written wears out */
    bool unconfirmed;      /* on a device with a trial: nobody confirms, and the old firmware must
                              come back; otherwise whatever runs confirms itself */
    /* Updates before this one, in order; the recipe's images are those before the first. Then cuts
     * are tried on the device with this past, too. */
    const struct fwd_bytes *past;
    uint32_t past_count;
    const struct fwd_bytes
        *keys;             /* a trust package that the device has taken already; NULL: none */
    const char *keys_name; /* its name, for sentences; NULL: it has none */
    const struct fwd_bytes *full; /* the new firmware as a full package, which is sent where a delta
                                     is refused or the device waits for one; NULL: none */
    uint32_t power_cycles; /* about so many recoveries for each of start_faults, worn and past; 0:
                       as many as a minute each allows on the sample */
    bool every_state;      /* run equal states again instead of once */
    unsigned jobs;         /* processes, 1..FWD_TORTURE_JOBS_MAX */
    const char *replay;    /* an id: only this case; NULL: all */
    void (*progress)(void *ctx, unsigned percent); /* NULL: nobody watches */
    void *progress_ctx;
};

/* Flash work. */
struct fwd_torture_cost {
    uint64_t operations; /* program units and erases */
    uint64_t erases;
    uint64_t bytes;       /* programmed */
    uint64_t slot_erases; /* erases of firmware blocks */
    uint64_t nanoseconds; /* on the device: flash, hashing, decoding */
};

enum fwd_torture_phase {
    FWD_TORTURE_DOWNLOAD,
    FWD_TORTURE_REHEARSAL,
    FWD_TORTURE_ACTION,
    FWD_TORTURE_FINISH,
    FWD_TORTURE_PHASES
};

#define FWD_TORTURE_ID       200u
#define FWD_TORTURE_FAILURES 64u /* as many are described; all are counted */

struct fwd_torture_failure {
    char id[FWD_TORTURE_ID];
    char what[160];
    uint64_t operation;
    enum fwd_torture_phase phase;
    enum fwd_nor_tear tear;
    unsigned variant; /* what else is wrong: 0: nothing */
};

/* A cost, and the cut that caused it. */
struct fwd_torture_worst {
    struct fwd_torture_cost cost;
    uint64_t operation;
    char id[FWD_TORTURE_ID];
};

struct fwd_torture_tally {
    uint64_t cuts[FWD_TORTURE_PHASES][FWD_NOR_TEARS]; /* tried at operations of the update */
    uint64_t lost[FWD_TORTURE_PHASES][FWD_NOR_TEARS]; /* of them failed */
    uint64_t fired;         /* cuts that really happened, second ones and repeated ones included */
    uint64_t due;           /* cuts that should have happened */
    uint64_t seconds;       /* second cuts in a recovery */
    uint64_t repeated_cuts; /* power failed at FWD_TORTURE_STORM starts in a row */
    uint64_t faults;        /* recoveries in which an operation failed, too */
    uint64_t counter_cuts;  /* before and after a security counter was raised */
    uint64_t start_faults;  /* starts at which an area gave nothing */
    uint64_t worn_blocks;   /* moments at which a block wore out */
    uint64_t generations;   /* cuts on a device with a past */
    uint64_t resets;        /* by the watchdog */
    uint64_t refused;       /* with a worn block: the update is refused, a signed firmware runs */
    uint64_t waiting;       /* with a worn block of its firmware: RECOVERY */
    uint64_t rescued;       /* a full package was taken instead */
    uint64_t run;           /* recoveries that ran to their end */
    uint64_t merged;        /* recoveries that reached a state from which one had run to its end */
    uint64_t known;         /* cuts that left a state from which one had run to its end */
    uint64_t old_kept;      /* recoveries that found the old firmware whole and began again */
    struct fwd_torture_worst recovery; /* most operations after a cut */
    struct fwd_torture_worst repeated; /* most bytes programmed twice, cuts after `staged` */
    uint64_t failure_count;
    uint32_t described; /* of them, in failures */
    struct fwd_torture_failure failures[FWD_TORTURE_FAILURES];
};

struct fwd_torture_report {
    bool changes_keys;              /* of a trust package: the keys change, the firmware stays */
    struct fwd_torture_cost update; /* the undisturbed one */
    uint64_t operations[FWD_TORTURE_PHASES];
    uint32_t steps, scratch_uses, staged_bytes;
    uint32_t decode_again_ms; /* what a start after a cut decodes once more, at most */
    uint32_t second_every;
    uint32_t past_count;
    struct fwd_torture_tally tally;
    double seconds;
};

/* What goes wrong once after a cut. */
enum fwd_torture_fault {
    FWD_TORTURE_PROGRAM_ERROR,
    FWD_TORTURE_STUCK_BIT, /* a program that reports success */
    FWD_TORTURE_ERASE_ERROR,
    FWD_TORTURE_HALF_ERASED, /* an erase that reports success */
    FWD_TORTURE_READ_ERROR,
    FWD_TORTURE_UNREADABLE,
    FWD_TORTURE_MISREAD,
    FWD_TORTURE_FAULTS
};
const char *fwd_torture_fault_name(enum fwd_torture_fault fault);

/* The names in reports: "download", "rehearsal", "action", "finish". */
const char *fwd_torture_phase_name(enum fwd_torture_phase phase);

/* FWD_FAIL_NONE: the proof was carried out; tally.failure_count says how often it failed.
 * FWD_FAIL_REFUSED: the update does not install even undisturbed, or changes nothing, or the id to
 * replay names nothing that happens. FWD_FAIL_ENVIRONMENT: no memory, no process. */
enum fwd_fail fwd_torture_run(const struct fwd_torture_options *options,
    struct fwd_torture_report *report, struct fwd_error *err);

/* ---- reports (torture_report.c, torture_junit.c) --------------------------------------------- */

/* A page for a person. */
void fwd_torture_print(FILE *out, const struct fwd_torture_report *report);
/* The same as JSON, which follows schemas/fwdelta-torture-1.schema.json; freed by the caller. NULL:
 * no memory. */
char *fwd_torture_json(const char *name, const struct fwd_torture_report *report);
void fwd_torture_put_junit(FILE *out, const char *name, const struct fwd_torture_report *report);
/* JSON, and JUnit XML with a test case for each phase and tear. name: of the package, in UTF-8. */
enum fwd_fail fwd_torture_write_json(const char *path, const char *name,
    const struct fwd_torture_report *report, bool force, struct fwd_error *err);
enum fwd_fail fwd_torture_write_junit(const char *path, const char *name,
    const struct fwd_torture_report *report, bool force, struct fwd_error *err);

#endif
