/* Sections of codec `fwd` that no encoder made: each ends with a reason or with a target of the
 * right size, which its digest then refuses. The sanitizers watch the memory; every read of source
 * and section is checked for its range. */
#include "tests/gen/refdelta/delta_rig.h"
#include "verify/refdelta/refdelta_decoder.h"

#include <check.h>
#include <stdlib.h>
#include <string.h>

struct victim {
    struct fwd_bytes source, target;
    struct fwd_pair pair;
    struct fwd_section section;
    struct fwd_component component;
};

static const uint8_t isas[] = {FWD_ISA_NONE, FWD_ISA_THUMB, FWD_ISA_A32, FWD_ISA_A64, FWD_ISA_ARM,
    FWD_ISA_RV32, FWD_ISA_RV64, FWD_ISA_XTENSA, FWD_ISA_X86_64, FWD_ISA_X86_32, FWD_ISA_AVR,
    FWD_ISA_MIPS, FWD_ISA_MIPS_BIG, FWD_ISA_PPC};
#define ISAS ((int)(sizeof isas / sizeof isas[0]))

/* The component points into the victim: it must not move. */
static void make_victim(struct victim *v, uint8_t isa)
{
    const struct fwd_hints hints = {.has_isa = true,
        .isa = isa,
        .has_base = true,
        .source_base = 0x08010000,
        .target_base = 0x08010000};
    const struct fwd_section_options options = {
        .jobs = 1, .delta_memory = 32768, .effort = FWD_EFFORT_FAST, .hints = &hints};
    struct fwd_tuples runs = {0};
    struct fwd_error err = {0};

    v->source = rig_image(RIG_FIRMWARE, 1200, 1);
    v->target = rig_release(&v->source, 1302, 2);
    v->pair = rig_pair(&v->source, &v->target);
    ck_assert_int_eq(fwd_section_fwd(&v->pair, &options, &v->section, &runs, &err), FWD_FAIL_NONE);
    fwd_tuples_free(&runs);
    v->component = rig_component(&v->section, &v->pair);
}

static void free_victim(struct victim *v)
{
    fwd_section_free(&v->section);
    fwd_bytes_free(&v->source);
    fwd_bytes_free(&v->target);
}

/* True when the target came back. */
static bool decode(const struct victim *v, enum fwd_reason *reason)
{
    const struct rig_run run = {.codec = &fwd_codec_fwd,
        .component = &v->component,
        .section = &v->section.bytes,
        .pair = &v->pair,
        .arena_size = v->section.arena_size};
    struct fwd_bytes out;

    *reason = rig_decode(&run, &out);
    if (*reason != FWD_OK && *reason != FWD_E_STREAM_INVALID)
        ck_abort_msg("%s", fwd_reason_info(*reason)->name);
    if (*reason == FWD_OK && out.size != v->target.size)
        ck_abort_msg("%zu bytes", out.size);
    bool same = *reason == FWD_OK && memcmp(out.data, v->target.data, out.size) == 0;
    fwd_bytes_free(&out);
    return same;
}

/* A flag that nothing depends on may be another: which runs are in the map that predicts nothing,
 * or addresses that nothing refers to. */
START_TEST(flipped_bits_end_with_a_reason_or_another_target)
{
    struct victim v;
    enum fwd_reason reason;

    make_victim(&v, isas[_i]);
    ck_assert(decode(&v, &reason));
    unsigned same = 0;
    for (size_t at = 0; at < v.section.bytes.size; at += at < 40 ? 1 : 3) {
        uint8_t mask = (uint8_t)(1u << at * 5 % 8);
        v.section.bytes.data[at] ^= mask;
        same += decode(&v, &reason);
        v.section.bytes.data[at] ^= mask;
    }
    bool x86 = isas[_i] == FWD_ISA_X86_64 || isas[_i] == FWD_ISA_X86_32;
    ck_assert_uint_le(same, x86 ? 14 : 10); /* x86: fields that this firmware has none of */
    free_victim(&v);
}
END_TEST

START_TEST(no_cut_section_goes_unnoticed)
{
    struct victim v;
    enum fwd_reason reason;

    make_victim(&v, isas[_i]);
    while (v.section.bytes.size > 5) {
        v.component.section_size = (uint32_t)--v.section.bytes.size;
        if (decode(&v, &reason))
            ck_abort_msg("%zu bytes", v.section.bytes.size);
    }
    free_victim(&v);
}
END_TEST

