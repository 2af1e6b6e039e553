#include "format/record/op.h"

/* An operation is one number of at most 35 bits: kind in bits 1..0, length or zigzag delta above. A
 * zigzag delta needs 33 bits, so FWD_OP_SIZE_MAX groups of seven bits are just enough. */
#define KIND_BITS 2u
#define KIND_MASK 3u

static uint64_t zigzag(int64_t delta)
{
    return delta < 0 ? (uint64_t)(-delta) * 2 - 1 : (uint64_t)delta * 2;
}

static int64_t unzigzag(uint64_t value)
{
    return value & 1 ? -(int64_t)(value / 2) - 1 : (int64_t)(value / 2);
}

/* The limits of SPEC.md section 7.3: nothing without effect, nothing beyond 32-bit offsets. */
static bool op_valid(const struct fwd_op *op)
{
    if (op->kind == FWD_OP_SEEK)
        return op->delta != 0 && op->delta >= -(int64_t)UINT32_MAX && op->delta <= UINT32_MAX;
    return (op->kind == FWD_OP_COPY || op->kind == FWD_OP_LITERAL) && op->length != 0;
}

void fwd_op_encode(struct fwd_writer *w, const struct fwd_op *op)
{
    if (!op_valid(op)) {
        w->failed = true;
        return;
    }
    uint64_t number = op->kind == FWD_OP_SEEK ? zigzag(op->delta) : op->length;
    uint64_t value = number << KIND_BITS | (uint64_t)op->kind;

    for (; value > 0x7F; value >>= 7)
        fwd_write_u8(w, (uint8_t)(value | 0x80));
    fwd_write_u8(w, (uint8_t)value);
}

enum fwd_op_result fwd_op_decode(
    const uint8_t *bytes, size_t available, struct fwd_op *op, size_t *used)
{
    uint64_t value = 0;
    size_t i = 0;

    do {
        if (i == FWD_OP_SIZE_MAX)
            return FWD_OP_BAD;
        if (i == available)
            return FWD_OP_MORE;
        value |= (uint64_t)(bytes[i] & 0x7F) << (7 * i);
    } while (bytes[i++] & 0x80);
    if (i > 1 && bytes[i - 1] == 0)
        return FWD_OP_BAD; /* not minimal */

    uint64_t number = value >> KIND_BITS;
    *used = i;
    *op = (struct fwd_op){.kind = (enum fwd_op_kind)(value & KIND_MASK)};
    if (op->kind == FWD_OP_SEEK)
        op->delta = unzigzag(number);
    else if (number <= UINT32_MAX)
        op->length = (uint32_t)number;
    return op_valid(op) ? FWD_OP_OK : FWD_OP_BAD;
}

bool fwd_op_advance(const struct fwd_op *op, uint32_t *source_at)
{
    int64_t at = (int64_t)*source_at + (op->kind == FWD_OP_SEEK ? op->delta : op->length);

    if (at < 0 || at > UINT32_MAX)
        return false;
    *source_at = (uint32_t)at;
    return true;
}
