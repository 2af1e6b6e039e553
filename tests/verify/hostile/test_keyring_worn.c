/* Devices whose keys may change, when banks are worn, marks gone, counters silent, or something
 * else is under way. */
#include "tests/verify/rig/install_shapes.h"
#include "tests/verify/rig/keyring_rig.h"

#include <check.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

/* Of a device that never had a set in flash the first bank is worn. */
START_TEST(a_worn_first_bank_keeps_no_keys_out)
{
    static struct keyring_device d;
    keyring_device_open(&d, &keyring_shapes[_i]);
    const struct keyring_shape *shape = &keyring_shapes[_i];
    struct fwd_bytes two = keyring_set(&d.built_in,
        (struct keyring_recipe){.version = 2, .threshold = 2, .keys = "123", .signers = "12"});
    const struct fwd_nor_fault fault = {.operation = FWD_NOR_WRITE,
        .effect = FWD_NOR_FAIL,
        .area = FWD_AREA_TRUST,
        .offset = 0,
        .size = shape->block * shape->count / 2,
        .times = UINT32_MAX};
    ck_assert(fwd_nor_fault_add(d.machine->nor, &fault));
    ck_assert_int_eq(keyring_start(&d), FWD_BOOT_RUN);
    enum fwd_reason reason = keyring_give(&d, &two);
    ck_assert_int_eq(reason, FWD_OK);
    ck_assert_int_eq(keyring_start(&d), FWD_BOOT_RUN);
    ck_assert_uint_eq(keyring_version(&d), 2);
    fwd_bytes_free(&two);
    keyring_device_close(&d);
}
END_TEST

/* And of one that has lost both. */
START_TEST(a_worn_first_bank_leaves_no_device_without_keys)
{
    static struct keyring_device d;
    keyring_device_open(&d, &keyring_shapes[_i]);
    const struct keyring_shape *shape = &keyring_shapes[_i];
    static uint8_t blank[65536];
    struct fwd_bytes two = keyring_set(&d.built_in,
        (struct keyring_recipe){.version = 2, .threshold = 2, .keys = "123", .signers = "12"});
    const struct fwd_nor_fault fault = {.operation = FWD_NOR_WRITE,
        .effect = FWD_NOR_FAIL,
        .area = FWD_AREA_TRUST,
        .offset = 0,
        .size = shape->block * shape->count / 2,
        .times = UINT32_MAX};
    struct fwd_bytes firmware = keyring_firmware(0x22, 1, "12");
    ck_assert_int_eq(keyring_start(&d), FWD_BOOT_RUN);
    ck_assert_int_eq(keyring_give(&d, &two), FWD_OK);
    ck_assert_int_eq(keyring_update(&d, &firmware), FWD_OK);
    ck_assert_int_eq(keyring_start(&d), FWD_BOOT_RUN);
    ck_assert_uint_le(shape->block * shape->count, sizeof blank);
    ck_assert(fwd_nor_poke(d.machine->nor, FWD_AREA_TRUST, 0, blank, shape->block * shape->count));
    ck_assert_int_eq(keyring_start(&d), FWD_BOOT_RECOVERY);
    ck_assert(fwd_nor_fault_add(d.machine->nor, &fault));
    ck_assert_int_eq(keyring_give(&d, &two), FWD_OK);
    ck_assert_int_eq(keyring_start(&d), FWD_BOOT_RUN);
    ck_assert_uint_eq(keyring_runs(&d), 0x22);
    fwd_bytes_free(&firmware);
    fwd_bytes_free(&two);
    keyring_device_close(&d);
}
END_TEST

