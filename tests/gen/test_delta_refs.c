/* References per instruction set: found in the source, and written anew for another place
 * (encodings: Arm Architecture Reference Manual). */
#include <check.h>
#include <string.h>

#include "gen/refdelta/memory_input.h"
#include "verify/refdelta/delta.h"

#define IMAGE 0x10000u
#define NONE  FWD_REF_TYPES

struct reference {
    const char *text;
    const struct fwd_isa *isa;
    uint32_t at;
    uint8_t old[8];
    uint8_t type; /* NONE: no reference */
    uint32_t target;
    uint32_t new_at, new_target; /* of the copy */
    uint8_t written[8];          /* all 0: it cannot be written */
};

static const struct reference references[] = {
    {"BL +0", &fwd_isa_thumb, 0x100, {0x00, 0xF0, 0x00, 0xF8}, FWD_REF_BL, 0x104, 0x200, 0x208,
        {0x00, 0xF0, 0x02, 0xF8}},
    {"BL -4", &fwd_isa_thumb, 0x100, {0xFF, 0xF7, 0xFE, 0xFF}, FWD_REF_BL, 0x100, 0x200, 0x200,
        {0xFF, 0xF7, 0xFE, 0xFF}},
    {"BL forward becomes backward", &fwd_isa_thumb, 0x100, {0x00, 0xF0, 0x00, 0xF8}, FWD_REF_BL,
        0x104, 0x200, 0x200, {0xFF, 0xF7, 0xFE, 0xFF}},
    {"BL by more than 16 MiB", &fwd_isa_thumb, 0x100, {0x00, 0xF0, 0x00, 0xF8}, FWD_REF_BL, 0x104,
        0, 0x01000004, {0}},
    {"BL to an odd place", &fwd_isa_thumb, 0x100, {0x00, 0xF0, 0x00, 0xF8}, FWD_REF_BL, 0x104, 0,
        0x105, {0}},
    {"BL out of the image", &fwd_isa_thumb, 0, {0xFF, 0xF7, 0x00, 0xF8}, NONE, 0, 0, 0, {0}},
    {"B.W +0", &fwd_isa_thumb, 0x102, {0x00, 0xF0, 0x00, 0xB8}, FWD_REF_BW, 0x106, 0x102, 0x10A,
        {0x00, 0xF0, 0x02, 0xB8}},
    {"BEQ.W +0", &fwd_isa_thumb, 0x100, {0x00, 0xF0, 0x00, 0x80}, FWD_REF_BCW, 0x104, 0x100, 0x100,
        {0x3F, 0xF4, 0xFE, 0xAF}},
    {"LDR r0, [pc, #4]", &fwd_isa_thumb, 0x102, {0x01, 0x48}, FWD_REF_LDR, 0x108, 0x104, 0x10C,
        {0x01, 0x48}},
    {"LDR backward", &fwd_isa_thumb, 0x102, {0x01, 0x48}, FWD_REF_LDR, 0x108, 0x104, 0x104, {0}},
    {"LDR 1020 ahead", &fwd_isa_thumb, 0x100, {0xFF, 0x48}, FWD_REF_LDR, 0x500, 0x100, 0x504, {0}},
    {"ADR r1", &fwd_isa_thumb, 0x100, {0x02, 0xA1}, FWD_REF_ADR, 0x10C, 0x100, 0x104, {0x00, 0xA1}},
    {"LDR.W r0, [pc, #-8]", &fwd_isa_thumb, 0x100, {0x5F, 0xF8, 0x08, 0x00}, FWD_REF_LDRW, 0xFC,
        0x100, 0x10C, {0xDF, 0xF8, 0x08, 0x00}},
    {"LDR.W by 2^31", &fwd_isa_thumb, 0x100, {0x5F, 0xF8, 0x08, 0x00}, FWD_REF_LDRW, 0xFC, 0,
        0x80000004u, {0}},
    {"B .", &fwd_isa_thumb, 0x100, {0xFE, 0xE7}, FWD_REF_B11, 0x100, 0x100, 0x102, {0xFF, 0xE7}},
    {"BEQ .", &fwd_isa_thumb, 0x100, {0xFE, 0xD0}, FWD_REF_B8, 0x100, 0x100, 0x204, {0}},
    {"SVC is no branch", &fwd_isa_thumb, 0x100, {0xFE, 0xDF}, NONE, 0, 0, 0, {0}},
    {"CBZ r0, +4", &fwd_isa_thumb, 0x100, {0x10, 0xB1}, FWD_REF_CBZ, 0x108, 0x100, 0x182,
        {0xF8, 0xB3}},
    {"CBZ backward", &fwd_isa_thumb, 0x100, {0x10, 0xB1}, FWD_REF_CBZ, 0x108, 0x100, 0x100, {0}},
    {"a pointer", &fwd_isa_thumb, 0x100, {0x35, 0x12, 0x00, 0x08}, FWD_REF_POINTER, 0x1235, 0x104,
        0x1239, {0x39, 0x12, 0x01, 0x08}},
    {"a word of RAM", &fwd_isa_thumb, 0x100, {0x10, 0x00, 0x00, 0x20}, FWD_REF_DATA, 0x20000010,
        0x104, 0x20000018, {0x18, 0x00, 0x00, 0x20}},
    {"A32 BL +0", &fwd_isa_a32, 0x100, {0x00, 0x00, 0x00, 0xEB}, FWD_REF_A32_B, 0x108, 0x100, 0x100,
        {0xFE, 0xFF, 0xFF, 0xEB}},
    {"A32 B to an odd word", &fwd_isa_a32, 0x100, {0x00, 0x00, 0x00, 0xEA}, FWD_REF_A32_B, 0x108,
        0x100, 0x10A, {0}},
    {"A32 BLX is none", &fwd_isa_a32, 0x100, {0x00, 0x00, 0x00, 0xFA}, NONE, 0, 0, 0, {0}},
    {"A32 LDR r0, [pc, #8]", &fwd_isa_a32, 0x100, {0x08, 0x00, 0x9F, 0xE5}, FWD_REF_A32_LDR, 0x110,
        0x100, 0x104, {0x04, 0x00, 0x1F, 0xE5}},
    {"A32 LDR by 2^31", &fwd_isa_a32, 0x100, {0x08, 0x00, 0x9F, 0xE5}, FWD_REF_A32_LDR, 0x110, 0,
        0x80000008u, {0}},
    {"A64 BL +8", &fwd_isa_a64, 0x100, {0x02, 0x00, 0x00, 0x94}, FWD_REF_BL, 0x108, 0x100, 0xFC,
        {0xFF, 0xFF, 0xFF, 0x97}},
    {"A64 B", &fwd_isa_a64, 0x100, {0x02, 0x00, 0x00, 0x14}, FWD_REF_A64_B, 0x108, 0x100,
        0x10000100, {0}},
    {"A64 CBZ x0, +8", &fwd_isa_a64, 0x100, {0x40, 0x00, 0x00, 0xB4}, FWD_REF_A64_B19, 0x108, 0x100,
        0x104, {0x20, 0x00, 0x00, 0xB4}},
    {"A64 TBZ w0, #0, +8", &fwd_isa_a64, 0x100, {0x40, 0x00, 0x00, 0x36}, FWD_REF_A64_B14, 0x108,
        0x100, 0x8100, {0}},
    {"A64 ADRP x0, +4096", &fwd_isa_a64, 0x100, {0x00, 0x00, 0x00, 0xB0}, FWD_REF_ADRP, 0x1000,
        0x100, 0x3123, {0x00, 0x00, 0x00, 0xF0}},
};
#define REFERENCES ((int)(sizeof references / sizeof references[0]))

