/* BSDIFF40, checked with the real programs bsdiff and bspatch, and with damaged patches. */
#include "gen/bsdiff/bsdiff.h"
#include "gen/bsdiff/bsdiff40.h"
#include "tests/gen/gen_rig.h"
#include "tests/hostio/scratch_folder.h"

#include <check.h>
#include <stdlib.h>
#include <string.h>

static struct fwd_bytes read_back(const char *name)
{
    struct fwd_bytes bytes;

    ck_assert_int_eq(fwd_file_read(scratch_path(name), 1u << 24, &bytes, NULL), FWD_FAIL_NONE);
    return bytes;
}

static struct fwd_bytes export_pair(const struct fwd_pair *pair)
{
    struct fwd_tuples tuples;
    struct fwd_bytes patch;

    ck_assert_int_eq(fwd_bsdiff_make(pair, NULL, &tuples, NULL), FWD_FAIL_NONE);
    ck_assert_int_eq(fwd_bsdiff40_export(pair, &tuples, &patch, NULL), FWD_FAIL_NONE);
    fwd_tuples_free(&tuples);
    return patch;
}

START_TEST(bspatch_applies_what_is_exported)
{
    const struct rig_case *c = &rig_cases[_i];
    struct fwd_bytes source = rig_case_source(c), target = rig_case_target(c, &source);
    struct fwd_pair pair = rig_pair(&source, &target);
    struct fwd_bytes patch = export_pair(&pair), result;

    scratch_write("old", source.data, source.size);
    scratch_write("patch", patch.data, patch.size);
    ck_assert_msg(scratch_run("bspatch old new patch"), "%s", c->name);
    result = read_back("new");
    ck_assert_uint_eq(result.size, target.size);
    ck_assert_mem_eq(result.data, target.data, target.size);
    fwd_bytes_free(&result);
    fwd_bytes_free(&patch);
    fwd_bytes_free(&source);
    fwd_bytes_free(&target);
}
END_TEST

START_TEST(what_bsdiff_made_is_imported)
{
    const struct rig_case *c = &rig_cases[_i];
    struct fwd_bytes source = rig_case_source(c), target = rig_case_target(c, &source), result;
    struct fwd_pair pair = rig_pair(&source, &target);
    struct fwd_tuples tuples;

    scratch_write("old", source.data, source.size);
    scratch_write("new", target.data, target.size);
    ck_assert(scratch_run("bsdiff old new patch"));
    struct fwd_bytes patch = read_back("patch");
    ck_assert_int_eq(
        fwd_bsdiff40_import("patch", &patch, &source, &result, &tuples, NULL), FWD_FAIL_NONE);
    ck_assert_uint_eq(result.size, target.size);
    ck_assert_mem_eq(result.data, target.data, target.size);
    ck_assert_msg(fwd_tuples_valid(&tuples, &pair), "%s", c->name);
    fwd_tuples_free(&tuples);
    fwd_bytes_free(&result);
    fwd_bytes_free(&patch);
    fwd_bytes_free(&source);
    fwd_bytes_free(&target);
}
END_TEST

/* bspatch reads zeros outside the source; such a patch becomes one that stays inside. [M62] */
START_TEST(runs_outside_the_source_become_new_bytes)
{
    enum { SOURCE = 5000, TARGET = 5500 };
    struct fwd_bytes source = rig_image(RIG_FIRMWARE, SOURCE, 1), result;
    uint8_t *padded = calloc(1, SOURCE + 600);
    struct fwd_bytes target = rig_image(RIG_RANDOM, TARGET, 2);
    struct fwd_tuple list[] = {{100, 0, -300}, {SOURCE + 400, 0, 0}};
    const struct fwd_tuples outside = {list, 2, 2};
    struct fwd_bytes patch;
    struct fwd_tuples tuples;

    /* the exporter takes the source with 200 zeros before and after it for the real one */
    memcpy(padded + 200, source.data, SOURCE);
    const struct fwd_pair exported = {padded + 200, target.data, SOURCE, TARGET};
    ck_assert_int_eq(fwd_bsdiff40_export(&exported, &outside, &patch, NULL), FWD_FAIL_NONE);
    ck_assert_int_eq(
        fwd_bsdiff40_import("patch", &patch, &source, &result, &tuples, NULL), FWD_FAIL_NONE);
    const struct fwd_pair pair = rig_pair(&source, &target);
    ck_assert(fwd_tuples_valid(&tuples, &pair));
    ck_assert_uint_eq(result.size, TARGET);
    ck_assert_mem_eq(result.data, target.data, TARGET);
    scratch_write("old", source.data, source.size);
    scratch_write("patch", patch.data, patch.size);
    ck_assert(scratch_run("bspatch old new patch"));
    free(padded);
    fwd_tuples_free(&tuples);
    fwd_bytes_free(&result);
    fwd_bytes_free(&patch);
    fwd_bytes_free(&source);
    fwd_bytes_free(&target);
}
END_TEST

/* A damaged patch is refused with its name, or bzip2 did not notice; nothing else. */
static enum fwd_fail import_damaged(const struct fwd_bytes *patch, const struct fwd_bytes *source)
{
    struct fwd_bytes exact = {malloc(patch->size ? patch->size : 1), patch->size}, result;
    struct fwd_error err = {{0}};
    struct fwd_tuples tuples;

