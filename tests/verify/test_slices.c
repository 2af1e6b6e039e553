/* A rehearsal in slices: it ends as one at once does, each slice is short, and whatever comes
 * between two of them (a loss of power, another call, a change of mind) leaves a device that goes
 * on. */
#include "tests/verify/rig/install_shapes.h"

#include <check.h>
#include <stdlib.h>
#include <string.h>

static const char *const shapes[] = {"in place, unit 64", "A/B, unit 64", "in place and A/B"};

#define SHAPES     3
#define SLICES_MAX 100000u

static struct lab_case waiting(int shape)
{
    struct lab_case c = lab_case_delta(lab_shape(shapes[shape]), lab_pattern("three steps"), false);

    ck_assert_int_eq(lab_start(c.lab), FWD_OK);
    ck_assert_int_eq(lab_download(c.lab, &c.package, 0), FWD_OK);
    return c;
}

static struct fwd_status status_of(const struct lab *lab)
{
    struct fwd_status status;

    fwd_update_status(&lab->update, &status);
    return status;
}

static enum fwd_reason slice(struct lab *lab, uint32_t work, bool *more)
{
    return fwd_update_rehearse_slice(&lab->update, FWD_COMMAND_ANY, work, more);
}

/* To its end, or `most` slices. How many there were. */
static unsigned go_on(struct lab *lab, uint32_t work, unsigned most)
{
    unsigned count = 0;
    uint32_t percent = 0;
    bool more = true;

    while (more && count < most) {
        ck_assert_int_eq(slice(lab, work, &more), FWD_OK);
        ck_assert_uint_ge(status_of(lab).percent, percent);
        percent = status_of(lab).percent;
        count++;
    }
    ck_assert_uint_lt(count, SLICES_MAX);
    return count;
}

static void runs(const struct lab_case *c, bool new)
{
    for (uint8_t i = 0; i < c->lab->device.place_count; i++)
        ck_assert(lab_runs(c->lab, i, new ? c->lab->new[i] : c->lab->old[i]));
}

/* The boot loader has nothing to decode. */
static void act(struct lab_case *c)
{
    ck_assert_int_eq(status_of(c->lab).state, FWD_STATUS_STAGED);
    ck_assert_int_eq(lab_boot(c->lab), FWD_OK);
    ck_assert_uint_eq(c->lab->update.decoded, 0);
    runs(c, true);
}

static const uint32_t works[] = {0, 1, 512, 5000, UINT32_MAX};

