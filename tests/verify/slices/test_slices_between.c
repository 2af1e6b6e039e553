/* What comes between two slices of a rehearsal: another call, another package, a change of mind, or
 * something that writes over the work memory. */
#include "tests/verify/rig/slices_rig.h"

#include <check.h>
#include <stdlib.h>
#include <string.h>

/* Somebody has put another package into the area, as long as the one that was being rehearsed. */
START_TEST(another_package_is_not_gone_on_with)
{
    struct lab_case c = slices_waiting(_i);
    size_t size = c.package.size;

    slices_until_rehearsing(c.lab);
    for (uint8_t i = 0; i < c.recipe.part_count; i++)
        c.recipe.parts[i].target_version = "9.0";
    do {
        lab_case_rebuild(&c); /* signatures differ in length */
    } while (c.package.size != size);
    ck_assert(fwd_nor_poke(c.lab->nor, LAB_AREA_PACKAGE, 0, c.package.data, (uint32_t)size));
    ck_assert_int_eq(lab_start(c.lab), FWD_OK);
    ck_assert_int_eq(slices_end(c.lab), FWD_E_PACKAGE_LOST);
    ck_assert(!slices_status(c.lab).pending);
    ck_assert_int_eq(lab_boot(c.lab), FWD_OK);
    lab_case_runs(&c, false);
    lab_case_free(&c);
}
END_TEST

START_TEST(they_can_be_abandoned)
{
    struct lab_case c = slices_waiting(_i);
    bool more = true;

    for (unsigned done = 1; more; done += 3) {
        slices_go_on(c.lab, 512, done);
        more = slices_status(c.lab).state != FWD_STATUS_STAGED;
        ck_assert_int_eq(fwd_update_abandon(&c.lab->update, FWD_E_ABANDONED), FWD_OK);
        ck_assert(!slices_status(c.lab).pending);
        ck_assert(slices_status(c.lab).complete);
    }
    ck_assert_int_eq(lab_boot(c.lab), FWD_OK);
    lab_case_runs(&c, false);
    ck_assert_int_eq(fwd_download_begin(&c.lab->update, 0), FWD_OK);
    lab_case_free(&c);
}
END_TEST

/* What another call has done to the memory that they share does no harm. */
static void decide(struct lab *lab)
{
    ck_assert_int_eq(fwd_boot_decide(&lab->update, &lab->choice), FWD_OK);
}

static void look(struct lab *lab)
{
    (void)slices_status(lab);
}

static void ask(struct lab *lab)
{
    enum fwd_reason reason = fwd_download_adopt(&lab->update, 0, 0);

    ck_assert_int_eq(reason, slices_status(lab).pending ? FWD_E_UPDATE_PENDING : FWD_OK);
}

static void download(struct lab *lab)
{
    if (!slices_status(lab).pending)
        ck_assert_int_eq(lab_download(lab, &lab->package, 0), FWD_OK);
    else
        ck_assert_int_eq(fwd_download_begin(&lab->update, 0), FWD_E_UPDATE_PENDING);
}

static void install_another(struct lab *lab)
{
    if (!slices_status(lab).pending)
        ck_assert_int_eq(fwd_update_install(&lab->update, FWD_COMMAND_FULL), FWD_E_DELTA_NOT_FULL);
}

static void spoil(struct lab *lab)
{
    memset(lab->update.work.arena, 0xA5, lab->update.work.arena_size);
}

static void confirm(struct lab *lab)
{
    ck_assert_int_eq(fwd_update_confirm(&lab->update), FWD_OK);
}

static const struct {
    void (*call)(struct lab *lab);
    bool goes_on; /* the next slice does not begin again */
} between[] = {{look, true}, {confirm, true}, {decide, false}, {ask, false}, {download, false},
    {install_another, false}};

START_TEST(another_call_may_come_between_them)
{
    struct lab_case c = slices_waiting(_i % SLICES_SHAPES);
    unsigned calls = 0;
    bool more = true;

    c.lab->package = c.package;
    for (unsigned done = 1; more && done < 40; done++) {
        slices_go_on(c.lab, 512, done);
        if (slices_status(c.lab).state == FWD_STATUS_STAGED)
            break;
        between[_i / SLICES_SHAPES].call(c.lab);
        calls++;
        if (!between[_i / SLICES_SHAPES].goes_on)
            spoil(c.lab);
    }
    ck_assert_uint_gt(calls, 3);
    if (slices_status(c.lab).state != FWD_STATUS_STAGED)
        slices_go_on(c.lab, 512, SLICES_MAX);
    slices_act(&c);
    lab_case_free(&c);
}
END_TEST

