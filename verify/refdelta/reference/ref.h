/* References: words and instructions whose bytes depend on where something else lies (FWD.md). In
 * a run of the target they are predicted from the source: find the target of the reference there,
 * map it, and write the reference anew for its own new place. */
#ifndef FWD_VERIFY_REFDELTA_REFERENCE_REF_H
#define FWD_VERIFY_REFDELTA_REFERENCE_REF_H

#include "verify/refdelta/reference/frame.h"
#include "verify/refdelta/reference/window.h"

/* What a reference is, by what it is for: contexts of the stream. Each instruction set has its own
 * instructions for them; the words are the same for all. */
enum fwd_ref_type {
    FWD_REF_POINTER, /* address of a byte of the image: 4 bytes, or 8 of a 64-bit set */
    FWD_REF_DATA,    /* 32-bit address in a data window: RAM, peripherals; A64: value that shifts */
    FWD_REF_RELATIVE, /* 32-bit difference from its own place to a byte of the image */
    FWD_REF_OFFSET,   /* 32-bit offset in the image, in a sorted table */
    FWD_REF_CALL,
    FWD_REF_JUMP,
    FWD_REF_FAR,      /* a conditional branch that reaches far */
    FWD_REF_LOAD,     /* a load of a constant nearby */
    FWD_REF_LOAD_FAR, /* the same, longer */
    FWD_REF_ADR,      /* an address of something nearby */
    FWD_REF_NEAR,     /* a short jump */
    FWD_REF_COND,     /* a short conditional branch */
    FWD_REF_TEST,     /* a compare-and-branch, or another short branch */
    FWD_REF_HIGH,     /* the upper part of an address */
    FWD_REF_LOW,      /* the lower part, which completes it */
    FWD_REF_TYPES
};

/* Of A32, which has no addresses in two parts, so that A32 and Thumb can stand in one image. */
#define FWD_REF_A32_B   FWD_REF_HIGH
#define FWD_REF_A32_LDR FWD_REF_LOW

#define FWD_REF_SIZE_MAX 16u

struct fwd_ref {
    uint8_t type;
    uint8_t size;    /* bytes, 2..FWD_REF_SIZE_MAX */
    uint8_t unit;    /* the target is a multiple of 2^unit from its prediction */
    bool second;     /* a pointer by the alias of the image */
    bool data;       /* the target is an address outside the image, not an offset */
    bool fixed;      /* that address is not in a data window either: it does not move */
    bool split;      /* only a part of the target is in these bytes */
    uint32_t target; /* offset in the image, or an address */
    /* Of FWD_REF_LOW: what its register holds in the target; of FWD_REF_HIGH of MIPS and PowerPC:
     * what is added for the sign of the lower half; of x86: the offset of what refers in the
     * instruction. */
    uint32_t part;
};

/* The upper part of an address that an instruction left in a register. */
struct fwd_ref_upper {
    uint32_t from, to; /* in the source, and as written in the target */
    uint32_t end;      /* offset in the target after that instruction; 0: none */
    bool relative;     /* it is counted from the instruction */
};

#define FWD_REF_REGISTERS 32u

/* What finding references looks at, and what it remembers of instructions before. */
struct fwd_ref_view {
    const struct fwd_frames *frames;
    struct fwd_window source;
    bool in_pool;          /* the next word of the target is one that code loads as a literal */
    uint8_t rest;          /* bytes until the next instruction of the target begins */
    uint8_t done;          /* bytes of the current instruction that are written; only Xtensa's */
    uint8_t unit;          /* bytes up to the next place to look at; only x86's */
    uint8_t first, before; /* first bytes of the current instruction and of the one before */
    struct fwd_ref_upper uppers[FWD_REF_REGISTERS]; /* of sets that have addresses in two parts */
};

/* A reference in the source at `at`, whose copy will be at `to_at`: all of *ref. False: there is
 * none. */
typedef bool fwd_ref_find(
    struct fwd_ref_view *view, uint32_t at, uint32_t to_at, struct fwd_ref *ref);

/* Bytes from `at` of the source, at most `most`, that are whole units and surely hold no reference,
 * when their copy will be at `to_at`; they are in the view's window. 0: not known. Passes them:
 * view->rest is right after them. */
typedef uint32_t fwd_ref_plain(
    struct fwd_ref_view *view, uint32_t at, uint32_t to_at, uint32_t most);

/* Do the bytes at `at` of an image hold a reference of this type? Looks at nothing else. *target:
 * as in struct fwd_ref. Never for a split reference. */
typedef bool fwd_ref_read(const struct fwd_frame *frame, const struct fwd_frames *frames,
    const uint8_t *bytes, uint32_t at, const struct fwd_ref *predicted, uint32_t *target);

