#include "format/record/staging_head.h"

#include "format/crc32.h"
#include "format/header.h"

#include <string.h>

#define MAGIC 0x31535746u /* "FWS1" */

enum { STAGING_CRC_AT = FWD_STAGING_HEAD_SIZE - 4 };

void fwd_staging_head_encode(const struct fwd_staging_head *head, uint8_t *out)
{
    struct fwd_writer w = fwd_writer_over(out, FWD_STAGING_HEAD_SIZE);

    fwd_write_le32(&w, MAGIC);
    fwd_write_le32(&w, FWD_STAGING_VERSION); /* 16 bits, then zeros */
    fwd_write_le32(&w, head->signed_size);
    fwd_write_le32(&w, head->sigblock_size);
    fwd_write_bytes(&w, head->session, FWD_SESSION_SIZE);
    fwd_write_le32(&w, fwd_crc32(0, out, STAGING_CRC_AT));
}

bool fwd_staging_head_decode(const uint8_t *bytes, struct fwd_staging_head *head)
{
    head->signed_size = fwd_le32(bytes + 8);
    head->sigblock_size = fwd_le32(bytes + 12);
    memcpy(head->session, bytes + 16, FWD_SESSION_SIZE);
    return fwd_le32(bytes) == MAGIC && fwd_le32(bytes + 4) == FWD_STAGING_VERSION &&
           fwd_le32(bytes + STAGING_CRC_AT) == fwd_crc32(0, bytes, STAGING_CRC_AT) &&
           head->signed_size >= FWD_HEADER_SIZE && head->signed_size <= FWD_CONFIG_SIGNED &&
           head->sigblock_size >= FWD_SIGBLOCK_HEAD && head->sigblock_size <= FWD_SIGBLOCK_MAX;
}

uint32_t fwd_staging_steps_at(const struct fwd_staging_head *head)
{
    return FWD_STAGING_HEAD_SIZE + head->signed_size + head->sigblock_size;
}
