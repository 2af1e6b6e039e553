/* The state of a `fwd` body while it is coded (FWD.md). The same code decodes and
 * encodes: an encoder gives the target as `truth`, and its bit port writes what a decoder's would
 * read. */
#ifndef FWD_VERIFY_REFDELTA_DELTA_H
#define FWD_VERIFY_REFDELTA_DELTA_H

#include "verify/refdelta/copymap.h"
#include "verify/refdelta/correction_cache.h"
#include "verify/refdelta/reference/ref.h"
#include "verify/refdelta/run_window.h"

/* What a value is coded against. */
enum fwd_coding { FWD_CODING_LITERAL, FWD_CODING_COPY, FWD_CODING_REF, FWD_CODINGS };

/* Direct contexts of the body. */
enum {
    FWD_BODY_NUMBERS = 0, /* 6 sets, by kind of reference */
    FWD_BODY_SIGN = FWD_BODY_NUMBERS + 6 * (int)FWD_EXP_GOLOMB_SET,   /* 6 */
    FWD_BODY_SINCE = FWD_BODY_SIGN + 6,                               /* 26 x 4 */
    FWD_BODY_PLACE = FWD_BODY_SINCE + 26 * 4,                         /* 9 x 9 */
    FWD_BODY_RENAMED = FWD_BODY_PLACE + 81,                           /* 4 x 8 x 4 */
    FWD_BODY_REF_CONFIDENCE = FWD_BODY_RENAMED + 128,                 /* types x 16 */
    FWD_BODY_REF_PAST = FWD_BODY_REF_CONFIDENCE + FWD_REF_TYPES * 16, /* types x 8 */
    FWD_BODY_REF_SINCE = FWD_BODY_REF_PAST + FWD_REF_TYPES * 8,       /* 16 x 4 x 2 */
    FWD_BODY_REF_CHANGE = FWD_BODY_REF_SINCE + 128,                   /* types x 3 x 4 */
    FWD_BODY_REF_WORDS = FWD_BODY_REF_CHANGE + FWD_REF_TYPES * 12,    /* types x 8 */
    FWD_BODY_REF_OLD = FWD_BODY_REF_WORDS + FWD_REF_TYPES * 8,        /* types x 4 */
    FWD_BODY_REF_SAME = FWD_BODY_REF_OLD + FWD_REF_TYPES * 4,         /* types x 2 */
    FWD_BODY_BITS = FWD_BODY_REF_SAME + FWD_REF_TYPES * 2,            /* 3 modes x 64 */
    FWD_BODY_CALM_REST = FWD_BODY_BITS + FWD_CODINGS * 64,            /* 4 x 16 */
    FWD_BODY_CALM = FWD_BODY_CALM_REST + 64,                          /* a set of numbers */
    FWD_BODY_DIRECTS = FWD_BODY_CALM + (int)FWD_EXP_GOLOMB_SET
};

/* Rows of weights. */
enum {
    FWD_ROW_BITS = 0,                                /* 3 modes x 32 bits */
    FWD_ROW_BYTES = FWD_ROW_BITS + FWD_CODINGS * 32, /* 3 modes x 4 */
    FWD_ROW_WORD_REF = FWD_ROW_BYTES + FWD_CODINGS * 4,
    FWD_ROW_CODE_REF,
    FWD_ROW_COPY,
    FWD_BODY_WEIGHTS
};

/* Groups of 81 second weights; the one for copies needs 9. */
enum {
    FWD_SECOND_LITERAL = 0,
    FWD_SECOND_MISPREDICT = 81,
    FWD_SECOND_BYTES = 162,
    FWD_SECOND_COPY = 243,
    FWD_BODY_SECONDS = FWD_SECOND_COPY + 9
};

/* Refinement rows. */
enum {
    FWD_SSE_REF = 0,                                /* types x 2 */
    FWD_SSE_COPY = FWD_SSE_REF + FWD_REF_TYPES * 2, /* 32 */
    FWD_SSE_LITERAL = FWD_SSE_COPY + 32,            /* 33 */
    FWD_SSE_MISPREDICT = FWD_SSE_LITERAL + 33,      /* 33 x 2 */
    FWD_BODY_SSE_ROWS = FWD_SSE_MISPREDICT + 66
};

