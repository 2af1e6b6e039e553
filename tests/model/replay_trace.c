/* Goes through a counterexample of ab.pml with the real code: `replay_trace [--counters] ID`, ID
 * from `run.sh id`. A device with two slots lives the starts of the id, then as many without a cut
 * or a fault. Says how it ends: exit 0: it runs a whole release that is not below the counter; 1:
 * it is lost; 2: the id is none. trace_id.awk says what is in an id; a part that the code never
 * comes to is passed over. */
#include "tests/verify/rig/install_shapes.h"
#include "verify/flash/area.h"

#include <check.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#define RELEASES    8
#define CALM_STARTS 5
#define TORN_MAX    8
#define SIZE        2048u

static const char *const area_names[] = {
    "package", "", "", "journal", "version", "slot0", "slot1"}; /* enum lab_area */

/* Each release has a head of its own, and the rest of the one before. */
static const struct lab_pattern step = {"step", SIZE, {{64, LAB_NEW, 0}, {SIZE - 64, 64, 0}}};

/* What a cut operation touched: it reads as it was, as it was to be, or as nothing, anew at each
 * start until it is erased. */
struct torn {
    uint16_t area;
    uint32_t offset, size;
    unsigned start; /* in which power failed */
    char reads[16]; /* at the starts after it, the last one for good */
    uint8_t old[1024], new[1024];
};

static struct {
    struct lab_image images[RELEASES]; /* release n: n - 1 */
    const struct lab_image *old[LAB_PLACES_MAX];
    struct lab *lab;
    bool counters;
    struct fwd_flash_port flash; /* below the one that looks for the place of the cut */
    struct torn torn[TORN_MAX];
    size_t torn_count;
    unsigned start;
    const char *cut; /* AREA.WHAT.READS; NULL: none is due */
    uint32_t package_size;
    const char *lost;
} replay;

/* ---- the cut --------------------------------------------------------------------------------- */

static bool starts_with(const char *text, const char *with)
{
    return text != NULL && strncmp(text, with, strlen(with)) == 0;
}

static const char *after(const char *text, char c)
{
    const char *at = strchr(text, c);

    return at != NULL ? at + 1 : "";
}

static bool cut_is(uint16_t area, const char *what)
{
    const char *name = area < sizeof area_names / sizeof *area_names ? area_names[area] : "";

    return starts_with(replay.cut, name) && name[0] != '\0' &&
           starts_with(after(replay.cut, '.'), what);
}

/* Power fails before the next operation, and what it would have touched reads as the id says. */
static void strike(const struct fwd_area *area, uint32_t offset, const uint8_t *new, uint32_t size)
{
    static const struct fwd_nor_cut cut = {1, FWD_NOR_BEFORE, 0, 0};
    struct torn *torn = &replay.torn[replay.torn_count < TORN_MAX ? replay.torn_count++ : 0];
    const char *reads = after(after(replay.cut, '.'), '.');

    ck_assert_uint_le(size, sizeof torn->old);
    *torn = (struct torn){.area = area->id, .offset = offset, .size = size, .start = replay.start};
    memcpy(torn->reads, reads, strspn(reads, "on-") % sizeof torn->reads);
    memset(torn->new, area->erased, sizeof torn->new);
    if (new != NULL)
        memcpy(torn->new, new, size);
    ck_assert(fwd_nor_peek(replay.lab->nor, area->id, offset, torn->old, size));
    replay.cut = NULL;
    fwd_nor_arm(replay.lab->nor, &cut);
}

/* What it reads at this start, byte by byte. */
static uint8_t torn_byte(const struct torn *torn, uint32_t at)
{
    size_t last = strlen(torn->reads), now = replay.start - torn->start;
    char read = last == 0 ? '-' : torn->reads[(now < last ? now : last) - 1];

    return read == 'o' ? torn->old[at] : read == 'n' ? torn->new[at] : (uint8_t)(0x5A + at);
}

static enum fwd_io flash_read(
    void *ctx, const struct fwd_area *area, uint32_t offset, void *buf, uint32_t size)
{
    enum fwd_io io = replay.flash.read(replay.flash.ctx, area, offset, buf, size);
    uint8_t *bytes = buf;

    (void)ctx;
    for (size_t i = 0; i < replay.torn_count && io == FWD_IO_OK; i++) {
        const struct torn *torn = &replay.torn[i];
        for (uint32_t at = 0; at < size && torn->area == area->id; at++) {
            if (offset + at >= torn->offset && offset + at - torn->offset < torn->size)
                bytes[at] = torn_byte(torn, offset + at - torn->offset);
        }
    }
    return io;
}

