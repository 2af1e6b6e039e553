/* Which instruction set an image is for: code is told from noise. */
#include "gen/locate/call_scan.h"
#include "gen/locate/locate.h"
#include "tests/gen/gen_rig.h"
#include "tests/gen/refdelta/delta_rig.h"

#include <check.h>
#include <stdlib.h>
#include <string.h>

#define SIZE 200000u

static uint8_t bytes[SIZE];

static void fill_random(uint32_t seed)
{
    for (uint32_t i = 0; i < SIZE; i++)
        bytes[i] = (uint8_t)(delta_random(&seed) >> 11);
}

static void fill_text(uint32_t seed)
{
    static const char words[] = "the quick brown fox jumps over the lazy dog, 0123456789\n";

    for (uint32_t i = 0; i < SIZE; i++)
        bytes[i] = (uint8_t)words[delta_random(&seed) >> 9 & 31];
}

static size_t isas_of(uint8_t ids[FWD_LOCATE_ISAS_MAX])
{
    size_t count;

    ck_assert(fwd_locate_isas(bytes, SIZE, ids, &count));
    return count;
}

START_TEST(random_bytes_and_text_are_code_of_no_instruction_set)
{
    uint8_t ids[FWD_LOCATE_ISAS_MAX];

    fill_random((uint32_t)_i + 1);
    ck_assert_uint_eq(isas_of(ids), 0);
    fill_text((uint32_t)_i + 1);
    ck_assert_uint_eq(isas_of(ids), 0);
}
END_TEST

/* Calls to few functions from everywhere, in a form of each set. */
struct form {
    const char *name;
    const struct fwd_isa_host *host;
    uint32_t step;
    void (*write)(uint8_t *at, uint32_t offset, uint32_t target);
};

static void put_be(uint8_t *b, uint32_t w)
{
    b[0] = (uint8_t)(w >> 24);
    b[1] = (uint8_t)(w >> 16);
    b[2] = (uint8_t)(w >> 8);
    b[3] = (uint8_t)w;
}

static void thumb(uint8_t *b, uint32_t at, uint32_t target)
{
    uint32_t h = 0xF000, k = 0xD000;

    fwd_thumb_far_put(&h, &k, (target - at - 4) >> 1);
    fwd_half_put(b, h);
    fwd_half_put(b + 2, k);
}

static void a32(uint8_t *b, uint32_t at, uint32_t target)
{
    fwd_word_put(b, 0xEB000000u | ((target - at - 8) >> 2 & 0xFFFFFF));
}

static void a64(uint8_t *b, uint32_t at, uint32_t target)
{
    fwd_word_put(b, 0x94000000u | ((target - at) >> 2 & 0x3FFFFFF));
}

static void riscv(uint8_t *b, uint32_t at, uint32_t target)
{
    uint32_t d = target - at;

    fwd_word_put(b, 0xEF | (d >> 20 & 1) << 31 | (d >> 1 & 0x3FF) << 21 | (d >> 11 & 1) << 20 |
                        (d >> 12 & 0xFF) << 12);
}

static void xtensa(uint8_t *b, uint32_t at, uint32_t target)
{
    uint32_t w = 0x25 | ((target - (at & ~3u) - 4) >> 2 & 0x3FFFF) << 6;

    b[0] = (uint8_t)w;
    b[1] = (uint8_t)(w >> 8);
    b[2] = (uint8_t)(w >> 16);
}

static void x86(uint8_t *b, uint32_t at, uint32_t target)
{
    b[0] = 0xE8;
    fwd_word_put(b + 1, target - at - 5);
}

static void avr(uint8_t *b, uint32_t at, uint32_t target)
{
    (void)at;
    fwd_half_put(b, 0x940E | (target >> 17 & 1));
    fwd_half_put(b + 2, target >> 1);
}

static void mips(uint8_t *b, uint32_t at, uint32_t target)
{
    (void)at;
    fwd_word_put(b, 0x0C000000u | target >> 2);
}

static void mips_be(uint8_t *b, uint32_t at, uint32_t target)
{
    (void)at;
    put_be(b, 0x0C000000u | target >> 2);
}

static void ppc(uint8_t *b, uint32_t at, uint32_t target)
{
    put_be(b, 0x48000001u | ((target - at) & 0x3FFFFFC));
}

static const struct form forms[] = {
    {"Thumb", &fwd_host_thumb, 2, thumb},
    {"A32", &fwd_host_a32, 4, a32},
    {"A64", &fwd_host_a64, 4, a64},
    {"RISC-V", &fwd_host_rv32, 2, riscv},
    {"Xtensa", &fwd_host_xtensa, 1, xtensa},
    {"x86", &fwd_host_x86_64, 1, x86},
    {"AVR", &fwd_host_avr, 2, avr},
    {"MIPS", &fwd_host_mips, 4, mips},
    {"MIPS, big-endian", &fwd_host_mips_big, 4, mips_be},
    {"PowerPC", &fwd_host_ppc, 4, ppc},
};

