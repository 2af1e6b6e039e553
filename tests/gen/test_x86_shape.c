/* How long instructions of x86 are and what refers in them (sizes by GNU objdump). */
#include "verify/refdelta/reference/x86_shape.h"

#include <check.h>
#include <string.h>

struct sample {
    const char *text;
    uint8_t bytes[FWD_X86_LONGEST];
    uint8_t wide, narrow; /* sizes in 64-bit and 32-bit code */
};

static const struct sample samples[] = {
    {"push rbp", {0x55}, 1, 1},
    {"mov rbp, rsp; dec eax", {0x48, 0x89, 0xE5}, 3, 1},
    {"movabs rax", {0x48, 0xB8, 1, 2, 3, 4, 5, 6, 7, 8}, 10, 1},
    {"mov ax, 0x1234", {0x66, 0xB8, 0x34, 0x12}, 4, 4},
    {"mov [rsp+0x20], 1", {0xC7, 0x44, 0x24, 0x20, 1, 0, 0, 0}, 8, 8},
    {"mov eax, [rbp*4+disp]", {0x8B, 0x04, 0xAD, 1, 2, 3, 4}, 7, 7},
    {"mov eax, [rip+disp]", {0x8B, 0x05, 1, 2, 3, 4}, 6, 6},
    {"mov al, [offset]", {0xA0, 1, 2, 3, 4, 5, 6, 7, 8}, 9, 5},
    {"test ecx, imm32", {0xF7, 0xC1, 1, 2, 3, 4}, 6, 6},
    {"not ecx", {0xF7, 0xD1}, 2, 2},
    {"test cl, imm8", {0xF6, 0xC1, 1}, 3, 3},
    {"enter", {0xC8, 1, 2, 3}, 4, 4},
    {"ret 8", {0xC2, 8, 0}, 3, 3},
    {"movss xmm0, [rsp+8]", {0xF3, 0x0F, 0x10, 0x44, 0x24, 8}, 6, 6},
    {"palignr", {0x66, 0x0F, 0x3A, 0x0F, 0xC1, 8}, 6, 6},
    {"pshufb", {0x66, 0x0F, 0x38, 0x00, 0xC1}, 5, 5},
    {"pshufd", {0x66, 0x0F, 0x70, 0xC1, 0x1B}, 5, 5},
    {"vzeroupper", {0xC5, 0xF8, 0x77}, 3, 3},
    {"vmovdqu ymm0, [rsi]", {0xC5, 0xFE, 0x6F, 0x06}, 4, 4},
    {"lds eax, [esi]", {0xC5, 0x06}, 4, 2},
    {"vpalignr", {0xC4, 0xE3, 0x79, 0x0F, 0xC1, 8}, 6, 6},
    {"vmovdqu64 zmm0, [rsi]", {0x62, 0xF1, 0xFE, 0x48, 0x6F, 0x06}, 6, 6},
    {"jmp far", {0xEA, 1, 2, 3, 4, 5, 6}, 7, 7},
    {"ud2", {0x0F, 0x0B}, 2, 2},
    {"nop", {0x66, 0x0F, 0x1F, 0x84, 0, 0, 0, 0, 0}, 9, 9},
};

START_TEST(an_instruction_has_its_size_and_fewer_bytes_do_not_tell_another)
{
    const struct sample *s = &samples[_i];

    for (int wide = 0; wide < 2; wide++) {
        uint8_t size = wide ? s->wide : s->narrow;
        struct fwd_x86_shape shape;
        ck_assert_msg(fwd_x86_shape(s->bytes, size, wide, &shape) && shape.size == size,
            "%s: %u, not %u", s->text, shape.size, size);
        for (uint32_t less = 1; less < size; less++)
            if (fwd_x86_shape(s->bytes, less, wide, &shape))
                ck_assert_msg(shape.size == size, "%s: %u by %u", s->text, shape.size, less);
    }
}
END_TEST

START_TEST(any_bytes_have_a_size_by_the_longest)
{
    uint32_t state = 1;

    for (uint32_t i = 0; i < 20000; i++) {
        uint8_t bytes[FWD_X86_LONGEST];
        struct fwd_x86_shape s;
        for (uint32_t k = 0; k < sizeof bytes; k++) {
            state = state * 1664525u + 1013904223u;
            /* every third byte one that prefixes and escapes are among */
            bytes[k] =
                (uint8_t)(k % 3 ? state >> 24
                                : (uint32_t) "\x66\xF0\x48\x0F\x38\x3A\xC4\x62"[state >> 29]);
        }
        bool told = fwd_x86_shape(bytes, sizeof bytes, i & 1, &s);
        ck_assert(told && s.size >= 1 && s.size <= FWD_X86_LONGEST && s.near < s.size &&
                  (s.far + 4 <= s.size || !s.far) && (s.disp + 4 <= s.size || !s.disp) &&
                  (s.value + 4 <= s.size || !s.value));
    }
}
END_TEST

int main(void)
{
    Suite *suite = suite_create("x86 shape");
    TCase *tcase = tcase_create("x86 shape");
    SRunner *runner = srunner_create(suite);

    suite_add_tcase(suite, tcase);
    tcase_add_loop_test(tcase, an_instruction_has_its_size_and_fewer_bytes_do_not_tell_another, 0,
        (int)(sizeof samples / sizeof samples[0]));
    tcase_add_test(tcase, any_bytes_have_a_size_by_the_longest);
    srunner_run_all(runner, CK_ENV);
    int failed = srunner_ntests_failed(runner);
    srunner_free(runner);
    return failed != 0;
}
