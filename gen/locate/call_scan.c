#include "gen/locate/call_scan.h"

#include "verify/refdelta/reference/ref.h"

#include <stdlib.h>
#include <string.h>

/* What is looked at of a large image. */
#define PIECES 32u
#define PIECE  0x10000u
#define WORDS  5u /* bytes that the longest form needs */

/* True: bytes[0..3] (and for some forms [4]) are a call at `at`; *target: where it leads, for
 * absolute forms in the units of the address space. */
typedef bool call_at(const uint8_t *bytes, uint32_t at, uint32_t *target);

struct form {
    call_at *read;
    uint32_t step;  /* calls begin at multiples of it */
    uint32_t align; /* functions begin at multiples of it */
    bool absolute;  /* the target does not depend on `at`, nor on where the image lies */
};

static uint32_t big_word_at(const uint8_t *b)
{
    return (uint32_t)b[0] << 24 | (uint32_t)b[1] << 16 | (uint32_t)b[2] << 8 | b[3];
}

static bool thumb(const uint8_t *b, uint32_t at, uint32_t *target)
{
    uint32_t h = fwd_half_at(b), k = fwd_half_at(b + 2);

    *target = at + 4 + 2 * (uint32_t)fwd_ref_signed(fwd_thumb_far(h, k), 24);
    return (h & 0xF800) == 0xF000 && (k & 0xD000) == 0xD000;
}

static bool a32(const uint8_t *b, uint32_t at, uint32_t *target)
{
    uint32_t w = fwd_word_at(b);

    *target = at + 8 + 4 * (uint32_t)fwd_ref_signed(w, 24);
    return w >> 24 == 0xEB;
}

static bool a64(const uint8_t *b, uint32_t at, uint32_t *target)
{
    uint32_t w = fwd_word_at(b);

    *target = at + 4 * (uint32_t)fwd_ref_signed(w, 26);
    return w >> 26 == 0x25;
}

/* JAL ra. */
static bool riscv(const uint8_t *b, uint32_t at, uint32_t *target)
{
    uint32_t w = fwd_word_at(b);
    uint32_t offset =
        (w >> 31) << 20 | (w >> 12 & 0xFF) << 12 | (w >> 20 & 1) << 11 | (w >> 21 & 0x3FF) << 1;

    *target = at + (uint32_t)fwd_ref_signed(offset, 21);
    return (w & 0xFFF) == 0x0EF;
}

/* CALL0, CALL4, CALL8, CALL12. */
static bool xtensa(const uint8_t *b, uint32_t at, uint32_t *target)
{
    uint32_t w = fwd_word_at(b) & 0xFFFFFF;

    *target = (at & ~3u) + 4 + 4 * (uint32_t)fwd_ref_signed(w >> 6, 18);
    return (w & 15) == 5;
}

static bool x86(const uint8_t *b, uint32_t at, uint32_t *target)
{
    *target = at + 5 + fwd_word_at(b + 1);
    return b[0] == 0xE8;
}

static bool avr(const uint8_t *b, uint32_t at, uint32_t *target)
{
    uint32_t h = fwd_half_at(b);

    if (h >> 12 == 13) { /* RCALL */
        *target = at + 2 + 2 * (uint32_t)fwd_ref_signed(h, 12);
        return true;
    }
    *target = 2 * ((h >> 4 & 31) << 17 | (h & 1) << 16 | fwd_half_at(b + 2));
    return (h & 0xFE0E) == 0x940E; /* CALL */
}

static bool mips_word(uint32_t w, uint32_t *target)
{
    *target = (w & 0x3FFFFFF) << 2;
    return w >> 26 == 3; /* JAL */
}

static bool mips(const uint8_t *b, uint32_t at, uint32_t *target)
{
    (void)at;
    return mips_word(fwd_word_at(b), target);
}

static bool mips_be(const uint8_t *b, uint32_t at, uint32_t *target)
{
    (void)at;
    return mips_word(big_word_at(b), target);
}

/* BL. */
static bool ppc(const uint8_t *b, uint32_t at, uint32_t *target)
{
    uint32_t w = big_word_at(b);

    *target = at + (uint32_t)fwd_ref_signed(w & 0x3FFFFFC, 26);
    return (w & 0xFC000003) == 0x48000001;
}

static const struct form forms[FWD_CALL_FORMS] = {
    [FWD_CALL_THUMB] = {thumb, 2, 2, false},
    [FWD_CALL_A32] = {a32, 4, 4, false},
    [FWD_CALL_A64] = {a64, 4, 4, false},
    [FWD_CALL_RISCV] = {riscv, 2, 2, false},
    [FWD_CALL_XTENSA] = {xtensa, 1, 4, false},
    [FWD_CALL_X86] = {x86, 1, 1, false},
    [FWD_CALL_AVR] = {avr, 2, 2, false},
    [FWD_CALL_MIPS] = {mips, 4, 4, true},
    [FWD_CALL_MIPS_BE] = {mips_be, 4, 4, true},
    [FWD_CALL_PPC] = {ppc, 4, 4, false},
};

static int compare(const void *a, const void *b)
{
    uint32_t x, y;

    memcpy(&x, a, sizeof x);
    memcpy(&y, b, sizeof y);
    return x < y ? -1 : x > y;
}

static uint32_t collect(const struct form *form, const uint8_t *bytes, uint32_t size, uint32_t from,
    uint32_t end, uint32_t *targets)
{
    uint32_t count = 0;

    for (uint32_t at = from; at + WORDS <= end; at += form->step)
        count += form->read(bytes + at, at, &targets[count]) &&
                 (form->absolute || targets[count] < size);
    return count;
}

static void count_targets(uint32_t *targets, struct fwd_call_count *count)
{
    uint32_t end;

    qsort(targets, count->calls, sizeof *targets, compare);
    for (uint32_t at = 0; at < count->calls; at = end) {
        for (end = at + 1; end < count->calls && targets[end] == targets[at];)
            end++;
        count->shared += end - at > 1 ? end - at : 0;
        count->pairs += (uint64_t)(end - at) * (end - at - 1) / 2;
    }
}

bool fwd_call_scan(
    enum fwd_call_form form, const uint8_t *bytes, uint32_t size, struct fwd_call_count *count)
{
    const struct form *f = &forms[form];
    bool whole = size <= FWD_CALL_SCAN_WHOLE;
    uint32_t looked = whole ? size : PIECES * PIECE;
    uint32_t *targets = malloc(((size_t)looked / f->step + 2) * sizeof *targets);

    *count = (struct fwd_call_count){0};
    if (targets == NULL)
        return false;
    for (uint32_t i = 0; i < (whole ? 1 : PIECES); i++) {
        uint32_t from = whole ? 0 : (uint32_t)((uint64_t)(size - PIECE) * i / (PIECES - 1)) & ~15u;
        uint32_t end = whole ? size : from + PIECE;
        count->calls += collect(f, bytes, size, from, end, targets + count->calls);
    }
    count_targets(targets, count);
    free(targets);
    count->chance = 1 + (uint64_t)count->calls * count->calls / 2 / (size / f->align + 1);
    return true;
}

bool fwd_call_scan_credible(const struct fwd_call_count *count)
{
    return count->pairs >= 16 && count->pairs / 32 >= count->chance;
}