/* A trust package comes in while firmware is being downloaded. */
START_TEST(keys_that_come_in_a_download_leave_it_alone)
{
    static struct keyring_device d;
    keyring_device_open(&d, &keyring_shapes[_i]);
    struct fwd_bytes two = keyring_set(&d.built_in,
        (struct keyring_recipe){.version = 2, .threshold = 2, .keys = "123", .signers = "12"});
    struct fwd_bytes firmware = keyring_firmware(0x22, 1, "12");
    ck_assert_int_eq(keyring_start(&d), FWD_BOOT_RUN);
    ck_assert_int_eq(fwd_download_begin(&d.update, 0), FWD_OK);
    ck_assert_int_eq(fwd_download_write(&d.update, firmware.data, 101), FWD_OK);
    ck_assert_int_eq(keyring_give(&d, &two), FWD_OK);
    enum fwd_reason reason =
        fwd_download_write(&d.update, firmware.data + 101, (uint32_t)firmware.size - 101);
    if (reason == FWD_OK)
        reason = fwd_download_end(&d.update);
    enum fwd_reason installed =
        reason == FWD_OK ? fwd_update_install(&d.update, FWD_COMMAND_ANY) : FWD_OK;
    ck_assert_msg(installed == FWD_OK, "download %d, installation %d", (int)reason, (int)installed);
    fwd_bytes_free(&firmware);
    fwd_bytes_free(&two);
    keyring_device_close(&d);
}
END_TEST

START_TEST(keys_come_back_on_a_trial_that_nothing_starts)
{
    static struct keyring_device d;
    keyring_device_open(&d, &keyring_shapes[0]);
    struct fwd_bytes two = keyring_set(&d.built_in,
        (struct keyring_recipe){.version = 2, .threshold = 2, .keys = "123", .signers = "12"});
    d.machine->device.trial = &fwd_trial;
    d.update.journal.record.state = FWD_STATE_TRIAL;
    ck_assert_int_eq(keyring_give(&d, &two), FWD_E_TRIAL_PENDING);
    d.update.stranded = true;
    ck_assert_int_eq(keyring_give(&d, &two), FWD_OK);
    fwd_bytes_free(&two);
    keyring_device_close(&d);
}
END_TEST

/* The second bank is worn, and the mark of the first is gone: what the set's keys have signed runs.
 */
START_TEST(firmware_does_not_rest_on_a_mark)
{
    static struct keyring_device d;
    const struct keyring_shape *shape = &keyring_shapes[_i];
    uint32_t bank = shape->block * shape->count / 2, unit = shape->unit;
    static uint8_t blank[4096];
    keyring_device_open(&d, shape);
    struct fwd_bytes two = keyring_set(&d.built_in,
        (struct keyring_recipe){.version = 5, .threshold = 2, .keys = "123", .signers = "12"});
    struct fwd_bytes firmware = keyring_firmware(0x22, 1, "13");
    const struct fwd_nor_fault fault = {.operation = FWD_NOR_WRITE,
        .effect = FWD_NOR_FAIL,
        .area = FWD_AREA_TRUST,
        .offset = bank,
        .size = bank,
        .times = UINT32_MAX};
    ck_assert(fwd_nor_fault_add(d.machine->nor, &fault));
    ck_assert_int_eq(keyring_start(&d), FWD_BOOT_RUN);
    ck_assert_int_eq(keyring_give(&d, &two), FWD_OK);
    ck_assert_int_eq(keyring_update(&d, &firmware), FWD_OK);
    ck_assert_int_eq(keyring_start(&d), FWD_BOOT_RUN);
    ck_assert_uint_eq(keyring_runs(&d), 0x22);
    memset(blank, 0xFF, sizeof blank);
    uint32_t mark = (12 + unit - 1) / unit * unit;
    ck_assert(fwd_nor_poke(d.machine->nor, FWD_AREA_TRUST, bank - mark, blank, mark));
    ck_assert_msg(keyring_start(&d) == FWD_BOOT_RUN, "%s: version %u, firmware is withheld",
        shape->name, keyring_version(&d));
    ck_assert_uint_eq(keyring_runs(&d), 0x22);
    /* nor on what an older package, sent again, would be written over */
    struct fwd_bytes older = keyring_set(&d.built_in,
        (struct keyring_recipe){.version = 2, .threshold = 2, .keys = "012", .signers = "12"});
    enum fwd_reason reason = keyring_give(&d, &older);
    ck_assert_msg(keyring_start(&d) == FWD_BOOT_RUN && keyring_runs(&d) == 0x22,
        "%s: an older set was taken (%d), and firmware is withheld", shape->name, (int)reason);
    ck_assert_int_eq(keyring_give(&d, &two), FWD_OK);
    fwd_bytes_free(&older);
    fwd_bytes_free(&firmware);
    fwd_bytes_free(&two);
    keyring_device_close(&d);
}
END_TEST

