/* References: words and instructions whose bytes depend on where something else lies (SPEC.md
 * section 6.4). In a run of the target they are predicted from the source: find the target of the
 * reference there, map it, and write the reference anew for its own new place. */
#ifndef FWD_VERIFY_REFDELTA_REFERENCE_REF_H
#define FWD_VERIFY_REFDELTA_REFERENCE_REF_H

#include "verify/refdelta/reference/window.h"

/* The numbers are contexts of the stream: they never change. */
enum fwd_ref_type {
    FWD_REF_POINTER,   /* 32-bit address of a byte of the image */
    FWD_REF_DATA,      /* 32-bit address in a data window: RAM, peripherals */
    FWD_REF_POINTER64, /* 64-bit address of a byte of the image */
    FWD_REF_BL,        /* Thumb BL, A64 BL */
    FWD_REF_BW,        /* Thumb B.W */
    FWD_REF_BCW,       /* Thumb B<c>.W */
    FWD_REF_LDR,       /* Thumb LDR literal, 16 bits */
    FWD_REF_LDRW,      /* Thumb LDR literal, 32 bits */
    FWD_REF_ADR,       /* Thumb ADR, 16 bits */
    FWD_REF_B11,       /* Thumb B, 16 bits */
    FWD_REF_B8,        /* Thumb B<c>, 16 bits */
    FWD_REF_CBZ,       /* Thumb CBZ, CBNZ */
    FWD_REF_A32_B,     /* A32 B, BL */
    FWD_REF_A32_LDR,   /* A32 LDR literal */
    FWD_REF_ADRP,      /* A64 ADRP */
    FWD_REF_LO12,      /* A64 ADD or load / store that completes an ADRP */
    FWD_REF_A64_B,     /* A64 B */
    FWD_REF_A64_B19,   /* A64 B.cond, CBZ, CBNZ, LDR literal */
    FWD_REF_A64_B14,   /* A64 TBZ, TBNZ */
    FWD_REF_RELATIVE,  /* 32-bit difference from its own place to a byte of the image */
    FWD_REF_OFFSET,    /* 32-bit offset in the image, in a sorted table */
    FWD_REF_TYPES
};

#define FWD_REF_SIZE_MAX 8u
#define FWD_DATA_WINDOWS 4u

struct fwd_ref {
    uint8_t type;
    uint8_t size;    /* bytes: 2, 4 or 8 */
    uint8_t unit;    /* the target is a multiple of 2^unit from its prediction */
    bool second;     /* a pointer by the second base */
    uint32_t target; /* offset in the image; FWD_REF_DATA: the word */
};

/* Base of an image whose address is not known. */
#define FWD_BASE_NONE 1u

/* Where an image lies in memory. A base is the address of its byte 0; an odd one: none. */
struct fwd_frame {
    uint32_t size;
    uint64_t base;
    uint64_t base2; /* the image's other address; 0: none */
};

/* Addresses outside the image that are references too: 64 KiB pages first..last. */
struct fwd_data_window {
    uint16_t first, last;
};

/* What references of both images mean. */
struct fwd_frames {
    struct fwd_frame from, to;
    struct fwd_data_window data[FWD_DATA_WINDOWS];
    uint8_t data_count;
    bool tables; /* words that look like entries of an offset or difference table are references */
};

/* A reference in the source at `at`, whose copy will be at `to_at`. in_pool: a word that code loads
 * as a literal. False: there is none. */
typedef bool fwd_ref_find(const struct fwd_frames *frames, struct fwd_window *source, uint32_t at,
    uint32_t to_at, bool in_pool, struct fwd_ref *ref);

/* Do the bytes at `at` of an image hold a reference of this type? Looks at nothing else. *target:
 * as in struct fwd_ref. Never for FWD_REF_ADRP and FWD_REF_LO12. */
typedef bool fwd_ref_read(const struct fwd_frame *frame, const struct fwd_frames *frames,
    const uint8_t *bytes, uint32_t at, const struct fwd_ref *predicted, uint32_t *target);

/* Writes ref->size bytes: the reference `old` with another target, at `at` of the target image.
 * False when no such instruction exists; then out is unspecified. */
typedef bool fwd_ref_write(const struct fwd_frames *frames, const uint8_t *old, uint32_t at,
    const struct fwd_ref *ref, uint32_t target, uint8_t *out);

/* Signed value of the low `bits` bits. */
int32_t fwd_ref_signed(uint32_t value, uint32_t bits);
/* Does a signed value fit into `bits` bits? */
bool fwd_ref_fits(int32_t value, uint32_t bits);

/* Words that are the same for every 32-bit instruction set: pointers and data. */
bool fwd_ref_word_find(const struct fwd_frames *frames, uint32_t word, struct fwd_ref *ref);
fwd_ref_read fwd_ref_word_read;
fwd_ref_write fwd_ref_word_write;

/* Words of tables of differences and offsets; read and write take those above, too. */
bool fwd_ref_table_find(const struct fwd_frames *frames, struct fwd_window *source, uint32_t at,
    uint32_t word, struct fwd_ref *ref);
fwd_ref_read fwd_ref_table_read;
fwd_ref_write fwd_ref_table_write;

/* Types without fwd_ref_read. */
bool fwd_ref_is_split(uint8_t type);
bool fwd_ref_is_word(uint8_t type);

/* The offset of BL and B.W in halfwords, 24 bits: S:I1:I2:imm10:imm11; h and k: the halves of the
 * instruction. The second writes its low 24 bits. */
uint32_t fwd_thumb_far(uint32_t h, uint32_t k);
void fwd_thumb_far_put(uint32_t *h, uint32_t *k, uint32_t halfwords);

fwd_ref_find fwd_thumb_find, fwd_a32_find, fwd_a64_find, fwd_arm_find;
fwd_ref_read fwd_thumb_read, fwd_a32_read, fwd_a64_read, fwd_arm_read;
fwd_ref_write fwd_thumb_write, fwd_a32_write, fwd_a64_write, fwd_arm_write;

#endif
