/* Whoever writes journal and staging, and has no key, does not write the code that resumes. */
#include "tests/hostio/scratch_folder.h"
#include "tests/sim/trust_rig.h"

#include <check.h>
#include <stdlib.h>
#include <string.h>

static bool slot_is(const struct trust_rig *rig, int image)
{
    const struct fwd_bytes *bytes = &rig->images[image];
    const struct fwd_area *slot = &rig->machine->device.places[0].slots[0];
    uint8_t *found = malloc(bytes->size);

    ck_assert_ptr_nonnull(found);
    ck_assert(fwd_nor_peek(rig->machine->nor, slot->id, 0, found, (uint32_t)bytes->size));
    bool same = memcmp(found, bytes->data, bytes->size) == 0;
    free(found);
    return same;
}

START_TEST(forged_steps_do_not_overwrite_the_code_that_resumes)
{
    struct trust_rig rig;

    trust_rig_new(&rig, torture_shape("4 KiB, unit 256"), 9000);
    struct fwd_bytes package = trust_rig_package(&rig, &(struct trust_package){.from = 0, .to = 1});
    ck_assert_int_eq(trust_rig_install(&rig, &package), FWD_OK);
    ck_assert_int_eq(trust_rig_settle(&rig, 12), 1);
    /* from now on the place is one that holds the resumer: its package is refused, as it should */
    ((struct fwd_place *)(uintptr_t)rig.machine->device.places)[0].resumer_inside = true;
    struct fwd_bytes again = trust_rig_package(&rig, &(struct trust_package){.from = -1, .to = 2});
    ck_assert_int_eq(trust_rig_install(&rig, &again), FWD_E_RESUMER_IN_PLACE);
    ck_assert(slot_is(&rig, 1));

    struct fwd_record record = {.sequence = 5000,
        .state = FWD_STATE_ACTING,
        .flags = FWD_RECORD_COMPLETE | FWD_RECORD_DESTRUCTIVE,
        .command = FWD_COMMAND_ANY};
    /* the signed bytes of what is installed: they are in the version record */
    trust_rig_put_staging(&rig, &package, TRUST_EVIL, &record);
    trust_rig_put_journal(&rig, &record);
    (void)trust_rig_settle(&rig, 12);
    ck_assert_msg(!slot_is(&rig, TRUST_EVIL), "the resumer is what nobody signed");
    ck_assert_msg(slot_is(&rig, 1), "the resumer was overwritten");
    fwd_bytes_free(&package);
    fwd_bytes_free(&again);
    trust_rig_free(&rig);
}
END_TEST

/* The same for a full image out of the package area. */
START_TEST(nor_does_a_forged_record_with_a_signed_package)
{
    struct trust_rig rig;

    trust_rig_new(&rig, torture_shape("4 KiB, unit 256"), 9000);
    struct fwd_bytes package =
        trust_rig_package(&rig, &(struct trust_package){.from = -1, .to = 2});
    ((struct fwd_place *)(uintptr_t)rig.machine->device.places)[0].resumer_inside = true;
    struct fwd_record record = {.sequence = 5000,
        .state = FWD_STATE_ACTING,
        .flags = FWD_RECORD_COMPLETE | FWD_RECORD_DESTRUCTIVE,
        .command = FWD_COMMAND_ANY,
        .stored = (uint32_t)package.size};
    trust_rig_put_package(&rig, &package);
    trust_rig_session(&package, record.session);
    trust_rig_put_journal(&rig, &record);
    (void)trust_rig_settle(&rig, 12);
    ck_assert_msg(slot_is(&rig, 0), "the resumer was overwritten");
    fwd_bytes_free(&package);
    trust_rig_free(&rig);
}
END_TEST

int main(void)
{
    Suite *suite = suite_create("forged_resumer");
    TCase *one = tcase_create("resumer");
    SRunner *runner = srunner_create(suite);

    tcase_set_timeout(one, 100);
    tcase_add_checked_fixture(one, scratch_setup, scratch_teardown);
    tcase_add_test(one, forged_steps_do_not_overwrite_the_code_that_resumes);
    tcase_add_test(one, nor_does_a_forged_record_with_a_signed_package);
    suite_add_tcase(suite, one);
    srunner_run_all(runner, CK_ENV);
    int failed = srunner_ntests_failed(runner);
    srunner_free(runner);
    return failed == 0 ? EXIT_SUCCESS : EXIT_FAILURE;
}