/* Writes ref->size bytes: the reference `old` with another target, at `at` of the target image.
 * False when no such instruction exists; then out is unspecified. */
typedef bool fwd_ref_write(const struct fwd_frames *frames, const uint8_t *old, uint32_t at,
    const struct fwd_ref *ref, uint32_t target, uint8_t *out);

/* A reference with these and nothing else. */
void fwd_ref_set(struct fwd_ref *ref, uint8_t type, uint8_t size, uint8_t unit);
/* Signed value of the low `bits` bits. */
int32_t fwd_ref_signed(uint32_t value, uint32_t bits);
/* Does a signed value fit into `bits` bits? */
bool fwd_ref_fits(int32_t value, uint32_t bits);

/* Words that are the same for every 32-bit instruction set: pointers and data. */
/* Is there one? Of an image whose addresses are not known it may be wrong. Inline, as it is asked
 * for most words of an image. */
static inline bool fwd_ref_word_is(const struct fwd_frames *frames, uint32_t word)
{
    const struct fwd_frame *frame = &frames->from;
    const struct fwd_segment *s = frame->segments;
    const struct fwd_data_window *d = frames->data;

    for (uint32_t n = frame->count; n > 0; n--, s++)
        if (word - (uint32_t)s->address < s->size)
            return true;
    if (frame->alias != 0 && word - frame->alias < frame->size)
        return true;
    for (uint32_t n = frames->data_count; n > 0; n--, d++)
        if (word >> 16 >= d->first && word >> 16 <= d->last)
            return true;
    return false;
}
bool fwd_ref_word_find(const struct fwd_frames *frames, uint32_t word, struct fwd_ref *ref);
fwd_ref_read fwd_ref_word_read;
fwd_ref_write fwd_ref_word_write;

/* Addresses of 64 bits, of sets that have them. */
fwd_ref_find fwd_ref_long_find;
fwd_ref_read fwd_ref_long_read;
fwd_ref_write fwd_ref_long_write;
/* Values that shift are words from 1 up to here. */
#define FWD_REF_VALUE_END 0x1000000u
/* Zeroed data after the image is addressed, too. */
#define FWD_REF_TAIL 0x800000u

/* Words of tables of differences and offsets; read and write take those above, too. */
bool fwd_ref_table_find(struct fwd_ref_view *view, uint32_t at, uint32_t word, struct fwd_ref *ref);
fwd_ref_read fwd_ref_table_read;
fwd_ref_write fwd_ref_table_write;

bool fwd_ref_is_word(uint8_t type);

/* The offset of BL and B.W in halfwords, 24 bits: S:I1:I2:imm10:imm11; h and k: the halves of the
 * instruction. The second writes its low 24 bits. */
uint32_t fwd_thumb_far(uint32_t h, uint32_t k);
void fwd_thumb_far_put(uint32_t *h, uint32_t *k, uint32_t halfwords);

/* The place of an address in the source: an offset, data, or fixed. False: fixed. */
bool fwd_ref_resolve(const struct fwd_frames *frames, uint32_t address, struct fwd_ref *ref);
/* The address in the target of what is at `target`. */
uint32_t fwd_ref_address(
    const struct fwd_frames *frames, const struct fwd_ref *ref, uint32_t target);
/* Where an address of the target image is, in the terms of `predicted`. False: elsewhere. */
bool fwd_ref_place(const struct fwd_frame *frame, const struct fwd_frames *frames,
    const struct fwd_ref *predicted, uint32_t address, uint32_t *target);

/* JAL with another distance; an instruction with another lower part of an address. */
uint32_t fwd_riscv_with_jal(uint32_t word, uint32_t distance);
uint32_t fwd_riscv_with_low(uint32_t word, uint32_t low);
/* An instruction of the target was written at `at`. */
void fwd_riscv_wrote(struct fwd_ref_view *view, const uint8_t *bytes, uint32_t at);

/* Bytes of an instruction that begins with this byte: 2 or 3. */
uint32_t fwd_xtensa_length(uint32_t first);

fwd_ref_plain fwd_thumb_plain;
fwd_ref_find fwd_thumb_find, fwd_a32_find, fwd_a64_find, fwd_arm_find, fwd_rv32_find, fwd_rv64_find,
    fwd_xtensa_find, fwd_x86_64_find, fwd_x86_32_find, fwd_avr_find;
fwd_ref_read fwd_thumb_read, fwd_a32_read, fwd_a64_read, fwd_arm_read, fwd_riscv_read,
    fwd_xtensa_read, fwd_x86_64_read, fwd_x86_32_read, fwd_avr_read;
fwd_ref_write fwd_thumb_write, fwd_a32_write, fwd_a64_write, fwd_arm_write, fwd_riscv_write,
    fwd_xtensa_write, fwd_x86_write, fwd_avr_write;

#endif
