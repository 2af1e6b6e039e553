/* What a power cut leaves of a program, of a page of several units and of an erase: every tear
 * leaves what it says, and nothing else. */
#include "tests/sim/flash/flash_rig.h"

#include <check.h>
#include <stdlib.h>

/* ---- torn programs --------------------------------------------------------------------------- */

static const struct {
    enum fwd_nor_tear tear;
    uint32_t bytes;
    uint32_t complete;
} prefixes[] = {
    {FWD_NOR_BEFORE, 0, 0},
    {FWD_NOR_AFTER, 0, 256},
    {FWD_NOR_ONE, 0, 1},
    {FWD_NOR_HALF, 0, 128},
    {FWD_NOR_ALL_BUT_ONE, 0, 255},
    {FWD_NOR_PREFIX, 77, 77},
    {FWD_NOR_PREFIX, 1000, 256},
    {FWD_NOR_DROP, 0, 256},
};
#define PREFIXES (int)(sizeof prefixes / sizeof *prefixes)

START_TEST(a_torn_program_leaves_its_prefix)
{
    uint8_t erased = _i % 2 == 0 ? 0xFF : 0x00;
    uint32_t complete = prefixes[_i / 2].complete;
    struct fwd_rig rig = rig_torn_program(prefixes[_i / 2].tear, 1, prefixes[_i / 2].bytes, erased);

    ck_assert(rig_all(&rig, 256, (uint8_t)~erased, complete));
    ck_assert(rig_all(&rig, 256 + complete, erased, 256 - complete));
    rig_free(&rig);
}
END_TEST

static uint32_t programmed_bits(struct fwd_rig *rig, uint32_t offset, uint32_t size)
{
    uint32_t bits = 0;

    for (uint32_t i = 0; i < size; i++) {
        uint8_t byte;
        ck_assert_int_eq(rig_read(rig, offset + i, &byte, 1), FWD_IO_OK);
        bits += (uint32_t)__builtin_popcount((unsigned)(byte ^ rig->erased));
    }
    return bits;
}

START_TEST(random_bits_are_about_half_stable_and_set_by_the_seed)
{
    enum fwd_nor_tear tear = _i % 2 == 0 ? FWD_NOR_BITS : FWD_NOR_GARBAGE;
    uint8_t erased = _i < 2 ? 0xFF : 0x00;
    struct fwd_rig one = rig_torn_program(tear, 1, 0, erased);
    struct fwd_rig same = rig_torn_program(tear, 1, 0, erased);
    struct fwd_rig other = rig_torn_program(tear, 2, 0, erased);
    uint32_t bits = programmed_bits(&one, 256, 256);

    ck_assert_uint_gt(bits, 800);
    ck_assert_uint_lt(bits, 1248);
    ck_assert_uint_eq(bits, programmed_bits(&one, 256, 256));
    ck_assert(fwd_nor_hash_equal(fwd_nor_hash(one.nor), fwd_nor_hash(same.nor)));
    ck_assert(!fwd_nor_hash_equal(fwd_nor_hash(one.nor), fwd_nor_hash(other.nor)));
    rig_free(&one);
    rig_free(&same);
    rig_free(&other);
}
END_TEST

START_TEST(torn_bits_never_move_past_the_new_content)
{
    struct fwd_rig rig = rig_new(256, 0xFF, false);
    struct fwd_nor_cut cut = rig_cut_at(1, FWD_NOR_BITS, 9);
    uint8_t seen[256];

    fwd_nor_arm(rig.nor, &cut);
    ck_assert_int_eq(rig_fill(&rig, 0, 0xF0, 256), FWD_IO_ERROR);
    fwd_nor_power_on(rig.nor);
    ck_assert_int_eq(rig_read(&rig, 0, seen, 256), FWD_IO_OK);
    for (int i = 0; i < 256; i++)
        ck_assert_uint_eq(seen[i] & 0xF0, 0xF0);
    rig_free(&rig);
}
END_TEST

START_TEST(an_uncorrectable_unit_stays_so_until_erased)
{
    struct fwd_rig rig = rig_torn_program(FWD_NOR_UNCORRECTABLE, 1, 0, 0xFF);
    uint8_t byte;

    ck_assert_int_eq(rig_read(&rig, 511, &byte, 1), FWD_IO_UNCORRECTABLE);
    fwd_nor_power_off(rig.nor);
    fwd_nor_power_on(rig.nor);
    ck_assert_int_eq(rig_read(&rig, 256, &byte, 1), FWD_IO_UNCORRECTABLE);
    ck_assert_int_eq(rig_erase(&rig, 0, 4096), FWD_IO_OK);
    ck_assert(rig_all(&rig, 0, 0xFF, 4096));
    rig_free(&rig);
}
END_TEST

