/* A record that the library keeps in flash: any bytes, and the same with the CRC-32 made right.
 * What decodes must be encoded to the same bytes. RECORD: journal, version or staging. */
#include "format/crc32.h"
#include "format/record/journal_record.h"
#include "format/record/staging_head.h"
#include "format/record/step.h"
#include "format/record/version_record.h"

#include <stdlib.h>
#include <string.h>

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

#define MOST 8192u

static void require(bool what)
{
    if (!what)
        abort();
}

/* The last four bytes are the CRC-32 of those before. */
static void mend(uint8_t *bytes, size_t size)
{
    uint32_t crc = fwd_crc32(0, bytes, size - 4);

    for (size_t i = 0; i < 4; i++)
        bytes[size - 4 + i] = (uint8_t)(crc >> 8 * i);
}

static void try_journal(uint8_t *bytes, size_t size)
{
    struct fwd_record record;
    uint8_t again[FWD_RECORD_SIZE];

    if (size < FWD_RECORD_SIZE)
        return;
    for (int mended = 0; mended < 2; mended++) {
        if (fwd_record_decode(bytes, &record)) {
            fwd_record_encode(&record, again);
            require(memcmp(again, bytes, sizeof again) == 0);
        }
        mend(bytes, FWD_RECORD_SIZE);
    }
}

static void try_version(uint8_t *bytes, size_t size)
{
    static uint8_t again[2 * MOST];
    struct fwd_version_record record;

    if (size < 8)
        return;
    for (int mended = 0; mended < 2; mended++) {
        if (fwd_version_record_decode(bytes, size, &record)) {
            size_t written = fwd_version_record_encode(&record, again, sizeof again);
            require(written == 0 || written <= size);
        }
        mend(bytes, size);
    }
}

static void try_staging(uint8_t *bytes, size_t size)
{
    struct fwd_staging_head head;
    struct fwd_step_head step;
    struct fwd_step_tail tail;
    struct fwd_staged staged;
    uint8_t again[256];

    if (size < sizeof again)
        return;
    for (int mended = 0; mended < 2; mended++) {
        if (fwd_staging_head_decode(bytes, &head)) {
            fwd_staging_head_encode(&head, again);
            require(memcmp(again, bytes, FWD_STAGING_HEAD_SIZE) == 0);
        }
        if (fwd_step_head_decode(bytes, &step)) {
            fwd_step_head_encode(&step, again);
            require(memcmp(again, bytes, FWD_STEP_HEAD_SIZE) == 0);
        }
        if (fwd_step_tail_decode(bytes, &tail)) {
            fwd_step_tail_encode(&tail, again);
            require(memcmp(again, bytes, FWD_STEP_TAIL_SIZE) == 0);
        }
        if (fwd_staged_decode(bytes, &staged)) {
            fwd_staged_encode(&staged, again);
            require(memcmp(again, bytes, FWD_STAGED_SIZE) == 0);
        }
        mend(bytes, FWD_STAGING_HEAD_SIZE);
    }
}

enum { journal, version, staging };
static void (*const tries[])(uint8_t *bytes, size_t size) = {
    [journal] = try_journal, [version] = try_version, [staging] = try_staging};

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
    uint8_t *bytes;

    if (size == 0 || size > MOST)
        return 0;
    bytes = malloc(size);
    require(bytes != NULL);
    memcpy(bytes, data, size);
    tries[RECORD](bytes, size);
    free(bytes);
    return 0;
}