START_TEST(calls_to_the_same_functions_are_counted)
{
    const struct form *f = &forms[_i];
    struct fwd_call_count count;
    uint32_t state = 3;

    fill_random(9);
    for (uint32_t i = 0; i < 2000; i++) {
        uint32_t at = delta_random(&state) % (SIZE - 16) / f->step * f->step;
        f->write(bytes + at, at, 4096 + delta_random(&state) % 40 * 2048);
    }
    ck_assert(fwd_call_scan(&f->host->scan, bytes, SIZE, &count));
    ck_assert_msg(fwd_call_scan_credible(&count), "%s", f->name);
    ck_assert_msg(count.shared > 1500, "%s: %u", f->name, count.shared);
}
END_TEST

START_TEST(code_is_found_in_noise)
{
    static const uint8_t expected[] = {FWD_ISA_THUMB, FWD_ISA_A32, FWD_ISA_A64};
    uint8_t ids[FWD_LOCATE_ISAS_MAX];
    uint32_t state = 5;

    fill_random(11);
    for (uint32_t i = 0; i < 2000; i++) {
        uint32_t at = delta_random(&state) % (SIZE - 16) & ~3u;
        forms[_i].write(bytes + at, at, 4096 + delta_random(&state) % 40 * 2048);
    }
    ck_assert_uint_ge(isas_of(ids), 1);
    ck_assert_uint_eq(ids[0], expected[_i]);
}
END_TEST

/* Calls, between instructions that only one of two sets of one family has. */
static void fill_family(
    void (*call)(uint8_t *, uint32_t, uint32_t), const uint8_t *code, uint32_t size, uint32_t step)
{
    uint32_t state = 7;

    for (uint32_t at = 0; at + step < SIZE; at += step) {
        call(bytes + at, at, 4096 + delta_random(&state) % 40 * 2048);
        memcpy(bytes + at + step - size, code, size);
    }
}

START_TEST(sets_of_one_family_are_told_apart)
{
    static const uint8_t sdsp[] = {0x06, 0xE4}, swsp[] = {0x06, 0xC4}, rex[] = {0x48, 0x89, 0xE5};
    static const uint8_t push[] = {0x55, 0x89, 0xE5};
    static const struct {
        void (*call)(uint8_t *, uint32_t, uint32_t);
        const uint8_t *code;
        uint32_t size;
        uint8_t isa;
    } families[] = {{riscv, swsp, 2, FWD_ISA_RV32}, {riscv, sdsp, 2, FWD_ISA_RV64},
        {x86, push, 3, FWD_ISA_X86_32}, {x86, rex, 3, FWD_ISA_X86_64}};
    uint8_t ids[FWD_LOCATE_ISAS_MAX];

    for (size_t i = 0; i < sizeof families / sizeof families[0]; i++) {
        fill_random(3);
        fill_family(families[i].call, families[i].code, families[i].size, 16);
        ck_assert_uint_ge(isas_of(ids), 1);
        ck_assert_msg(ids[0] == families[i].isa, "%zu: %u", i, ids[0]);
    }
}
END_TEST

static void put_numbers(uint32_t from, uint32_t to, bool sorted)
{
    uint32_t state = 5, word = 5000;

    for (uint32_t at = from; at < to; at += 4) {
        word = sorted ? word + delta_random(&state) % 100 : 3000 + delta_random(&state) % 100000;
        fwd_word_put(bytes + at, at / 4 % 3 == 1 ? 0x0D000001 : word);
    }
}

START_TEST(values_that_shift_are_found)
{
    const struct fwd_pair pair = {bytes, bytes, SIZE, SIZE};
    static struct fwd_located located;

    fill_random(4);
    fwd_locate_values(&pair, &located);
    ck_assert_uint_eq(located.frames.values.end, 0);
    put_numbers(20000, 120000, true);
    fwd_locate_values(&pair, &located);
    ck_assert_uint_eq(located.frames.values.end, 0);
    put_numbers(20000, 30000, false);
    fwd_locate_values(&pair, &located);
    ck_assert_uint_eq(located.frames.values.end, 0);
    fill_random(4);
    put_numbers(60000, 100000, false);
    fwd_locate_values(&pair, &located);
    ck_assert_uint_eq(located.frames.values.begin, 15 * 4096);
    ck_assert_uint_eq(located.frames.values.end, 24 * 4096);
    ck_assert_uint_eq(located.target_values.end, 24 * 4096);
    /* a short gap does not divide them */
    put_numbers(20000, 30000, false);
    fwd_locate_values(&pair, &located);
    ck_assert_uint_eq(located.frames.values.begin, 5 * 4096);
    ck_assert_uint_eq(located.frames.values.end, 24 * 4096);
}
END_TEST

int main(void)
{
    Suite *suite = suite_create("locate");
    TCase *tcase = tcase_create("instruction sets");
    tcase_add_loop_test(tcase, random_bytes_and_text_are_code_of_no_instruction_set, 0, 4);
    tcase_add_loop_test(
        tcase, calls_to_the_same_functions_are_counted, 0, sizeof forms / sizeof forms[0]);
    tcase_add_loop_test(tcase, code_is_found_in_noise, 0, 3);
    tcase_add_test(tcase, sets_of_one_family_are_told_apart);
    tcase_add_test(tcase, values_that_shift_are_found);
    suite_add_tcase(suite, tcase);
    SRunner *runner = srunner_create(suite);
    srunner_run_all(runner, CK_NORMAL);
    int failed = srunner_ntests_failed(runner);
    srunner_free(runner);
    return failed == 0 ? EXIT_SUCCESS : EXIT_FAILURE;
}
