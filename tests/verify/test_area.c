/* Geometry of flash areas: blocks of several sizes, soundness, overlap; and the watched flash. */
#include "tests/verify/rig/install_shapes.h"
#include "verify/flash/area.h"

#include <check.h>
#include <stdlib.h>
#include <string.h>

static const struct fwd_blocks mixed_blocks[] = {{256, 4}, {1024, 1}, {512, 4}};

static struct fwd_area mixed(void)
{
    return (struct fwd_area){
        .size = 4096, .program_unit = 4, .erased = 0xFF, .blocks = mixed_blocks, .blocks_count = 3};
}

static const struct {
    uint32_t offset, index, start, size;
} blocks[] = {
    {0, 0, 0, 256},
    {255, 0, 0, 256},
    {256, 1, 256, 256},
    {1023, 3, 768, 256},
    {1024, 4, 1024, 1024},
    {2047, 4, 1024, 1024},
    {2048, 5, 2048, 512},
    {4095, 8, 3584, 512},
};

START_TEST(an_offset_lies_in_its_block)
{
    struct fwd_area area = mixed();
    struct fwd_block at = fwd_area_block_at(&area, blocks[_i].offset);
    struct fwd_block by_index = fwd_area_block(&area, blocks[_i].index);

    ck_assert_uint_eq(at.index, blocks[_i].index);
    ck_assert_uint_eq(at.offset, blocks[_i].start);
    ck_assert_uint_eq(at.size, blocks[_i].size);
    ck_assert_mem_eq(&at, &by_index, sizeof at);
}
END_TEST

START_TEST(an_area_knows_its_blocks)
{
    struct fwd_area area = mixed(), none = {.size = 0};

    ck_assert_uint_eq(fwd_area_blocks(&area), 9);
    ck_assert_uint_eq(fwd_area_smallest_block(&area), 256);
    ck_assert_uint_eq(fwd_area_largest_block(&area), 1024);
    ck_assert_uint_eq(fwd_area_round_up(&area, 5), 8);
    ck_assert_uint_eq(fwd_area_round_up(&area, 8), 8);
    ck_assert_uint_eq(fwd_area_blocks(&none), 0);
    ck_assert_uint_eq(fwd_area_largest_block(&none), 0);
    ck_assert(fwd_area_sound(&none));
}
END_TEST

static void odd_unit(struct fwd_area *area)
{
    area->program_unit = 3;
}
static void no_unit(struct fwd_area *area)
{
    area->program_unit = 0;
}
static void large_unit(struct fwd_area *area)
{
    area->program_unit = 8192;
}
static void unit_beyond_block(struct fwd_area *area)
{
    area->program_unit = 512;
}
static void odd_erased(struct fwd_area *area)
{
    area->erased = 0x7F;
}
static void other_sum(struct fwd_area *area)
{
    area->size += 4;
}
static void beyond_the_address_space(struct fwd_area *area)
{
    area->address = UINT32_MAX - 4;
}

static void (*const unsound[])(struct fwd_area *area) = {odd_unit, no_unit, large_unit,
    unit_beyond_block, odd_erased, other_sum, beyond_the_address_space};

START_TEST(an_impossible_area_is_not_sound)
{
    struct fwd_area area = mixed();

    ck_assert(fwd_area_sound(&area));
    unsound[_i](&area);
    ck_assert(!fwd_area_sound(&area));
}
END_TEST

static const struct {
    uint16_t chip;
    uint32_t address, size;
    bool overlap;
} overlaps[] = {
    {0, 0, 4096, true},
    {0, 4095, 10, true},
    {0, 4096, 10, false},
    {1, 0, 4096, false},
    {0, 10, 0, false},
};

/* Rule 5 */
START_TEST(areas_of_one_chip_share_no_byte)
{
    struct fwd_area area = mixed(), other = mixed();

    other.chip = overlaps[_i].chip;
    other.address = overlaps[_i].address;
    other.size = overlaps[_i].size;
    ck_assert_int_eq(fwd_area_overlap(&area, &other), overlaps[_i].overlap);
    ck_assert_int_eq(fwd_area_overlap(&other, &area), overlaps[_i].overlap);
}
END_TEST

