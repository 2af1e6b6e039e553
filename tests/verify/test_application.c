/* What an application asks: to take a package that another stack has put into the package area, and
 * why its boot loader has refused one. */
#include "tests/verify/rig/install_shapes.h"

#include <check.h>
#include <stdlib.h>
#include <string.h>

static struct lab_case device(const char *shape)
{
    return lab_case_delta(lab_shape(shape), lab_pattern("three steps"), false);
}

static void put(struct lab_case *c)
{
    ck_assert(
        fwd_nor_poke(c->lab->nor, LAB_AREA_PACKAGE, 0, c->package.data, (uint32_t)c->package.size));
}

static enum fwd_reason ask(struct lab *lab)
{
    return fwd_download_adopt(&lab->update, 0, 0);
}

static const char *const shapes[] = {"in place, unit 64", "A/B, unit 64", "in place and A/B"};

START_TEST(it_is_installed_like_a_download)
{
    struct lab_case c = device(shapes[_i]);
    struct fwd_status status;

    ck_assert_int_eq(lab_start(c.lab), FWD_OK);
    uint64_t before = fwd_nor_operations(c.lab->nor);
    ck_assert_int_eq(ask(c.lab), FWD_OK);
    ck_assert_uint_eq(fwd_nor_operations(c.lab->nor), before);
    put(&c);
    ck_assert_int_eq(fwd_download_adopt(&c.lab->update, (uint32_t)c.package.size, 0), FWD_OK);
    fwd_update_status(&c.lab->update, &status);
    ck_assert_int_eq(status.state, FWD_STATUS_READY);
    ck_assert_uint_eq(status.stored, c.package.size);
    ck_assert_int_eq(lab_start(c.lab), FWD_OK); /* the application may have written it */
    ck_assert_int_eq(fwd_update_install(&c.lab->update, FWD_COMMAND_ANY), FWD_OK);
    ck_assert_int_eq(lab_boot(c.lab), FWD_OK);
    lab_case_runs(&c, true);
    lab_case_free(&c);
}
END_TEST

/* Nothing is trusted because of the way that it came. */
static const struct {
    uint32_t at;
    int more; /* bytes that are said to be stored, more than there are */
    enum fwd_reason reason;
} wrong[] = {
    {0, 0, FWD_E_BAD_MAGIC},
    {60, 0, FWD_E_BAD_SIGNATURE},
    {UINT32_MAX, 0, FWD_E_PAYLOAD_DIGEST},
    {UINT32_MAX, 7, FWD_E_STORED_LENGTH},
    {UINT32_MAX, -7, FWD_E_STORED_LENGTH},
};

START_TEST(it_is_checked_like_a_download)
{
    struct lab_case c = device("in place, unit 64");
    uint32_t size = (uint32_t)((int)c.package.size + wrong[_i].more);
    uint32_t at = wrong[_i].at == UINT32_MAX ? (uint32_t)c.package.size - 1 : wrong[_i].at;

    put(&c);
    if (wrong[_i].more == 0)
        lab_flip(c.lab, LAB_AREA_PACKAGE, at, 0x01);
    ck_assert_int_eq(lab_start(c.lab), FWD_OK);
    ck_assert_int_eq(fwd_download_adopt(&c.lab->update, size, 0), FWD_OK);
    ck_assert_int_eq(fwd_update_install(&c.lab->update, FWD_COMMAND_ANY), wrong[_i].reason);
    ck_assert_int_eq(lab_boot(c.lab), FWD_OK);
    ck_assert(lab_runs(c.lab, 0, c.lab->old[0]));
    lab_case_free(&c);
}
END_TEST

static void cut(void *arg)
{
    struct lab *lab = arg;

    (void)lab_install(lab, &lab->package, FWD_COMMAND_ANY);
}

