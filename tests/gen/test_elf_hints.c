/* ELF files as hints: what is found in good ones, and that bad ones are refused and do no harm. */
#include "format/cursor.h"
#include "gen/image/elf_hints.h"
#include "tests/gen/gen_rig.h"

#include <check.h>
#include <elf.h>
#include <stdlib.h>
#include <string.h>

#define IMAGE 6000u
#define DATA  400u /* of the image's end: initial values of variables */

struct good {
    const char *name;
    bool wide;
    uint16_t machine;
    uint64_t entry, physical, virtual;
    uint32_t in_front; /* bytes of the file's start in the first segment too */
    uint32_t header;   /* bytes of the image before the program */
    uint32_t changed;  /* bytes of the image that were filled in later */
    bool has_isa;
    uint8_t isa;
    uint64_t base;
};

static const struct good goods[] = {
    {"Cortex-M", false, EM_ARM, 0x8000101, 0x8000000, 0x8000000, 0, 0, 0, true, FWD_ISA_THUMB,
        0x8000000},
    {"A32", false, EM_ARM, 0x8000, 0x8000, 0x8000, 0, 0, 0, true, FWD_ISA_ARM, 0x8000},
    {"no entry", false, EM_ARM, 0, 0, 0, 0, 0, 0, false, 0, 0},
    {"AArch64", true, EM_AARCH64, 0xFFFF800008000000, 0x80000, 0xFFFF800008000000, 0, 0, 0, true,
        FWD_ISA_A64, 0xFFFF800008000000},
    {"another machine", false, EM_RISCV, 0x42000000, 0x42000000, 0x42000000, 0, 0, 0, true,
        FWD_ISA_NONE, 0x42000000},
    {"runs from RAM", false, EM_ARM, 0x20000101, 0x8000000, 0x20000000, 0, 0, 0, true,
        FWD_ISA_THUMB, 0x20000000},
    {"ELF header in the segment", false, EM_ARM, 0x8000101, 0x7FFFF00, 0x7FFFF00, 256, 0, 0, true,
        FWD_ISA_THUMB, 0x8000000},
    {"boot header before it", false, EM_ARM, 0x8000301, 0x8000200, 0x8000200, 0, 512, 0, true,
        FWD_ISA_THUMB, 0x8000000},
    {"checksum filled in", false, EM_ARM, 0x8000101, 0x8000000, 0x8000000, 0, 0, 40, true,
        FWD_ISA_THUMB, 0x8000000},
};

static void put(uint8_t *at, uint64_t value, size_t size)
{
    for (size_t i = 0; i < size; i++)
        at[i] = (uint8_t)(value >> 8 * i);
}

static void put_header(uint8_t *file, const struct good *g)
{
    size_t width = g->wide ? 8 : 4, at = 24;

    memcpy(file, ELFMAG, SELFMAG);
    file[EI_CLASS] = g->wide ? ELFCLASS64 : ELFCLASS32;
    file[EI_DATA] = ELFDATA2LSB;
    put(file + 16, ET_EXEC, 2);
    put(file + 18, g->machine, 2);
    put(file + 20, EV_CURRENT, 4);
    put(file + at, g->entry, width);
    put(file + at + width, 64, width); /* program headers */
    at += 3 * width + 4;
    put(file + at, g->wide ? 64 : 52, 2);
    put(file + at + 2, g->wide ? sizeof(Elf64_Phdr) : sizeof(Elf32_Phdr), 2);
    put(file + at + 4, 3, 2);
}

static void put_segment(uint8_t *file, const struct good *g, unsigned index, uint64_t offset,
    uint64_t virtual, uint64_t physical, uint64_t size)
{
    size_t width = g->wide ? 8 : 4;
    uint8_t *at = file + 64 + index * (g->wide ? sizeof(Elf64_Phdr) : sizeof(Elf32_Phdr));

    put(at, PT_LOAD, 4);
    at += width; /* of 64 bits: the flags follow */
    put(at, offset, width);
    put(at + width, virtual, width);
    put(at + 2 * width, physical, width);
    put(at + 3 * width, size, width);
}

/* The headers, and from byte 256 on the program: code, and initial values of variables that are
 * used in RAM; the third segment has no bytes. */
