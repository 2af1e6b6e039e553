#include "format/crc32.h"
#include "format/record/version_record.h"
#include "verify/flash/area.h"
#include "verify/flash/sharing_internal.h"

#include <string.h>

#define PIECE      128u
#define READ_TRIES 3

/* CRC-32 of bytes that end with theirs. */
#define CRC_OF_CHECKED 0x2144DF1Cu

struct fwd_bank fwd_sharing_place(
    const struct fwd_journal *journal, uint8_t bank, uint32_t *quarter)
{
    struct fwd_bank place = journal->sharing->half(journal->area, bank, false);

    *quarter = place.size / 4 & ~(journal->area->program_unit - 1);
    return place;
}

bool fwd_sharing_read(const struct fwd_journal *journal, uint32_t offset, uint32_t room,
    struct fwd_shared_version *record)
{
    const struct fwd_flash_access flash = {journal->ports, journal->area, FWD_E_JOURNAL_IO};
    const struct fwd_crypto_port *crypto = journal->ports->crypto;
    uint8_t piece[PIECE];
    uint32_t crc = 0;

    *record = (struct fwd_shared_version){.offset = offset};
    fwd_alive(journal->ports);
    if (room < FWD_VERSION_HEAD_SIZE ||
        fwd_flash_read(&flash, offset, piece, FWD_VERSION_HEAD_SIZE) != FWD_OK ||
        !fwd_version_record_head(piece, &record->number, &record->size) || record->size > room ||
        !crypto->hash_begin(crypto->ctx, FWD_HASH_STEP))
        return false;
    for (uint32_t at = 0, n; at < record->size; at += n) {
        n = record->size - at < PIECE ? record->size - at : PIECE;
        if (fwd_flash_read(&flash, offset + at, piece, n) != FWD_OK ||
            !crypto->hash_update(crypto->ctx, FWD_HASH_STEP, piece, n))
            return false;
        crc = fwd_crc32(crc, piece, n);
    }
    return crypto->hash_end(crypto->ctx, FWD_HASH_STEP, record->digest) && crc == CRC_OF_CHECKED;
}

bool fwd_sharing_same(const struct fwd_shared_version *a, const struct fwd_shared_version *b)
{
    return a->number == b->number && memcmp(a->digest, b->digest, FWD_RECORD_VERSION_DIGEST) == 0;
}

bool fwd_sharing_find(const struct fwd_journal *journal, uint8_t bank,
    const struct fwd_shared_version *wanted, struct fwd_shared_version *found)
{
    uint32_t quarter;
    struct fwd_bank place = fwd_sharing_place(journal, bank, &quarter);
    uint32_t end = place.offset + place.size;

    for (int tries = 0; tries < READ_TRIES && wanted->number > 0; tries++) {
        for (uint32_t at = place.offset; at < end; at += quarter) {
            if (fwd_sharing_read(journal, at, end - at, found) && fwd_sharing_same(found, wanted))
                return true;
        }
    }
    return false;
}

bool fwd_sharing_find_apart(const struct fwd_journal *journal, uint8_t bank,
    const struct fwd_shared_version *wanted, struct fwd_shared_version *found)
{
    uint32_t fresh;

    *found = *wanted;
    found->bytes = journal->fresh;
    if (journal->fresh != NULL && fwd_version_record_head(journal->fresh, &fresh, &found->size) &&
        fresh == wanted->number)
        return true;
    for (uint8_t i = 0; i < journal->bank_count; i++) {
        if (i != bank && fwd_sharing_find(journal, i, wanted, found))
            return true;
    }
    return false;
}

static uint32_t copies(const struct fwd_journal *journal, const struct fwd_shared_version *wanted)
{
    struct fwd_shared_version found;
    uint32_t count = 0;

    for (uint8_t i = 0; i < journal->bank_count; i++)
        count += fwd_sharing_find(journal, i, wanted, &found);
    return count;
}

static struct fwd_shared_version best(const struct fwd_journal *journal)
{
    struct fwd_shared_version best = {.number = 0}, one;
    uint32_t most = 0, quarter;

    for (uint8_t i = 0; i < journal->bank_count; i++) {
        struct fwd_bank place = fwd_sharing_place(journal, i, &quarter);
        uint32_t end = place.offset + place.size;
        for (uint32_t at = place.offset; at < end; at += quarter) {
            if (!fwd_sharing_read(journal, at, end - at, &one))
                continue;
            uint32_t several = copies(journal, &one) > 1 ? 2 : 1;
            if (several > most || (several == most && one.number > best.number)) {
                most = several;
                best = one;
            }
        }
    }
    return best;
}

struct fwd_shared_version fwd_sharing_wanted(
    const struct fwd_journal *journal, const struct fwd_record *next)
{
    struct fwd_shared_version named = {.number = next->version_number};

    if (named.number == 0)
        return best(journal);
    memcpy(named.digest, next->version_digest, sizeof next->version_digest);
    return named;
}
