/* Faults, snapshots, hashes, and a flash that lives in files. */
#include "tests/sim/flash/flash_rig.h"

#include <check.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/wait.h>
#include <unistd.h>

/* ---- faults ---------------------------------------------------------------------------------- */

START_TEST(a_program_fault_hits_the_operation_it_names)
{
    struct fwd_rig rig = rig_new(8, 0xFF, false);
    struct fwd_nor_fault fault = {.operation = FWD_NOR_PROGRAM,
        .effect = FWD_NOR_FAIL,
        .everywhere = true,
        .skip = 2,
        .times = 1};

    ck_assert(fwd_nor_fault_add(rig.nor, &fault));
    ck_assert_int_eq(rig_fill(&rig, 0, 0, 16), FWD_IO_OK);
    ck_assert_int_eq(rig_fill(&rig, 16, 0, 8), FWD_IO_ERROR);
    ck_assert_int_eq(rig_fill(&rig, 24, 0, 8), FWD_IO_OK);
    ck_assert(rig_all(&rig, 16, 0, 4));
    ck_assert(rig_all(&rig, 20, 0xFF, 4));
    ck_assert(fwd_nor_powered(rig.nor));
    rig_free(&rig);
}
END_TEST

START_TEST(an_erase_fault_leaves_the_block)
{
    struct fwd_rig rig = rig_new(8, 0xFF, false);
    struct fwd_nor_fault fault = {.operation = FWD_NOR_ERASE,
        .effect = FWD_NOR_FAIL,
        .area = 0,
        .offset = 4096,
        .size = 4096};

    ck_assert(fwd_nor_fault_add(rig.nor, &fault));
    ck_assert_int_eq(rig_fill(&rig, 0, 0, 8192), FWD_IO_OK);
    ck_assert_int_eq(rig_erase(&rig, 4096, 4096), FWD_IO_ERROR);
    ck_assert_int_eq(rig_erase(&rig, 4096, 4096), FWD_IO_ERROR);
    ck_assert_int_eq(rig_erase(&rig, 0, 4096), FWD_IO_OK);
    ck_assert(rig_all(&rig, 4096, 0, 4096));
    fwd_nor_fault_clear(rig.nor);
    ck_assert_int_eq(rig_erase(&rig, 4096, 4096), FWD_IO_OK);
    rig_free(&rig);
}
END_TEST

static const struct {
    enum fwd_nor_effect effect;
    enum fwd_io expected;
} read_effects[] = {
    {FWD_NOR_FAIL, FWD_IO_ERROR},
    {FWD_NOR_UNREADABLE, FWD_IO_UNCORRECTABLE},
    {FWD_NOR_SILENT, FWD_IO_OK},
};

START_TEST(a_read_fault_is_of_its_kind_and_range)
{
    struct fwd_rig rig = rig_new(8, 0xFF, false);
    struct fwd_nor_fault fault = {.operation = FWD_NOR_READ,
        .effect = read_effects[_i].effect,
        .area = 0,
        .offset = 100,
        .size = 10};
    uint8_t byte = 0;

    ck_assert(fwd_nor_fault_add(rig.nor, &fault));
    ck_assert_int_eq(rig_read(&rig, 99, &byte, 1), FWD_IO_OK);
    ck_assert_uint_eq(byte, 0xFF);
    ck_assert_int_eq(rig_read(&rig, 109, &byte, 1), read_effects[_i].expected);
    if (read_effects[_i].effect == FWD_NOR_SILENT)
        ck_assert_uint_eq(byte, 0xFE);
    ck_assert_int_eq(rig_read(&rig, 110, &byte, 1), FWD_IO_OK);
    ck_assert_int_eq(rig.port.read(rig.port.ctx, rig.other, 100, &byte, 1), FWD_IO_OK);
    rig_free(&rig);
}
END_TEST

START_TEST(a_stuck_bit_is_not_reported)
{
    struct fwd_rig rig = rig_new(8, 0xFF, false);
    struct fwd_nor_fault program = {
        .operation = FWD_NOR_PROGRAM, .effect = FWD_NOR_SILENT, .area = 0, .offset = 8, .size = 8};
    struct fwd_nor_fault erase = {
        .operation = FWD_NOR_ERASE, .effect = FWD_NOR_SILENT, .area = 0, .offset = 4096, .size = 1};

    ck_assert(fwd_nor_fault_add(rig.nor, &program));
    ck_assert(fwd_nor_fault_add(rig.nor, &erase));
    ck_assert_int_eq(rig_fill(&rig, 0, 0, 24), FWD_IO_OK);
    ck_assert(rig_all(&rig, 0, 0, 8));
    ck_assert(rig_all(&rig, 8, 1, 1));
    ck_assert(rig_all(&rig, 9, 0, 15));
    ck_assert_int_eq(rig_fill(&rig, 4096, 0, 8), FWD_IO_OK);
    ck_assert_int_eq(rig_erase(&rig, 4096, 4096), FWD_IO_OK);
    ck_assert(rig_all(&rig, 4096, 0, 1));
    ck_assert(rig_all(&rig, 4097, 0xFF, 4095));
    rig_free(&rig);
}
END_TEST

