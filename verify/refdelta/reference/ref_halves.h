/* Instruction sets with words of 4 bytes and addresses made of two halves of 16 bits: MIPS in both
 * byte orders, PowerPC (FWD.md). */
#ifndef FWD_VERIFY_REFDELTA_REFERENCE_REF_HALVES_H
#define FWD_VERIFY_REFDELTA_REFERENCE_REF_HALVES_H

#include "verify/refdelta/reference/ref.h"

enum fwd_halves_kind {
    FWD_HALVES_NONE,
    FWD_HALVES_UPPER,        /* puts 16 bits into the upper half of a register */
    FWD_HALVES_LOW,          /* adds 16 signed bits to a register */
    FWD_HALVES_LOW_UNSIGNED, /* puts 16 bits into its lower half */
};

/* What an instruction does to registers; 0 is none, as the first register holds 0 or is not used
 * for addresses. The 16 bits are its lowest. */
struct fwd_halves_op {
    enum fwd_halves_kind kind;
    uint8_t base;       /* the register that is added to */
    uint8_t changes[2]; /* registers that have another value afterwards */
};

/* A branch: where it leads from the instruction at pc. False: it is none. */
struct fwd_halves_set {
    bool big;      /* byte order of words */
    bool absolute; /* calls and jumps have an address: they need that of the image */
    void (*decode)(uint32_t word, struct fwd_halves_op *op);
    bool (*branch)(uint32_t word, uint32_t pc, struct fwd_ref *ref, uint32_t *address);
    /* The branch of this type with another target. False: it cannot lead there. */
    bool (*put_branch)(uint32_t *word, uint32_t pc, uint8_t type, uint32_t address);
};

extern const struct fwd_halves_set fwd_halves_mips, fwd_halves_mips_big, fwd_halves_ppc;

uint32_t fwd_halves_word(const struct fwd_halves_set *set, const uint8_t *bytes);
void fwd_halves_put(const struct fwd_halves_set *set, uint8_t *bytes, uint32_t word);
bool fwd_halves_find(const struct fwd_halves_set *set, struct fwd_ref_view *view, uint32_t at,
    uint32_t to_at, struct fwd_ref *ref);
bool fwd_halves_read(const struct fwd_halves_set *set, const struct fwd_frame *frame,
    const struct fwd_frames *frames, const uint8_t *bytes, uint32_t at,
    const struct fwd_ref *predicted, uint32_t *target);
bool fwd_halves_write(const struct fwd_halves_set *set, const struct fwd_frames *frames,
    const uint8_t *old, uint32_t at, const struct fwd_ref *ref, uint32_t target, uint8_t *out);
/* Of each set, as a table of references has them. */
fwd_ref_find fwd_mips_find, fwd_mips_big_find, fwd_ppc_find;
fwd_ref_read fwd_mips_read, fwd_mips_big_read, fwd_ppc_read;
fwd_ref_write fwd_mips_write, fwd_mips_big_write, fwd_ppc_write;
void fwd_mips_wrote(struct fwd_ref_view *view, const uint8_t *bytes, uint32_t at);
void fwd_mips_big_wrote(struct fwd_ref_view *view, const uint8_t *bytes, uint32_t at);
void fwd_ppc_wrote(struct fwd_ref_view *view, const uint8_t *bytes, uint32_t at);

/* A reference of 4 bytes was written. */
void fwd_halves_wrote(
    const struct fwd_halves_set *set, struct fwd_ref_view *view, const uint8_t *bytes);

#endif
