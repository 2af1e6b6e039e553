/* The rules of the simulated flash: what it does, what it refuses, what it counts. */
#include "tests/sim/flash/flash_rig.h"

#include <check.h>
#include <stdlib.h>
#include <string.h>

static const uint8_t erased_values[] = {0xFF, 0x00};
#define PROGRAMMED(rig) ((uint8_t)((rig).erased ^ 0x5A))

START_TEST(a_new_flash_reads_erased)
{
    struct fwd_rig rig = rig_new(8, erased_values[_i], false);

    ck_assert(rig_all(&rig, 0, rig.erased, rig.area->size));
    rig_free(&rig);
}
END_TEST

START_TEST(programmed_units_read_back)
{
    struct fwd_rig rig = rig_new(8, erased_values[_i], false);
    const uint8_t bytes[16] = "0123456789abcde";
    uint8_t seen[16];

    ck_assert_int_eq(rig_program(&rig, 4096 + 8, bytes, 16), FWD_IO_OK);
    ck_assert_int_eq(rig_read(&rig, 4096 + 8, seen, 16), FWD_IO_OK);
    ck_assert_mem_eq(seen, bytes, 16);
    ck_assert(rig_all(&rig, 4096, rig.erased, 8));
    ck_assert_uint_eq(fwd_nor_violations(rig.nor), 0);
    rig_free(&rig);
}
END_TEST

START_TEST(programming_moves_bits_only_away_from_erased)
{
    struct fwd_rig rig = rig_new(4, erased_values[_i], false);
    uint8_t some = rig.erased ^ 0x0F, more = rig.erased ^ 0xFF, back = rig.erased ^ 0xF0;

    ck_assert_int_eq(rig_fill(&rig, 0, some, 4), FWD_IO_OK);
    ck_assert_int_eq(rig_fill(&rig, 0, back, 4), FWD_IO_ERROR);
    ck_assert_uint_eq(fwd_nor_violations(rig.nor), 1);
    ck_assert_ptr_nonnull(strstr(fwd_nor_violation_text(rig.nor), "set a bit back"));
    ck_assert(rig_all(&rig, 0, some, 4));
    ck_assert_int_eq(rig_fill(&rig, 0, more, 4), FWD_IO_OK);
    ck_assert(rig_all(&rig, 0, more, 4));
    ck_assert_uint_eq(fwd_nor_counts(rig.nor).reprograms, 1);
    rig_free(&rig);
}
END_TEST

START_TEST(ecc_flash_takes_one_program_per_erase)
{
    struct fwd_rig rig = rig_new(8, erased_values[_i], true);
    uint8_t value = PROGRAMMED(rig);

    ck_assert_int_eq(rig_fill(&rig, 0, rig.erased, 8), FWD_IO_OK);
    ck_assert_int_eq(rig_fill(&rig, 0, value, 8), FWD_IO_ERROR);
    ck_assert_uint_eq(fwd_nor_violations(rig.nor), 1);
    ck_assert_int_eq(rig_erase(&rig, 0, 4096), FWD_IO_OK);
    ck_assert_int_eq(rig_fill(&rig, 0, value, 8), FWD_IO_OK);
    ck_assert(rig_all(&rig, 0, value, 8));
    rig_free(&rig);
}
END_TEST

static const struct {
    const char *name;
    char operation;
    uint32_t offset, size;
} misuses[] = {
    {"program starts inside a unit", 'p', 4, 8},
    {"program ends inside a unit", 'p', 8, 12},
    {"program of nothing", 'p', 0, 0},
    {"program beyond the area", 'p', 32768 - 8, 16},
    {"program at a wrapping offset", 'p', 0xFFFFFFF8u, 16},
    {"program across a page", 'p', 256 - 8, 16},
    {"erase of half a block", 'e', 0, 2048},
    {"erase starts inside a block", 'e', 2048, 4096},
    {"erase of two blocks", 'e', 0, 8192},
    {"erase of a small block where a large one is", 'e', 16384, 4096},
    {"erase beyond the area", 'e', 32768, 4096},
    {"read beyond the area", 'r', 32767, 2},
    {"read of nothing", 'r', 0, 0},
};

START_TEST(misuse_is_refused_and_reported)
{
    struct fwd_rig rig = rig_new(8, 0xFF, false);
    uint8_t bytes[16] = {0};
    enum fwd_io io = FWD_IO_OK;
    struct fwd_nor_hash before = fwd_nor_hash(rig.nor);

    if (misuses[_i].operation == 'p')
        io = rig_program(&rig, misuses[_i].offset, bytes, misuses[_i].size);
    if (misuses[_i].operation == 'e')
        io = rig_erase(&rig, misuses[_i].offset, misuses[_i].size);
    if (misuses[_i].operation == 'r')
        io = rig_read(&rig, misuses[_i].offset, bytes, misuses[_i].size);
    ck_assert_msg(io == FWD_IO_ERROR, "%s", misuses[_i].name);
    ck_assert_uint_eq(fwd_nor_violations(rig.nor), 1);
    ck_assert_uint_eq(fwd_nor_operations(rig.nor), 0);
    ck_assert(fwd_nor_hash_equal(before, fwd_nor_hash(rig.nor)));
    rig_free(&rig);
}
END_TEST

