/* What somebody can write who reaches the flash but has no key: records with right checksums. */
#include "format/record/step.h"
#include "format/record/version_record.h"
#include "keys/crypto_port.h"
#include "keys/signing/signed_package.h"
#include "tests/sim/trust_rig.h"
#include "verify/flash/area.h"

#include <check.h>
#include <stdlib.h>
#include <string.h>

static void poke(
    const struct trust_rig *rig, uint16_t area, uint32_t offset, const void *bytes, size_t size)
{
    ck_assert(fwd_nor_poke(rig->machine->nor, area, offset, bytes, (uint32_t)size));
}

static void erase(const struct trust_rig *rig, const struct fwd_area *area)
{
    uint8_t *blank = malloc(area->size);

    ck_assert_ptr_nonnull(blank);
    memset(blank, area->erased, area->size);
    poke(rig, area->id, 0, blank, area->size);
    free(blank);
}

static void digest_of(const void *bytes, size_t size, uint8_t digest[FWD_DIGEST_SIZE])
{
    ck_assert(fwd_crypto_port_sha256(bytes, size, digest));
}

static struct fwd_signed_package divide(const struct fwd_bytes *package)
{
    struct fwd_signed_package out;

    ck_assert_int_eq(
        fwd_signed_package_divide("update.upd", package->data, package->size, &out), FWD_OK);
    return out;
}

void trust_rig_session(const struct fwd_bytes *package, uint8_t session[FWD_SESSION_SIZE])
{
    struct fwd_signed_package divided = divide(package);
    uint8_t digest[FWD_DIGEST_SIZE];

    digest_of(divided.signed_bytes, divided.signed_size, digest);
    memcpy(session, digest, FWD_SESSION_SIZE);
}

void trust_rig_put_journal(struct trust_rig *rig, const struct fwd_record *record)
{
    const struct fwd_area *area = &rig->machine->device.journal;
    uint32_t slot = fwd_area_round_up(area, FWD_RECORD_SIZE);
    uint8_t bytes[FWD_RECORD_SIZE];

    erase(rig, area);
    fwd_record_encode(record, bytes);
    for (uint32_t i = 0; i < 3; i++)
        poke(rig, area->id, i * slot, bytes, sizeof bytes);
}

void trust_rig_put_version(struct trust_rig *rig, int image, uint8_t slot, uint32_t sequence)
{
    const struct fwd_area *area = &rig->machine->device.version;
    struct fwd_version_record record = {.sequence = sequence, .count = 1};
    uint8_t digest[FWD_DIGEST_SIZE], bytes[FWD_VERSION_RECORD_MAX];

    digest_of(rig->images[image].data, rig->images[image].size, digest);
    record.entries[0] = (struct fwd_version_entry){.name = fwd_text_of("firmware"),
        .version = fwd_text_of("6.6.6"),
        .slot = slot,
        .set = FWD_VERSION_NO_SET,
        .size = (uint32_t)rig->images[image].size,
        .digest = digest};
    size_t size = fwd_version_record_encode(&record, bytes, sizeof bytes);
    ck_assert_uint_gt(size, 0);
    erase(rig, area);
    for (uint32_t i = 0; i < fwd_area_blocks(area); i++)
        poke(rig, area->id, fwd_area_block(area, i).offset, bytes, size);
}

void trust_rig_put_package(struct trust_rig *rig, const struct fwd_bytes *package)
{
    erase(rig, &rig->machine->device.package);
    poke(rig, FWD_AREA_PACKAGE, 0, package->data, package->size);
}

/* A step that writes a block of the image from its own bytes. Returns its size. */
static size_t literal_step(const struct trust_rig *rig, const struct fwd_bytes *image,
    const struct fwd_block *block, uint8_t *out)
{
    const struct fwd_area *slot = &rig->machine->device.places[0].slots[0];
    uint32_t left = (uint32_t)image->size - block->offset;
    struct fwd_step_head head = {.block_offset = block->offset,
        .block_size = block->size,
        .data_size = left < block->size ? left : block->size};
    struct fwd_op op = {FWD_OP_LITERAL, head.data_size, 0};
    uint8_t *whole = malloc(block->size);

    ck_assert_ptr_nonnull(whole);
    memset(whole, slot->erased, block->size);
    memcpy(whole, image->data + block->offset, head.data_size);
    fwd_step_head_encode(&head, out);
    struct fwd_writer w = fwd_writer_over(out + FWD_STEP_HEAD_SIZE, FWD_OP_SIZE_MAX);
    fwd_op_encode(&w, &op);
    ck_assert(!w.failed);
    size_t size = FWD_STEP_HEAD_SIZE + w.at;
    memcpy(out + size, whole, head.data_size);
    size += head.data_size;
    struct fwd_step_tail tail = {.ops_size = (uint32_t)(w.at + head.data_size)};
    digest_of(whole, block->size, tail.digest);
    fwd_step_tail_encode(&tail, out + size);
    free(whole);
    return size + FWD_STEP_TAIL_SIZE;
}

static size_t copy_signed(const struct fwd_bytes *package, uint8_t *out)
{
    struct fwd_signed_package divided = divide(package);
    size_t copied = (size_t)(divided.payload - package->data);
    struct fwd_staging_head head = {.signed_size = (uint32_t)divided.signed_size,
        .sigblock_size = (uint32_t)(copied - divided.signed_size)};

    trust_rig_session(package, head.session);
    fwd_staging_head_encode(&head, out);
    memcpy(out + FWD_STAGING_HEAD_SIZE, package->data, copied);
    return FWD_STAGING_HEAD_SIZE + copied;
}

void trust_rig_put_staging(
    struct trust_rig *rig, const struct fwd_bytes *package, int image, struct fwd_record *record)
{
    const struct fwd_area *slot = &rig->machine->device.places[0].slots[0];
    const struct fwd_bytes *bytes = &rig->images[image];
    uint8_t *out = calloc(1, rig->machine->device.staging.size);
    struct fwd_staged table = {.component = 0};

    ck_assert_ptr_nonnull(out);
    size_t at = copy_signed(package, out);
    table.begin = (uint32_t)at;
    for (uint32_t i = 0; fwd_area_block(slot, i).offset < bytes->size; i++) {
        struct fwd_block block = fwd_area_block(slot, i);
        at += literal_step(rig, bytes, &block, out + at);
        table.steps++;
    }
    table.end = (uint32_t)at;
    fwd_staged_encode(&table, out + at);
    at += FWD_STAGED_SIZE;
    erase(rig, &rig->machine->device.staging);
    poke(rig, FWD_AREA_STAGING, 0, out, at);
    trust_rig_session(package, record->session);
    record->staging_end = (uint32_t)at;
    record->stored = (uint32_t)package->size;
    digest_of(out, at, record->staging_digest);
    free(out);
}