/* What the bits of a stream are for; a statistic for people, without influence on the bytes. */
enum fwd_category {
    FWD_CATEGORY_HEAD,
    FWD_CATEGORY_RUNS,
    FWD_CATEGORY_LITERAL,
    FWD_CATEGORY_COPY_FLAG,
    FWD_CATEGORY_COPY_MISPREDICT,
    FWD_CATEGORY_REF_FLAG,                                               /* + type of reference */
    FWD_CATEGORY_REF_MISPREDICT = FWD_CATEGORY_REF_FLAG + FWD_REF_TYPES, /* + type */
    FWD_CATEGORY_CALM = FWD_CATEGORY_REF_MISPREDICT + FWD_REF_TYPES,     /* numbers of units */
    FWD_CATEGORIES
};

/* Words within 4 KiB ahead that code was seen to load as literals: a ring of bits. */
#define FWD_POOL_WORDS 1024u
/* Largest gap of the source that literals are prepared with, and what is taken when there is none.
 */
#define FWD_PRIME_MAX   128u
#define FWD_PRIME_NONE  16u
#define FWD_PRIME_LEAST 8u /* shorter literals are not prepared for */
/* References that lead farther than this are not looked for in the runs around. */
#define FWD_RUN_WINDOW_REACH 4096u

/* After so many units as predicted a number says where the next is that is not. */
#define FWD_CALM_AFTER 32u
/* All units until the end of the run. */
#define FWD_CALM_REST UINT32_MAX

struct fwd_isa;
struct fwd_guess;

/* What bytes of copies changed by, modulo 256. */
struct fwd_change {
    uint32_t end;         /* offset after the last byte that changed */
    uint8_t past;         /* what it changed by */
    uint16_t by_place[4]; /* the last two changes at offsets that are this modulo 4 */
};

struct fwd_delta;

/* What an encoder knows. */
struct fwd_delta_truth {
    const uint8_t *bytes; /* the target */
    /* How far, in units, the reference of the target at `at` leads from what was predicted; 0: it
     * is not the source's reference `old` with another target. */
    int32_t (*distance)(const struct fwd_delta *delta, const struct fwd_ref *ref,
        const uint8_t *old, uint32_t predicted);
    /* How many counted units are as predicted until one is not; FWD_CALM_REST: all of the run. The
     * first is the reference `next` (which was looked for already, and that is remembered), or
     * NULL: none. */
    uint32_t (*foresee)(const struct fwd_delta *delta, const struct fwd_guess *next);
    void *ctx; /* for these functions */
};

struct fwd_delta {
    struct fwd_model model;
    const struct fwd_isa *isa;
    struct fwd_frames frames;
    struct fwd_ref_view view; /* of these frames and of the source */
    uint8_t window[FWD_WINDOW_SIZE];
    struct fwd_copymap map;
    struct fwd_correction_cache
        moved; /* source offsets of references whose mapped target was wrong */
    struct fwd_correction_cache data;    /* addresses in data windows */
    const struct fwd_delta_truth *truth; /* NULL when decoding */

    uint8_t *out;     /* where the next byte goes */
    uint32_t at;      /* its offset in the target */
    uint32_t history; /* the last four bytes, the latest in bits 7..0 */

    struct fwd_run run; /* the current one, or the one before the gap */
    struct fwd_run_window run_window;
    uint32_t since;     /* units coded as predicted since the last miss in this run */
    uint32_t calm;      /* units that are known to be as predicted, or FWD_CALM_REST */
    bool surprise;      /* and the next one is known not to be */
    uint8_t calm_past;  /* 1: a number did not reach the end of its run; the latest in bit 0 */
    uint32_t copy_past; /* outcomes of copied units, 1: missed; the latest in bit 0 */
    uint8_t word_past;  /* outcomes of references that are words */
    uint32_t word_end;  /* where the last of those ended */
    uint8_t ref_past[FWD_REF_TYPES];

    uint8_t register_map[32]; /* register of the source -> register of the target, as last seen */
    uint32_t renamed;         /* a bit for each that has another number */
    int16_t field_steps[32];  /* last change of an immediate, by opcode class */
    uint32_t literal_target;  /* of the last 16-bit LDR literal of the target */
    uint32_t pool_high;       /* upper half of the last literal pool word in a gap */
    uint8_t pool[FWD_POOL_WORDS / 8];
    struct fwd_change change;
};

