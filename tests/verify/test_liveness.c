/* Whatever the records say, and whatever is left of the version area, a full package gets through
 * within a few starts: no state refuses each package for ever. The journal is forged, as what power
 * cuts, worn blocks and flipped bits can leave together is too much to cut one by one; each slot
 * holds a signed release. R59 R62 */
#include "format/record/journal_record.h"
#include "tests/verify/rig/install_shapes.h"
#include "verify/flash/area.h"

#include <check.h>
#include <stdlib.h>
#include <string.h>

#define VERSION_MAX 65536
#define STARTS      8

static uint8_t blank[VERSION_MAX], garbage[VERSION_MAX];

/* What an application does with an update that fails. */
enum habit {
    SENDS_AGAIN,  /* at the next start */
    INSTALLS_OFF, /* it downloads at one start and installs at the next */
    GIVES_UP,     /* and sends again */
    HABITS
};

enum left { LEFT_BLANK, LEFT_GARBAGE, LEFT_OLDER, LEFT_ONE_COPY, LEFTS };

struct life {
    uint8_t state; /* 0: blank; DOWNLOADED: it is complete */
    enum left left;
    bool named;   /* the record names the version record that was there */
    bool package; /* the package area holds what runs */
    uint16_t active;
    uint8_t flags;
    enum habit habit;
};
#define DOWNLOADED 8u

struct device {
    struct lab_case c;
    struct fwd_bytes next;
    struct fwd_record installed;
    struct fwd_nor_snapshot *flash;
    uint8_t older[VERSION_MAX];
};

static void fill(struct lab *lab, uint16_t area, const uint8_t *bytes)
{
    ck_assert_uint_le(lab->areas[area].size, VERSION_MAX);
    ck_assert(fwd_nor_poke(lab->nor, area, 0, bytes, lab->areas[area].size));
}

/* Releases 1 and 2 are in its slots; the next one is a full package of the first as 3.0. */
static struct device *new_device(const char *shape)
{
    struct device *device = calloc(1, sizeof *device);

    ck_assert_ptr_nonnull(device);
    memset(blank, 0xFF, sizeof blank);
    memset(garbage, 0x5A, sizeof garbage);
    device->c = lab_case_delta(lab_shape(shape), lab_pattern("three steps"), false);
    struct lab *lab = device->c.lab;
    struct lab_recipe recipe = device->c.recipe;
    for (uint8_t i = 0; i < recipe.part_count; i++) {
        recipe.parts[i].delta = false;
        recipe.parts[i].target = lab->old[i];
        recipe.parts[i].target_version = "3.0";
    }
    device->next = lab_package(&recipe);
    ck_assert(fwd_nor_peek(
        lab->nor, LAB_AREA_VERSION, 0, device->older, lab->areas[LAB_AREA_VERSION].size));
    ck_assert_int_eq(lab_install(lab, &device->c.package, FWD_COMMAND_ANY), FWD_OK);
    ck_assert_int_eq(lab_boot(lab), FWD_OK);
    device->installed = lab->update.journal.record;
    device->flash = fwd_nor_snapshot_new(lab->nor);
    ck_assert_ptr_nonnull(device->flash);
    for (uint8_t i = 0; i < recipe.part_count; i++)
        lab->new[i] = lab->old[i];
    lab->new_version = "3.0";
    return device;
}

static void free_device(struct device *device)
{
    fwd_nor_snapshot_free(device->flash);
    fwd_bytes_free(&device->next);
    lab_case_free(&device->c);
    free(device);
}

static void put_journal(struct lab *lab, struct fwd_record record)
{
    uint32_t slot = fwd_area_round_up(&lab->areas[LAB_AREA_JOURNAL], FWD_RECORD_SIZE);
    uint8_t bytes[FWD_RECORD_SIZE];

    for (uint32_t i = 0; i < 6; i++) {
        uint32_t at = i / 3 * lab->shape->service_block + i % 3 * slot;
        record.sequence++;
        fwd_record_encode(&record, bytes);
        ck_assert(fwd_nor_poke(lab->nor, LAB_AREA_JOURNAL, at, bytes, sizeof bytes));
    }
}

