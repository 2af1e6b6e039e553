/* How an instruction of x86 is built, as far as references need it (FWD.md). */
#ifndef FWD_VERIFY_REFDELTA_REFERENCE_X86_SHAPE_H
#define FWD_VERIFY_REFDELTA_REFERENCE_X86_SHAPE_H

#include <stdbool.h>
#include <stdint.h>

#define FWD_X86_LONGEST 15u

/* Offsets in the instruction are 0 where it has no such part. */
struct fwd_x86_shape {
    uint8_t size; /* 1..FWD_X86_LONGEST; 1 for bytes that begin no instruction */
    uint8_t map;  /* of opcodes: 0 one byte, 1 0F, 2 0F 38, 3 0F 3A */
    uint8_t opcode;
    uint8_t near;  /* a distance of 1 byte to another instruction */
    uint8_t far;   /* one of 4 bytes */
    uint8_t disp;  /* a displacement of 4 bytes */
    uint8_t value; /* an immediate value of 4 bytes */
    bool relative; /* the displacement counts from the end of the instruction */
};

/* The shape of what begins with these bytes, in 64-bit or in 32-bit code. False: so few bytes do
 * not tell it; FWD_X86_LONGEST always do. */
bool fwd_x86_shape(const uint8_t *bytes, uint32_t size, bool wide, struct fwd_x86_shape *shape);

#endif
