/* The signature block: any bytes, and the same with size and CRC-32 mended. What is decoded must be
 * encoded to the same bytes. */
#include "format/crc32.h"
#include "format/sigblock.h"

#include <stdlib.h>
#include <string.h>

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

#define FEWEST 6u /* size and CRC-32 */

static void require(bool what)
{
    if (!what)
        abort();
}

static void decode(const uint8_t *bytes, size_t size)
{
    static uint8_t again[FWD_SIGBLOCK_MAX];
    struct fwd_sigblock block;
    uint32_t stated = 0;

    if (fwd_sigblock_head(bytes, size, &stated) != FWD_OK || stated > size)
        return;
    if (fwd_sigblock_decode(bytes, stated, &block) != FWD_OK)
        return;
    require(block.count <= FWD_SIGNATURES_MAX && block.block_size == stated);
    for (uint8_t i = 0; i < block.count; i++)
        require(block.signatures[i].bytes >= bytes &&
                block.signatures[i].bytes + block.signatures[i].size <= bytes + stated);
    require(fwd_sigblock_encode(block.signatures, block.count, again, sizeof again));
    require(memcmp(again, bytes, stated) == 0);
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
    uint8_t *mended = malloc(size > 0 ? size : 1);

    require(mended != NULL);
    decode(data, size);
    if (size >= FEWEST && size <= FWD_SIGBLOCK_MAX) {
        memcpy(mended, data, size);
        mended[0] = (uint8_t)size;
        mended[1] = (uint8_t)(size >> 8);
        uint32_t crc = fwd_crc32(0, mended, size - 4);
        for (size_t i = 0; i < 4; i++)
            mended[size - 4 + i] = (uint8_t)(crc >> 8 * i);
        decode(mended, size);
    }
    free(mended);
    return 0;
}
