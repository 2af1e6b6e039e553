/* The one key that this boot loader trusts; `fwdelta keys export` made boot_key.h of it. */
#include "boot_key.h"
#include "device.h"

#include <string.h>

static uint32_t key_count(void *ctx)
{
    (void)ctx;
    return 1;
}

static enum fwd_reason key_find(
    void *ctx, const uint8_t key_id[FWD_KEY_ID_SIZE], struct fwd_key *key)
{
    (void)ctx;
    if (memcmp(key_id, boot_key_id, sizeof boot_key_id) != 0)
        return FWD_E_UNKNOWN_SIGNER;
    *key = (struct fwd_key){.algorithm = boot_key_algorithm,
        .handle = boot_key_raw,
        .roles = 1u << FWD_ROLE_FIRMWARE,
        .may_raise_counter = true};
    return FWD_OK;
}

const struct fwd_keys_port product_keys = {.count = key_count, .find = key_find};