static void overlapping(struct lab *lab)
{
    lab->device.staging.address = lab->device.package.address + 1024;
}
static void one_journal_block(struct lab *lab)
{
    static const struct fwd_blocks one = {1024, 1};

    lab->device.journal.blocks = &one;
    lab->device.journal.size = 1024;
}
static void one_version_block(struct lab *lab)
{
    static const struct fwd_blocks one = {1024, 1};

    lab->device.version.blocks = &one;
    lab->device.version.size = 1024;
}
static void no_slot(struct lab *lab)
{
    lab->places[0].slots[0].size = 0;
}
static void no_second_slot(struct lab *lab)
{
    lab->places[0].layout = FWD_LAYOUT_AB;
}

static void (*const layouts[])(struct lab *lab) = {
    overlapping, one_journal_block, one_version_block, no_slot, no_second_slot};

/* Rule 5 R43 */
START_TEST(a_layout_that_cannot_be_safe_is_refused_at_the_start)
{
    struct lab_case c =
        lab_case_delta(lab_shape("in place, unit 64"), lab_pattern("the same"), false);

    layouts[_i](c.lab);
    ck_assert_int_eq(lab_start(c.lab), FWD_E_AREA_LAYOUT);
    lab_case_free(&c);
}
END_TEST

START_TEST(flash_is_not_touched_outside_its_area)
{
    struct lab_case c =
        lab_case_delta(lab_shape("in place, unit 64"), lab_pattern("the same"), false);
    const struct fwd_flash_access flash = {
        &c.lab->ports, &c.lab->areas[LAB_AREA_SCRATCH], FWD_E_SCRATCH_IO};
    struct fwd_block beyond = {2, 512, 256};
    uint8_t bytes[64] = {0};

    ck_assert_int_eq(fwd_flash_read(&flash, 511, bytes, 1), FWD_OK);
    ck_assert_int_eq(fwd_flash_read(&flash, 511, bytes, 2), FWD_E_SCRATCH_IO);
    ck_assert_int_eq(fwd_flash_read(&flash, UINT32_MAX, bytes, 2), FWD_E_SCRATCH_IO);
    ck_assert_int_eq(fwd_flash_program(&flash, 512, bytes, 64), FWD_E_SCRATCH_IO);
    ck_assert_int_eq(fwd_flash_erase(&flash, &beyond), FWD_E_SCRATCH_IO);
    ck_assert_str_eq(fwd_nor_violation_text(c.lab->nor), "");
    lab_case_free(&c);
}
END_TEST

int main(void)
{
    Suite *suite = suite_create("area");
    TCase *tests = tcase_create("area");
    SRunner *runner = srunner_create(suite);

    tcase_add_loop_test(tests, an_offset_lies_in_its_block, 0, sizeof blocks / sizeof blocks[0]);
    tcase_add_test(tests, an_area_knows_its_blocks);
    tcase_add_loop_test(
        tests, an_impossible_area_is_not_sound, 0, sizeof unsound / sizeof unsound[0]);
    tcase_add_loop_test(
        tests, areas_of_one_chip_share_no_byte, 0, sizeof overlaps / sizeof overlaps[0]);
    tcase_add_loop_test(tests, a_layout_that_cannot_be_safe_is_refused_at_the_start, 0,
        sizeof layouts / sizeof layouts[0]);
    tcase_add_test(tests, flash_is_not_touched_outside_its_area);
    suite_add_tcase(suite, tests);
    srunner_run_all(runner, CK_ENV);
    int failed = srunner_ntests_failed(runner);
    srunner_free(runner);
    lab_keys_free();
    return failed == 0 ? EXIT_SUCCESS : EXIT_FAILURE;
}