START_TEST(faults_are_bounded)
{
    struct fwd_rig rig = rig_new(8, 0xFF, false);
    struct fwd_nor_fault fault = {.operation = FWD_NOR_READ, .area = 2};

    ck_assert(!fwd_nor_fault_add(rig.nor, &fault));
    fault.area = 1;
    for (unsigned i = 0; i < FWD_NOR_FAULTS_MAX; i++)
        ck_assert(fwd_nor_fault_add(rig.nor, &fault));
    ck_assert(!fwd_nor_fault_add(rig.nor, &fault));
    rig_free(&rig);
}
END_TEST

/* ---- snapshots ------------------------------------------------------------------------------- */

START_TEST(a_restored_snapshot_is_the_same_state)
{
    struct fwd_rig rig = rig_new(8, 0xFF, true);
    struct fwd_nor_snapshot *snapshot;
    struct fwd_nor_hash hash;
    uint8_t byte;

    ck_assert_int_eq(rig_fill(&rig, 0, 0, 8), FWD_IO_OK);
    ck_assert(fwd_nor_spoil(rig.nor, 0, 4096, 8));
    snapshot = fwd_nor_snapshot_new(rig.nor);
    hash = fwd_nor_hash(rig.nor);
    ck_assert_int_eq(rig_fill(&rig, 8, 0, 8), FWD_IO_OK);
    ck_assert_int_eq(rig_erase(&rig, 4096, 4096), FWD_IO_OK);
    ck_assert(!fwd_nor_hash_equal(hash, fwd_nor_hash(rig.nor)));
    fwd_nor_power_off(rig.nor);
    fwd_nor_restore(rig.nor, snapshot);
    ck_assert(fwd_nor_powered(rig.nor));
    ck_assert(fwd_nor_hash_equal(hash, fwd_nor_hash(rig.nor)));
    ck_assert(rig_all(&rig, 0, 0, 8));
    ck_assert(rig_all(&rig, 8, 0xFF, 8));
    ck_assert_int_eq(rig_read(&rig, 4096, &byte, 1), FWD_IO_UNCORRECTABLE);
    ck_assert_uint_eq(fwd_nor_block_erases(rig.nor, 0, 1), 0);
    ck_assert_uint_eq(fwd_nor_operations(rig.nor), 1);
    ck_assert_int_eq(rig_fill(&rig, 0, 0, 8), FWD_IO_ERROR);
    ck_assert_int_eq(rig_fill(&rig, 8, 0, 8), FWD_IO_OK);
    fwd_nor_snapshot_free(snapshot);
    rig_free(&rig);
}
END_TEST

/* Random work, snapshots taken and restored at random, against plain copies of everything. */
START_TEST(many_snapshots_agree_with_full_copies)
{
    enum { SNAPSHOTS = 4, ALL = 32768 };
    struct fwd_rig rig = rig_new(64, 0xFF, false);
    struct fwd_nor_snapshot *snapshots[SNAPSHOTS];
    static uint8_t copies[SNAPSHOTS][ALL], now[ALL];
    uint32_t random = 12345;

    for (int i = 0; i < SNAPSHOTS; i++) {
        snapshots[i] = fwd_nor_snapshot_new(rig.nor);
        memset(copies[i], 0xFF, ALL);
    }
    for (int round = 0; round < 400; round++) {
        random = random * 1664525u + 1013904223u;
        uint32_t pick = random >> 30, at = (random >> 8) % (16384 / 64) * 64;
        if ((random >> 16) % 5 == 0)
            (void)rig_erase(&rig, at / 4096 * 4096, 4096);
        else
            (void)rig_fill(&rig, at, (uint8_t)(random >> 24), 64);
        if ((random >> 12) % 7 == 0) {
            fwd_nor_save(rig.nor, snapshots[pick]);
            ck_assert(fwd_nor_peek(rig.nor, 0, 0, copies[pick], ALL));
        }
        if ((random >> 12) % 7 == 1) {
            fwd_nor_restore(rig.nor, snapshots[pick]);
            ck_assert(fwd_nor_peek(rig.nor, 0, 0, now, ALL));
            ck_assert_int_eq(memcmp(now, copies[pick], ALL), 0);
        }
    }
    for (int i = 0; i < SNAPSHOTS; i++)
        fwd_nor_snapshot_free(snapshots[i]);
    rig_free(&rig);
}
END_TEST

