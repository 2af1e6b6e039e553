#include "tests/model/replay_flash.h"

#include "format/record/journal_record.h"

#include <check.h>
#include <stdio.h>
#include <string.h>

#define TORN_MAX 8
#define ANYWHERE UINT32_MAX

/* What an id calls an area, and which part of which area of the device it is. */
static const struct part {
    const char *name;
    uint16_t area;
    uint32_t offset, size;
} parts[] = {
    {"package", LAB_AREA_PACKAGE, 0, ANYWHERE},
    {"staging", LAB_AREA_STAGING, 0, ANYWHERE},
    {"saved", LAB_AREA_STAGING, 0, ANYWHERE}, /* in `acting` only */
    {"kept", LAB_AREA_STAGING, 0, ANYWHERE},  /* in `staged` only */
    {"journal", LAB_AREA_JOURNAL, 0, ANYWHERE},
    {"version", LAB_AREA_VERSION, 0, ANYWHERE},
    {"slot0", LAB_AREA_SLOTS, 0, REPLAY_SIZE},
    {"slot1", LAB_AREA_SLOTS + 1, 0, REPLAY_SIZE},
    {"slot", LAB_AREA_SLOTS, 0, REPLAY_SIZE},
    {"block0", LAB_AREA_SLOTS, 0, REPLAY_BLOCK},
    {"block1", LAB_AREA_SLOTS, REPLAY_BLOCK, REPLAY_BLOCK},
};
#define PARTS (sizeof parts / sizeof parts[0])

struct torn {
    uint16_t area;
    uint32_t offset, size;
    unsigned start; /* in which power failed */
    char reads[16]; /* at the starts after it, the last one for good */
    uint8_t old[1024], new[1024];
};

static struct {
    struct lab *lab;
    struct fwd_flash_port below;
    struct torn torn[TORN_MAX];
    size_t torn_count;
    unsigned start;
    const char *cut, *wear; /* NULL: none is due */
    bool worn, mute;
    unsigned passed;
    uint8_t record[FWD_RECORD_SIZE]; /* that is being programmed */
    uint32_t package_size;
} flash;

/* ---- what an id names ------------------------------------------------------------------------ */

/* The part with this name, which ends with '.', ',', '/' or the id. */
static const struct part *part_named(const char *name)
{
    size_t size = strcspn(name, ".,/");

    for (size_t i = 0; i < PARTS; i++) {
        if (strlen(parts[i].name) == size && strncmp(parts[i].name, name, size) == 0)
            return &parts[i];
    }
    return NULL;
}

static const char *after(const char *text, char c)
{
    const char *at = strchr(text, c);

    return at != NULL ? at + 1 : "";
}

static bool is_word(const char *text, const char *word)
{
    size_t size = strlen(word);

    return strncmp(text, word, size) == 0 &&
           (text[size] == '.' || strchr(",/", text[size]) != NULL);
}

static bool in_part(const struct part *part, uint16_t area, uint32_t offset)
{
    uint8_t state = flash.lab->update.journal.record.state;

    if (strcmp(part->name, "saved") == 0)
        return state == FWD_STATE_ACTING && (area == LAB_AREA_STAGING || area == LAB_AREA_SCRATCH);
    if (strcmp(part->name, "kept") == 0)
        return state == FWD_STATE_STAGED && (area == LAB_AREA_STAGING || area == LAB_AREA_PACKAGE);
    return area == part->area && offset >= part->offset && offset - part->offset < part->size;
}

/* Is the cut that is due one of this kind, here? */
static bool cut_is(const struct fwd_area *area, uint32_t offset, const char *what)
{
    const struct part *part = flash.cut != NULL ? part_named(flash.cut) : NULL;

    return part != NULL && in_part(part, area->id, offset) && is_word(after(flash.cut, '.'), what);
}

/* STATE or STATE:STEP, as the models number them: step 1 of `staged` is that the old blocks are
 * kept, 3 of `acting` that a block is saved. */
