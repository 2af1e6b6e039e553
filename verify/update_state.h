/* What struct fwd_update is made of. The caller allocates it; only the library looks inside. */
#ifndef FWD_VERIFY_UPDATE_STATE_H
#define FWD_VERIFY_UPDATE_STATE_H

#include "format/manifest.h"
#include "format/record/journal_record.h"
#include "verify/codec.h"
#include "verify/ports.h"

#ifdef __cplusplus
extern "C" {
#endif

/* Flash of one area; what is given when the port reports an error, or a range leaves the area. */
struct fwd_flash_access {
    const struct fwd_ports *ports;
    const struct fwd_area *area;
    enum fwd_reason failed;
};

/* The journal, as it was found and as it goes on (flash/journal.h). */
#define FWD_JOURNAL_BANKS_MAX 8u /* of a larger area only so many are used */

/* A bank of the journal, as the last scan found it and as it was written since. */
struct fwd_journal_bank {
    uint32_t newest;  /* sequence number of its newest record; 0: it gives none */
    uint32_t next;    /* slot after the last one that is not blank */
    uint32_t version; /* shared with the version area: the version record that it holds; 0: none
                         that the journal names */
    uint8_t valid;    /* records, at most 255 */
    uint8_t row;      /* the longest row of records, at most 255 */
    bool bad;         /* an operation on it failed since power came */
};

struct fwd_sharing;

struct fwd_journal {
    const struct fwd_ports *ports;
    const struct fwd_area *area;
    const struct fwd_sharing *sharing; /* NULL: it has its blocks alone */
    const uint8_t *fresh;              /* shared: the version record that the next record begins to
                                          name, encoded; NULL: it is in flash */
    uint8_t *page;                     /* of the caller: at least a program unit */
    uint32_t page_size;
    uint32_t sequence; /* of the next record */
    bool lost;         /* no record can be read: the state is idle, and nobody knows it */
    bool anew;         /* shared: it was, and is not begun anew yet */
    bool settled;      /* a record was appended and read back since power came */
    bool authentic;    /* the record that was found has the device's MAC */
    bool volatile_ok;  /* in recovery: goes on in RAM when no bank takes a record */

    /* Two banks (journal_pair.c). */
    uint8_t bank;       /* in use */
    uint8_t home;       /* must not be erased: it holds the newest record */
    uint32_t next;      /* slot of the next record in `bank` */
    uint32_t home_next; /* slot in `home` that was never in flight, if the next bank fails */

    /* Three or more (journal_mirror.c). */
    uint8_t members[2]; /* each record goes to both */

    uint8_t bank_count;       /* 2 or more */
    struct fwd_record record; /* the state: last valid or last appended */
    struct fwd_journal_bank banks[FWD_JOURNAL_BANKS_MAX];
};

#define FWD_IO_SIZE 512u /* the smallest buffer for reading flash */

struct fwd_rehearsal;

/* The work memory, divided (rehearse/work.h). */
struct fwd_workspace {
    uint8_t
        *signed_bytes; /* header | manifest | signature block: FWD_CONFIG_SIGNED + sigblock_max */
    uint8_t *page;     /* one program unit being filled, at least FWD_IO_SIZE */
    uint8_t *io;       /* reads, at least FWD_IO_SIZE; disjoint from page */
    uint32_t io_size;  /* of page and io, each */
    uint8_t *changed;  /* a bit per erase block of the largest slot */
    uint8_t *version;  /* the version record as read */
    uint8_t *version_new;         /* and as it will be written */
    uint32_t version_size;        /* of each */
    struct fwd_rehearsal *slices; /* one that goes on (rehearse/rehearse.h); NULL: no room for it */
    uint8_t *arena;               /* aligned to 16 */
    uint32_t arena_size;
};

/* A package whose signatures are valid and whose manifest is well formed. */
struct fwd_trusted {
    uint8_t kind;
    uint8_t minor;
    uint8_t threshold; /* of the signers, needed for what the package does */
    uint8_t signer_count;
    uint8_t counted[FWD_CONFIG_SIGNATURES]; /* of signers: index of the entry in the block */
    uint32_t vouched;                       /* the verdicts on them, added up modulo 2^32 */
    uint32_t signed_size;
    uint32_t sigblock_size;
    uint32_t payload_offset;
    uint32_t payload_size;
    const uint8_t *payload_digest; /* in the signed bytes */
    uint32_t package_size;
    uint8_t session[FWD_SESSION_SIZE];             /* of SHA-256 over the signed bytes */
    struct fwd_key signers[FWD_CONFIG_SIGNATURES]; /* distinct keys with a valid signature */
    struct fwd_manifest manifest;
};

/* ---- what a package means on this device (trust/plan.h) -------------------------------------- */

#define FWD_NO_PLACE 0xFFu

/* One component of the package on this device. */
struct fwd_task {
    const struct fwd_component *component; /* in the trusted manifest */
    const struct fwd_codec *codec;
    uint8_t place;  /* index in device->places; FWD_NO_PLACE: the device has none of that name */
    uint8_t active; /* slot that runs now, and holds the source */
    uint8_t target; /* slot to be written: the other one with two slots */
};

struct fwd_plan {
    struct fwd_task tasks[FWD_CONFIG_COMPONENTS]; /* in the order of action: two-slot components,
                                                  then in place in manifest order, boot code last */
    uint8_t count;
    uint8_t in_place_first; /* tasks from here on are in place */
};

/* Percent of a phase, told to the host port when it changes. */
struct fwd_progress_state {
    enum fwd_progress phase;
    uint64_t done, total; /* bytes */
    uint32_t told;        /* last percent, UINT32_MAX: none */
};

/* What the last update cost, for tools and tests; not needed for installing. */
struct fwd_cost {
    uint32_t staged_bytes; /* of the staging area, copies and table included */
    uint32_t steps;        /* blocks written in place */
    uint32_t scratch_uses; /* steps that read their own block */
    uint32_t undo_bytes;   /* of old blocks, kept for a trial in place */
    uint32_t spare_bytes;  /* of saved blocks, programmed into spare staging room */
};

/* Writing an area from its start (flash/stream.h). */
struct fwd_flash_writer {
    struct fwd_flash_access flash;
    uint8_t *page;   /* buffer */
    uint32_t most;   /* bytes of it that are programmed at once */
    uint32_t filled; /* bytes in it, which end at `at` */
    uint32_t at;     /* offset of the next byte */
    uint32_t limit;
    bool erases, dry, hashed;
};

#ifdef __cplusplus
}
#endif

#endif