START_TEST(garbage_ends)
{
    struct victim v;
    enum fwd_reason reason;
    uint32_t state = (uint32_t)_i + 1;

    make_victim(&v, isas[_i]);
    uint32_t runs_size = v.section.bytes.data[0] | (uint32_t)v.section.bytes.data[1] << 8;
    uint8_t *good = malloc(v.section.bytes.size);
    ck_assert_ptr_nonnull(good);
    memcpy(good, v.section.bytes.data, v.section.bytes.size);
    for (unsigned round = 0; round < 30; round++) {
        /* of the body alone, so that runs are right, or of all that stands after a place; the very
         * last bytes may have several right values */
        size_t last = v.section.bytes.size - 8;
        size_t from = round % 2 ? 4 + runs_size : delta_random(&state) % last;
        for (size_t i = from; i < v.section.bytes.size; i++)
            v.section.bytes.data[i] = (uint8_t)(delta_random(&state) >> 13);
        ck_assert(!decode(&v, &reason));
        memcpy(v.section.bytes.data, good, v.section.bytes.size);
    }
    free(good);
    free_victim(&v);
}
END_TEST

/* The same stream, read as another instruction set's, or for other images. */
START_TEST(a_stream_of_something_else_ends)
{
    struct victim v;
    enum fwd_reason reason;

    make_victim(&v, isas[_i]);
    for (uint8_t isa = 0; isa < ISAS; isa++) {
        v.section.params[1] = isa;
        bool same = decode(&v, &reason);
        ck_assert(same || isa != isas[_i]);
    }
    v.section.params[1] = isas[_i];
    for (uint32_t less = 1; less < 1200; less += 97) {
        v.pair.source_size = (uint32_t)v.source.size - less;
        v.component.source.size = v.pair.source_size;
        (void)decode(&v, &reason);
    }
    v.pair = rig_pair(&v.source, &v.target);
    v.component.source.size = v.pair.source_size;
    v.component.source.size--;
    uint8_t arena[16];
    const struct fwd_decode_job job = {.component = &v.component, .arena = arena, .arena_size = 16};
    void *state;
    ck_assert_int_eq(fwd_codec_fwd.open(&job, &state), FWD_E_DECODER_MEMORY);
    free_victim(&v);
}
END_TEST

/* ---- reads that fail ------------------------------------------------------------------------- */

struct counted {
    const struct fwd_bytes *bytes;
    unsigned *reads, fails_at;
};

static enum fwd_reason read_counted(void *ctx, uint32_t offset, void *buf, uint32_t size)
{
    struct counted *c = ctx;

    if ((uint64_t)offset + size > c->bytes->size)
        ck_abort_msg("read of %u bytes at %u", size, offset);
    if (++*c->reads == c->fails_at)
        return FWD_E_SOURCE_READ;
    memcpy(buf, c->bytes->data + offset, size);
    return FWD_OK;
}

static enum fwd_reason decode_counted(const struct victim *v, unsigned fails_at, unsigned *reads)
{
    struct counted section = {&v->section.bytes, reads, fails_at};
    struct counted source = {&v->source, reads, fails_at};
    uint8_t *arena = malloc(v->section.arena_size);
    const struct fwd_decode_job job = {.component = &v->component,
        .section = {&section, read_counted, (uint32_t)v->section.bytes.size},
        .source = {&source, read_counted, v->pair.source_size},
        .arena = arena,
        .arena_size = v->section.arena_size};
    struct fwd_chunk chunk = {.size = 1};
    void *state = NULL;

    *reads = 0;
    enum fwd_reason reason = fwd_codec_fwd.open(&job, &state);
    while (reason == FWD_OK && chunk.size > 0)
        reason = fwd_codec_fwd.next(state, &chunk);
    free(arena);
    return reason;
}

START_TEST(every_read_that_fails_gives_its_reason)
{
    struct victim v;
    unsigned all, reads;

    make_victim(&v, isas[_i]);
    ck_assert_int_eq(decode_counted(&v, 0, &all), FWD_OK);
    ck_assert_uint_gt(all, 10);
    for (unsigned n = 1; n <= all; n++)
        if (decode_counted(&v, n, &reads) != FWD_E_SOURCE_READ)
            ck_abort_msg("read %u of %u", n, all);
    ck_assert_int_eq(decode_counted(&v, all + 1, &reads), FWD_OK);
    free_victim(&v);
}
END_TEST

int main(void)
{
    Suite *suite = suite_create("delta hostile");
    TCase *tcase = tcase_create("delta hostile");
    SRunner *runner = srunner_create(suite);

    suite_add_tcase(suite, tcase);
    tcase_set_timeout(tcase, 240);
    tcase_add_loop_test(tcase, flipped_bits_end_with_a_reason_or_another_target, 0, ISAS);
    tcase_add_loop_test(tcase, no_cut_section_goes_unnoticed, 0, ISAS);
    tcase_add_loop_test(tcase, garbage_ends, 0, ISAS);
    tcase_add_loop_test(tcase, a_stream_of_something_else_ends, 0, ISAS);
    tcase_add_loop_test(tcase, every_read_that_fails_gives_its_reason, 0, ISAS);
    srunner_run_all(runner, CK_ENV);
    int failed = srunner_ntests_failed(runner);
    srunner_free(runner);
    return failed != 0;
}
