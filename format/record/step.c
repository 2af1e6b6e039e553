#include "format/record/step.h"

#include <string.h>

static void write_zeros(struct fwd_writer *w, unsigned count)
{
    while (count-- > 0)
        fwd_write_u8(w, 0);
}

static bool read_zeros(struct fwd_reader *r, unsigned count)
{
    uint8_t any = 0;

    while (count-- > 0)
        any |= fwd_read_u8(r);
    return any == 0;
}

void fwd_step_head_encode(const struct fwd_step_head *head, uint8_t *out)
{
    struct fwd_writer w = fwd_writer_over(out, FWD_STEP_HEAD_SIZE);

    fwd_write_le32(&w, head->block_offset);
    fwd_write_le32(&w, head->block_size);
    fwd_write_le32(&w, head->data_size);
    fwd_write_u8(&w, head->component);
    write_zeros(&w, 3);
}

bool fwd_step_head_decode(const uint8_t *bytes, struct fwd_step_head *head)
{
    struct fwd_reader r = fwd_reader_over(bytes, FWD_STEP_HEAD_SIZE);

    head->block_offset = fwd_read_le32(&r);
    head->block_size = fwd_read_le32(&r);
    head->data_size = fwd_read_le32(&r);
    head->component = fwd_read_u8(&r);
    if (!read_zeros(&r, 3) || head->component >= FWD_CONFIG_COMPONENTS)
        return false;
    return head->data_size >= 1 && head->data_size <= head->block_size &&
           head->block_size <= UINT32_MAX - head->block_offset;
}

void fwd_step_tail_encode(const struct fwd_step_tail *tail, uint8_t *out)
{
    struct fwd_writer w = fwd_writer_over(out, FWD_STEP_TAIL_SIZE);

    fwd_write_le32(&w, tail->ops_size);
    fwd_write_u8(&w, tail->flags);
    write_zeros(&w, 3);
    fwd_write_bytes(&w, tail->digest, FWD_DIGEST_SIZE);
}

bool fwd_step_tail_decode(const uint8_t *bytes, struct fwd_step_tail *tail)
{
    struct fwd_reader r = fwd_reader_over(bytes, FWD_STEP_TAIL_SIZE);

    tail->ops_size = fwd_read_le32(&r);
    tail->flags = fwd_read_u8(&r);
    bool zeros = read_zeros(&r, 3);
    memcpy(tail->digest, fwd_read_bytes(&r, FWD_DIGEST_SIZE), FWD_DIGEST_SIZE);
    return zeros && tail->ops_size >= 1 && (tail->flags & ~FWD_STEP_FLAGS) == 0;
}

void fwd_staged_encode(const struct fwd_staged *staged, uint8_t *out)
{
    struct fwd_writer w = fwd_writer_over(out, FWD_STAGED_SIZE);

    fwd_write_u8(&w, staged->component);
    fwd_write_u8(&w, staged->flags);
    write_zeros(&w, 2);
    fwd_write_le32(&w, staged->steps);
    fwd_write_le32(&w, staged->begin);
    fwd_write_le32(&w, staged->end);
}

bool fwd_staged_decode(const uint8_t *bytes, struct fwd_staged *staged)
{
    struct fwd_reader r = fwd_reader_over(bytes, FWD_STAGED_SIZE);

    staged->component = fwd_read_u8(&r);
    staged->flags = fwd_read_u8(&r);
    bool zeros = read_zeros(&r, 2);
    staged->steps = fwd_read_le32(&r);
    staged->begin = fwd_read_le32(&r);
    staged->end = fwd_read_le32(&r);
    return zeros && staged->component < FWD_CONFIG_COMPONENTS &&
           (staged->flags & ~FWD_STAGED_FLAGS) == 0 && staged->begin <= staged->end;
}