static bool is_record(const uint8_t *bytes, const char *asked)
{
    struct fwd_record record;
    char state[8], both[24];

    if (asked == NULL || !fwd_record_decode(bytes, &record))
        return false;
    unsigned step = (unsigned)record.step;
    if (record.state == FWD_STATE_DOWNLOADING)
        step = (record.flags & FWD_RECORD_COMPLETE) != 0;
    else if (record.state == FWD_STATE_STAGED)
        step = record.undo != 0;
    else if (record.state == FWD_STATE_ACTING && (record.flags & FWD_RECORD_SAVED) != 0)
        step = 3;
    else if (record.state == FWD_STATE_TRIAL)
        step = record.starts;
    snprintf(state, sizeof state, "%u", (unsigned)record.state);
    snprintf(both, sizeof both, "%u:%u", (unsigned)record.state, step);
    return is_word(asked, both) || is_word(asked, state);
}

/* The last bytes of a record; the first ones were programmed before them. */
static bool completes_record(
    const struct fwd_area *area, uint32_t offset, const void *buf, uint32_t size)
{
    uint32_t at = offset % FWD_RECORD_SIZE;

    if (area->id != LAB_AREA_JOURNAL || size > FWD_RECORD_SIZE - at)
        return false;
    memcpy(flash.record + at, buf, size);
    return at + size == FWD_RECORD_SIZE;
}

/* ---- the cut --------------------------------------------------------------------------------- */

/* Power fails before the next operation, and what it would have touched reads as the id says. */
static void strike(const struct fwd_area *area, uint32_t offset, const uint8_t *new, uint32_t size)
{
    static const struct fwd_nor_cut cut = {1, FWD_NOR_BEFORE, 0, 0};
    struct torn *torn = &flash.torn[flash.torn_count++];
    const char *reads = after(after(flash.cut, '.'), '.');

    ck_assert_uint_le(flash.torn_count, TORN_MAX);
    ck_assert_uint_le(size, sizeof torn->old);
    *torn = (struct torn){.area = area->id, .offset = offset, .size = size, .start = flash.start};
    memcpy(torn->reads, reads, strspn(reads, "on-") % sizeof torn->reads);
    memset(torn->new, area->erased, sizeof torn->new);
    if (new != NULL)
        memcpy(torn->new, new, size);
    ck_assert(fwd_nor_peek(flash.lab->nor, area->id, offset, torn->old, size));
    flash.cut = NULL;
    fwd_nor_arm(flash.lab->nor, &cut);
}

/* What it reads at this start, byte by byte. */
static uint8_t torn_byte(const struct torn *torn, uint32_t at)
{
    size_t last = strlen(torn->reads), now = flash.start - torn->start;
    char read = last == 0 ? '-' : torn->reads[(now < last ? now : last) - 1];

    return read == 'o' ? torn->old[at] : read == 'n' ? torn->new[at] : (uint8_t)(0x5A + at);
}

/* ---- the port -------------------------------------------------------------------------------- */

enum fwd_io replay_flash_read(
    const struct fwd_area *area, uint32_t offset, void *buf, uint32_t size)
{
    enum fwd_io io = flash.below.read(flash.below.ctx, area, offset, buf, size);
    uint8_t *bytes = buf;

    for (size_t i = 0; i < flash.torn_count && io == FWD_IO_OK; i++) {
        const struct torn *torn = &flash.torn[i];
        for (uint32_t at = 0; at < size && torn->area == area->id; at++) {
            if (offset + at >= torn->offset && offset + at - torn->offset < torn->size)
                bytes[at] = torn_byte(torn, offset + at - torn->offset);
        }
    }
    return io;
}

static enum fwd_io flash_read(
    void *ctx, const struct fwd_area *area, uint32_t offset, void *buf, uint32_t size)
{
    (void)ctx;
    return replay_flash_read(area, offset, buf, size);
}

/* The last program of a part: of a package, or of the firmware in a slot or a block. */
static bool is_last(const struct fwd_area *area, uint32_t offset, uint32_t size)
{
    const struct part *part = flash.cut != NULL ? part_named(flash.cut) : NULL;

    if (part == NULL || area->id != part->area)
        return false;
    uint32_t end = area->id == LAB_AREA_PACKAGE ? flash.package_size : part->offset + part->size;
    return offset < end && offset + size >= end;
}

/* Power fails in a record, or the journal takes no more. */
static enum fwd_io look_at_record(const struct fwd_area *area, uint32_t offset)
{
    const struct part *part = flash.cut != NULL ? part_named(flash.cut) : NULL;

