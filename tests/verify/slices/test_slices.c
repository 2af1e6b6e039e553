/* A rehearsal in slices: it ends as one at once does, each slice is short, and a loss of power
 * between two of them or in one leaves a device that goes on. */
#include "tests/verify/rig/slices_rig.h"

#include <check.h>
#include <stdlib.h>
#include <string.h>

static const uint32_t works[] = {0, 1, 512, 5000, UINT32_MAX};

START_TEST(they_end_as_one_call_does)
{
    struct lab_case c = slices_waiting(_i % SLICES_SHAPES);
    bool more;
    unsigned count = slices_go_on(c.lab, works[_i / SLICES_SHAPES], SLICES_MAX);

    ck_assert_uint_gt(count, 3);
    ck_assert_uint_eq(slices_status(c.lab).percent, 100);
    /* again: nothing to do */
    uint64_t before = fwd_nor_operations(c.lab->nor);
    ck_assert_int_eq(slices_one(c.lab, 1, &more), FWD_OK);
    ck_assert(!more);
    ck_assert_uint_eq(fwd_nor_operations(c.lab->nor), before);
    slices_act(&c);
    lab_case_free(&c);
}
END_TEST

static uint64_t work_so_far(const struct lab *lab)
{
    struct fwd_nor_counts counts = fwd_nor_counts(lab->nor);

    return counts.read_bytes + counts.program_bytes + lab->crypto.hashed;
}

/* A byte of an image is read for the decoder, hashed, compared, programmed and hashed once more at
 * most; an erase block that is complete is read and hashed; then a record in two banks, copied. */
static uint64_t bound(const struct lab *lab, uint32_t work)
{
    uint64_t block = 0;

    for (uint16_t i = 0; i < LAB_AREA_SLOTS + 2; i++) {
        for (uint8_t j = 0; j < lab->areas[i].blocks_count; j++) {
            if (lab->areas[i].size > 0 && lab->areas[i].blocks[j].size > block)
                block = lab->areas[i].blocks[j].size;
        }
    }
    return 6 * ((uint64_t)work + 4096) + 3 * block + 16384;
}

START_TEST(each_is_short)
{
    struct lab_case c = slices_waiting(_i);
    uint64_t begin = work_so_far(c.lab), most = 0;
    const uint32_t work = 512;
    bool more = true;

    while (more) {
        uint64_t before = work_so_far(c.lab);
        ck_assert_int_eq(slices_one(c.lab, work, &more), FWD_OK);
        uint64_t done = work_so_far(c.lab) - before;
        most = done > most ? done : most;
    }
    ck_assert_uint_le(most, bound(c.lab, work));
    ck_assert_uint_gt(work_so_far(c.lab) - begin, 4 * most);
    lab_case_free(&c);
}
END_TEST

/* Only what runs in places with two slots is hashed at once, as at a start. */
START_TEST(the_first_one_hashes_what_runs)
{
    struct lab_case c = slices_waiting(_i);
    uint64_t before = c.lab->crypto.hashed, running = 0;
    bool more;

    for (uint8_t i = 0; i < c.lab->device.place_count; i++) {
        if (c.lab->device.places[i].layout == FWD_LAYOUT_AB)
            running += c.lab->old[i]->size;
    }
    ck_assert_int_eq(slices_one(c.lab, 1, &more), FWD_OK);
    ck_assert_uint_ge(c.lab->crypto.hashed - before, running);
    ck_assert_uint_lt(c.lab->crypto.hashed - before, running + 1024);
    lab_case_free(&c);
}
END_TEST

/* Power fails between two slices: the old firmware runs at once, and the application goes on. */
START_TEST(power_may_fail_between_them)
{
    struct lab_case c = slices_waiting(_i);
    struct fwd_nor_snapshot *before = fwd_nor_snapshot_new(c.lab->nor);
    unsigned rehearsing = 0, count = SLICES_MAX;

    fwd_nor_power_off(c.lab->nor);
    fwd_nor_save(c.lab->nor, before);
    for (unsigned done = 1; done < count; done++) {
        fwd_nor_restore(c.lab->nor, before);
        ck_assert_int_eq(lab_start(c.lab), FWD_OK);
        count = slices_go_on(c.lab, 512, done) < done ? 0 : SLICES_MAX;
        if (slices_status(c.lab).state == FWD_STATUS_STAGED)
            break;
        ck_assert_int_eq(lab_start(c.lab), FWD_OK);
        uint64_t written = fwd_nor_operations(c.lab->nor);
        rehearsing += slices_status(c.lab).state == FWD_STATUS_REHEARSING ? 1 : 0;
        ck_assert_int_eq(fwd_boot_decide(&c.lab->update, &c.lab->choice), FWD_OK);
        ck_assert_int_eq(c.lab->choice.action, FWD_BOOT_RUN);
        ck_assert_uint_eq(fwd_nor_operations(c.lab->nor), written);
        lab_case_runs(&c, false);
        slices_go_on(c.lab, 4096, SLICES_MAX);
        slices_act(&c);
    }
    ck_assert_uint_gt(rehearsing, 3);
    fwd_nor_snapshot_free(before);
    lab_case_free(&c);
}
END_TEST

static void rehearse(void *arg)
{
    struct lab *lab = arg;

    if (lab_start(lab) == FWD_OK)
        slices_go_on(lab, 512, SLICES_MAX);
}

