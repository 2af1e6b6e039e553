#include "format/record/step.h"

#include <string.h>

/* What is smaller than its four bytes has zeros after it. */

void fwd_step_head_encode(const struct fwd_step_head *head, uint8_t *out)
{
    struct fwd_writer w = fwd_writer_over(out, FWD_STEP_HEAD_SIZE);

    fwd_write_le32(&w, head->block_offset);
    fwd_write_le32(&w, head->block_size);
    fwd_write_le32(&w, head->data_size);
    fwd_write_le32(&w, head->component);
}

bool fwd_step_head_decode(const uint8_t *bytes, struct fwd_step_head *head)
{
    uint32_t component = fwd_le32(bytes + 12);

    head->block_offset = fwd_le32(bytes);
    head->block_size = fwd_le32(bytes + 4);
    head->data_size = fwd_le32(bytes + 8);
    head->component = (uint8_t)component;
    return component < FWD_CONFIG_COMPONENTS && head->data_size >= 1 &&
           head->data_size <= head->block_size &&
           head->block_size <= UINT32_MAX - head->block_offset;
}

void fwd_step_tail_encode(const struct fwd_step_tail *tail, uint8_t *out)
{
    struct fwd_writer w = fwd_writer_over(out, FWD_STEP_TAIL_SIZE);

    fwd_write_le32(&w, tail->ops_size);
    fwd_write_le32(&w, tail->flags);
    fwd_write_bytes(&w, tail->digest, FWD_DIGEST_SIZE);
}

bool fwd_step_tail_decode(const uint8_t *bytes, struct fwd_step_tail *tail)
{
    uint32_t flags = fwd_le32(bytes + 4);

    tail->ops_size = fwd_le32(bytes);
    tail->flags = (uint8_t)flags;
    memcpy(tail->digest, bytes + 8, FWD_DIGEST_SIZE);
    return tail->ops_size >= 1 && (flags & ~FWD_STEP_FLAGS) == 0;
}

void fwd_staged_encode(const struct fwd_staged *staged, uint8_t *out)
{
    struct fwd_writer w = fwd_writer_over(out, FWD_STAGED_SIZE);

    fwd_write_le32(&w, staged->component | (uint32_t)staged->flags << 8);
    fwd_write_le32(&w, staged->steps);
    fwd_write_le32(&w, staged->begin);
    fwd_write_le32(&w, staged->end);
}

bool fwd_staged_decode(const uint8_t *bytes, struct fwd_staged *staged)
{
    uint32_t first = fwd_le32(bytes);

    staged->component = (uint8_t)first;
    staged->flags = (uint8_t)(first >> 8);
    staged->steps = fwd_le32(bytes + 4);
    staged->begin = fwd_le32(bytes + 8);
    staged->end = fwd_le32(bytes + 12);
    return staged->component < FWD_CONFIG_COMPONENTS && (first >> 8 & ~FWD_STAGED_FLAGS) == 0 &&
           staged->begin <= staged->end;
}
