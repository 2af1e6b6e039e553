/* What is worse than one operation that fails: an area that cannot be read for a whole start, a
 * block that wears out, several units in flight when power fails, two areas that are unstable. */
#include "tests/sim/flash/flash_rig.h"

#include <check.h>
#include <stdlib.h>
#include <string.h>

/* ---- a whole start --------------------------------------------------------------------------- */

static const struct {
    enum fwd_nor_effect effect;
    enum fwd_io io;
} blind[] = {{FWD_NOR_FAIL, FWD_IO_ERROR}, {FWD_NOR_UNREADABLE, FWD_IO_UNCORRECTABLE},
    {FWD_NOR_BLANK, FWD_IO_OK}};

START_TEST(an_area_is_blind_in_the_power_cycle_that_is_named)
{
    struct fwd_rig rig = rig_new(8, (uint8_t)(_i % 2 == 0 ? 0xFF : 0x00), false);
    uint8_t value = (uint8_t)~rig.erased, seen[16];

    ck_assert_int_eq(rig_fill(&rig, 0, value, 64), FWD_IO_OK);
    uint64_t now = fwd_nor_power_cycles(rig.nor);
    struct fwd_nor_fault fault = {
        .operation = FWD_NOR_READ, .effect = blind[_i / 2].effect, .area = 0, .cycle = now + 2};
    ck_assert(fwd_nor_fault_add(rig.nor, &fault));
    for (uint64_t cycle = now; cycle < now + 4; cycle++, rig_power_cycle(&rig)) {
        enum fwd_io expected = cycle == now + 2 ? blind[_i / 2].io : FWD_IO_OK;
        bool blank = cycle == now + 2 && fault.effect == FWD_NOR_BLANK;
        for (int read = 0; read < 3; read++)
            ck_assert_int_eq(rig_read(&rig, 0, seen, sizeof seen), expected);
        if (expected == FWD_IO_OK)
            ck_assert_uint_eq(seen[5], blank ? rig.erased : value);
        ck_assert_int_eq(rig.port.read(rig.port.ctx, rig.other, 0, seen, 8), FWD_IO_OK);
    }
    rig_free(&rig);
}
END_TEST

START_TEST(an_area_is_blind_until_it_is_written)
{
    struct fwd_rig rig = rig_new(8, 0xFF, false);
    struct fwd_nor_fault fault = {
        .operation = FWD_NOR_READ, .effect = FWD_NOR_BLANK, .area = 0, .until_write = true};
    uint8_t zeros[8] = {0};

    ck_assert_int_eq(rig_fill(&rig, 0, 0, 64), FWD_IO_OK);
    ck_assert(fwd_nor_fault_add(rig.nor, &fault));
    for (int i = 0; i < 5; i++)
        ck_assert(rig_all(&rig, 0, 0xFF, 64));
    ck_assert_int_eq(rig.port.program(rig.port.ctx, rig.other, 0, zeros, 8), FWD_IO_OK);
    ck_assert(rig_all(&rig, 0, 0xFF, 64));
    if (_i == 0)
        ck_assert_int_eq(rig_fill(&rig, 64, 0, 8), FWD_IO_OK);
    else
        ck_assert_int_eq(rig_erase(&rig, 4096, 4096), FWD_IO_OK);
    ck_assert(rig_all(&rig, 0, 0, 64));
    rig_power_cycle(&rig);
    ck_assert(rig_all(&rig, 0, 0, 64));
    rig_free(&rig);
}
END_TEST