START_TEST(an_erase_is_of_one_block_only)
{
    struct fwd_rig rig = rig_new(8, erased_values[_i], false);
    uint8_t value = PROGRAMMED(rig);

    ck_assert_int_eq(rig_fill(&rig, 0, value, 32768), FWD_IO_OK);
    ck_assert_int_eq(rig_erase(&rig, 16384, 8192), FWD_IO_OK);
    ck_assert(rig_all(&rig, 0, value, 16384));
    ck_assert(rig_all(&rig, 16384, rig.erased, 8192));
    ck_assert(rig_all(&rig, 24576, value, 8192));
    rig_free(&rig);
}
END_TEST

START_TEST(areas_do_not_touch_each_other)
{
    struct fwd_rig rig = rig_new(8, 0xFF, false);
    uint8_t bytes[8] = {0}, seen[8];

    ck_assert_int_eq(rig.port.program(rig.port.ctx, rig.other, 0, bytes, 8), FWD_IO_OK);
    ck_assert(rig_all(&rig, 0, 0xFF, 32768));
    ck_assert_int_eq(rig.port.read(rig.port.ctx, rig.other, 0, seen, 8), FWD_IO_OK);
    ck_assert_mem_eq(seen, bytes, 8);
    ck_assert_uint_eq(fwd_nor_area_counts(rig.nor, 0).programs, 0);
    ck_assert_uint_eq(fwd_nor_area_counts(rig.nor, 1).programs, 1);
    rig_free(&rig);
}
END_TEST

START_TEST(operations_bytes_wear_and_time_are_counted)
{
    struct fwd_rig rig = rig_new(8, 0xFF, false);
    uint8_t bytes[2048];
    struct fwd_nor_counts counts, start = fwd_nor_counts(rig.nor);

    ck_assert_int_eq(rig_fill(&rig, 0, 0, 24), FWD_IO_OK);
    ck_assert_int_eq(rig_erase(&rig, 0, 4096), FWD_IO_OK);
    ck_assert_int_eq(rig_erase(&rig, 16384, 8192), FWD_IO_OK);
    ck_assert_int_eq(rig_erase(&rig, 0, 4096), FWD_IO_OK);
    ck_assert_int_eq(rig_read(&rig, 0, bytes, 2048), FWD_IO_OK);
    counts = fwd_nor_counts_since(fwd_nor_counts(rig.nor), start);
    ck_assert_uint_eq(counts.programs, 3);
    ck_assert_uint_eq(counts.program_bytes, 24);
    ck_assert_uint_eq(counts.erases, 3);
    ck_assert_uint_eq(counts.reads, 1);
    ck_assert_uint_eq(counts.read_bytes, 2048);
    /* 3 units of 100 us, two small and a large erase, 2 KiB at 1024 us */
    ck_assert_uint_eq(counts.nanoseconds, 1000ull * (300 + 190000 + 2048));
    ck_assert_uint_eq(fwd_nor_operations(rig.nor), 6);
    ck_assert_uint_eq(fwd_nor_block_count(rig.nor, 0), 6);
    ck_assert_uint_eq(fwd_nor_block_erases(rig.nor, 0, 0), 2);
    ck_assert_uint_eq(fwd_nor_block_erases(rig.nor, 0, 1), 0);
    ck_assert_uint_eq(fwd_nor_block_erases(rig.nor, 0, 4), 1);
    ck_assert_uint_eq(fwd_nor_block_erases(rig.nor, 0, 6), 0);
    rig_free(&rig);
}
END_TEST

START_TEST(poke_and_peek_work_without_power_and_uncounted)
{
    struct fwd_rig rig = rig_new(8, erased_values[_i], true);
    uint8_t bytes[3] = {1, 2, 3}, seen[3];

    fwd_nor_power_off(rig.nor);
    ck_assert_int_eq(rig_read(&rig, 0, seen, 3), FWD_IO_ERROR);
    ck_assert(fwd_nor_poke(rig.nor, 0, 4094, bytes, 3));
    ck_assert(fwd_nor_peek(rig.nor, 0, 4094, seen, 3));
    ck_assert_mem_eq(seen, bytes, 3);
    ck_assert(!fwd_nor_poke(rig.nor, 0, 32767, bytes, 2));
    ck_assert(!fwd_nor_peek(rig.nor, 2, 0, seen, 1));
    fwd_nor_power_on(rig.nor);
    ck_assert_uint_eq(fwd_nor_operations(rig.nor), 0);
    ck_assert_int_eq(rig_fill(&rig, 4088, PROGRAMMED(rig), 8), FWD_IO_ERROR);
    ck_assert_int_eq(rig_fill(&rig, 4080, PROGRAMMED(rig), 8), FWD_IO_OK);
    rig_free(&rig);
}
END_TEST