static struct {
    bool (*read)(void *ctx, uint8_t component, uint32_t *value);
    bool (*advance)(void *ctx, uint8_t component, uint32_t at_least);
    unsigned calls, fail_at, length;
} count;

static bool count_fails(void)
{
    count.calls++;
    return count.calls >= count.fail_at && count.calls < count.fail_at + count.length;
}

static bool read_once(void *ctx, uint8_t component, uint32_t *value)
{
    return !count_fails() && count.read(ctx, component, value);
}

static bool advance_once(void *ctx, uint8_t component, uint32_t at_least)
{
    return !count_fails() && count.advance(ctx, component, at_least);
}

START_TEST(a_counter_port_that_fails_once_loses_no_keys)
{
    unsigned last = 1, lost = 0, tried = 0;

    for (unsigned at = 1; at <= last; at++) {
        static struct keyring_device d;
        keyring_device_open(&d, &keyring_shapes[_i % 4]);
        struct fwd_bytes two = keyring_set(&d.built_in,
            (struct keyring_recipe){.version = 2, .threshold = 2, .keys = "123", .signers = "12"});
        struct fwd_bytes firmware = keyring_firmware(0x22, 3, "13");
        count.read = d.machine->counter_port.read;
        count.advance = d.machine->counter_port.advance;
        d.machine->counter_port.read = read_once;
        d.machine->counter_port.advance = advance_once;
        count.calls = 0;
        count.fail_at = at;
        count.length = _i < 4 ? 1 : 2;
        (void)keyring_start(&d);
        (void)keyring_give(&d, &two);
        (void)keyring_start(&d);
        (void)keyring_update(&d, &firmware);
        (void)keyring_start(&d);
        (void)keyring_start(&d);
        last = count.calls + 1;
        count.fail_at = UINT32_MAX - 5;
        bool runs = keyring_start(&d) == FWD_BOOT_RUN;
        bool takes = keyring_give(&d, &two) == FWD_OK && keyring_version(&d) == 2;
        enum fwd_reason installs = keyring_update(&d, &firmware);
        bool again = keyring_start(&d) == FWD_BOOT_RUN && keyring_runs(&d) == 0x22;
        (void)keyring_start(&d);
        if (!runs || !takes || installs != FWD_OK || !again || d.machine->nvm.trust[1] != 2) {
            printf("call %u: runs %d takes %d installs %d again %d trust %u\n", at, runs, takes,
                (int)installs, again, (unsigned)d.machine->nvm.trust[1]);
            lost++;
        }
        tried++;
        fwd_bytes_free(&firmware);
        fwd_bytes_free(&two);
        keyring_device_close(&d);
    }
    fflush(stdout);
    ck_assert_msg(lost == 0, "%u of %u", lost, tried);
}
END_TEST

int main(void)
{
    Suite *suite = suite_create("keyring_worn");
    TCase *tests = tcase_create("keyring_worn");
    SRunner *runner = srunner_create(suite);

    tcase_set_timeout(tests, 120);
    tcase_add_loop_test(tests, a_worn_first_bank_keeps_no_keys_out, 0, 1);
    tcase_add_loop_test(tests, a_worn_first_bank_leaves_no_device_without_keys, 0, 1);
    tcase_add_loop_test(tests, keys_that_come_in_a_download_leave_it_alone, 0, KEYRING_SHAPES);
    tcase_add_test(tests, keys_come_back_on_a_trial_that_nothing_starts);
    tcase_add_loop_test(tests, firmware_does_not_rest_on_a_mark, 0, 3);
    tcase_add_loop_test(tests, a_counter_port_that_fails_once_loses_no_keys, 0, 8);
    suite_add_tcase(suite, tests);
    srunner_run_all(runner, CK_ENV);
    int failed = srunner_ntests_failed(runner);
    srunner_free(runner);
    lab_keys_free();
    return failed == 0 ? EXIT_SUCCESS : EXIT_FAILURE;
}