/* Where an update needs the area, nothing is adopted, and what is in progress goes on. */
START_TEST(an_update_keeps_its_area)
{
    struct lab_case c = device(shapes[_i % 3]);
    struct fwd_nor_snapshot *start = fwd_nor_snapshot_new(c.lab->nor);
    unsigned pending = 0;
    bool ended = false;

    fwd_nor_save(c.lab->nor, start);
    for (uint64_t operation = 1; !ended; operation += 3) {
        const struct fwd_nor_cut point = {operation, FWD_NOR_HALF, 0, 0};
        fwd_nor_restore(c.lab->nor, start);
        fwd_nor_arm(c.lab->nor, &point);
        ended = fwd_nor_run(c.lab->nor, cut, c.lab);
        fwd_nor_arm(c.lab->nor, NULL);
        ck_assert_int_eq(lab_start(c.lab), FWD_OK);
        struct fwd_status status;
        fwd_update_status(&c.lab->update, &status);
        enum fwd_reason reason = ask(c.lab);
        ck_assert_int_eq(reason, status.pending ? FWD_E_UPDATE_PENDING : FWD_OK);
        pending += status.pending ? 1 : 0;
    }
    ck_assert_uint_gt(pending, 5);
    fwd_nor_snapshot_free(start);
    lab_case_free(&c);
}
END_TEST

START_TEST(where_only_a_download_is_admitted_nothing_is_adopted)
{
    struct lab_case c = device("in place, unit 64");
    uint8_t blank[1024];

    ck_assert_int_eq(lab_start(c.lab), FWD_OK);
    ck_assert_int_eq(fwd_download_adopt(&c.lab->update, c.lab->areas[LAB_AREA_PACKAGE].size + 1, 0),
        FWD_E_PACKAGE_LIMIT);
    memset(blank, 0xFF, sizeof blank);
    for (uint32_t at = 0; at < c.lab->areas[LAB_AREA_JOURNAL].size; at += sizeof blank)
        ck_assert(fwd_nor_poke(c.lab->nor, LAB_AREA_JOURNAL, at, blank, sizeof blank));
    ck_assert_int_eq(lab_start(c.lab), FWD_OK);
    ck_assert_int_eq(ask(c.lab), FWD_E_JOURNAL_LOST);
    lab_case_free(&c);
}
END_TEST

/* An application rehearses, power fails, and the boot loader does not go on: its reason is
 * recorded, and the package can be asked for again. */
static const struct {
    enum fwd_reason reason;
    const char *product;
    uint32_t hardware;
} refusals[] = {{FWD_E_PRODUCT, "another", LAB_HARDWARE}, {FWD_E_HARDWARE, LAB_PRODUCT, 99}};

static void bound(struct lab_draft *draft)
{
    draft->manifest.has_hardware = true;
    draft->manifest.hardware_min = draft->manifest.hardware_max = LAB_HARDWARE;
    draft->manifest.products[0] = fwd_text_of(LAB_PRODUCT);
    draft->manifest.product_count = 1;
}

static enum fwd_status_state after_cut(struct lab_case *c, uint64_t operation)
{
    const struct fwd_nor_cut point = {operation, FWD_NOR_BEFORE, 0, 0};
    struct fwd_status status;

    fwd_nor_arm(c->lab->nor, &point);
    (void)fwd_nor_run(c->lab->nor, cut, c->lab);
    fwd_nor_arm(c->lab->nor, NULL);
    ck_assert_int_eq(lab_start(c->lab), FWD_OK);
    fwd_update_status(&c->lab->update, &status);
    return status.state;
}

