/* The package vectors: what a device makes of each, and that they are what make_vectors writes.
 * R1 R19 R22 R33; [M8] to [M63] as the names of the files say. */
#include "hostio/host_file.h"
#include "sim/device/machine.h"
#include "tests/hostio/scratch_folder.h"
#include "verify/verify.h"

#include <check.h>
#include <dirent.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#define FOLDER      FWD_SOURCE_DIR "/tests/vectors/"
#define KEYS        FWD_SOURCE_DIR "/tests/cli/"
#define VECTORS_MAX 128
#define PACKAGE_MAX 1024u /* they are meant to be small */
#define COUNT(list) ((int)(sizeof list / sizeof((list)[0])))

/* The one file whose bytes depend on the version of liblzma. */
#define COMPRESSED "good-compressed-delta.upd"

/* A row of EXPECTED.tsv. signatures: what the device demands; with 2 it knows both keys. */
static struct expectation {
    char file[64];
    char reason[32];
    unsigned code;
    unsigned signatures;
} expected[VECTORS_MAX];
static int expected_count;

static bool read_expected(void)
{
    FILE *file = fopen(FOLDER "EXPECTED.tsv", "r");
    char line[160];
    bool good = file != NULL && fgets(line, sizeof line, file) != NULL;

    while (good && expected_count < VECTORS_MAX && fgets(line, sizeof line, file) != NULL) {
        struct expectation *row = &expected[expected_count++];
        good = sscanf(line, "%63[^\t]\t%31[^\t]\t%u\t%u", row->file, row->reason, &row->code,
                   &row->signatures) == 4;
    }
    if (file != NULL)
        (void)fclose(file);
    return good && expected_count > 0;
}

static struct fwd_bytes read_file(const char *folder, const char *name)
{
    struct fwd_bytes bytes;
    struct fwd_error err = {""};
    char path[512];

    (void)snprintf(path, sizeof path, "%s%s", folder, name);
    ck_assert_msg(fwd_file_read(path, PACKAGE_MAX, &bytes, &err) == FWD_FAIL_NONE, "%s", err.text);
    return bytes;
}

/* ---- a device -------------------------------------------------------------------------------- */

static const struct fwd_codec *const codecs[] = {
    &fwd_codec_stored, &fwd_codec_xz, &fwd_codec_bsdiff_xz};

static struct fwd_machine *new_device(unsigned signatures)
{
    static const struct fwd_machine_image images[] = {
        {.component = "firmware", .file = FOLDER "firmware-1.bin", .version = "1.0.0"},
        {.component = "profile", .file = FOLDER "profile-1.bin", .version = "1"},
    };
    static const char *const trust[] = {
        KEYS "INSECURE-release.pub.pem", KEYS "INSECURE-other.pub.pem"};
    const struct fwd_machine_recipe recipe = {.description = FOLDER "device.json",
        .images = images,
        .image_count = 2,
        .trust = trust,
        .trust_count = signatures};
    struct fwd_machine *machine = NULL;
    struct fwd_error err = {""};

    ck_assert_msg(fwd_machine_new(&recipe, codecs, COUNT(codecs), &machine, &err) == FWD_FAIL_NONE,
        "%s", err.text);
    machine->device.policy.threshold = (uint8_t)signatures;
    machine->device.releases = &fwd_releases;
    return machine;
}

static enum fwd_reason install(struct fwd_machine *machine, const struct fwd_bytes *package)
{
    static struct fwd_update update;
    enum fwd_reason reason;

    fwd_machine_power_cycle(machine);
    reason = fwd_update_init(&update, &machine->device);
    if (reason == FWD_OK)
        reason = fwd_download_begin(&update, 0);
    if (reason == FWD_OK)
        reason = fwd_download_write(&update, package->data, (uint32_t)package->size);
    if (reason == FWD_OK)
        reason = fwd_download_end(&update);
    return reason == FWD_OK ? fwd_update_install(&update, FWD_COMMAND_ANY) : reason;
}

static void assert_holds(const struct fwd_machine *machine, const char *component, const char *file)
{
    struct fwd_bytes image = read_file(FOLDER, file);
    uint8_t held[PACKAGE_MAX];
    uint8_t index = fwd_machine_component(machine, component);

    ck_assert(fwd_machine_read_slot(machine, index, 0, held, (uint32_t)image.size));
    ck_assert_msg(memcmp(held, image.data, image.size) == 0, "%s is not %s", component, file);
    fwd_bytes_free(&image);
}

static bool begins(const char *text, const char *with)
{
    return strncmp(text, with, strlen(with)) == 0;
}

static void assert_result(
    struct fwd_machine *machine, const struct expectation *row, const struct fwd_bytes *package)
{
    enum fwd_reason reason = install(machine, package);
    bool good = begins(row->file, "good-");
    bool profile = good && begins(row->file, "good-two-components");