static bool is_record(const void *bytes, uint32_t size)
{
    struct fwd_record record;
    char state[8];

    if (size < FWD_RECORD_SIZE || !fwd_record_decode(bytes, &record))
        return false;
    snprintf(state, sizeof state, "%u.", (unsigned)record.state);
    return cut_is(LAB_AREA_JOURNAL, state);
}

static enum fwd_io flash_program(
    void *ctx, const struct fwd_area *area, uint32_t offset, const void *buf, uint32_t size)
{
    uint32_t end = area->id == LAB_AREA_PACKAGE ? replay.package_size : SIZE;
    bool last = offset < end && offset + size >= end;

    (void)ctx;
    if ((cut_is(area->id, "end") && last) || is_record(buf, size) || cut_is(area->id, "record"))
        strike(area, offset, buf, size);
    return replay.flash.program(replay.flash.ctx, area, offset, buf, size);
}

static enum fwd_io flash_erase(
    void *ctx, const struct fwd_area *area, uint32_t offset, uint32_t size)
{
    (void)ctx;
    if (cut_is(area->id, "erase"))
        strike(area, offset, NULL, size);
    enum fwd_io io = replay.flash.erase(replay.flash.ctx, area, offset, size);
    for (size_t i = 0; i < replay.torn_count && io == FWD_IO_OK; i++) {
        struct torn *torn = &replay.torn[i];
        if (torn->area == area->id && torn->offset >= offset && torn->offset - offset < size)
            torn->size = 0;
    }
    return io;
}

static enum fwd_io flash_sync(void *ctx)
{
    (void)ctx;
    return replay.flash.sync(replay.flash.ctx);
}

/* ---- the device ------------------------------------------------------------------------------ */

static void make_images(void)
{
    lab_image_fill(&replay.images[0], SIZE, 1);
    lab_image_finish(&replay.images[0]);
    for (uint32_t i = 1; i < RELEASES; i++) {
        lab_image_fill(&replay.images[i], SIZE, 1 + i);
        memcpy(replay.images[i].bytes + 64, replay.images[i - 1].bytes + 64, SIZE - 64);
        lab_image_finish(&replay.images[i]);
    }
}

static void new_device(void)
{
    make_images();
    replay.old[0] = &replay.images[0];
    replay.lab = lab_new(lab_shape("A/B, unit 64"), replay.old);
    replay.flash = replay.lab->flash;
    replay.lab->flash =
        (struct fwd_flash_port){replay.lab, flash_read, flash_program, flash_erase, flash_sync};
    if (replay.counters)
        lab_count(replay.lab, 0, 1);
}

static struct fwd_bytes package_of(unsigned release, bool delta)
{
    static char version[8];
    struct lab_recipe recipe = {.part_count = 1};

    snprintf(version, sizeof version, "%u.0", release);
    recipe.parts[0] = (struct lab_part){.name = "app",
        .role = FWD_ROLE_FIRMWARE,
        .delta = delta,
        .pattern = &step,
        .source = &replay.images[release - 2],
        .target = &replay.images[release - 1],
        .target_version = version,
        .has_counter = replay.counters,
        .counter = release};
    return lab_package(&recipe);
}

/* The release in the slot that was chosen, as it reads at this start; 0: none. */
static unsigned running(void)
{
    struct lab *lab = replay.lab;
    const struct fwd_area *slot = lab_slot(lab, 0, lab->choice.slot[0]);
    uint8_t bytes[SIZE];

    if (flash_read(NULL, slot, 0, bytes, SIZE) != FWD_IO_OK)
        return 0;
    for (unsigned i = 0; i < RELEASES; i++) {
        if (memcmp(bytes, replay.images[i].bytes, SIZE) == 0)
            return i + 1;
    }
    return 0;
}

static void look(void)
{
    unsigned release = running();

    if (replay.lab->choice.action != FWD_BOOT_RUN || replay.lost != NULL)
        return;
    if (release == 0)
        replay.lost = "it runs what nobody signed";
    else if (replay.counters && release < replay.lab->counters[0])
        replay.lost = "it runs what is below the counter";
}

/* ---- starts ---------------------------------------------------------------------------------- */