/* A rehearsal that never gets to its end is given up, whoever goes on with it. */
START_TEST(starts_without_progress_are_counted)
{
    struct lab_case c = slices_waiting(0);
    enum fwd_reason reason = FWD_OK;
    unsigned starts = 0;
    bool more;

    c.lab->device.policy.max_starts = c.lab->device.policy.max_power_starts = 3;
    for (; starts < 10 && reason == FWD_OK; starts++) {
        slices_until_rehearsing(c.lab);
        ck_assert_int_eq(lab_start(c.lab), FWD_OK);
        reason = slices_one(c.lab, 512, &more);
    }
    ck_assert_int_eq(reason, FWD_E_NO_PROGRESS);
    ck_assert_uint_eq(starts, 4);
    ck_assert(!slices_status(c.lab).pending);
    ck_assert_int_eq(lab_boot(c.lab), FWD_OK);
    lab_case_runs(&c, false);
    lab_case_free(&c);
}
END_TEST

/* And within one. */
START_TEST(power_may_fail_within_one)
{
    struct lab_case c = slices_waiting(_i);
    struct fwd_nor_snapshot *before = fwd_nor_snapshot_new(c.lab->nor);
    bool ended = false;

    fwd_nor_power_off(c.lab->nor);
    fwd_nor_save(c.lab->nor, before);
    for (uint64_t operation = 1; !ended; operation++) {
        const struct fwd_nor_cut cut = {operation, FWD_NOR_HALF, (uint32_t)operation, 0};
        fwd_nor_restore(c.lab->nor, before);
        fwd_nor_arm(c.lab->nor, &cut);
        ended = fwd_nor_run(c.lab->nor, rehearse, c.lab);
        fwd_nor_arm(c.lab->nor, NULL);
        if (ended)
            break;
        ck_assert_int_eq(lab_start(c.lab), FWD_OK);
        if (slices_status(c.lab).state != FWD_STATUS_STAGED) {
            ck_assert_int_eq(fwd_boot_decide(&c.lab->update, &c.lab->choice), FWD_OK);
            lab_case_runs(&c, false);
            slices_go_on(c.lab, 5000, SLICES_MAX);
        }
        ck_assert_int_eq(lab_boot(c.lab), FWD_OK);
        lab_case_runs(&c, true);
    }
    fwd_nor_snapshot_free(before);
    lab_case_free(&c);
}
END_TEST

/* The package is not what was signed; the old image is not what the delta was made from, behind the
 * first slices. */
static const struct {
    bool source;
    enum fwd_reason reason;
} wrong[] = {{false, FWD_E_PAYLOAD_DIGEST}, {true, FWD_E_SOURCE_DIGEST}};

START_TEST(a_wrong_package_or_source_ends_them)
{
    struct lab_case c = slices_waiting(_i % SLICES_SHAPES);
    bool source = wrong[_i / SLICES_SHAPES].source;
    enum fwd_reason reason = wrong[_i / SLICES_SHAPES].reason;

    if (source)
        lab_flip(c.lab, LAB_AREA_SLOTS, c.lab->old[0]->size - 1, 0x01);
    else
        lab_flip(c.lab, LAB_AREA_PACKAGE, (uint32_t)c.package.size - 1, 0x01);
    ck_assert_int_eq(slices_end(c.lab), reason);
    ck_assert_int_eq(slices_status(c.lab).reason, reason);
    ck_assert(!slices_status(c.lab).pending);
    if (!source) {
        ck_assert_int_eq(lab_boot(c.lab), FWD_OK);
        lab_case_runs(&c, false);
    }
    lab_case_free(&c);
}
END_TEST

START_TEST(they_need_room)
{
    struct lab_case c = slices_waiting(0);
    bool more = true;

    uint32_t need = fwd_update_memory(&c.lab->device);
    c.lab->device.slices = NULL;
    ck_assert_uint_lt(fwd_update_memory(&c.lab->device), need);
    ck_assert_int_eq(lab_start(c.lab), FWD_OK);
    ck_assert_int_eq(slices_one(c.lab, 512, &more), FWD_E_WORKSPACE);
    ck_assert(!more);
    lab_case_free(&c);
}
END_TEST

int main(void)
{
    Suite *suite = suite_create("slices");
    TCase *tests = tcase_create("slices");
    SRunner *runner = srunner_create(suite);

    tcase_set_timeout(tests, 60);
    tcase_add_loop_test(
        tests, they_end_as_one_call_does, 0, SLICES_SHAPES * (int)(sizeof works / sizeof works[0]));
    tcase_add_loop_test(tests, each_is_short, 0, SLICES_SHAPES);
    tcase_add_loop_test(tests, the_first_one_hashes_what_runs, 0, SLICES_SHAPES);
    tcase_add_loop_test(tests, power_may_fail_between_them, 0, SLICES_SHAPES);
    tcase_add_test(tests, starts_without_progress_are_counted);
    tcase_add_loop_test(tests, power_may_fail_within_one, 0, SLICES_SHAPES);
    tcase_add_loop_test(tests, a_wrong_package_or_source_ends_them, 0,
        SLICES_SHAPES * (int)(sizeof wrong / sizeof wrong[0]));
    tcase_add_test(tests, they_need_room);
    suite_add_tcase(suite, tests);
    srunner_run_all(runner, CK_ENV);
    int failed = srunner_ntests_failed(runner);
    srunner_free(runner);
    lab_keys_free();
    return failed == 0 ? EXIT_SUCCESS : EXIT_FAILURE;
}