/* ---- a page of several units ----------------------------------------------------------------- */

START_TEST(dropped_writes_lose_earlier_units_of_the_page_and_call)
{
    struct fwd_rig rig = rig_new(8, 0xFF, false);
    struct fwd_nor_cut cut = rig_cut_at(1 + 35, FWD_NOR_DROP, 0);

    fwd_nor_arm(rig.nor, &cut);
    ck_assert_int_eq(rig_fill(&rig, 0, 0, 8), FWD_IO_OK);
    /* 35 units from offset 8: unit 35 is at 280, in the second page of 256 */
    ck_assert_int_eq(rig_fill(&rig, 8, 0, 400), FWD_IO_ERROR);
    fwd_nor_power_on(rig.nor);
    ck_assert(rig_all(&rig, 0, 0, 256));
    ck_assert(rig_all(&rig, 256, 0xFF, 24));
    ck_assert(rig_all(&rig, 280, 0, 8));
    ck_assert(rig_all(&rig, 288, 0xFF, 200));
    rig_free(&rig);
}
END_TEST

START_TEST(dropped_writes_stay_within_the_call)
{
    struct fwd_rig rig = rig_new(8, 0xFF, true);
    struct fwd_nor_cut cut = rig_cut_at(4, FWD_NOR_DROP, 0);

    fwd_nor_arm(rig.nor, &cut);
    ck_assert_int_eq(rig_fill(&rig, 0, 0, 16), FWD_IO_OK);
    ck_assert_int_eq(rig_fill(&rig, 16, 0, 24), FWD_IO_ERROR);
    fwd_nor_power_on(rig.nor);
    ck_assert(rig_all(&rig, 0, 0, 16));
    ck_assert(rig_all(&rig, 16, 0xFF, 8));
    ck_assert(rig_all(&rig, 24, 0, 8));
    /* the lost unit was never programmed */
    ck_assert_int_eq(rig_fill(&rig, 16, 0, 8), FWD_IO_OK);
    rig_free(&rig);
}
END_TEST

START_TEST(reordered_writes_leave_whole_units_of_the_page_in_any_order)
{
    bool early_missing = false, late_present = false;

    for (uint32_t seed = 0; seed < 16; seed++) {
        struct fwd_rig rig = rig_new(8, 0xFF, false);
        struct fwd_nor_cut cut = rig_cut_at(16, FWD_NOR_REORDER, seed);

        fwd_nor_arm(rig.nor, &cut);
        ck_assert_int_eq(rig_fill(&rig, 0, 0, 512), FWD_IO_ERROR);
        fwd_nor_power_on(rig.nor);
        for (uint32_t at = 0; at < 256; at += 8) {
            bool there = rig_all(&rig, at, 0, 8);
            ck_assert(there || rig_all(&rig, at, 0xFF, 8));
            early_missing = early_missing || (!there && at < 15 * 8);
            late_present = late_present || (there && at > 15 * 8);
        }
        ck_assert(rig_all(&rig, 256, 0xFF, 256));
        rig_free(&rig);
    }
    ck_assert(early_missing);
    ck_assert(late_present);
}
END_TEST

/* ---- torn erases ----------------------------------------------------------------------------- */

static struct fwd_rig torn_erase(
    enum fwd_nor_tear tear, uint32_t seed, uint32_t bytes, uint8_t erased)
{
    struct fwd_rig rig = rig_new(256, erased, false);
    struct fwd_nor_cut cut = {1, tear, seed, bytes};

    ck_assert_int_eq(rig_fill(&rig, 0, (uint8_t)~erased, 12288), FWD_IO_OK);
    fwd_nor_arm(rig.nor, &cut);
    ck_assert_int_eq(rig_erase(&rig, 4096, 4096), FWD_IO_ERROR);
    ck_assert(fwd_nor_fired(rig.nor));
    fwd_nor_power_on(rig.nor);
    ck_assert(rig_all(&rig, 0, (uint8_t)~erased, 4096));
    ck_assert(rig_all(&rig, 8192, (uint8_t)~erased, 4096));
    return rig;
}

