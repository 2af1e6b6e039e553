/* A download whose signed bytes are held in memory until all of them are there (download.c). */
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

START_TEST(another_call_does_not_make_a_held_download_leave_its_buffer)
{
    struct lab_case c = lab_case_full(lab_shape("in place, unit 64"), lab_pattern("three steps"));
    struct lab *lab = c.lab;
    static uint8_t hostile[20000];
    static const uint8_t none[FWD_DIGEST_SIZE];
    const uint32_t room = FWD_CONFIG_SIGNED + lab->device.sigblock_max;

    /* a device that waits for a package; the one of its last update is in the package area */
    fill(lab, LAB_AREA_JOURNAL, 0xFF);
    fill(lab, LAB_AREA_VERSION, 0x00);
    lab_flip(lab, LAB_AREA_SLOTS, 100, 1);
    ck_assert(
        fwd_nor_poke(lab->nor, LAB_AREA_PACKAGE, 0, c.package.data, (uint32_t)c.package.size));
    ck_assert_int_eq(start(lab), FWD_BOOT_RECOVERY);
    memset(hostile, 0x5A, sizeof hostile);
    struct fwd_header header = {.kind = FWD_KIND_FULL,
        .major = FWD_FORMAT_MAJOR,
        .manifest_size = 4000,
        .payload_size = 1,
        .payload_digest = none};
    fwd_header_encode(&header, hostile);
    ck_assert_int_eq(fwd_download_begin(&lab->update, 0), FWD_OK);
    ck_assert_int_eq(fwd_download_write(&lab->update, hostile, 3000), FWD_OK);
    ck_assert_int_eq(fwd_boot_decide(&lab->update, &lab->choice), FWD_OK);
    enum fwd_reason reason = fwd_download_write(&lab->update, hostile + 3000, 17000);
    (void)reason;
    ck_assert_msg(lab->update.held <= room, "%u bytes in a buffer of %u",
        (unsigned)lab->update.held, (unsigned)room);
    lab_case_free(&c);
}
END_TEST

int main(void)
{
    Suite *suite = suite_create("held_download");
    TCase *tests = tcase_create("held_download");
    SRunner *runner = srunner_create(suite);

    tcase_set_timeout(tests, 60);
    tcase_add_test(tests, another_call_does_not_make_a_held_download_leave_its_buffer);
    suite_add_tcase(suite, tests);
    srunner_run_all(runner, CK_ENV);
    int failed = srunner_ntests_failed(runner);
    srunner_free(runner);
    lab_keys_free();
    return failed == 0 ? EXIT_SUCCESS : EXIT_FAILURE;
}