START_TEST(they_end_as_one_call_does)
{
    struct lab_case c = waiting(_i % SHAPES);
    bool more;
    unsigned count = go_on(c.lab, works[_i / SHAPES], SLICES_MAX);

    ck_assert_uint_gt(count, 3);
    ck_assert_uint_eq(status_of(c.lab).percent, 100);
    /* again: nothing to do */
    uint64_t before = fwd_nor_operations(c.lab->nor);
    ck_assert_int_eq(slice(c.lab, 1, &more), FWD_OK);
    ck_assert(!more);
    ck_assert_uint_eq(fwd_nor_operations(c.lab->nor), before);
    act(&c);
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
    struct lab_case c = waiting(_i);
    uint64_t begin = work_so_far(c.lab), most = 0;
    const uint32_t work = 512;
    bool more = true;

    while (more) {
        uint64_t before = work_so_far(c.lab);
        ck_assert_int_eq(slice(c.lab, work, &more), FWD_OK);
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
    struct lab_case c = waiting(_i);
    uint64_t before = c.lab->crypto.hashed, running = 0;
    bool more;

    for (uint8_t i = 0; i < c.lab->device.place_count; i++) {
        if (c.lab->device.places[i].layout == FWD_LAYOUT_AB)
            running += c.lab->old[i]->size;
    }
    ck_assert_int_eq(slice(c.lab, 1, &more), FWD_OK);
    ck_assert_uint_ge(c.lab->crypto.hashed - before, running);
    ck_assert_uint_lt(c.lab->crypto.hashed - before, running + 1024);
    lab_case_free(&c);
}
END_TEST

/* Power fails between two slices: the old firmware runs at once, and the application goes on. */
START_TEST(power_may_fail_between_them)
{
    struct lab_case c = waiting(_i);
    struct fwd_nor_snapshot *before = fwd_nor_snapshot_new(c.lab->nor);
    unsigned rehearsing = 0, count = SLICES_MAX;

    fwd_nor_power_off(c.lab->nor);
    fwd_nor_save(c.lab->nor, before);
    for (unsigned done = 1; done < count; done++) {
        fwd_nor_restore(c.lab->nor, before);
        ck_assert_int_eq(lab_start(c.lab), FWD_OK);
        count = go_on(c.lab, 512, done) < done ? 0 : SLICES_MAX;
        if (status_of(c.lab).state == FWD_STATUS_STAGED)
            break;
        ck_assert_int_eq(lab_start(c.lab), FWD_OK);
        uint64_t written = fwd_nor_operations(c.lab->nor);
        rehearsing += status_of(c.lab).state == FWD_STATUS_REHEARSING ? 1 : 0;
        ck_assert_int_eq(fwd_boot_decide(&c.lab->update, &c.lab->choice), FWD_OK);
        ck_assert_int_eq(c.lab->choice.action, FWD_BOOT_RUN);
        ck_assert_uint_eq(fwd_nor_operations(c.lab->nor), written);
        runs(&c, false);
        go_on(c.lab, 4096, SLICES_MAX);
        act(&c);
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
        go_on(lab, 512, SLICES_MAX);
}

static void until_rehearsing(struct lab *lab)
{
    while (status_of(lab).state != FWD_STATUS_REHEARSING)
        go_on(lab, 512, 1);
}

/* A rehearsal that never gets to its end is given up, whoever goes on with it. */
START_TEST(starts_without_progress_are_counted)
{
    struct lab_case c = waiting(0);
    enum fwd_reason reason = FWD_OK;
    unsigned starts = 0;
    bool more;

    c.lab->device.policy.max_starts = c.lab->device.policy.max_power_starts = 3;
    for (; starts < 10 && reason == FWD_OK; starts++) {
        until_rehearsing(c.lab);
        ck_assert_int_eq(lab_start(c.lab), FWD_OK);
        reason = slice(c.lab, 512, &more);
    }
    ck_assert_int_eq(reason, FWD_E_NO_PROGRESS);
    ck_assert_uint_eq(starts, 4);
    ck_assert(!status_of(c.lab).pending);
    ck_assert_int_eq(lab_boot(c.lab), FWD_OK);
    runs(&c, false);
    lab_case_free(&c);
}
END_TEST

/* Somebody has put another package into the area, as long as the one that was being rehearsed. */
START_TEST(another_package_is_not_gone_on_with)
{
    struct lab_case c = waiting(_i);
    size_t size = c.package.size;
    enum fwd_reason reason = FWD_OK;
    bool more = true;

    until_rehearsing(c.lab);
    for (uint8_t i = 0; i < c.recipe.part_count; i++)
        c.recipe.parts[i].target_version = "9.0";
    do {
        lab_case_rebuild(&c); /* signatures differ in length */
    } while (c.package.size != size);
    ck_assert(fwd_nor_poke(c.lab->nor, LAB_AREA_PACKAGE, 0, c.package.data, (uint32_t)size));
    ck_assert_int_eq(lab_start(c.lab), FWD_OK);
    while (more)
        reason = slice(c.lab, 512, &more);
    ck_assert_int_eq(reason, FWD_E_PACKAGE_LOST);
    ck_assert(!status_of(c.lab).pending);
    ck_assert_int_eq(lab_boot(c.lab), FWD_OK);
    runs(&c, false);
    lab_case_free(&c);
}
END_TEST

/* And within one. */
START_TEST(power_may_fail_within_one)
{
    struct lab_case c = waiting(_i);
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
        if (status_of(c.lab).state != FWD_STATUS_STAGED) {
            ck_assert_int_eq(fwd_boot_decide(&c.lab->update, &c.lab->choice), FWD_OK);
            runs(&c, false);
            go_on(c.lab, 5000, SLICES_MAX);
        }
        ck_assert_int_eq(lab_boot(c.lab), FWD_OK);
        runs(&c, true);
    }
    fwd_nor_snapshot_free(before);
    lab_case_free(&c);
}
END_TEST

START_TEST(they_can_be_abandoned)
{
    struct lab_case c = waiting(_i);
    bool more = true;

    for (unsigned done = 1; more; done += 3) {
        go_on(c.lab, 512, done);
        more = status_of(c.lab).state != FWD_STATUS_STAGED;
        ck_assert_int_eq(fwd_update_abandon(&c.lab->update, FWD_E_ABANDONED), FWD_OK);
        ck_assert(!status_of(c.lab).pending);
        ck_assert(status_of(c.lab).complete);
    }
    ck_assert_int_eq(lab_boot(c.lab), FWD_OK);
    runs(&c, false);
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
    (void)status_of(lab);
}

static void ask(struct lab *lab)
{
    enum fwd_reason reason = fwd_download_adopt(&lab->update, 0, 0);

    ck_assert_int_eq(reason, status_of(lab).pending ? FWD_E_UPDATE_PENDING : FWD_OK);
}

static void download(struct lab *lab)
{
    if (!status_of(lab).pending)
        ck_assert_int_eq(lab_download(lab, &lab->package, 0), FWD_OK);
    else
        ck_assert_int_eq(fwd_download_begin(&lab->update, 0), FWD_E_UPDATE_PENDING);
}

static void install_another(struct lab *lab)
{
    if (!status_of(lab).pending)
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
    struct lab_case c = waiting(_i % SHAPES);
    unsigned calls = 0;
    bool more = true;

    c.lab->package = c.package;
    for (unsigned done = 1; more && done < 40; done++) {
        go_on(c.lab, 512, done);
        if (status_of(c.lab).state == FWD_STATUS_STAGED)
            break;
        between[_i / SHAPES].call(c.lab);
        calls++;
        if (!between[_i / SHAPES].goes_on)
            spoil(c.lab);
    }
    ck_assert_uint_gt(calls, 3);
    if (status_of(c.lab).state != FWD_STATUS_STAGED)
        go_on(c.lab, 512, SLICES_MAX);
    act(&c);
    lab_case_free(&c);
}
END_TEST

/* The application has written over the work memory: nothing of it is believed. */
START_TEST(memory_that_was_written_over_ends_them)
{
    static const int bytes[] = {0x00, 0xFF, 0xA5};
    bool staged = false;

    for (unsigned done = 1; !staged; done += 2) {
        struct lab_case c = waiting(_i);
        enum fwd_reason reason = FWD_OK;
        bool more = true;
        go_on(c.lab, 512, done);
        staged = status_of(c.lab).state == FWD_STATUS_STAGED;
        memset(c.lab->device.memory, bytes[done / 2 % 3], c.lab->device.memory_size);
        while (more)
            reason = slice(c.lab, 512, &more);
        ck_assert_int_eq(reason, staged ? FWD_OK : FWD_E_CANARY);
        ck_assert_int_eq(lab_boot(c.lab), FWD_OK);
        runs(&c, staged);
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
        struct lab_case c = waiting(_i);
        enum fwd_reason reason = FWD_OK;
        bool more = true, marked = false;
        lab = c.lab;
        go_on(lab, 512, done);
        staged = status_of(lab).state == FWD_STATUS_STAGED;
        for (uint8_t *mark = lab->update.work.changed; mark < lab->update.work.version; mark++) {
            marked = marked || (!staged && *mark != 0);
            *mark = 0;
        }
        while (more)
            reason = slice(lab, 512, &more);
        ck_assert_int_eq(reason, marked ? FWD_E_CANARY : FWD_OK);
        ck_assert_int_eq(lab_boot(lab), FWD_OK);
        runs(&c, !marked);
        lab_case_free(&c);
    }
}
END_TEST

START_TEST(a_wrong_package_ends_them)
{
    struct lab_case c = waiting(_i);
    enum fwd_reason reason = FWD_OK;
    bool more = true;

    lab_flip(c.lab, LAB_AREA_PACKAGE, (uint32_t)c.package.size - 1, 0x01);
    while (more)
        reason = slice(c.lab, 512, &more);
    ck_assert_int_eq(reason, FWD_E_PAYLOAD_DIGEST);
    ck_assert_int_eq(status_of(c.lab).reason, FWD_E_PAYLOAD_DIGEST);
    ck_assert_int_eq(lab_boot(c.lab), FWD_OK);
    runs(&c, false);
    lab_case_free(&c);
}
END_TEST

/* The old image is not what the delta was made from, behind the first slices. */
START_TEST(a_wrong_source_ends_them)
{
    struct lab_case c = waiting(_i);
    enum fwd_reason reason = FWD_OK;
    bool more = true;

    lab_flip(c.lab, LAB_AREA_SLOTS, c.lab->old[0]->size - 1, 0x01);
    while (more)
        reason = slice(c.lab, 512, &more);
    ck_assert_int_eq(reason, FWD_E_SOURCE_DIGEST);
    ck_assert(!status_of(c.lab).pending);
    lab_case_free(&c);
}
END_TEST

START_TEST(they_need_room)
{
    struct lab_case c = waiting(0);
    bool more = true;

    uint32_t need = fwd_update_memory(&c.lab->device);
    c.lab->device.slices = NULL;
    ck_assert_uint_lt(fwd_update_memory(&c.lab->device), need);
    ck_assert_int_eq(lab_start(c.lab), FWD_OK);
    ck_assert_int_eq(slice(c.lab, 512, &more), FWD_E_WORKSPACE);
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
        tests, they_end_as_one_call_does, 0, SHAPES * (int)(sizeof works / sizeof works[0]));
    tcase_add_loop_test(tests, each_is_short, 0, SHAPES);
    tcase_add_loop_test(tests, the_first_one_hashes_what_runs, 0, SHAPES);
    tcase_add_loop_test(tests, power_may_fail_between_them, 0, SHAPES);
    tcase_add_test(tests, starts_without_progress_are_counted);
    tcase_add_loop_test(tests, another_package_is_not_gone_on_with, 0, SHAPES);
    tcase_add_loop_test(tests, power_may_fail_within_one, 0, SHAPES);
    tcase_add_loop_test(tests, they_can_be_abandoned, 0, SHAPES);
    tcase_add_loop_test(tests, another_call_may_come_between_them, 0,
        SHAPES * (int)(sizeof between / sizeof between[0]));
    tcase_add_loop_test(tests, memory_that_was_written_over_ends_them, 0, SHAPES);
    tcase_add_loop_test(tests, marks_of_blocks_that_were_written_over_end_them, 0, SHAPES);
    tcase_add_loop_test(tests, a_wrong_package_ends_them, 0, SHAPES);
    tcase_add_loop_test(tests, a_wrong_source_ends_them, 0, SHAPES);
    tcase_add_test(tests, they_need_room);
    suite_add_tcase(suite, tests);
    srunner_run_all(runner, CK_ENV);
    int failed = srunner_ntests_failed(runner);
    srunner_free(runner);
    lab_keys_free();
    return failed == 0 ? EXIT_SUCCESS : EXIT_FAILURE;
}
