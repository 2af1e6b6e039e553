#include "verify/rehearse/step_encode.h"

#include <string.h>

/* A copy must save more than its own bytes: one token, the token of the literals that it splits,
 * and, off the diagonal, a seek there and back. */
#define RUN_MIN      4u
#define RUN_MIN_SEEK 14u

void fwd_step_encode_begin(struct fwd_step_encode *ops, struct fwd_flash_writer *stream,
    uint32_t block_offset, uint32_t block_size)
{
    ops->stream = stream;
    ops->own_begin = ops->source_at = block_offset;
    ops->own_end = block_offset + block_size;
    ops->own = false;
    ops->begin = stream->at;
    ops->literals = ops->run = ops->run_source = 0;
}

static enum fwd_reason write_op(struct fwd_step_encode *ops, struct fwd_op op)
{
    uint8_t bytes[FWD_OP_SIZE_MAX];
    struct fwd_writer w = fwd_writer_over(bytes, sizeof bytes);

    fwd_op_encode(&w, &op);
    if (w.failed || !fwd_op_advance(&op, &ops->source_at))
        return FWD_E_INTERNAL;
    return fwd_flash_writer_write(ops->stream, bytes, (uint32_t)w.at, FWD_E_STAGING_TOO_SMALL);
}

static enum fwd_reason flush_literals(struct fwd_step_encode *ops)
{
    uint32_t size = ops->literals;

    if (size == 0)
        return FWD_OK;
    ops->literals = 0;
    enum fwd_reason reason = write_op(ops, (struct fwd_op){FWD_OP_LITERAL, size, 0});
    if (reason != FWD_OK)
        return reason;
    return fwd_flash_writer_write(ops->stream, ops->literal, size, FWD_E_STAGING_TOO_SMALL);
}

static enum fwd_reason add_literal(struct fwd_step_encode *ops, uint8_t byte)
{
    enum fwd_reason reason = ops->literals == FWD_OPS_LITERAL_MAX ? flush_literals(ops) : FWD_OK;

    ops->literal[ops->literals++] = byte;
    return reason;
}

static enum fwd_reason write_run(struct fwd_step_encode *ops)
{
    enum fwd_reason reason = flush_literals(ops);

    if (reason == FWD_OK && ops->run_source != ops->source_at)
        reason = write_op(ops,
            (struct fwd_op){FWD_OP_SEEK, 0, (int64_t)ops->run_source - (int64_t)ops->source_at});
    if (reason == FWD_OK)
        reason = write_op(ops, (struct fwd_op){FWD_OP_COPY, ops->run, 0});
    if (ops->run_source < ops->own_end && ops->run_source + ops->run > ops->own_begin)
        ops->own = true;
    ops->run = 0;
    return reason;
}

/* Ends the run: a copy when it pays, literals otherwise. */
static enum fwd_reason settle_run(struct fwd_step_encode *ops)
{
    bool on_diagonal = ops->run_source == ops->source_at + ops->literals;
    uint32_t run = ops->run;
    enum fwd_reason reason = FWD_OK;

    if (run >= (on_diagonal ? RUN_MIN : RUN_MIN_SEEK))
        return write_run(ops);
    ops->run = 0;
    for (uint32_t i = 0; i < run && reason == FWD_OK; i++)
        reason = add_literal(ops, ops->held[i]);
    return reason;
}

enum fwd_reason fwd_step_encode_copy(struct fwd_step_encode *ops, uint8_t byte, uint32_t source)
{
    enum fwd_reason reason = FWD_OK;

    if (ops->run > 0 && source != ops->run_source + ops->run)
        reason = settle_run(ops);
    if (ops->run == 0)
        ops->run_source = source;
    if (ops->run < FWD_OPS_RUN_MAX)
        ops->held[ops->run] = byte;
    ops->run++;
    return reason;
}

enum fwd_reason fwd_step_encode_literal(struct fwd_step_encode *ops, uint8_t byte)
{
    enum fwd_reason reason = ops->run > 0 ? settle_run(ops) : FWD_OK;

    return reason == FWD_OK ? add_literal(ops, byte) : reason;
}

enum fwd_reason fwd_step_encode_end(struct fwd_step_encode *ops)
{
    enum fwd_reason reason = ops->run > 0 ? settle_run(ops) : FWD_OK;

    return reason == FWD_OK ? flush_literals(ops) : reason;
}