static struct fwd_bytes make_file(const struct good *g, const struct fwd_bytes *program)
{
    struct fwd_bytes file = {calloc(1, 256 + IMAGE), 256 + IMAGE};

    ck_assert_ptr_nonnull(file.data);
    put_header(file.data, g);
    put_segment(
        file.data, g, 0, 256 - g->in_front, g->virtual, g->physical, IMAGE - DATA + g->in_front);
    put_segment(file.data, g, 1, 256 + IMAGE - DATA, 0x20001000,
        g->physical + g->in_front + IMAGE - DATA, DATA);
    put_segment(file.data, g, 2, 0, 0x20002000, 0x20002000, 0);
    memcpy(file.data + 256, program->data, IMAGE);
    return file;
}

static struct fwd_bytes make_image(const struct good *g, const struct fwd_bytes *program)
{
    struct fwd_bytes image = {malloc(g->header + IMAGE), g->header + IMAGE};

    ck_assert_ptr_nonnull(image.data);
    memset(image.data, 0x5A, g->header);
    memcpy(image.data + g->header, program->data, IMAGE);
    for (uint32_t i = 0; i < g->changed; i++)
        image.data[g->header + 32 + i] ^= 0xFF;
    return image;
}

START_TEST(instruction_set_and_address_are_found)
{
    const struct good *g = &goods[_i];
    struct fwd_bytes program = rig_image(RIG_FIRMWARE, IMAGE, 1);
    struct fwd_bytes file = make_file(g, &program), image = make_image(g, &program);
    struct fwd_elf_place place;
    struct fwd_error err = {""};

    ck_assert_msg(fwd_elf_hints_find("x.elf", &file, image.data, (uint32_t)image.size, &place,
                      &err) == FWD_FAIL_NONE,
        "%s: %s", g->name, err.text);
    ck_assert_msg(place.has_isa == g->has_isa, "%s", g->name);
    ck_assert_msg(place.isa == g->isa, "%s: %u", g->name, place.isa);
    ck_assert_msg(place.base == g->base, "%s: %llx", g->name, (unsigned long long)place.base);
    fwd_bytes_free(&file);
    fwd_bytes_free(&image);
    fwd_bytes_free(&program);
}
END_TEST

/* Changes of the file of goods[0]. */
static const struct {
    const char *name;
    size_t at, size;
    uint64_t value;
    const char *sentence;
} bads[] = {
    {"magic", 0, 1, 0x7E, "is not an ELF file"},
    {"class", EI_CLASS, 1, 3, "32 or 64 bits"},
    {"big-endian", EI_DATA, 1, ELFDATA2MSB, "little-endian"},
    {"machine and width", 18, 2, EM_AARCH64, "contradict"},
    {"headers behind the end", 28, 4, 0xFFFFFFF0, "program headers lie outside"},
    {"headers at the end", 28, 4, 256 + IMAGE - 16, "program headers lie outside"},
    {"size of a header", 42, 2, 16, "program headers lie outside"},
    {"no headers", 44, 2, 0, "has no program headers"},
    {"many headers", 44, 2, 0xFFFF, "program headers lie outside"},
    {"offset of a segment", 64 + 4, 4, 0xFFFFFFFF, "lies outside the file"},
    {"size of a segment", 64 + 16, 4, 0xFFFFFFFF, "lies outside the file"},
    {"one byte too many", 64 + 32 + 16, 4, DATA + 1, "lies outside the file"},
    {"odd address", 64 + 8, 4, 0x8000001, "odd address"},
};

START_TEST(a_bad_file_is_refused_with_its_reason)
{
    struct fwd_bytes program = rig_image(RIG_FIRMWARE, IMAGE, 1);
    struct fwd_bytes file = make_file(&goods[0], &program);
    struct fwd_elf_place place;
    struct fwd_error err = {""};

    put(file.data + bads[_i].at, bads[_i].value, bads[_i].size);
    ck_assert_msg(
        fwd_elf_hints_find("x.elf", &file, program.data, IMAGE, &place, &err) == FWD_FAIL_REFUSED,
        "%s", bads[_i].name);
    ck_assert_msg(strstr(err.text, bads[_i].sentence) != NULL, "%s: %s", bads[_i].name, err.text);
    fwd_bytes_free(&file);
    fwd_bytes_free(&program);
}
END_TEST

