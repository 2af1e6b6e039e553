/* Records of the journal (SPEC.md section 8). Each record is the whole state: the valid one with
 * the highest sequence number is what the device was doing. */
#ifndef FWD_FORMAT_RECORD_JOURNAL_RECORD_H
#define FWD_FORMAT_RECORD_JOURNAL_RECORD_H

#include "format/limits.h"
#include "format/reason.h"

#ifdef __cplusplus
extern "C" {
#endif

#define FWD_RECORD_SIZE           128u
#define FWD_RECORD_VERSION_DIGEST 8u /* first bytes of SHA-256 */

/* Numbers are on flash: never change them. 8 was never used by a release. */
enum fwd_state {
    FWD_STATE_IDLE = 1,
    FWD_STATE_DOWNLOADING = 2, /* `complete` set: the package is complete and waits */
    FWD_STATE_REHEARSING = 3,
    FWD_STATE_STAGED = 4,   /* outcome proven, nothing written in place yet */
    FWD_STATE_ACTING = 5,   /* past the point of no return */
    FWD_STATE_VERIFIED = 6, /* new slots are hashed; version record `version_next` is being written
                               into bank `version_bank` */
    FWD_STATE_SWITCHED = 7, /* that copy is complete and current; the second is being written into
                               `version_bank` */
    FWD_STATE_DONE = 9,
    FWD_STATE_FAILED = 10,
    FWD_STATE_REPORTED = 11,
    FWD_STATE_TRIAL = 12,    /* installed and running, and nobody has said that it is well */
    FWD_STATE_REVERTING = 13 /* the first copy of the version record that names what was before is
                                being written into bank `version_bank` */
};
#define FWD_STATE_LAST 13u

#define FWD_RECORD_COMPLETE 0x01u /* download: all bytes are stored */
#define FWD_RECORD_DESTRUCTIVE                                                                     \
    0x02u                        /* firmware in place was written in this session, or may have     \
                                    been: no delta in place until full images are installed */
#define FWD_RECORD_SAVED   0x04u /* the old block of `step` is in scratch block `scratch` */
#define FWD_RECORD_FULL    0x08u /* the session's command took a full package */
#define FWD_RECORD_STARTED 0x10u /* the firmware of the version record has started once */
#define FWD_RECORD_BLIND                                                                           \
    0x20u /* an earlier start waited for a version record that could not be read */
#define FWD_RECORD_BACK 0x40u /* what `switched` names was there before the update */
#define FWD_RECORD_TURNED                                                                          \
    0x40u                      /* nothing in progress: a start found that `active` does not pass   \
                                */
#define FWD_RECORD_TOLD  0x80u /* trial: the installation was reported */
#define FWD_RECORD_FLAGS 0xFFu

#define FWD_RECORD_BY_APPLICATION                                                                  \
    0x80u /* of the command: the application rehearses, a start leaves it to that */

#define FWD_RECORD_MAC_SIZE 8u
#define FWD_RECORD_MAC_AT   116u /* a MAC, if the device makes one, is over the bytes before it */

struct fwd_record {
    uint32_t sequence;
    uint8_t session[FWD_SESSION_SIZE]; /* of SHA-256 over header | manifest; zero: none */
    uint8_t state;                     /* enum fwd_state */
    uint8_t flags;                     /* FWD_RECORD_* */
    uint8_t command;      /* enum fwd_command of the session, and FWD_RECORD_BY_APPLICATION */
    uint8_t attempts;     /* that ended in an error */
    uint8_t component;    /* in the manifest: being written */
    uint8_t version_bank; /* of the version area: see the states */
    uint16_t reason;      /* done / failed: enum fwd_reason */
    uint32_t step;        /* blocks (or staged steps) of `component` that are done */
    uint32_t staging_at;  /* offset in staging of the next step */
    uint32_t staging_end; /* offset after the last byte staged; 0: none is */
    uint32_t scratch;     /* next scratch block, or the one that holds the backup */
    uint32_t stored;      /* bytes of the package area in use */
    uint32_t padding;     /* transport padding: stored may exceed the package by less */
    uint8_t staging_digest[FWD_DIGEST_SIZE];
    uint8_t starts;         /* since progress, for another cause than loss of power */
    uint8_t power_starts;   /* since progress, after a loss of power */
    uint8_t best_component; /* how far the session has been: progress goes beyond */
    uint8_t best_state;     /* enum fwd_state */
    uint32_t best_step;
    uint32_t version_number; /* of the current version record; 0: none is named */
    uint8_t version_digest[FWD_RECORD_VERSION_DIGEST]; /* of its bytes */
    uint16_t active;        /* bit n: slot 1 of place n runs, and is not written */
    uint32_t staging_begin; /* of its first one: an erase block; those before are worn */
    uint16_t undo; /* erase block of staging, plus 1, with which the kept blocks begin; 0: none */
    uint8_t mac[FWD_RECORD_MAC_SIZE]; /* zero: none */
};

/* Writes FWD_RECORD_SIZE bytes, CRC included. */
void fwd_record_encode(const struct fwd_record *record, uint8_t *out);
/* False when magic, CRC, state or reserved bytes are not those of a record. */
bool fwd_record_decode(const uint8_t *bytes, struct fwd_record *record);

const char *fwd_state_name(uint8_t state);

#ifdef __cplusplus
}
#endif

#endif