START_TEST(a_fault_that_is_over_does_not_tell_states_apart)
{
    struct fwd_rig rig = rig_new(8, 0xFF, false);
    struct fwd_nor_fault fault = {
        .operation = FWD_NOR_READ, .area = 0, .cycle = fwd_nor_power_cycles(rig.nor) + 1};

    ck_assert(fwd_nor_fault_add(rig.nor, &fault));
    struct fwd_nor_hash ahead = fwd_nor_hash(rig.nor);
    rig_power_cycle(&rig);
    struct fwd_nor_hash now = fwd_nor_hash(rig.nor);
    rig_power_cycle(&rig);
    struct fwd_nor_hash over = fwd_nor_hash(rig.nor);
    rig_power_cycle(&rig);
    ck_assert(!fwd_nor_hash_equal(ahead, now));
    ck_assert(!fwd_nor_hash_equal(now, over));
    ck_assert(fwd_nor_hash_equal(over, fwd_nor_hash(rig.nor)));
    rig_free(&rig);
}
END_TEST

/* ---- a block that wears out ------------------------------------------------------------------ */

static enum fwd_io write_number(struct fwd_rig *rig, uint32_t number)
{
    return number % 3 == 0 ? rig_erase(rig, 4096, 4096) : rig_fill(rig, 4096 + number * 8, 0x00, 8);
}

START_TEST(a_worn_block_takes_no_write_from_then_on)
{
    struct fwd_rig rig = rig_new(8, 0xFF, false);
    struct fwd_nor_fault worn = {
        .operation = FWD_NOR_WRITE, .area = 0, .offset = 4096, .size = 4096, .skip = (uint32_t)_i};

    ck_assert(fwd_nor_fault_add(rig.nor, &worn));
    for (uint32_t number = 0; number < 12; number++) {
        ck_assert_int_eq(
            write_number(&rig, number), number < (uint32_t)_i ? FWD_IO_OK : FWD_IO_ERROR);
        ck_assert_int_eq(rig_erase(&rig, 0, 4096), FWD_IO_OK);
        ck_assert_int_eq(rig_fill(&rig, 8192 + number * 8, 0, 8), FWD_IO_OK);
        if (number == 5)
            rig_power_cycle(&rig);
    }
    ck_assert_uint_eq(fwd_nor_violations(rig.nor), 0);
    rig_free(&rig);
}
END_TEST

START_TEST(a_worn_block_does_not_tell_states_apart)
{
    struct fwd_rig rig = rig_new(8, 0xFF, false);
    struct fwd_nor_fault worn = {
        .operation = FWD_NOR_WRITE, .area = 0, .offset = 4096, .size = 4096};

    ck_assert(fwd_nor_fault_add(rig.nor, &worn));
    ck_assert_int_eq(rig_erase(&rig, 4096, 4096), FWD_IO_ERROR);
    struct fwd_nor_hash once = fwd_nor_hash(rig.nor);
    ck_assert_int_eq(rig_erase(&rig, 4096, 4096), FWD_IO_ERROR);
    ck_assert(fwd_nor_hash_equal(once, fwd_nor_hash(rig.nor)));
    rig_free(&rig);
}
END_TEST

/* ---- several units in flight ----------------------------------------------------------------- */

/* What a unit of 8 bytes holds: 'o'ld, 'n'ew or something between. */
static char fate(struct fwd_rig *rig, uint32_t offset, uint8_t old, uint8_t new)
{
    if (rig_all(rig, offset, old, 8))
        return 'o';
    return rig_all(rig, offset, new, 8) ? 'n' : 't';
}

START_TEST(scattered_writes_leave_any_subset_of_the_calls_units)
{
    int seen[2][128] = {{0}}; /* before and after the unit of the cut */

    for (uint32_t seed = 0; seed < 24; seed += 2) {
        struct fwd_rig rig = rig_new(8, 0xFF, false);
        struct fwd_nor_cut cut = {1 + 16, FWD_NOR_SCATTER, seed, 0};

        fwd_nor_arm(rig.nor, &cut);
        ck_assert_int_eq(rig_fill(&rig, 0, 0, 8), FWD_IO_OK);
        ck_assert_int_eq(rig_fill(&rig, 8, 0, 248), FWD_IO_ERROR);
        ck_assert(fwd_nor_fired(rig.nor));
        fwd_nor_power_on(rig.nor);
        ck_assert(rig_all(&rig, 0, 0, 8));
        ck_assert(rig_all(&rig, 256, 0xFF, 256));
        for (uint32_t at = 8; at < 256; at += 8)
            seen[at > 16 * 8][(unsigned char)fate(&rig, at, 0xFF, 0)]++;
        rig_free(&rig);
    }
    for (int half = 0; half < 2; half++) {
        ck_assert_int_gt(seen[half]['o'], 20);
        ck_assert_int_gt(seen[half]['n'], 20);
        ck_assert_int_gt(seen[half]['t'], 20);
    }
}
END_TEST

