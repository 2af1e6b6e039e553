/* A crypto port that fails once, at any call of an update, a trial or a way back, loses nothing. */
#include "tests/verify/rig/install_shapes.h"
#include "verify/flash/area.h"

#include <check.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

static struct {
    const struct fwd_crypto_port *real;
    uint64_t calls, fail_at;
} broken;

static bool fails(void)
{
    return ++broken.calls == broken.fail_at;
}

static bool hash_begin(void *ctx, enum fwd_hash_slot slot)
{
    return !fails() && broken.real->hash_begin(ctx, slot);
}

static bool hash_update(void *ctx, enum fwd_hash_slot slot, const void *bytes, size_t size)
{
    return !fails() && broken.real->hash_update(ctx, slot, bytes, size);
}

static bool hash_end(void *ctx, enum fwd_hash_slot slot, uint8_t digest[FWD_DIGEST_SIZE])
{
    return !fails() && broken.real->hash_end(ctx, slot, digest);
}

static enum fwd_verdict verify(void *ctx, const struct fwd_key *key, const uint8_t *message,
    size_t message_size, const uint8_t *signature, size_t signature_size)
{
    return fails()
               ? FWD_SIGNATURE_INVALID
               : broken.real->verify(ctx, key, message, message_size, signature, signature_size);
}

static const struct {
    const char *shape;
    bool full, undo;
} hashed[] = {{"in place, unit 64", false, false}, {"in place, unit 64", true, false},
    {"A/B, unit 64", false, true}, {"in place, unit 64", false, true}};

START_TEST(a_crypto_port_that_fails_once_loses_nothing)
{
    const struct lab_shape *shape = lab_shape(hashed[_i].shape);
    struct lab_case c = hashed[_i].full ? lab_case_full(shape, lab_pattern("three steps"))
                                        : lab_case_delta(shape, lab_pattern("three steps"), false);
    struct lab *lab = c.lab;
    struct fwd_crypto_port port = *lab->ports.crypto;
    unsigned lost = 0, tried = 0, forgot = 0;

    lab->faulty = true;
    if (hashed[_i].undo) {
        lab->device.trial = &fwd_trial;
        lab->device.undo = &fwd_undo;
        lab->device.policy.trial_starts = 2;
    }
    broken.real = lab->ports.crypto;
    port.hash_begin = hash_begin;
    port.hash_update = hash_update;
    port.hash_end = hash_end;
    port.verify = verify;
    lab->ports.crypto = &port;
    struct fwd_nor_snapshot *base = fwd_nor_snapshot_new(lab->nor);
    fwd_nor_save(lab->nor, base);
    uint64_t last = 1;
    for (uint64_t at = 1; at <= last; at += 1 + at / 300) {
        fwd_nor_restore(lab->nor, base);
        broken.calls = 0;
        broken.fail_at = at;
        (void)lab_install(lab, &c.package, FWD_COMMAND_ANY);
        for (int i = 0; i < 3; i++) {
            (void)lab_boot(lab);
        }
        last = broken.calls + 1;
        broken.fail_at = 0;
        (void)lab_boot(lab);
        if (lab->choice.action != FWD_BOOT_RUN)
            (void)lab_boot(lab);
        tried++;
        if (lab->choice.action != FWD_BOOT_RUN) {
            lost++;
            printf("lost: %s at %u\n", hashed[_i].shape, (unsigned)at);
        } else if (!lab_runs(lab, 0, lab->old[0]) && !lab_runs(lab, 0, lab->new[0])) {
            forgot++;
        }
    }
    fflush(stdout);
    fwd_nor_snapshot_free(base);
    ck_assert_msg(
        lost == 0 && forgot == 0, "%u of %u are lost, %u run something else", lost, tried, forgot);
    ck_assert_uint_gt(tried, 100);
    lab_case_free(&c);
}
END_TEST

int main(void)
{
    Suite *suite = suite_create("crypto_fails");
    TCase *tests = tcase_create("crypto_fails");
    SRunner *runner = srunner_create(suite);

    tcase_set_timeout(tests, 120);
    tcase_add_loop_test(tests, a_crypto_port_that_fails_once_loses_nothing, 0, 4);
    suite_add_tcase(suite, tests);
    srunner_run_all(runner, CK_ENV);
    int failed = srunner_ntests_failed(runner);
    srunner_free(runner);
    lab_keys_free();
    return failed == 0 ? EXIT_SUCCESS : EXIT_FAILURE;
}
