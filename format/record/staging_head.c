#include "format/record/staging_head.h"

#include "format/crc32.h"
#include "format/header.h"

#include <string.h>

static const uint8_t magic[4] = {'F', 'W', 'S', '1'};

enum { STAGING_CRC_AT = FWD_STAGING_HEAD_SIZE - 4 };

void fwd_staging_head_encode(const struct fwd_staging_head *head, uint8_t *out)
{
    struct fwd_writer w = fwd_writer_over(out, FWD_STAGING_HEAD_SIZE);

    fwd_write_bytes(&w, magic, sizeof magic);
    fwd_write_le16(&w, FWD_STAGING_VERSION);
    fwd_write_le16(&w, 0);
    fwd_write_le32(&w, head->signed_size);
    fwd_write_le32(&w, head->sigblock_size);
    fwd_write_bytes(&w, head->session, FWD_SESSION_SIZE);
    fwd_write_le32(&w, fwd_crc32(0, out, STAGING_CRC_AT));
}

bool fwd_staging_head_decode(const uint8_t *bytes, struct fwd_staging_head *head)
{
    struct fwd_reader r = fwd_reader_over(bytes, FWD_STAGING_HEAD_SIZE);

    *head = (struct fwd_staging_head){0};
    if (memcmp(fwd_read_bytes(&r, sizeof magic), magic, sizeof magic) != 0)
        return false;
    if (fwd_read_le16(&r) != FWD_STAGING_VERSION || fwd_read_le16(&r) != 0)
        return false;
    head->signed_size = fwd_read_le32(&r);
    head->sigblock_size = fwd_read_le32(&r);
    memcpy(head->session, fwd_read_bytes(&r, FWD_SESSION_SIZE), FWD_SESSION_SIZE);
    if (fwd_read_le32(&r) != fwd_crc32(0, bytes, STAGING_CRC_AT))
        return false;
    return head->signed_size >= FWD_HEADER_SIZE && head->signed_size <= FWD_CONFIG_SIGNED &&
           head->sigblock_size >= FWD_SIGBLOCK_HEAD && head->sigblock_size <= FWD_SIGBLOCK_MAX;
}

uint32_t fwd_staging_steps_at(const struct fwd_staging_head *head)
{
    return FWD_STAGING_HEAD_SIZE + head->signed_size + head->sigblock_size;
}
