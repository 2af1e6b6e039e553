/* Somebody who has no key writes the areas that the library keeps its records in. */
#include "tests/verify/hostile/calls/calls_rig.h"
#include "verify/flash/area.h"
#include "verify/flash/journal.h"

#include <check.h>
#include <string.h>

/* Fields of a record that anything may stand in. */
static const struct {
    size_t at;
    uint8_t bytes;
} fields[] = {
#define FIELD(name)                                                                                \
    {                                                                                              \
        offsetof(struct fwd_record, name), sizeof(((struct fwd_record *)NULL)->name)               \
    }
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
    FIELD(starts),
    FIELD(power_starts),
    FIELD(best_state),
    FIELD(version_number),
    FIELD(active),
    FIELD(staging_begin),
    FIELD(undo),
    FIELD(best_component),
    FIELD(best_step),
#undef FIELD
};

static uint32_t load(const void *from, uint8_t bytes)
{
    uint8_t one;
    uint16_t two;
    uint32_t four;

    if (bytes == 1)
        return memcpy(&one, from, 1), one;
    if (bytes == 2)
        return memcpy(&two, from, 2), two;
    return memcpy(&four, from, 4), four;
}

static void store(void *to, uint8_t bytes, uint32_t value)
{
    uint8_t one = (uint8_t)value;
    uint16_t two = (uint16_t)value;

    memcpy(to, bytes == 1 ? &one : bytes == 2 ? (void *)&two : (void *)&value, bytes);
}

static uint8_t any_state(struct dice *dice)
{
    uint8_t state;

    do
        state = (uint8_t)(1 + dice_below(dice, FWD_STATE_LAST));
    while (state == 8); /* the number that no state has */
    return state;
}

/* The record that is there, changed. */
static struct fwd_record forged_record(struct calls *calls)
{
    struct dice *dice = &calls->dice;
    struct fwd_record record = calls->lab->update.journal.record;

    record.sequence =
        dice_once_in(dice, 8) ? dice_odd(dice, 1000) : calls->lab->update.journal.sequence + 100;
    if (record.sequence == 0)
        record.sequence = 1;
    if (record.state == 0 || !dice_once_in(dice, 3))
        record.state = any_state(dice);
    if (dice_once_in(dice, 2))
        record.flags = (uint8_t)dice_any(dice);
    if (dice_once_in(dice, 6))
        record.version_digest[0] ^= 1;
    for (size_t i = 0; i < sizeof fields / sizeof fields[0]; i++) {
        uint8_t *field = (uint8_t *)&record + fields[i].at;
        if (dice_once_in(dice, 4))
            store(field, fields[i].bytes, dice_odd(dice, load(field, fields[i].bytes)));
    }
    if (dice_once_in(dice, 4))
        record.stored = (uint32_t)calls->packages[dice_below(dice, CALLS_HOSTILE)].size;
    return record;
}

static void poke(const struct lab *lab, const struct fwd_area *area, uint32_t at, const void *bytes,
    uint32_t size)
{
    ck_assert(fwd_nor_poke(lab->nor, area->id, at, bytes, size));
}

/* Three records at the start of the first bank, and nothing after them. */
static void forge_journal(struct calls *calls)
{
    const struct fwd_device *device = &calls->lab->device;
    const struct fwd_area *area = &device->journal;
    struct fwd_record record = forged_record(calls);
    uint8_t bytes[FWD_RECORD_SIZE];

    calls_log(calls, fwd_state_name(record.state), record.sequence);
    for (uint32_t i = 0; i < fwd_journal_banks(area, device->sharing); i++) {
        struct fwd_bank bank = fwd_journal_bank_at(area, device->sharing, i);
        for (uint32_t at = 0; at < bank.size; at++)
            poke(calls->lab, area, bank.offset + at, &area->erased, 1);
    }
    struct fwd_bank first = fwd_journal_bank_at(area, device->sharing, 0);
    for (uint32_t i = 0; i < 3; i++) {
        fwd_record_encode(&record, bytes);
        poke(calls->lab, area, first.offset + i * fwd_journal_slot_size(area), bytes, sizeof bytes);
        if (record.sequence < UINT32_MAX)
            record.sequence++;
    }
}

/* Copies of one half in the other, and bytes that mean nothing. */
static void forge_version(struct calls *calls)
{
    static uint8_t bytes[65536];
    const struct fwd_area *area = &calls->lab->device.version;
    struct dice *dice = &calls->dice;
    uint32_t half = area->size / 2, from = dice_below(dice, 2) * half,
             to = dice_below(dice, 2) * half, way = dice_below(dice, 4);

    ck_assert_uint_le(area->size, sizeof bytes);
    ck_assert(fwd_nor_peek(calls->lab->nor, area->id, 0, bytes, area->size));
    calls_log(calls, "version area", way);
    if (way == 0)
        memmove(bytes + to, bytes + from, half);
    else if (way == 1)
        memset(bytes + to, (int)dice_below(dice, 256), half);
    else if (way == 2)
        memset(bytes + to + half / 2, 0x33, half / 2);
    else
        memmove(bytes + to + half / 2, bytes + from, half / 2);
    poke(calls->lab, area, 0, bytes, area->size);
}

static void forge_package(struct calls *calls)
{
    const struct fwd_area *area = &calls->lab->device.package;
    const struct fwd_bytes *package = &calls->packages[dice_below(&calls->dice, CALLS_GIVEN)];
    uint32_t size = package->size < area->size ? (uint32_t)package->size : area->size;

    calls_log(calls, "package area", size);
    poke(calls->lab, area, 0, package->data, size);
}

void calls_forge(struct calls *calls)
{
    calls_log(calls, "forge", (uint32_t)calls->forgery);
    fwd_nor_power_off(calls->lab->nor);
    if (lab_start(calls->lab) != FWD_OK) /* reads the record that is there */
        calls_broken(calls, "the start fails");
    forge_journal(calls);
    if (calls->forgery < CALLS_RECORDS_FORGED)
        return;
    if (dice_once_in(&calls->dice, 2))
        forge_version(calls);
    if (dice_once_in(&calls->dice, 3))
        forge_package(calls);
}
