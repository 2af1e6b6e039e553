/* Units that a power cut left unstable: what they read as, and what cures them. */
#include "tests/sim/flash/flash_rig.h"

#include <check.h>
#include <stdlib.h>
#include <string.h>

/* 'n': the new content, 'e': erased, 'm': something between */
static char look(struct fwd_rig *rig)
{
    uint8_t seen[256], new[256], blank[256];

    memset(new, (uint8_t)~rig->erased, sizeof new);
    memset(blank, rig->erased, sizeof blank);
    ck_assert_int_eq(rig_read(rig, 256, seen, 256), FWD_IO_OK);
    if (memcmp(seen, new, sizeof seen) == 0)
        return 'n';
    return memcmp(seen, blank, sizeof seen) == 0 ? 'e' : 'm';
}

START_TEST(unstable_seed_0_reads_all_nothing_and_bits)
{
    struct fwd_rig rig = rig_torn_program(FWD_NOR_UNSTABLE, 4, 0, 0xFF);
    int seen[256] = {0};

    for (int i = 0; i < 60; i++)
        seen[(unsigned char)look(&rig)]++;
    ck_assert_int_gt(seen['n'], 0);
    ck_assert_int_gt(seen['e'], 0);
    ck_assert_int_gt(seen['m'], 0);
    rig_free(&rig);
}
END_TEST

START_TEST(unstable_seed_1_is_there_for_one_power_cycle)
{
    struct fwd_rig rig = rig_torn_program(FWD_NOR_UNSTABLE, 1, 0, (uint8_t)(_i ? 0xFF : 0));

    ck_assert_int_eq(look(&rig), 'n');
    ck_assert_int_eq(look(&rig), 'n');
    rig_power_cycle(&rig);
    ck_assert_int_eq(look(&rig), 'e');
    rig_power_cycle(&rig);
    ck_assert_int_eq(look(&rig), 'e');
    rig_free(&rig);
}
END_TEST

START_TEST(unstable_seed_2_appears_after_one_power_cycle)
{
    struct fwd_rig rig = rig_torn_program(FWD_NOR_UNSTABLE, 2, 0, (uint8_t)(_i ? 0xFF : 0));

    ck_assert_int_eq(look(&rig), 'e');
    rig_power_cycle(&rig);
    ck_assert_int_eq(look(&rig), 'n');
    rig_free(&rig);
}
END_TEST

START_TEST(unstable_seed_3_alternates)
{
    struct fwd_rig rig = rig_torn_program(FWD_NOR_UNSTABLE, 3, 0, 0xFF);

    ck_assert_int_eq(look(&rig), 'n');
    ck_assert_int_eq(look(&rig), 'e');
    ck_assert_int_eq(look(&rig), 'n');
    rig_free(&rig);
}
END_TEST

START_TEST(unstable_units_are_stable_after_an_erase)
{
    struct fwd_rig rig = rig_torn_program(FWD_NOR_UNSTABLE, (uint32_t)_i, 0, 0xFF);

    ck_assert_int_eq(rig_erase(&rig, 0, 4096), FWD_IO_OK);
    for (int i = 0; i < 8; i++)
        ck_assert_int_eq(look(&rig), 'e');
    ck_assert_int_eq(rig_fill(&rig, 256, 0, 256), FWD_IO_OK);
    for (int i = 0; i < 8; i++)
        ck_assert_int_eq(look(&rig), 'n');
    rig_free(&rig);
}
END_TEST

START_TEST(programming_over_an_unstable_unit_does_not_cure_it)
{
    struct fwd_rig rig = rig_torn_program(FWD_NOR_UNSTABLE, 1, 0, 0xFF);

    ck_assert_int_eq(rig_fill(&rig, 256, 0, 256), FWD_IO_OK);
    rig_power_cycle(&rig);
    ck_assert_int_eq(look(&rig), 'e');
    ck_assert_uint_eq(fwd_nor_counts(rig.nor).reprograms, 1);
    rig_free(&rig);
}
END_TEST

static Suite *suite(void)
{
    Suite *s = suite_create("flash unstable");
    TCase *t = tcase_create("unstable");

    tcase_add_test(t, unstable_seed_0_reads_all_nothing_and_bits);
    tcase_add_loop_test(t, unstable_seed_1_is_there_for_one_power_cycle, 0, 2);
    tcase_add_loop_test(t, unstable_seed_2_appears_after_one_power_cycle, 0, 2);
    tcase_add_test(t, unstable_seed_3_alternates);
    tcase_add_loop_test(t, unstable_units_are_stable_after_an_erase, 0, 4);
    tcase_add_test(t, programming_over_an_unstable_unit_does_not_cure_it);
    suite_add_tcase(s, t);
    return s;
}

int main(void)
{
    SRunner *runner = srunner_create(suite());

    srunner_run_all(runner, CK_ENV);
    int failed = srunner_ntests_failed(runner);
    srunner_free(runner);
    return failed == 0 ? EXIT_SUCCESS : EXIT_FAILURE;
}