static void bring(struct device *device, const struct life *life)
{
    struct lab *lab = device->c.lab;
    struct fwd_record record = device->installed;

    fwd_nor_restore(lab->nor, device->flash);
    if (life->left == LEFT_ONE_COPY)
        lab_flip(lab, LAB_AREA_VERSION, 30, 1);
    else
        fill(lab, LAB_AREA_VERSION,
            life->left == LEFT_BLANK     ? blank
            : life->left == LEFT_GARBAGE ? garbage
                                         : device->older);
    if (!life->package)
        fill(lab, LAB_AREA_PACKAGE, blank);
    record.state = life->state == DOWNLOADED ? (uint8_t)FWD_STATE_DOWNLOADING : life->state;
    record.flags |= life->flags;
    if (life->state == FWD_STATE_DOWNLOADING)
        record.flags &= (uint8_t)~FWD_RECORD_COMPLETE;
    record.active = life->active;
    if (!life->named)
        record.version_number += 7;
    fill(lab, LAB_AREA_JOURNAL, blank);
    if (life->state != 0)
        put_journal(lab, record);
}

/* One start. True: the package is installed. */
static bool start(struct device *device, enum habit habit, bool *stored)
{
    struct lab *lab = device->c.lab;
    enum fwd_reason reason = FWD_OK;
    bool runs = true;

    fwd_nor_power_off(lab->nor);
    (void)lab_boot(lab);
    for (uint8_t i = 0; i < lab->shape->place_count; i++)
        runs = runs && lab_runs(lab, i, lab->new[i]);
    if (runs && lab_version_new(lab))
        return true;
    bool waits = habit == INSTALLS_OFF && *stored;
    if (!waits)
        reason = lab_download(lab, &device->next, 0);
    *stored = !waits && reason == FWD_OK;
    if (reason == FWD_OK && (habit != INSTALLS_OFF || waits))
        reason = fwd_update_install(&lab->update, FWD_COMMAND_ANY);
    if (reason != FWD_OK && habit == GIVES_UP) {
        reason = fwd_update_abandon(&lab->update, FWD_E_ABANDONED);
        ck_assert(reason == FWD_OK || reason == FWD_E_UPDATE_PENDING);
    }
    return false;
}

static void live(struct device *device, const struct life *life)
{
    bool installed = false, stored = false;

    bring(device, life);
    for (int i = 0; i < STARTS && !installed; i++)
        installed = start(device, life->habit, &stored);
    ck_assert_msg(installed,
        "state %u, flags %u, active %u, version area %d, named %d, package %d, application %d",
        life->state, life->flags, (unsigned)life->active, (int)life->left, life->named,
        life->package, (int)life->habit);
}

static const char *const shapes[] = {"A/B, unit 64", "in place and A/B", "in place, unit 64"};
#define SHAPES ((int)(sizeof shapes / sizeof shapes[0]))

/* Test _i: each shape in each state. */
START_TEST(a_full_package_gets_through)
{
    const uint8_t state = (uint8_t)(_i % (int)(FWD_STATE_LAST + 1));
    struct device *device = new_device(shapes[_i / (int)(FWD_STATE_LAST + 1)]);

    for (unsigned n = 0; n < LEFTS * 2u * 2 * 2 * 4 * HABITS; n++) {
        const struct life life = {.state = state,
            .habit = (enum habit)(n % HABITS),
            .left = (enum left)(n / HABITS % LEFTS),
            .named = n / (HABITS * LEFTS) % 2 == 0,
            .package = n / (HABITS * LEFTS * 2) % 2 == 0,
            .active = n / (HABITS * LEFTS * 4) % 2 == 0 ? 0 : UINT16_MAX,
            .flags = (n / (HABITS * LEFTS * 8) % 2 == 0 ? 0 : FWD_RECORD_BLIND) |
                     (n / (HABITS * LEFTS * 16) % 2 == 0 ? 0 : FWD_RECORD_DESTRUCTIVE)};
        live(device, &life);
    }
    free_device(device);
}
END_TEST

int main(void)
{
    Suite *suite = suite_create("liveness");
    TCase *tests = tcase_create("liveness");
    SRunner *runner = srunner_create(suite);

    tcase_set_timeout(tests, 120);
    tcase_add_loop_test(tests, a_full_package_gets_through, 0, SHAPES * (int)(FWD_STATE_LAST + 1));
    suite_add_tcase(suite, tests);
    srunner_run_all(runner, CK_ENV);
    int failed = srunner_ntests_failed(runner);
    srunner_free(runner);
    lab_keys_free();
    return failed == 0 ? EXIT_SUCCESS : EXIT_FAILURE;
}