START_TEST(the_reason_of_the_boot_loader_reaches_the_application)
{
    struct lab_case c = device("in place, unit 64");
    struct fwd_nor_snapshot *start = fwd_nor_snapshot_new(c.lab->nor);
    struct fwd_status status;

    c.recipe.edit = bound;
    lab_case_rebuild(&c);
    c.lab->package = c.package;
    fwd_nor_save(c.lab->nor, start);
    for (uint64_t operation = 1; after_cut(&c, operation) != FWD_STATUS_STAGED; operation++)
        fwd_nor_restore(c.lab->nor, start);
    c.lab->faulty = true;
    c.lab->device.product = refusals[_i].product;
    c.lab->device.hardware_revision = refusals[_i].hardware;
    ck_assert_int_eq(fwd_update_resume(&c.lab->update), refusals[_i].reason);
    c.lab->device.product = LAB_PRODUCT;
    c.lab->device.hardware_revision = LAB_HARDWARE;
    ck_assert_int_eq(lab_start(c.lab), FWD_OK);
    fwd_update_status(&c.lab->update, &status);
    ck_assert_int_eq(status.state, FWD_STATUS_FAILED);
    ck_assert_int_eq(status.reason, refusals[_i].reason);
    ck_assert(status.complete && !status.pending);
    ck_assert_int_eq(fwd_update_install(&c.lab->update, FWD_COMMAND_ANY), FWD_OK);
    fwd_nor_snapshot_free(start);
    lab_case_free(&c);
}
END_TEST

/* ---- the rehearsal, apart from the action ---------------------------------------------------- */

static const char *const apart_shapes[] = {"in place, unit 64", "A/B, unit 64", "in place and A/B"};

static void rehearse(void *arg)
{
    struct lab *lab = arg;

    if (lab_start(lab) == FWD_OK)
        lab->result = fwd_update_rehearse(&lab->update, FWD_COMMAND_ANY);
}

static struct lab_case waiting(int shape)
{
    struct lab_case c = device(apart_shapes[shape]);

    lab_case_download(&c);
    return c;
}

START_TEST(the_boot_loader_only_acts)
{
    struct lab_case c = waiting(_i);
    struct fwd_status status;

    rehearse(c.lab);
    ck_assert_int_eq(c.lab->result, FWD_OK);
    fwd_update_status(&c.lab->update, &status);
    ck_assert_int_eq(status.state, FWD_STATUS_STAGED);
    ck_assert_int_eq(status.command, FWD_COMMAND_ANY);
    /* again: nothing to do */
    uint64_t before = fwd_nor_operations(c.lab->nor);
    ck_assert_int_eq(fwd_update_rehearse(&c.lab->update, FWD_COMMAND_ANY), FWD_OK);
    ck_assert_uint_eq(fwd_nor_operations(c.lab->nor), before);
    for (uint8_t i = 0; i < c.lab->device.place_count; i++)
        ck_assert(lab_slot_holds(c.lab, i, 0, c.lab->old[i], false));
    ck_assert_int_eq(lab_boot(c.lab), FWD_OK);
    ck_assert_uint_eq(c.lab->update.decoded, 0);
    lab_case_runs(&c, true);
    lab_case_free(&c);
}
END_TEST

/* A start before the end runs the old firmware without a write; the application goes on. */
START_TEST(no_cut_gives_the_rehearsal_to_the_boot_loader)
{
    struct lab_case c = waiting(_i);
    struct fwd_nor_snapshot *before = fwd_nor_snapshot_new(c.lab->nor);
    bool ended = false, went_on = false;

    fwd_nor_power_off(c.lab->nor);
    fwd_nor_save(c.lab->nor, before);
    for (uint64_t operation = 1; !ended; operation++) {
        const struct fwd_nor_cut cut = {operation, FWD_NOR_HALF, (uint32_t)operation, 0};
        struct fwd_status status;
        fwd_nor_restore(c.lab->nor, before);
        fwd_nor_arm(c.lab->nor, &cut);
        ended = fwd_nor_run(c.lab->nor, rehearse, c.lab);
        fwd_nor_arm(c.lab->nor, NULL);
        if (ended)
            break;
        ck_assert_int_eq(lab_start(c.lab), FWD_OK);
        uint64_t written = fwd_nor_operations(c.lab->nor);
        fwd_update_status(&c.lab->update, &status);
        if (status.state != FWD_STATUS_STAGED) {
            ck_assert_int_eq(fwd_boot_decide(&c.lab->update, &c.lab->choice), FWD_OK);
            ck_assert_uint_eq(fwd_nor_operations(c.lab->nor), written);
            lab_case_runs(&c, false);
            went_on = went_on || status.state == FWD_STATUS_REHEARSING;
            ck_assert_int_eq(fwd_update_rehearse(&c.lab->update, FWD_COMMAND_ANY), FWD_OK);
        }
        ck_assert_int_eq(lab_boot(c.lab), FWD_OK);
        lab_case_runs(&c, true);
    }
    ck_assert(went_on);
    fwd_nor_snapshot_free(before);
    lab_case_free(&c);
}
END_TEST