START_TEST(spoiled_units_are_uncorrectable_until_erased)
{
    struct fwd_rig rig = rig_new(8, erased_values[_i], false);
    uint8_t byte;

    ck_assert(fwd_nor_spoil(rig.nor, 0, 4096 + 8, 9));
    ck_assert_int_eq(rig_read(&rig, 4096, &byte, 1), FWD_IO_OK);
    ck_assert_int_eq(rig_read(&rig, 4096 + 8, &byte, 1), FWD_IO_UNCORRECTABLE);
    ck_assert_int_eq(rig_read(&rig, 4096 + 23, &byte, 1), FWD_IO_UNCORRECTABLE);
    ck_assert_int_eq(rig_read(&rig, 4096 + 24, &byte, 1), FWD_IO_OK);
    ck_assert_int_eq(rig_erase(&rig, 4096, 4096), FWD_IO_OK);
    ck_assert(rig_all(&rig, 4096, rig.erased, 4096));
    rig_free(&rig);
}
END_TEST

static const struct fwd_blocks good[] = {{4096, 2}};
static const struct fwd_blocks odd[] = {{100, 2}};
static const struct {
    const char *name;
    struct fwd_nor_chip chip;
    struct fwd_area area;
} bad_setups[] = {
    {"program unit 0", {.size = 8192, .erased = 0xFF},
        {.size = 8192, .blocks = good, .blocks_count = 1}},
    {"program unit 3", {.size = 8193, .program_unit = 3, .erased = 0xFF},
        {.size = 8192, .blocks = good, .blocks_count = 1}},
    {"program unit 8192", {.size = 8192, .program_unit = 8192, .erased = 0xFF},
        {.size = 8192, .blocks = good, .blocks_count = 1}},
    {"page below the unit", {.size = 8192, .program_unit = 8, .program_page = 4, .erased = 0xFF},
        {.size = 8192, .blocks = good, .blocks_count = 1}},
    {"erased value 0x5A", {.size = 8192, .program_unit = 8, .erased = 0x5A},
        {.size = 8192, .blocks = good, .blocks_count = 1}},
    {"empty chip", {.size = 0, .program_unit = 8, .erased = 0xFF},
        {.size = 8192, .blocks = good, .blocks_count = 1}},
    {"area beyond the chip", {.size = 4096, .program_unit = 8, .erased = 0xFF},
        {.size = 8192, .blocks = good, .blocks_count = 1}},
    {"area of another size", {.size = 8192, .program_unit = 8, .erased = 0xFF},
        {.size = 4096, .blocks = good, .blocks_count = 1}},
    {"block not of whole units", {.size = 8192, .program_unit = 8, .erased = 0xFF},
        {.size = 200, .blocks = odd, .blocks_count = 1}},
    {"wrong id", {.size = 8192, .program_unit = 8, .erased = 0xFF},
        {.id = 1, .size = 8192, .blocks = good, .blocks_count = 1}},
    {"unknown chip", {.size = 8192, .program_unit = 8, .erased = 0xFF},
        {.chip = 1, .size = 8192, .blocks = good, .blocks_count = 1}},
    {"no blocks", {.size = 8192, .program_unit = 8, .erased = 0xFF},
        {.size = 8192, .blocks = good, .blocks_count = 0}},
};

START_TEST(a_contradictory_setup_is_refused)
{
    struct fwd_nor_setup setup = {&bad_setups[_i].chip, 1, &bad_setups[_i].area, 1};
    struct fwd_nor *nor = NULL;
    struct fwd_error err = {""};

    ck_assert_msg(fwd_nor_new(&setup, &nor, &err) == FWD_FAIL_USAGE, "%s", bad_setups[_i].name);
    ck_assert_ptr_null(nor);
    ck_assert_str_ne(err.text, "");
}
END_TEST

static Suite *suite(void)
{
    Suite *s = suite_create("flash");
    TCase *t = tcase_create("rules");

    tcase_add_loop_test(t, a_new_flash_reads_erased, 0, 2);
    tcase_add_loop_test(t, programmed_units_read_back, 0, 2);
    tcase_add_loop_test(t, programming_moves_bits_only_away_from_erased, 0, 2);
    tcase_add_loop_test(t, ecc_flash_takes_one_program_per_erase, 0, 2);
    tcase_add_loop_test(
        t, misuse_is_refused_and_reported, 0, (int)(sizeof misuses / sizeof *misuses));
    tcase_add_loop_test(t, an_erase_is_of_one_block_only, 0, 2);
    tcase_add_test(t, areas_do_not_touch_each_other);
    tcase_add_test(t, operations_bytes_wear_and_time_are_counted);
    tcase_add_loop_test(t, poke_and_peek_work_without_power_and_uncounted, 0, 2);
    tcase_add_loop_test(t, spoiled_units_are_uncorrectable_until_erased, 0, 2);
    tcase_add_loop_test(
        t, a_contradictory_setup_is_refused, 0, (int)(sizeof bad_setups / sizeof *bad_setups));
    suite_add_tcase(s, t);
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
