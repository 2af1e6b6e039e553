/* Keys that change while an application rehearses in slices. */
#include "tests/verify/rig/keyring_rig.h"

#include <check.h>
#include <stdlib.h>

static struct keyring_device d;

/* Version 2: key 0 is stolen, key 3 takes its place. */
static struct fwd_bytes second_set(void)
{
    return keyring_set(&d.built_in,
        (struct keyring_recipe){.version = 2, .threshold = 2, .keys = "123", .signers = "12"});
}

static enum fwd_reason download(const struct fwd_bytes *package)
{
    enum fwd_reason reason = fwd_download_begin(&d.update, 0);

    if (reason == FWD_OK)
        reason = fwd_download_write(&d.update, package->data, (uint32_t)package->size);
    return reason == FWD_OK ? fwd_download_end(&d.update) : reason;
}

static enum fwd_reason slice(bool *more)
{
    return fwd_update_rehearse_slice(&d.update, FWD_COMMAND_ANY, 512, more);
}

/* A set of keys that comes between two slices of a rehearsal uses the same memory: what that knew
 * of the package begins again, in keys that count now. */
START_TEST(keys_may_come_between_slices)
{
    struct fwd_bytes firmware = keyring_firmware(0x22, 1, "12");
    struct fwd_status status;
    unsigned given = 0;
    bool more = true;

    for (unsigned most = 1; more; most++) {
        keyring_device_open(&d, &keyring_shapes[_i]);
        d.machine->device.slices = &fwd_slices;
        ck_assert_int_eq(keyring_start(&d), FWD_BOOT_RUN);
        ck_assert_int_eq(download(&firmware), FWD_OK);
        for (unsigned i = 0; i < most; i++)
            ck_assert_int_eq(slice(&more), FWD_OK);
        fwd_update_status(&d.update, &status);
        more = more && !status.pending;
        if (more) {
            struct fwd_bytes set = second_set();
            ck_assert_int_eq(keyring_give(&d, &set), FWD_OK);
            fwd_bytes_free(&set);
            ck_assert_uint_eq(keyring_version(&d), 2);
            given++;
        }
        for (bool goes_on = true; goes_on;)
            ck_assert_int_eq(slice(&goes_on), FWD_OK);
        fwd_update_status(&d.update, &status);
        ck_assert_int_eq(status.state, FWD_STATUS_STAGED);
        ck_assert_int_eq(keyring_start(&d), FWD_BOOT_RUN);
        ck_assert_uint_eq(keyring_runs(&d), 0x22);
        keyring_device_close(&d);
    }
    ck_assert_uint_gt(given, 3);
    fwd_bytes_free(&firmware);
}
END_TEST

int main(void)
{
    Suite *suite = suite_create("keyring_slices");
    TCase *tests = tcase_create("keyring_slices");
    SRunner *runner = srunner_create(suite);

    tcase_set_timeout(tests, 60);
    tcase_add_loop_test(tests, keys_may_come_between_slices, 0, KEYRING_SHAPES);
    suite_add_tcase(suite, tests);
    srunner_run_all(runner, CK_NORMAL);
    int failed = srunner_ntests_failed(runner);
    srunner_free(runner);
    return failed == 0 ? EXIT_SUCCESS : EXIT_FAILURE;
}
