/* Sequence numbers at their end, in each state: somebody wrote them, and a package is still taken.
 */
#include "tests/verify/rig/install_shapes.h"
#include "verify/flash/area.h"

#include <check.h>
#include <stdlib.h>
#include <string.h>

static enum fwd_boot_action start(struct lab *lab)
{
    fwd_nor_power_off(lab->nor);
    ck_assert_int_eq(lab_start(lab), FWD_OK);
    ck_assert_int_eq(fwd_boot_decide(&lab->update, &lab->choice), FWD_OK);
    return lab->choice.action;
}

static void fill(const struct lab *lab, uint16_t area, uint8_t value)
{
    uint8_t bytes[256];

    memset(bytes, value, sizeof bytes);
    for (uint32_t at = 0; at < lab->areas[area].size; at += (uint32_t)sizeof bytes)
        ck_assert(fwd_nor_poke(lab->nor, area, at, bytes, sizeof bytes));
}

START_TEST(a_forged_number_does_not_keep_packages_out)
{
    static const uint8_t states[] = {FWD_STATE_REHEARSING, FWD_STATE_STAGED, FWD_STATE_VERIFIED,
        FWD_STATE_SWITCHED, FWD_STATE_REVERTING, FWD_STATE_ACTING, FWD_STATE_DONE};
    struct lab_case c = lab_case_full(lab_shape("A/B, unit 64"), lab_pattern("three steps"));
    struct lab *lab = c.lab;
    uint8_t bytes[FWD_RECORD_SIZE];

    ck_assert_int_eq(start(lab), FWD_BOOT_RUN);
    struct fwd_record record = lab->update.journal.record;
    record.state = states[_i];
    record.sequence = UINT32_MAX - 5;
    fill(lab, LAB_AREA_JOURNAL, 0xFF);
    for (uint32_t i = 0; i < 3; i++, record.sequence++) {
        fwd_record_encode(&record, bytes);
        ck_assert(
            fwd_nor_poke(lab->nor, LAB_AREA_JOURNAL, i * FWD_RECORD_SIZE, bytes, sizeof bytes));
    }
    enum fwd_reason reason = FWD_E_INTERNAL;
    for (int i = 0; i < 12 && reason != FWD_OK; i++) {
        fwd_nor_power_off(lab->nor);
        (void)lab_boot(lab);
        reason = lab_download(lab, &c.package, 0);
        if (reason == FWD_OK)
            reason = fwd_update_install(&lab->update, FWD_COMMAND_ANY);
    }
    ck_assert_msg(
        reason == FWD_OK, "%s: %s", fwd_state_name(states[_i]), fwd_reason_info(reason)->name);
    lab_case_free(&c);
}
END_TEST

int main(void)
{
    Suite *suite = suite_create("forged_number");
    TCase *tests = tcase_create("forged_number");
    SRunner *runner = srunner_create(suite);

    tcase_set_timeout(tests, 60);
    tcase_add_loop_test(tests, a_forged_number_does_not_keep_packages_out, 0, 7);
    suite_add_tcase(suite, tests);
    srunner_run_all(runner, CK_ENV);
    int failed = srunner_ntests_failed(runner);
    srunner_free(runner);
    lab_keys_free();
    return failed == 0 ? EXIT_SUCCESS : EXIT_FAILURE;
}
