#include "format/record/journal_record.h"

#include "format/crc32.h"
#include "format/cursor.h"

#include <string.h>

static const uint8_t magic[4] = {'F', 'W', 'J', '1'};

enum { RESERVED_AT = FWD_RECORD_MAC_AT + FWD_RECORD_MAC_SIZE, CRC_AT = FWD_RECORD_SIZE - 4 };
enum { UNUSED_STATE = 8 };
static const uint8_t reserved[CRC_AT - RESERVED_AT];

void fwd_record_encode(const struct fwd_record *record, uint8_t *out)
{
    struct fwd_writer w = fwd_writer_over(out, FWD_RECORD_SIZE);

    fwd_write_bytes(&w, magic, sizeof magic);
    fwd_write_le32(&w, record->sequence);
    fwd_write_bytes(&w, record->session, FWD_SESSION_SIZE);
    fwd_write_u8(&w, record->state);
    fwd_write_u8(&w, record->flags);
    fwd_write_u8(&w, record->command);
    fwd_write_u8(&w, record->attempts);
    fwd_write_u8(&w, record->component);
    fwd_write_u8(&w, record->version_bank);
    fwd_write_le16(&w, record->reason);
    fwd_write_le32(&w, record->step);
    fwd_write_le32(&w, record->staging_at);
    fwd_write_le32(&w, record->staging_end);
    fwd_write_le32(&w, record->scratch);
    fwd_write_le32(&w, record->stored);
    fwd_write_le32(&w, record->padding);
    fwd_write_bytes(&w, record->staging_digest, FWD_DIGEST_SIZE);
    fwd_write_u8(&w, record->starts);
    fwd_write_u8(&w, record->power_starts);
    fwd_write_u8(&w, record->best_component);
    fwd_write_u8(&w, record->best_state);
    fwd_write_le32(&w, record->best_step);
    fwd_write_le32(&w, record->version_number);
    fwd_write_bytes(&w, record->version_digest, FWD_RECORD_VERSION_DIGEST);
    fwd_write_le16(&w, record->active);
    fwd_write_bytes(&w, record->mac, FWD_RECORD_MAC_SIZE);
    fwd_write_bytes(&w, reserved, sizeof reserved);
    fwd_write_le32(&w, fwd_crc32(0, out, CRC_AT));
}

static bool crc_valid(const uint8_t *bytes)
{
    struct fwd_reader r = fwd_reader_over(bytes + CRC_AT, FWD_RECORD_SIZE - CRC_AT);

    return fwd_read_le32(&r) == fwd_crc32(0, bytes, CRC_AT);
}

bool fwd_record_decode(const uint8_t *bytes, struct fwd_record *record)
{
    struct fwd_reader r = fwd_reader_over(bytes, FWD_RECORD_SIZE);

    if (memcmp(fwd_read_bytes(&r, sizeof magic), magic, sizeof magic) != 0 || !crc_valid(bytes))
        return false;
    record->sequence = fwd_read_le32(&r);
    memcpy(record->session, fwd_read_bytes(&r, FWD_SESSION_SIZE), FWD_SESSION_SIZE);
    record->state = fwd_read_u8(&r);
    record->flags = fwd_read_u8(&r);
    record->command = fwd_read_u8(&r);
    record->attempts = fwd_read_u8(&r);
    record->component = fwd_read_u8(&r);
    record->version_bank = fwd_read_u8(&r);
    record->reason = fwd_read_le16(&r);
    record->step = fwd_read_le32(&r);
    record->staging_at = fwd_read_le32(&r);
    record->staging_end = fwd_read_le32(&r);
    record->scratch = fwd_read_le32(&r);
    record->stored = fwd_read_le32(&r);
    record->padding = fwd_read_le32(&r);
    memcpy(record->staging_digest, fwd_read_bytes(&r, FWD_DIGEST_SIZE), FWD_DIGEST_SIZE);
    record->starts = fwd_read_u8(&r);
    record->power_starts = fwd_read_u8(&r);
    record->best_component = fwd_read_u8(&r);
    record->best_state = fwd_read_u8(&r);
    record->best_step = fwd_read_le32(&r);
    record->version_number = fwd_read_le32(&r);
    memcpy(record->version_digest, fwd_read_bytes(&r, FWD_RECORD_VERSION_DIGEST),
        FWD_RECORD_VERSION_DIGEST);
    record->active = fwd_read_le16(&r);
    memcpy(record->mac, fwd_read_bytes(&r, FWD_RECORD_MAC_SIZE), FWD_RECORD_MAC_SIZE);
    return memcmp(fwd_read_bytes(&r, sizeof reserved), reserved, sizeof reserved) == 0 &&
           record->state >= FWD_STATE_IDLE && record->state <= FWD_STATE_LAST &&
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