/* How the halfwords of an instruction set are made of fields. */
struct fwd_half_rules {
    /* Of a halfword of which the upper bits are known (those of its opcode, the upper five, first):
     * a bit for the lowest bit of each field; and, 16 bits up, for those that name registers. */
    uint32_t (*fields)(uint32_t known, bool second);
    /* The bits in the order in which they are coded, and back; NULL: as they are. */
    uint32_t (*turn)(uint32_t half, bool second);
    uint32_t (*turn_back)(uint32_t value, bool second);
    uint8_t narrow; /* the register that is 0 in a field of 3 bits */
    bool carries;   /* second halves go on with the opcode of the first */
};

/* Rules of an instruction set. */
struct fwd_isa {
    uint8_t id;      /* FWD_ISA_* */
    uint8_t unit;    /* bytes of a copied unit that is no reference */
    bool wide;       /* addresses have 64 bits */
    bool values;     /* a part of the source may hold values that shift */
    bool one_by_one; /* each unit decides for itself: what it holds says more than a number */
    /* The size of the unit that begins with a byte and holds no reference, where it differs; NULL:
     * `unit`. */
    uint32_t (*unit_size)(const struct fwd_delta *delta, uint32_t first);
    fwd_ref_find *find; /* NULL: no references */
    fwd_ref_read *read;
    fwd_ref_write *write;
    /* Codes the next piece of a gap that has `left` bytes more; it gives 1..left bytes. */
    void (*literal)(struct fwd_delta *delta, uint32_t left);
    /* Codes `size` bytes of a run that were predicted as `like`. */
    void (*mispredict)(
        struct fwd_delta *delta, const uint8_t *predicted, uint32_t size, enum fwd_coding mode);
    /* A unit was copied as it was, or a reference was written; size bytes end at delta->at. */
    void (*copied)(struct fwd_delta *delta, const uint8_t *bytes, uint32_t size, bool reference);
    /* A halfword with its registers renamed as the copies before; NULL: no such. */
    uint32_t (*renamed)(const struct fwd_delta *delta, uint32_t value);
    const struct fwd_half_rules *half; /* only for halfword.c */
    /* Lowest bits of the fields of a word of which the upper bits are known; only for word.c. */
    uint32_t (*fields)(uint32_t known);
    /* Lets the contexts of literals see one piece of the source at `at`, which is below `end`;
     * returns its size. */
    uint32_t (*train)(struct fwd_delta *delta, uint32_t at, uint32_t end);
};

/* Instruction sets of a stream (u8): number, name of FWD_ISA_*, name of fwd_isa_* (the decoder's
 * part) and fwd_host_* (the encoder's, gen/isa/). Numbers go up from 0 without a gap. */
#define FWD_ISAS(ISA)                                                                              \
    ISA(0, NONE, none)                                                                             \
    ISA(1, THUMB, thumb)                                                                           \
    ISA(2, A32, a32)                                                                               \
    ISA(3, A64, a64)                                                                               \
    ISA(4, ARM, arm)   /* A32 with Thumb in between */                                             \
    ISA(5, RV32, rv32) /* RISC-V with compressed instructions */                                   \
    ISA(6, RV64, rv64)                                                                             \
    ISA(7, XTENSA, xtensa)                                                                         \
    ISA(8, X86_64, x86_64)                                                                         \
    ISA(9, X86_32, x86_32)                                                                         \
    ISA(10, AVR, avr)                                                                              \
    ISA(11, MIPS, mips)                                                                            \
    ISA(12, MIPS_BIG, mips_big)                                                                    \
    ISA(13, PPC, ppc) /* big-endian */

#define FWD_ISA_NUMBER(number, NAME, name) FWD_ISA_##NAME = number,
enum { FWD_ISAS(FWD_ISA_NUMBER) };
#undef FWD_ISA_NUMBER

#define FWD_ISA_DECLARED(number, NAME, name) extern const struct fwd_isa fwd_isa_##name;
FWD_ISAS(FWD_ISA_DECLARED)
#undef FWD_ISA_DECLARED