static const struct {
    enum fwd_nor_tear tear;
    uint32_t bytes;
    uint32_t complete;
} erase_prefixes[] = {
    {FWD_NOR_BEFORE, 0, 0},
    {FWD_NOR_AFTER, 0, 4096},
    {FWD_NOR_ONE, 0, 1},
    {FWD_NOR_HALF, 0, 2048},
    {FWD_NOR_ALL_BUT_ONE, 0, 4095},
    {FWD_NOR_PREFIX, 300, 300},
    {FWD_NOR_DROP, 0, 4096},
    {FWD_NOR_REORDER, 0, 4096},
};
#define ERASE_PREFIXES (int)(sizeof erase_prefixes / sizeof *erase_prefixes)

START_TEST(a_torn_erase_leaves_its_prefix)
{
    uint8_t erased = _i % 2 == 0 ? 0xFF : 0x00;
    uint32_t complete = erase_prefixes[_i / 2].complete;
    struct fwd_rig rig =
        torn_erase(erase_prefixes[_i / 2].tear, 1, erase_prefixes[_i / 2].bytes, erased);

    ck_assert(rig_all(&rig, 4096, erased, complete));
    ck_assert(rig_all(&rig, 4096 + complete, (uint8_t)~erased, 4096 - complete));
    rig_free(&rig);
}
END_TEST

START_TEST(a_torn_erase_may_leave_garbage)
{
    enum fwd_nor_tear tear = _i % 2 == 0 ? FWD_NOR_BITS : FWD_NOR_GARBAGE;
    struct fwd_rig rig = torn_erase(tear, 3, 0, _i < 2 ? 0xFF : 0x00);
    uint32_t bits = programmed_bits(&rig, 4096, 4096);

    ck_assert_uint_gt(bits, 14000);
    ck_assert_uint_lt(bits, 18800);
    ck_assert_int_eq(rig_erase(&rig, 4096, 4096), FWD_IO_OK);
    ck_assert(rig_all(&rig, 4096, rig.erased, 4096));
    rig_free(&rig);
}
END_TEST

START_TEST(a_torn_erase_may_read_blank_once_and_old_later)
{
    struct fwd_rig rig = torn_erase(FWD_NOR_UNSTABLE, 2, 0, 0xFF);

    ck_assert(rig_all(&rig, 4096, 0xFF, 4096));
    rig_power_cycle(&rig);
    ck_assert(rig_all(&rig, 4096, 0x00, 4096));
    ck_assert_int_eq(rig_erase(&rig, 4096, 4096), FWD_IO_OK);
    rig_power_cycle(&rig);
    ck_assert(rig_all(&rig, 4096, 0xFF, 4096));
    rig_free(&rig);
}
END_TEST

START_TEST(ecc_flash_is_not_programmable_after_a_torn_erase)
{
    struct fwd_rig rig = rig_new(8, 0xFF, true);
    struct fwd_nor_cut cut = rig_cut_at(1, FWD_NOR_ALL_BUT_ONE, 0);

    fwd_nor_arm(rig.nor, &cut);
    ck_assert_int_eq(rig_erase(&rig, 0, 4096), FWD_IO_ERROR);
    fwd_nor_power_on(rig.nor);
    ck_assert_int_eq(rig_fill(&rig, 0, 0, 8), FWD_IO_ERROR);
    ck_assert_uint_eq(fwd_nor_violations(rig.nor), 1);
    rig_free(&rig);
}
END_TEST

static Suite *suite(void)
{
    Suite *s = suite_create("flash torn");
    TCase *t = tcase_create("torn");

    tcase_add_loop_test(t, a_torn_program_leaves_its_prefix, 0, PREFIXES * 2);
    tcase_add_loop_test(t, random_bits_are_about_half_stable_and_set_by_the_seed, 0, 4);
    tcase_add_test(t, torn_bits_never_move_past_the_new_content);
    tcase_add_test(t, an_uncorrectable_unit_stays_so_until_erased);
    tcase_add_test(t, dropped_writes_lose_earlier_units_of_the_page_and_call);
    tcase_add_test(t, dropped_writes_stay_within_the_call);
    tcase_add_test(t, reordered_writes_leave_whole_units_of_the_page_in_any_order);
    tcase_add_loop_test(t, a_torn_erase_leaves_its_prefix, 0, ERASE_PREFIXES * 2);
    tcase_add_loop_test(t, a_torn_erase_may_leave_garbage, 0, 4);
    tcase_add_test(t, a_torn_erase_may_read_blank_once_and_old_later);
    tcase_add_test(t, ecc_flash_is_not_programmable_after_a_torn_erase);
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