START_TEST(the_hash_is_of_content_and_condition_only)
{
    struct fwd_rig rig = rig_new(8, 0xFF, false);
    struct fwd_nor_hash fresh = fwd_nor_hash(rig.nor);
    uint8_t byte = 0xFF;

    ck_assert_int_eq(rig_erase(&rig, 0, 4096), FWD_IO_OK);
    ck_assert_int_eq(rig_read(&rig, 0, &byte, 1), FWD_IO_OK);
    ck_assert(fwd_nor_hash_equal(fresh, fwd_nor_hash(rig.nor)));
    ck_assert_int_eq(rig_fill(&rig, 0, 0xFF, 8), FWD_IO_OK);
    ck_assert(!fwd_nor_hash_equal(fresh, fwd_nor_hash(rig.nor)));
    ck_assert_int_eq(rig_erase(&rig, 0, 4096), FWD_IO_OK);
    ck_assert(fwd_nor_hash_equal(fresh, fwd_nor_hash(rig.nor)));
    byte = 0x7F;
    ck_assert(fwd_nor_poke(rig.nor, 1, 8191, &byte, 1));
    ck_assert(!fwd_nor_hash_equal(fresh, fwd_nor_hash(rig.nor)));
    rig_free(&rig);
}
END_TEST

START_TEST(a_replayed_cut_gives_the_same_state)
{
    struct fwd_rig rig = rig_new(8, 0xFF, false);
    struct fwd_nor_snapshot *start = fwd_nor_snapshot_new(rig.nor);
    struct fwd_nor_cut cut = {5, (enum fwd_nor_tear)_i, 7, 3};
    struct fwd_nor_hash first;

    fwd_nor_arm(rig.nor, &cut);
    (void)rig_fill(&rig, 0, 0x5A, 256);
    first = fwd_nor_hash(rig.nor);
    fwd_nor_restore(rig.nor, start);
    fwd_nor_arm(rig.nor, &cut);
    (void)rig_fill(&rig, 0, 0x5A, 256);
    ck_assert(fwd_nor_fired(rig.nor));
    ck_assert(fwd_nor_hash_equal(first, fwd_nor_hash(rig.nor)));
    fwd_nor_snapshot_free(start);
    rig_free(&rig);
}
END_TEST

/* ---- files ----------------------------------------------------------------------------------- */

static char folder[64];
static char image[96];
static char state[96];
static const struct fwd_rig_chip plain = {8, 0xFF, false};

static void make_folder(void)
{
    strcpy(folder, "/tmp/fwd-flash-XXXXXX");
    ck_assert_ptr_nonnull(mkdtemp(folder));
    snprintf(image, sizeof image, "%s/flash.img", folder);
    snprintf(state, sizeof state, "%s/flash.state", folder);
}

static void remove_folder(void)
{
    unlink(image);
    unlink(state);
    rmdir(folder);
}

START_TEST(a_flash_in_files_is_there_again)
{
    struct fwd_rig rig;
    struct fwd_error err;
    uint8_t byte;

    ck_assert_int_eq(rig_open(&rig, &plain, image, state, true, &err), FWD_FAIL_NONE);
    ck_assert_int_eq(rig_erase(&rig, 4096, 4096), FWD_IO_OK);
    ck_assert_int_eq(rig_fill(&rig, 4096, 0x12, 8), FWD_IO_OK);
    ck_assert(fwd_nor_spoil(rig.nor, 0, 0, 1));
    rig_free(&rig);
    ck_assert_int_eq(rig_open(&rig, &plain, image, state, false, &err), FWD_FAIL_NONE);
    ck_assert(rig_all(&rig, 4096, 0x12, 8));
    ck_assert_int_eq(rig_read(&rig, 0, &byte, 1), FWD_IO_UNCORRECTABLE);
    ck_assert_uint_eq(fwd_nor_block_erases(rig.nor, 0, 1), 1);
    ck_assert_uint_eq(fwd_nor_area_counts(rig.nor, 0).programs, 1);
    rig_free(&rig);
}
END_TEST

START_TEST(the_image_file_is_the_chip_byte_for_byte)
{
    struct fwd_rig rig;
    struct fwd_error err;
    FILE *file;

    ck_assert_int_eq(rig_open(&rig, &plain, image, state, true, &err), FWD_FAIL_NONE);
    ck_assert_int_eq(rig_fill(&rig, 8, 0x34, 8), FWD_IO_OK);
    rig_free(&rig);
    file = fopen(image, "rb");
    ck_assert_ptr_nonnull(file);
    ck_assert_int_eq(fseek(file, 4096 + 8, SEEK_SET), 0);
    ck_assert_int_eq(fgetc(file), 0x34);
    ck_assert_int_eq(fseek(file, 0, SEEK_END), 0);
    ck_assert_int_eq(ftell(file), 65536);
    fclose(file);
}
END_TEST