/* Rules that two instruction sets share. */
extern const struct fwd_half_rules fwd_thumb_half;
void fwd_thumb_literal(struct fwd_delta *delta, uint32_t left);
void fwd_thumb_mispredict(
    struct fwd_delta *delta, const uint8_t *predicted, uint32_t size, enum fwd_coding mode);
void fwd_thumb_copied(struct fwd_delta *delta, const uint8_t *bytes, uint32_t size, bool reference);
uint32_t fwd_thumb_train(struct fwd_delta *delta, uint32_t at, uint32_t end);
void fwd_word_mispredict(
    struct fwd_delta *delta, const uint8_t *predicted, uint32_t size, enum fwd_coding mode);
void fwd_word_copied(struct fwd_delta *delta, const uint8_t *bytes, uint32_t size, bool reference);
uint32_t fwd_word_train(struct fwd_delta *delta, uint32_t at, uint32_t end);
void fwd_byte_literal(struct fwd_delta *delta, uint32_t left);
void fwd_byte_mispredict(
    struct fwd_delta *delta, const uint8_t *predicted, uint32_t size, enum fwd_coding mode);
void fwd_byte_copied(struct fwd_delta *delta, const uint8_t *bytes, uint32_t size, bool reference);

/* Begins. The caller has set model, isa, frames, view.source, map, moved, data and truth, and the
 * rest to zeros. */
void fwd_delta_begin(struct fwd_delta *delta);

/* The next run becomes the current one. */
void fwd_delta_start_run(struct fwd_delta *delta, const struct fwd_run *run);

/* Codes the next unit of the current run; it must not be complete. FWD_OK or a reason of the
 * source. */
FWD_MUST_USE enum fwd_reason fwd_delta_copy(struct fwd_delta *delta);

/* Bytes of the next unit of the current run, when it is no reference. */
uint32_t fwd_delta_unit_size(struct fwd_delta *delta, uint32_t from, uint32_t left);

/* Prepares the contexts of literals for a gap of `size` bytes before the run `next` (at the end of
 * the source when it is the last). */
FWD_MUST_USE enum fwd_reason fwd_delta_prime(
    struct fwd_delta *delta, uint32_t size, uint32_t next_from);

/* Notes that a register of the source is this one in the target. */
void fwd_delta_rename(struct fwd_delta *delta, uint32_t from, uint32_t to);

/* Appends to the target. */
void fwd_delta_put(struct fwd_delta *delta, const uint8_t *bytes, uint32_t size);

/* Bytes of truth at the next place; zeros when decoding. */
uint32_t fwd_delta_wanted(const struct fwd_delta *delta, uint32_t ahead, uint32_t size);

/* The last two bytes. */
uint32_t fwd_delta_last_half(const struct fwd_delta *delta);

/* ---- values, as fields of an instruction ----------------------------------------------------- */

/* like: the predicted value; FWD_CODING_LITERAL ignores it. Each returns the value. */
uint32_t fwd_halfword_code(
    struct fwd_delta *delta, uint32_t value, uint32_t predicted, enum fwd_coding mode);
uint32_t fwd_word_code(
    struct fwd_delta *delta, uint32_t value, uint32_t predicted, enum fwd_coding mode);
uint32_t fwd_byte_code(
    struct fwd_delta *delta, uint32_t value, uint32_t predicted, enum fwd_coding mode);
/* A byte that was predicted otherwise; place: 0..3, of similar bytes the same. */
uint32_t fwd_byte_change(struct fwd_delta *delta, uint32_t value, uint32_t predicted,
    uint32_t place, enum fwd_coding mode);
/* A word of a literal pool: the upper half first. */
uint32_t fwd_halfword_pool(struct fwd_delta *delta, uint32_t word);
/* The second half of BL or B.W, which follows `first`. */
uint32_t fwd_halfword_second(struct fwd_delta *delta, uint32_t value, uint32_t first);

/* The value with its registers renamed as the copies before; of a halfword. */
uint32_t fwd_halfword_renamed(const struct fwd_delta *delta, uint32_t value);
/* A halfword was copied as it was. */
void fwd_halfword_unchanged(struct fwd_delta *delta, uint32_t value);

#endif
