#include "gen/memory_input.h"

#include <string.h>

union place {
    void *ctx;
    const uint8_t *bytes;
};

static enum fwd_reason read_memory(void *ctx, uint32_t offset, void *buf, uint32_t size)
{
    const union place place = {.ctx = ctx};

    memcpy(buf, place.bytes + offset, size);
    return FWD_OK;
}

struct fwd_input fwd_memory_input(const uint8_t *bytes, uint32_t size)
{
    const union place place = {.bytes = bytes};

    return (struct fwd_input){place.ctx, read_memory, size};
}