/* The old firmware has rotted meanwhile: then the boot loader rehearses, as it has nothing to run.
 */
START_TEST(with_nothing_to_run_the_boot_loader_rehearses)
{
    struct lab_case c = waiting(1);
    const struct fwd_nor_cut cut = {30, FWD_NOR_HALF, 1, 0};

    fwd_nor_arm(c.lab->nor, &cut);
    ck_assert(!fwd_nor_run(c.lab->nor, rehearse, c.lab));
    fwd_nor_arm(c.lab->nor, NULL);
    lab_flip(c.lab, LAB_AREA_SLOTS, 100, 0x01);
    c.lab->faulty = true;
    ck_assert_int_eq(lab_start(c.lab), FWD_OK);
    ck_assert_int_eq(fwd_boot_decide(&c.lab->update, &c.lab->choice), FWD_OK);
    ck_assert_int_eq(c.lab->choice.action, FWD_BOOT_RESUME);
    lab_case_free(&c);
}
END_TEST

START_TEST(it_can_be_abandoned)
{
    struct lab_case c = waiting(0);
    const struct fwd_nor_cut cut = {20, FWD_NOR_HALF, 1, 0};

    fwd_nor_arm(c.lab->nor, &cut);
    ck_assert(!fwd_nor_run(c.lab->nor, rehearse, c.lab));
    fwd_nor_arm(c.lab->nor, NULL);
    ck_assert_int_eq(lab_boot(c.lab), FWD_OK);
    lab_case_runs(&c, false);
    ck_assert_int_eq(fwd_update_abandon(&c.lab->update, FWD_E_ABANDONED), FWD_OK);
    ck_assert_int_eq(fwd_download_begin(&c.lab->update, 0), FWD_OK);
    lab_case_free(&c);
}
END_TEST

int main(void)
{
    Suite *suite = suite_create("application");
    TCase *tests = tcase_create("application");
    SRunner *runner = srunner_create(suite);

    tcase_set_timeout(tests, 60);
    tcase_add_loop_test(tests, it_is_installed_like_a_download, 0, 3);
    tcase_add_loop_test(tests, it_is_checked_like_a_download, 0, sizeof wrong / sizeof wrong[0]);
    tcase_add_loop_test(tests, an_update_keeps_its_area, 0, 3);
    tcase_add_test(tests, where_only_a_download_is_admitted_nothing_is_adopted);
    tcase_add_loop_test(tests, the_reason_of_the_boot_loader_reaches_the_application, 0,
        sizeof refusals / sizeof refusals[0]);
    tcase_add_loop_test(tests, the_boot_loader_only_acts, 0, 3);
    tcase_add_loop_test(tests, no_cut_gives_the_rehearsal_to_the_boot_loader, 0, 3);
    tcase_add_test(tests, with_nothing_to_run_the_boot_loader_rehearses);
    tcase_add_test(tests, it_can_be_abandoned);
    suite_add_tcase(suite, tests);
    srunner_run_all(runner, CK_ENV);
    int failed = srunner_ntests_failed(runner);
    srunner_free(runner);
    lab_keys_free();
    return failed == 0 ? EXIT_SUCCESS : EXIT_FAILURE;
}