START_TEST(a_killed_process_loses_nothing)
{
    struct fwd_rig rig;
    struct fwd_error err;
    pid_t child = fork();
    int status;

    if (child == 0) {
        if (rig_open(&rig, &plain, image, state, true, &err) != FWD_FAIL_NONE)
            _exit(1);
        (void)rig_fill(&rig, 0, 0x77, 4096);
        (void)rig_erase(&rig, 4096, 4096);
        raise(SIGKILL);
    }
    ck_assert_int_eq(waitpid(child, &status, 0), child);
    ck_assert(WIFSIGNALED(status));
    ck_assert_int_eq(rig_open(&rig, &plain, image, state, false, &err), FWD_FAIL_NONE);
    ck_assert(rig_all(&rig, 0, 0x77, 4096));
    ck_assert_uint_eq(fwd_nor_operations(rig.nor), 513);
    ck_assert_uint_eq(fwd_nor_block_erases(rig.nor, 0, 1), 1);
    rig_free(&rig);
}
END_TEST

START_TEST(existing_files_are_not_overwritten)
{
    struct fwd_rig rig;
    struct fwd_error err;

    ck_assert_int_eq(rig_open(&rig, &plain, image, state, true, &err), FWD_FAIL_NONE);
    rig_free(&rig);
    ck_assert_int_eq(rig_open(&rig, &plain, image, state, true, &err), FWD_FAIL_ENVIRONMENT);
    ck_assert_int_eq(rig_open(&rig, &plain, image, state, false, &err), FWD_FAIL_NONE);
    rig_free(&rig);
}
END_TEST

START_TEST(a_failed_creation_leaves_no_file)
{
    struct fwd_rig rig;
    struct fwd_error err;
    char nowhere[128];

    snprintf(nowhere, sizeof nowhere, "%s/no/flash.state", folder);
    ck_assert_int_eq(rig_open(&rig, &plain, image, nowhere, true, &err), FWD_FAIL_ENVIRONMENT);
    ck_assert_int_ne(access(image, F_OK), 0);
    ck_assert_ptr_nonnull(strstr(err.text, nowhere));
}
END_TEST

START_TEST(files_that_do_not_fit_are_refused)
{
    const struct fwd_rig_chip other = {16, 0xFF, false}, other_erased = {8, 0x00, false};
    struct fwd_rig rig;
    struct fwd_error err;

    ck_assert_int_eq(rig_open(&rig, &plain, image, state, false, &err), FWD_FAIL_ENVIRONMENT);
    ck_assert_int_eq(rig_open(&rig, &plain, image, state, true, &err), FWD_FAIL_NONE);
    rig_free(&rig);
    ck_assert_int_eq(rig_open(&rig, &other, image, state, false, &err), FWD_FAIL_REFUSED);
    ck_assert_int_eq(rig_open(&rig, &other_erased, image, state, false, &err), FWD_FAIL_REFUSED);
    ck_assert_int_eq(truncate(image, 65535), 0);
    ck_assert_int_eq(rig_open(&rig, &plain, image, state, false, &err), FWD_FAIL_REFUSED);
    ck_assert_ptr_nonnull(strstr(err.text, "65536 bytes are expected"));
}
END_TEST

static Suite *suite(void)
{
    Suite *s = suite_create("flash state");
    TCase *faults = tcase_create("faults");
    TCase *snapshots = tcase_create("snapshots");
    TCase *files = tcase_create("files");

    tcase_add_test(faults, a_program_fault_hits_the_operation_it_names);
    tcase_add_test(faults, an_erase_fault_leaves_the_block);
    tcase_add_loop_test(faults, a_read_fault_is_of_its_kind_and_range, 0, 3);
    tcase_add_test(faults, a_stuck_bit_is_not_reported);
    tcase_add_test(faults, faults_are_bounded);
    suite_add_tcase(s, faults);
    tcase_add_test(snapshots, a_restored_snapshot_is_the_same_state);
    tcase_add_test(snapshots, many_snapshots_agree_with_full_copies);
    tcase_add_test(snapshots, the_hash_is_of_content_and_condition_only);
    tcase_add_loop_test(snapshots, a_replayed_cut_gives_the_same_state, 0, FWD_NOR_TEARS);
    suite_add_tcase(s, snapshots);
    tcase_add_checked_fixture(files, make_folder, remove_folder);
    tcase_add_test(files, a_flash_in_files_is_there_again);
    tcase_add_test(files, the_image_file_is_the_chip_byte_for_byte);
    tcase_add_test(files, a_killed_process_loses_nothing);
    tcase_add_test(files, existing_files_are_not_overwritten);
    tcase_add_test(files, a_failed_creation_leaves_no_file);
    tcase_add_test(files, files_that_do_not_fit_are_refused);
    suite_add_tcase(s, files);
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