START_TEST(a_scattered_unit_alone_is_torn_bit_by_bit)
{
    struct fwd_rig one = rig_new(256, 0xFF, false), other = rig_new(256, 0xFF, false);
    struct fwd_nor_cut scatter = {1, FWD_NOR_SCATTER, 0, 0}, bits = {1, FWD_NOR_BITS, 0, 0};

    fwd_nor_arm(one.nor, &scatter);
    fwd_nor_arm(other.nor, &bits);
    ck_assert_int_eq(rig_fill(&one, 0, 0x21, 256), FWD_IO_ERROR);
    ck_assert_int_eq(rig_fill(&other, 0, 0x21, 256), FWD_IO_ERROR);
    ck_assert(fwd_nor_hash_equal(fwd_nor_hash(one.nor), fwd_nor_hash(other.nor)));
    rig_free(&one);
    rig_free(&other);
}
END_TEST

START_TEST(scattered_units_of_an_odd_seed_are_unstable)
{
    struct fwd_rig rig = rig_new(8, 0xFF, false);
    struct fwd_nor_cut cut = {5, FWD_NOR_SCATTER, 1, 0};
    int new[2] = {0};

    fwd_nor_arm(rig.nor, &cut);
    ck_assert_int_eq(rig_fill(&rig, 0, 0, 256), FWD_IO_ERROR);
    fwd_nor_power_on(rig.nor);
    for (int cycle = 0; cycle < 2; cycle++, rig_power_cycle(&rig)) {
        for (uint32_t at = 0; at < 256; at += 8) {
            char found = fate(&rig, at, 0xFF, 0);
            ck_assert_int_ne(found, 't');
            new[cycle] += found == 'n' ? 1 : 0;
        }
    }
    /* there during the first power cycle only */
    ck_assert_int_gt(new[0], new[1]);
    ck_assert_int_gt(new[1], 0);
    rig_free(&rig);
}
END_TEST

START_TEST(a_scattered_erase_leaves_any_subset_of_the_blocks_units)
{
    struct fwd_rig rig = rig_new(8, 0xFF, _i / 2 != 0);
    struct fwd_nor_cut cut = {1, FWD_NOR_SCATTER, (uint32_t)(_i % 2), 0};
    int seen[128] = {0};

    ck_assert_int_eq(rig_fill(&rig, 0, 0, 12288), FWD_IO_OK);
    fwd_nor_arm(rig.nor, &cut);
    ck_assert_int_eq(rig_erase(&rig, 4096, 4096), FWD_IO_ERROR);
    fwd_nor_power_on(rig.nor);
    ck_assert(rig_all(&rig, 0, 0, 4096));
    ck_assert(rig_all(&rig, 8192, 0, 4096));
    for (uint32_t at = 4096; at < 8192; at += 8)
        seen[(unsigned char)fate(&rig, at, 0, 0xFF)]++;
    ck_assert_int_gt(seen['o'], 100);
    ck_assert_int_gt(seen['n'], 100);
    ck_assert_int_eq(seen['t'] > 0, _i % 2 == 0);
    /* nothing of the block is fit for programming */
    if (_i / 2 != 0) {
        ck_assert_int_eq(rig_fill(&rig, 4096, 0, 8), FWD_IO_ERROR);
        ck_assert_uint_eq(fwd_nor_violations(rig.nor), 1);
    }
    ck_assert_int_eq(rig_erase(&rig, 4096, 4096), FWD_IO_OK);
    ck_assert(rig_all(&rig, 4096, 0xFF, 4096));
    rig_free(&rig);
}
END_TEST