    memcpy(exact.data, patch->data, patch->size);
    enum fwd_fail fail = fwd_bsdiff40_import("x.bsdiff", &exact, source, &result, &tuples, &err);
    if (fail != FWD_FAIL_NONE) {
        ck_assert_int_eq(fail, FWD_FAIL_REFUSED);
        ck_assert_ptr_eq(strstr(err.text, "x.bsdiff: "), err.text);
        ck_assert_ptr_null(result.data);
        ck_assert_ptr_null(tuples.list);
    }
    fwd_tuples_free(&tuples);
    fwd_bytes_free(&result);
    fwd_bytes_free(&exact);
    return fail;
}

START_TEST(a_truncated_patch_is_refused)
{
    struct fwd_bytes source = rig_image(RIG_FIRMWARE, 900, 1);
    struct fwd_bytes target = rig_release(&source, 950, 2);
    struct fwd_pair pair = rig_pair(&source, &target);
    struct fwd_bytes patch = export_pair(&pair);
    /* the end of a bzip2 block is a check sum and padding, which need not be there to have the data
     */
    size_t needed = patch.size - 14;

    ck_assert_int_eq(import_damaged(&patch, &source), FWD_FAIL_NONE);
    for (patch.size = 0; patch.size < needed; patch.size++)
        ck_assert_int_eq(import_damaged(&patch, &source), FWD_FAIL_REFUSED);
    fwd_bytes_free(&patch);
    fwd_bytes_free(&source);
    fwd_bytes_free(&target);
}
END_TEST

START_TEST(a_flipped_byte_in_a_patch_never_does_harm)
{
    struct fwd_bytes source = rig_image(RIG_FIRMWARE, 900, 1);
    struct fwd_bytes target = rig_release(&source, 950, 2);
    struct fwd_pair pair = rig_pair(&source, &target);
    struct fwd_bytes patch = export_pair(&pair);
    size_t refused = 0;

    for (size_t at = 0; at < patch.size; at++) {
        uint8_t mask = (uint8_t)(1u << at % 8);
        patch.data[at] ^= mask;
        refused += import_damaged(&patch, &source) != FWD_FAIL_NONE;
        patch.data[at] ^= mask;
    }
    ck_assert_uint_gt(refused, patch.size / 2);
    fwd_bytes_free(&patch);
    fwd_bytes_free(&source);
    fwd_bytes_free(&target);
}
END_TEST

struct head {
    const char *name;
    unsigned at;
    uint8_t bytes[8];
};

static const struct head heads[] = {
    {"another magic", 0, "BSDIFF41"},
    {"a negative control size", 8, {1, 0, 0, 0, 0, 0, 0, 0x80}},
    {"a huge control size", 8, {255, 255, 255, 255, 255, 255, 255, 0x7F}},
    {"a huge difference size", 16, {255, 255, 255, 255, 255, 255, 255, 0x7F}},
    {"an empty new image", 24, {0}},
    {"a negative new image", 24, {1, 0, 0, 0, 0, 0, 0, 0x80}},
    {"a new image of 2 GiB", 24, {0, 0, 0, 0x80, 0, 0, 0, 0}},
    {"a new image of 1 GiB that is not there", 24, {0, 0, 0, 0x40, 0, 0, 0, 0}},
    {"a new image shorter than the parts", 24, {1, 0, 0, 0, 0, 0, 0, 0}},
};
#define HEADS ((int)(sizeof heads / sizeof heads[0]))

START_TEST(a_header_that_lies_is_refused)
{
    struct fwd_bytes source = rig_image(RIG_FIRMWARE, 900, 1);
    struct fwd_bytes target = rig_release(&source, 950, 2);
    struct fwd_pair pair = rig_pair(&source, &target);
    struct fwd_bytes patch = export_pair(&pair);

    memcpy(patch.data + heads[_i].at, heads[_i].bytes, 8);
    ck_assert_msg(import_damaged(&patch, &source) == FWD_FAIL_REFUSED, "%s", heads[_i].name);
    fwd_bytes_free(&patch);
    fwd_bytes_free(&source);
    fwd_bytes_free(&target);
}
END_TEST

int main(void)
{
    Suite *suite = suite_create("bsdiff40");
    TCase *tcase = tcase_create("bsdiff40");
    SRunner *runner = srunner_create(suite);

    suite_add_tcase(suite, tcase);
    tcase_set_timeout(tcase, 120);
    tcase_add_checked_fixture(tcase, scratch_setup, scratch_teardown);
    tcase_add_loop_test(tcase, bspatch_applies_what_is_exported, 0, rig_case_count);
    tcase_add_loop_test(tcase, what_bsdiff_made_is_imported, 0, rig_case_count);
    tcase_add_test(tcase, runs_outside_the_source_become_new_bytes);
    tcase_add_test(tcase, a_truncated_patch_is_refused);
    tcase_add_test(tcase, a_flipped_byte_in_a_patch_never_does_harm);
    tcase_add_loop_test(tcase, a_header_that_lies_is_refused, 0, HEADS);
    srunner_run_all(runner, CK_ENV);
    int failed = srunner_ntests_failed(runner);
    srunner_free(runner);
    return failed != 0;
}
