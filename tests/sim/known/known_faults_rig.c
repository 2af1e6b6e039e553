#include "tests/sim/known/known_faults_rig.h"

#include "tests/hostio/scratch_folder.h"

#include <stdlib.h>

#define SIZE 60000u

const char *const known_faults_in_place = "4 KiB, unit 256";
const char *const known_faults_two_slots = "4 KiB, unit 256, A/B";

void known_faults_new(struct trust_rig *rig, const char *shape)
{
    trust_rig_new(rig, torture_shape(shape), SIZE);
}

struct fwd_bytes known_faults_delta(struct trust_rig *rig, int from, int to, uint32_t counter)
{
    return trust_rig_package(
        rig, &(struct trust_package){.from = from, .to = to, .counter = counter});
}

struct fwd_bytes known_faults_full(struct trust_rig *rig, int to, uint32_t counter)
{
    return known_faults_delta(rig, -1, to, counter);
}

void known_faults_begin(struct trust_rig *rig, const struct fwd_bytes *package)
{
    ck_assert_int_eq(trust_rig_install(rig, package), FWD_OK);
    ck_assert_int_ge(trust_rig_settle(rig, 4), 0);
    trust_rig_remember(rig);
}

uint64_t known_faults_operation(struct trust_rig *rig, enum fwd_state state)
{
    struct fwd_nor_cut cut = {1, FWD_NOR_BEFORE, 0, 0};

    for (;; cut.operation++) {
        trust_rig_reset(rig);
        if (!trust_rig_cut(rig, &cut))
            return 0;
        if (rig->update.journal.record.state == (uint8_t)state)
            return cut.operation;
    }
}

static void add(Suite *suite, const struct known_faults_test *test)
{
    TCase *one = tcase_create(test->name);

    tcase_set_timeout(one, 300);
    tcase_add_checked_fixture(one, scratch_setup, scratch_teardown);
    tcase_add_loop_test(one, test->test, 0, test->count);
    suite_add_tcase(suite, one);
}

int known_faults_main(int argc, char **argv, const struct known_faults_test *tests)
{
    Suite *suite = suite_create("known faults");
    SRunner *runner = srunner_create(suite);

    for (; tests->test != NULL; tests++)
        add(suite, tests);
    srunner_run(runner, NULL, argc > 1 ? argv[1] : NULL, CK_ENV);
    int failed = srunner_ntests_failed(runner);
    int run = srunner_ntests_run(runner);
    srunner_free(runner);
    return failed == 0 && run > 0 ? EXIT_SUCCESS : EXIT_FAILURE;
}