/* ---- two areas ------------------------------------------------------------------------------- */

static void tear(struct fwd_rig *rig, const struct fwd_area *area, uint32_t seed)
{
    struct fwd_nor_cut cut = {1, FWD_NOR_UNSTABLE, seed, 0};
    uint8_t bytes[8] = {0};

    fwd_nor_arm(rig->nor, &cut);
    ck_assert_int_eq(rig->port.program(rig->port.ctx, area, 0, bytes, 8), FWD_IO_ERROR);
    fwd_nor_power_on(rig->nor);
}

static uint8_t first_byte(const struct fwd_rig *rig, const struct fwd_area *area)
{
    uint8_t byte;

    ck_assert_int_eq(rig->port.read(rig->port.ctx, area, 0, &byte, 1), FWD_IO_OK);
    return byte;
}

START_TEST(each_area_is_unstable_in_its_own_way)
{
    struct fwd_rig rig = rig_new(8, 0xFF, false);

    tear(&rig, rig.area, 1);  /* there in this power cycle, then gone */
    tear(&rig, rig.other, 2); /* the other way round; and the first is gone now */
    ck_assert_uint_eq(first_byte(&rig, rig.area), 0xFF);
    ck_assert_uint_eq(first_byte(&rig, rig.other), 0xFF);
    rig_power_cycle(&rig);
    ck_assert_uint_eq(first_byte(&rig, rig.area), 0xFF);
    ck_assert_uint_eq(first_byte(&rig, rig.other), 0x00);
    rig_free(&rig);
}
END_TEST

/* ---- a reset --------------------------------------------------------------------------------- */

static void reset(void *arg)
{
    fwd_nor_reset(arg);
    ck_abort_msg("it went on");
}

START_TEST(a_reset_ends_the_run_and_tears_nothing)
{
    struct fwd_rig rig = rig_new(8, 0xFF, false);
    struct fwd_nor_hash before = fwd_nor_hash(rig.nor);

    ck_assert(!fwd_nor_run(rig.nor, reset, rig.nor));
    ck_assert(!fwd_nor_fired(rig.nor));
    ck_assert(!fwd_nor_powered(rig.nor));
    ck_assert(fwd_nor_hash_equal(before, fwd_nor_hash(rig.nor)));
    rig_free(&rig);
}
END_TEST

int main(void)
{
    Suite *suite = suite_create("flash worse");
    TCase *t = tcase_create("flash worse");
    SRunner *runner = srunner_create(suite);

    tcase_add_loop_test(t, an_area_is_blind_in_the_power_cycle_that_is_named, 0,
        2 * (int)(sizeof blind / sizeof blind[0]));
    tcase_add_loop_test(t, an_area_is_blind_until_it_is_written, 0, 2);
    tcase_add_test(t, a_fault_that_is_over_does_not_tell_states_apart);
    tcase_add_loop_test(t, a_worn_block_takes_no_write_from_then_on, 0, 9);
    tcase_add_test(t, a_worn_block_does_not_tell_states_apart);
    tcase_add_test(t, scattered_writes_leave_any_subset_of_the_calls_units);
    tcase_add_test(t, a_scattered_unit_alone_is_torn_bit_by_bit);
    tcase_add_test(t, scattered_units_of_an_odd_seed_are_unstable);
    tcase_add_loop_test(t, a_scattered_erase_leaves_any_subset_of_the_blocks_units, 0, 4);
    tcase_add_test(t, each_area_is_unstable_in_its_own_way);
    tcase_add_test(t, a_reset_ends_the_run_and_tears_nothing);
    suite_add_tcase(suite, t);
    srunner_run_all(runner, CK_ENV);
    int failed = srunner_ntests_failed(runner);
    srunner_free(runner);
    return failed == 0 ? EXIT_SUCCESS : EXIT_FAILURE;
}