    ck_assert_msg(strcmp(fwd_reason_info(reason)->name, row->reason) == 0, "%s: %s, not %s",
        row->file, fwd_reason_info(reason)->name, row->reason);
    ck_assert_uint_eq(fwd_reason_code(reason), row->code);
    assert_holds(machine, "firmware", good ? "firmware-2.bin" : "firmware-1.bin");
    assert_holds(machine, "profile", profile ? "profile-2.bin" : "profile-1.bin");
}

/* [M91] Twice, because a refusal leaves the device as it was. */
START_TEST(a_device_gives_the_expected_reason_and_gives_it_again)
{
    const struct expectation *row = &expected[_i];
    struct fwd_bytes package = read_file(FOLDER, row->file);
    struct fwd_machine *machine = new_device(row->signatures);

    assert_result(machine, row, &package);
    assert_result(machine, row, &package);
    fwd_machine_close(machine);
    fwd_bytes_free(&package);
}
END_TEST

START_TEST(a_name_says_what_becomes_of_the_package)
{
    const struct expectation *row = &expected[_i];
    bool unsupported = row->code == 174 || strcmp(row->reason, "unknown-codec") == 0;

    ck_assert_msg(begins(row->file, "good-") == (row->code == 128), "%s", row->file);
    ck_assert_msg(begins(row->file, "unsupported-") == unsupported, "%s", row->file);
    ck_assert_msg(begins(row->file, "bad-") == (!unsupported && row->code != 128), "%s", row->file);
}
END_TEST

/* ---- what make_vectors writes ---------------------------------------------------------------- */

static bool is_expected(const char *name)
{
    for (int i = 0; i < expected_count; i++) {
        if (strcmp(expected[i].file, name) == 0)
            return true;
    }
    return false;
}

START_TEST(every_package_of_the_folder_is_expected_once)
{
    DIR *folder = opendir(FOLDER);
    int packages = 0;

    ck_assert_ptr_nonnull(folder);
    for (struct dirent *entry = readdir(folder); entry != NULL; entry = readdir(folder)) {
        const char *dot = strrchr(entry->d_name, '.');
        if (dot == NULL || strcmp(dot, ".upd") != 0)
            continue;
        packages++;
        ck_assert_msg(is_expected(entry->d_name), "%s is not in EXPECTED.tsv", entry->d_name);
    }
    (void)closedir(folder);
    ck_assert_int_eq(packages, expected_count);
}
END_TEST

static void assert_same(const char *name)
{
    struct fwd_bytes committed = read_file(FOLDER, name);
    struct fwd_bytes made = read_file(scratch_path(""), name);

    ck_assert_msg(committed.size == made.size && memcmp(committed.data, made.data, made.size) == 0,
        "%s is not what make_vectors writes", name);
    fwd_bytes_free(&committed);
    fwd_bytes_free(&made);
}

START_TEST(the_vectors_are_what_the_committed_code_writes)
{
    static const char *const images[] = {
        "firmware-1.bin", "firmware-2.bin", "profile-1.bin", "profile-2.bin"};

    ck_assert(scratch_run("'%s' .", FWD_MAKE_VECTORS));
    ck_assert_uint_eq(scratch_count(), (size_t)expected_count + COUNT(images));
    for (int i = 0; i < COUNT(images); i++)
        assert_same(images[i]);
    for (int i = 0; i < expected_count; i++) {
        if (strcmp(expected[i].file, COMPRESSED) != 0)
            assert_same(expected[i].file);
    }
}
END_TEST

/* With any liblzma what is made installs. */
START_TEST(a_newly_compressed_delta_installs)
{
    const struct expectation row = {COMPRESSED, "ok", 128, 1};
    struct fwd_machine *machine = new_device(1);

    ck_assert(scratch_run("'%s' .", FWD_MAKE_VECTORS));
    struct fwd_bytes package = read_file(scratch_path(""), COMPRESSED);
    assert_result(machine, &row, &package);
    fwd_machine_close(machine);
    fwd_bytes_free(&package);
}
END_TEST

int main(void)
{
    Suite *suite = suite_create("vectors");
    TCase *tests = tcase_create("vectors");
    TCase *made = tcase_create("made");
    SRunner *runner = srunner_create(suite);

    if (!read_expected()) {
        (void)fprintf(stderr, "test_vectors: EXPECTED.tsv cannot be read\n");
        srunner_free(runner);
        return EXIT_FAILURE;
    }
    tcase_add_loop_test(
        tests, a_device_gives_the_expected_reason_and_gives_it_again, 0, expected_count);
    tcase_add_loop_test(tests, a_name_says_what_becomes_of_the_package, 0, expected_count);
    tcase_add_test(tests, every_package_of_the_folder_is_expected_once);
    suite_add_tcase(suite, tests);
    tcase_add_checked_fixture(made, scratch_setup, scratch_teardown);
    tcase_set_timeout(made, 60);
    tcase_add_test(made, the_vectors_are_what_the_committed_code_writes);
    tcase_add_test(made, a_newly_compressed_delta_installs);
    suite_add_tcase(suite, made);
    srunner_run_all(runner, CK_ENV);
    int failed = srunner_ntests_failed(runner);
    srunner_free(runner);
    return failed == 0 ? EXIT_SUCCESS : EXIT_FAILURE;
}
