#include "keys/signing/signed_package.h"

#include <stdlib.h>
#include <string.h>

enum fwd_fail fwd_signed_package_remove(const struct fwd_signed_package *package, uint32_t remove,
    struct fwd_bytes *out, struct fwd_error *err)
{
    struct fwd_signature kept[FWD_SIGNATURES_MAX];
    uint8_t count = 0;

    for (uint8_t i = 0; i < package->block.count; i++) {
        if ((remove >> i & 1u) == 0)
            kept[count++] = package->block.signatures[i];
    }
    size_t block = fwd_sigblock_size(kept, count);
    out->size = package->signed_size + block + package->payload_size;
    out->data = malloc(out->size + 1);
    if (out->data == NULL) {
        out->size = 0;
        return fwd_error_memory(err, package->name);
    }
    memcpy(out->data, package->signed_bytes, package->signed_size);
    if (!fwd_sigblock_encode(kept, count, out->data + package->signed_size, block)) {
        fwd_bytes_free(out);
        return fwd_error_fail(
            err, FWD_FAIL_REFUSED, "%s: its signatures do not fit the format", package->name);
    }
    memcpy(out->data + package->signed_size + block, package->payload, package->payload_size);
    return FWD_FAIL_NONE;
}