START_TEST(a_reference_is_found_and_written_anew)
{
    const struct reference *r = &references[_i];
    static uint8_t image[IMAGE], none[8];
    static struct fwd_window window;
    const struct fwd_frames frames = {.from = {.size = IMAGE, .base = 0x08000000},
        .to = {.size = IMAGE, .base = 0x08010000},
        .data = {{0x2000, 0x200F}},
        .data_count = 1};
    struct fwd_input source = fwd_memory_input(image, IMAGE);
    struct fwd_ref ref = {0};
    uint8_t out[8] = {0};
    uint32_t back = 0;

    memset(image, 0, sizeof image);
    memcpy(image + r->at, r->old, sizeof r->old);
    fwd_window_open(&window, &source);
    bool found = r->isa->find(&frames, &window, r->at, r->new_at, false, &ref);
    ck_assert_msg(found == (r->type != NONE), "%s", r->text);
    if (!found)
        return;
    ck_assert_msg(ref.type == r->type, "%s: type %u", r->text, ref.type);
    ck_assert_msg(ref.target == r->target, "%s: target %x", r->text, ref.target);
    bool can = memcmp(r->written, none, 8) != 0;
    bool written = r->isa->write(&frames, r->old, r->new_at, &ref, r->new_target, out);
    ck_assert_msg(written == can, "%s: written %d", r->text, written);
    if (!can)
        return;
    ck_assert_msg(memcmp(out, r->written, ref.size) == 0, "%s: %02x%02x%02x%02x", r->text, out[3],
        out[2], out[1], out[0]);
    if (fwd_ref_is_split(ref.type))
        return;
    ck_assert_msg(r->isa->read(&frames.to, &frames, out, r->new_at, &ref, &back), "%s", r->text);
    ck_assert_msg(back == r->new_target, "%s: back %x", r->text, back);
}
END_TEST

int main(void)
{
    Suite *suite = suite_create("delta refs");
    TCase *tcase = tcase_create("delta refs");
    SRunner *runner = srunner_create(suite);

    suite_add_tcase(suite, tcase);
    tcase_add_loop_test(tcase, a_reference_is_found_and_written_anew, 0, REFERENCES);
    srunner_run_all(runner, CK_ENV);
    int failed = srunner_ntests_failed(runner);
    srunner_free(runner);
    return failed != 0;
}