    if (is_record(flash.record, flash.wear)) {
        flash.worn = true;
        flash.wear = NULL;
    }
    if (part != NULL && part->area == area->id && is_record(flash.record, after(flash.cut, '.'))) {
        offset -= offset % FWD_RECORD_SIZE;
        strike(area, offset, flash.record, FWD_RECORD_SIZE);
        memset(flash.torn[flash.torn_count - 1].old, area->erased, FWD_RECORD_SIZE);
    }
    return flash.worn || flash.mute ? FWD_IO_ERROR : FWD_IO_OK;
}

static enum fwd_io flash_program(
    void *ctx, const struct fwd_area *area, uint32_t offset, const void *buf, uint32_t size)
{
    enum fwd_io io = FWD_IO_OK;

    (void)ctx;
    if (completes_record(area, offset, buf, size))
        io = look_at_record(area, offset);
    if (io != FWD_IO_OK || (area->id == LAB_AREA_JOURNAL && (flash.worn || flash.mute)))
        return FWD_IO_ERROR;
    if ((cut_is(area, offset, "end") && is_last(area, offset, size)) ||
        cut_is(area, offset, "record"))
        strike(area, offset, buf, size);
    return flash.below.program(flash.below.ctx, area, offset, buf, size);
}

static enum fwd_io flash_erase(
    void *ctx, const struct fwd_area *area, uint32_t offset, uint32_t size)
{
    (void)ctx;
    if (area->id == LAB_AREA_JOURNAL && (flash.worn || flash.mute))
        return FWD_IO_ERROR;
    if (cut_is(area, offset, "erase"))
        strike(area, offset, NULL, size);
    enum fwd_io io = flash.below.erase(flash.below.ctx, area, offset, size);
    for (size_t i = 0; i < flash.torn_count && io == FWD_IO_OK; i++) {
        struct torn *torn = &flash.torn[i];
        if (torn->area == area->id && torn->offset >= offset && torn->offset - offset < size)
            torn->size = 0;
    }
    return io;
}

static enum fwd_io flash_sync(void *ctx)
{
    (void)ctx;
    return flash.below.sync(flash.below.ctx);
}

/* ---- what comes ------------------------------------------------------------------------------ */

void replay_flash_begin(struct lab *lab)
{
    memset(&flash, 0, sizeof flash);
    flash.lab = lab;
    flash.below = lab->flash;
    lab->flash = (struct fwd_flash_port){lab, flash_read, flash_program, flash_erase, flash_sync};
}

void replay_flash_due(const char *cut, const char *wear)
{
    if (flash.cut != NULL || flash.wear != NULL)
        flash.passed++;
    flash.cut = cut;
    flash.wear = wear;
}

void replay_flash_start(void)
{
    fwd_nor_fault_clear(flash.lab->nor);
    replay_flash_due(NULL, NULL);
    flash.start++;
    flash.mute = false;
}

unsigned replay_flash_passed(void)
{
    replay_flash_due(NULL, NULL);
    return flash.passed;
}

void replay_flash_package(uint32_t size)
{
    flash.package_size = size;
}

void replay_flash_mute(void)
{
    flash.mute = true;
}

void replay_flash_lose(void)
{
    for (uint32_t at = 0; at < flash.lab->areas[LAB_AREA_JOURNAL].size; at++)
        ck_assert(fwd_nor_poke(flash.lab->nor, LAB_AREA_JOURNAL, at, &(uint8_t){0xFF}, 1));
}

bool replay_flash_hide(const char *area, bool blank)
{
    const struct part *part = part_named(area);

    if (part == NULL || strcmp(part->name, "saved") == 0)
        return false;
    const struct fwd_nor_fault fault = {.operation = FWD_NOR_READ,
        .effect = blank ? FWD_NOR_BLANK : FWD_NOR_UNREADABLE,
        .area = part->area,
        .offset = part->offset,
        .size = part->size == ANYWHERE ? 0 : part->size,
        .until_write = true,
        .cycle = fwd_nor_power_cycles(flash.lab->nor)};
    return fwd_nor_fault_add(flash.lab->nor, &fault);
}