START_TEST(the_file_of_another_image_is_refused)
{
    struct fwd_bytes program = rig_image(RIG_FIRMWARE, IMAGE, 1);
    struct fwd_bytes other = rig_image(RIG_FIRMWARE, IMAGE, 2);
    struct fwd_bytes zeros = rig_image(RIG_ZEROS, IMAGE, 3);
    struct fwd_bytes file = make_file(&goods[0], &program);
    const struct fwd_bytes *images[] = {&other, &zeros};
    struct fwd_elf_place place;
    struct fwd_error err = {""};

    for (size_t i = 0; i < 2; i++) {
        ck_assert_int_eq(fwd_elf_hints_find("x.elf", &file, images[i]->data, IMAGE, &place, &err),
            FWD_FAIL_REFUSED);
        ck_assert_ptr_nonnull(strstr(err.text, "segments are not in the image"));
    }
    fwd_bytes_free(&file);
    fwd_bytes_free(&zeros);
    fwd_bytes_free(&other);
    fwd_bytes_free(&program);
}
END_TEST

/* In a buffer of exactly its size, so that a memory checker sees every byte beyond. */
START_TEST(every_cut_file_is_refused)
{
    struct fwd_bytes program = rig_image(RIG_FIRMWARE, IMAGE, 1);
    struct fwd_bytes file = make_file(&goods[_i], &program);
    struct fwd_bytes image = make_image(&goods[_i], &program);
    struct fwd_elf_place place;

    for (size_t size = 1; size < file.size; size += size < 400 ? 1 : 97) {
        struct fwd_bytes part = {malloc(size), size};
        ck_assert_ptr_nonnull(part.data);
        memcpy(part.data, file.data, size);
        ck_assert_int_eq(
            fwd_elf_hints_find("x.elf", &part, image.data, (uint32_t)image.size, &place, NULL),
            FWD_FAIL_REFUSED);
        fwd_bytes_free(&part);
    }
    fwd_bytes_free(&image);
    fwd_bytes_free(&file);
    fwd_bytes_free(&program);
}
END_TEST

/* Any answer will do; an address that is given is even. */
START_TEST(no_changed_byte_of_the_headers_does_harm)
{
    static const uint8_t values[] = {0x00, 0x01, 0x7F, 0x80, 0xFF};
    struct fwd_bytes program = rig_image(RIG_FIRMWARE, IMAGE, 1);
    struct fwd_bytes file = make_file(&goods[_i], &program);
    struct fwd_bytes image = make_image(&goods[_i], &program);
    struct fwd_elf_place place;

    for (size_t at = 0; at < 256; at++)
        for (size_t i = 0; i < sizeof values; i++) {
            uint8_t unchanged = file.data[at];
            file.data[at] = values[i];
            if (fwd_elf_hints_find("x.elf", &file, image.data, (uint32_t)image.size, &place,
                    NULL) == FWD_FAIL_NONE)
                ck_assert_uint_eq(place.base & 1u, 0);
            file.data[at] = unchanged;
        }
    fwd_bytes_free(&image);
    fwd_bytes_free(&file);
    fwd_bytes_free(&program);
}
END_TEST

int main(void)
{
    const int count = (int)(sizeof goods / sizeof *goods);
    Suite *suite = suite_create("elf_hints");
    TCase *tcase = tcase_create("elf_hints");

    tcase_add_loop_test(tcase, instruction_set_and_address_are_found, 0, count);
    tcase_add_loop_test(
        tcase, a_bad_file_is_refused_with_its_reason, 0, (int)(sizeof bads / sizeof *bads));
    tcase_add_test(tcase, the_file_of_another_image_is_refused);
    tcase_add_loop_test(tcase, every_cut_file_is_refused, 0, count);
    tcase_add_loop_test(tcase, no_changed_byte_of_the_headers_does_harm, 0, count);
    suite_add_tcase(suite, tcase);
    SRunner *runner = srunner_create(suite);
    srunner_run_all(runner, CK_ENV);
    int failed = srunner_ntests_failed(runner);
    srunner_free(runner);
    return failed == 0 ? EXIT_SUCCESS : EXIT_FAILURE;
}