static void take_event(const char *event)
{
    struct lab *lab = replay.lab;
    unsigned release;
    char kind;

    if (sscanf(event, "send=%u%c", &release, &kind) == 2 && release >= 2 && release <= RELEASES) {
        struct fwd_bytes package = package_of(release, kind == 'd');
        replay.package_size = (uint32_t)package.size;
        enum fwd_reason reason = lab_download(lab, &package, 0);
        if (reason == FWD_OK)
            reason = fwd_update_install(&lab->update, FWD_COMMAND_ANY);
        fwd_bytes_free(&package);
    } else if (starts_with(event, "give-up")) {
        enum fwd_reason reason = fwd_update_abandon(&lab->update, FWD_E_ABANDONED);
        (void)reason; /* nothing may be pending */
    }
    if (fwd_boot_decide(&lab->update, &lab->choice) == FWD_OK)
        look();
}

/* The event after this one in the same start; "": there is none. */
static const char *next_of(const char *event)
{
    size_t size = strcspn(event, ",/");

    return event[size] == ',' ? event + size + 1 : "";
}

/* A cut that comes next is due from now on. */
static void aim(const char *event)
{
    replay.cut = starts_with(event, "cut=") ? event + 4 : NULL;
}

static void live(void *arg)
{
    const char *event = arg;

    while (starts_with(event, "hide="))
        event = next_of(event);
    aim(event);
    (void)lab_boot(replay.lab);
    look();
    for (; event[0] != '\0' && event[0] != '/'; event = next_of(event)) {
        aim(next_of(event));
        take_event(event);
    }
}

static bool hide(const char *name)
{
    for (uint16_t i = 0; i < sizeof area_names / sizeof *area_names; i++) {
        const struct fwd_nor_fault fault = {.operation = FWD_NOR_READ,
            .effect = FWD_NOR_UNREADABLE,
            .area = i,
            .until_write = true,
            .cycle = fwd_nor_power_cycles(replay.lab->nor)};
        if (area_names[i][0] != '\0' && starts_with(name, area_names[i]))
            return fwd_nor_fault_add(replay.lab->nor, &fault);
    }
    return false;
}

static bool start(const char *events)
{
    fwd_nor_power_off(replay.lab->nor);
    fwd_nor_fault_clear(replay.lab->nor);
    fwd_nor_power_on(replay.lab->nor);
    replay.start++;
    for (const char *event = events; starts_with(event, "hide="); event = next_of(event)) {
        if (!hide(event + 5))
            return false;
    }
    (void)fwd_nor_run(replay.lab->nor, live, (void *)(uintptr_t)events);
    fwd_nor_arm(replay.lab->nor, NULL);
    return true;
}

static const char *go_through(const char *id)
{
    new_device();
    for (const char *events = id; events[0] != '\0'; events = after(events, '/')) {
        if (!start(events))
            return NULL;
    }
    for (int i = 0; i < CALM_STARTS; i++) {
        if (!start(""))
            return NULL;
    }
    if (replay.lost == NULL && replay.lab->choice.action != FWD_BOOT_RUN)
        replay.lost = "it runs nothing and waits for a full package";
    return replay.lost != NULL ? replay.lost : "";
}

static const char *id;
static int status = 2;

START_TEST(replayed)
{
    const char *lost = go_through(id);

    if (lost == NULL)
        fprintf(stderr, "replay_trace: %s: no id of this model\n", id);
    else if (lost[0] != '\0')
        printf("lost: %s\n", lost);
    else
        printf("runs release %u in slot %u\n", running(), replay.lab->choice.slot[0]);
    status = lost == NULL ? 2 : lost[0] != '\0' ? 1 : 0;
    lab_free(replay.lab);
}
END_TEST

int main(int argc, char **argv)
{
    replay.counters = argc == 3 && strcmp(argv[1], "--counters") == 0;
    if (argc != 2 && !replay.counters) {
        fprintf(stderr, "usage: replay_trace [--counters] ID\n");
        return 2;
    }
    id = argv[argc - 1];
    Suite *suite = suite_create("replay");
    TCase *tests = tcase_create("replay");
    SRunner *runner = srunner_create(suite);
    tcase_add_test(tests, replayed);
    suite_add_tcase(suite, tests);
    srunner_set_fork_status(runner, CK_NOFORK);
    srunner_run_all(runner, CK_SILENT);
    srunner_free(runner);
    lab_keys_free();
    return status;
}