/* A record in the journal is another call, too: the first slices of a package are no session yet,
 * so that the outcome of the one before may be told in between. */
START_TEST(an_outcome_may_be_reported_between_them)
{
    struct lab_case c = slices_waiting(_i);
    struct lab *lab = c.lab;

    slices_until_rehearsing(lab);
    ck_assert_int_eq(fwd_update_abandon(&lab->update, FWD_E_ABANDONED), FWD_OK);
    slices_go_on(lab, 512, 1);
    ck_assert(!slices_status(lab).pending);
    uint32_t sequence = lab->update.journal.sequence;
    ck_assert_int_eq(fwd_update_reported(&lab->update), FWD_OK);
    ck_assert_uint_gt(lab->update.journal.sequence, sequence);
    memset(lab->update.work.changed, 0x5A,
        (size_t)(lab->update.work.version - lab->update.work.changed));
    slices_go_on(lab, 512, SLICES_MAX);
    slices_act(&c);
    lab_case_free(&c);
}
END_TEST

/* The application has written over the work memory: nothing of it is believed. */
START_TEST(memory_that_was_written_over_ends_them)
{
    static const int bytes[] = {0x00, 0xFF, 0xA5};
    bool staged = false;

    for (unsigned done = 1; !staged; done += 2) {
        struct lab_case c = slices_waiting(_i);
        slices_go_on(c.lab, 512, done);
        staged = slices_status(c.lab).state == FWD_STATUS_STAGED;
        memset(c.lab->device.memory, bytes[done / 2 % 3], c.lab->device.memory_size);
        ck_assert_int_eq(slices_end(c.lab), staged ? FWD_OK : FWD_E_CANARY);
        ck_assert_int_eq(lab_boot(c.lab), FWD_OK);
        lab_case_runs(&c, staged);
        lab_case_free(&c);
    }
}
END_TEST

/* Which blocks change is proven by nothing but the first pass: with a bit of it gone the steps
 * would not give the target. */
START_TEST(marks_of_blocks_that_were_written_over_end_them)
{
    struct lab *lab;
    bool staged = false;

    for (unsigned done = 1; !staged; done++) {
        struct lab_case c = slices_waiting(_i);
        bool marked = false;
        lab = c.lab;
        slices_go_on(lab, 512, done);
        staged = slices_status(lab).state == FWD_STATUS_STAGED;
        for (uint8_t *mark = lab->update.work.changed; mark < lab->update.work.version; mark++) {
            marked = marked || (!staged && *mark != 0);
            *mark = 0;
        }
        ck_assert_int_eq(slices_end(lab), marked ? FWD_E_CANARY : FWD_OK);
        ck_assert_int_eq(lab_boot(lab), FWD_OK);
        lab_case_runs(&c, !marked);
        lab_case_free(&c);
    }
}
END_TEST

int main(void)
{
    Suite *suite = suite_create("slices between");
    TCase *tests = tcase_create("slices between");
    SRunner *runner = srunner_create(suite);

    tcase_set_timeout(tests, 60);
    tcase_add_loop_test(tests, another_package_is_not_gone_on_with, 0, SLICES_SHAPES);
    tcase_add_loop_test(tests, they_can_be_abandoned, 0, SLICES_SHAPES);
    tcase_add_loop_test(tests, another_call_may_come_between_them, 0,
        SLICES_SHAPES * (int)(sizeof between / sizeof between[0]));
    tcase_add_loop_test(tests, an_outcome_may_be_reported_between_them, 0, SLICES_SHAPES);
    tcase_add_loop_test(tests, memory_that_was_written_over_ends_them, 0, SLICES_SHAPES);
    tcase_add_loop_test(tests, marks_of_blocks_that_were_written_over_end_them, 0, SLICES_SHAPES);
    suite_add_tcase(suite, tests);
    srunner_run_all(runner, CK_ENV);
    int failed = srunner_ntests_failed(runner);
    srunner_free(runner);
    lab_keys_free();
    return failed == 0 ? EXIT_SUCCESS : EXIT_FAILURE;
}
