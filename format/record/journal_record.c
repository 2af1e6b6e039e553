#include "format/record/journal_record.h"

#include "format/crc32.h"
#include "format/cursor.h"

#include <stddef.h>
#include <string.h>

static const uint8_t magic[4] = {'F', 'W', 'J', '1'};

enum { CRC_AT = FWD_RECORD_SIZE - 4 };
enum { UNUSED_STATE = 8 };

/* A field: where it is in the struct, and its bytes on flash. Numbers of 1, 2 and 4 bytes are
 * little-endian there; what is longer is bytes. */
struct field {
    uint8_t at, size;
};
#define FIELD(member)                                                                              \
    {                                                                                              \
        (uint8_t) offsetof(struct fwd_record, member), sizeof((struct fwd_record *)0)->member      \
    }

/* In the order of the specification, after the magic. */
static const struct field fields[] = {
    FIELD(sequence),
    FIELD(session),
    FIELD(state),
    FIELD(flags),
    FIELD(command),
    FIELD(attempts),
    FIELD(component),
    FIELD(version_bank),
    FIELD(reason),
    FIELD(step),
    FIELD(staging_at),
    FIELD(staging_end),
    FIELD(scratch),
    FIELD(stored),
    FIELD(padding),
    FIELD(staging_digest),
    FIELD(starts),
    FIELD(power_starts),
    FIELD(best_component),
    FIELD(best_state),
    FIELD(best_step),
    FIELD(version_number),
    FIELD(version_digest),
    FIELD(active),
    FIELD(staging_begin),
    FIELD(undo),
    FIELD(mac),
};
#define FIELDS (sizeof fields / sizeof fields[0])

static bool big_endian(void)
{
    const uint16_t one = 1;

    return *(const uint8_t *)&one == 0;
}

/* Where in the struct the byte of the field is that is number `byte` on flash. */
static size_t place(const struct field *field, uint8_t byte)
{
    bool number = field->size <= sizeof(uint32_t);

    return field->at + (size_t)(number && big_endian() ? field->size - 1 - byte : byte);
}

void fwd_record_encode(const struct fwd_record *record, uint8_t *out)
{
    uint8_t *at = out + sizeof magic;

    memset(out, 0, CRC_AT);
    memcpy(out, magic, sizeof magic);
    for (size_t i = 0; i < FIELDS; i++) {
        for (uint8_t byte = 0; byte < fields[i].size; byte++)
            *at++ = ((const uint8_t *)record)[place(&fields[i], byte)];
    }
    struct fwd_writer w = fwd_writer_over(out + CRC_AT, FWD_RECORD_SIZE - CRC_AT);
    fwd_write_le32(&w, fwd_crc32(0, out, CRC_AT));
}

bool fwd_record_decode(const uint8_t *bytes, struct fwd_record *record)
{
    const uint8_t *at = bytes + sizeof magic;

    if (memcmp(bytes, magic, sizeof magic) != 0 ||
        fwd_le32(bytes + CRC_AT) != fwd_crc32(0, bytes, CRC_AT))
        return false;
    for (size_t i = 0; i < FIELDS; i++) {
        for (uint8_t byte = 0; byte < fields[i].size; byte++)
            ((uint8_t *)record)[place(&fields[i], byte)] = *at++;
    }
    return record->state >= FWD_STATE_IDLE && record->state <= FWD_STATE_LAST &&
           record->state != UNUSED_STATE;
}

const char *fwd_state_name(uint8_t state)
{
    static const char *const names[] = {
        [FWD_STATE_IDLE] = "idle",
        [FWD_STATE_DOWNLOADING] = "downloading",
        [FWD_STATE_REHEARSING] = "rehearsing",
        [FWD_STATE_STAGED] = "staged",
        [FWD_STATE_ACTING] = "acting",
        [FWD_STATE_VERIFIED] = "verified",
        [FWD_STATE_SWITCHED] = "switched",
        [FWD_STATE_DONE] = "done",
        [FWD_STATE_FAILED] = "failed",
        [FWD_STATE_REPORTED] = "reported",
        [FWD_STATE_TRIAL] = "trial",
        [FWD_STATE_REVERTING] = "reverting",
    };

    return state < sizeof names / sizeof names[0] && names[state] != NULL ? names[state]
                                                                          : "unknown";
}
