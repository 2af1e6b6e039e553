#include "verify/trust/pinned.h"

#include "format/cursor.h"
#include "verify/trust/start_test_internal.h"

static bool is_entry(const struct fwd_image *image, const struct fwd_version_entry *entry)
{
    return entry->size == image->size &&
           (image->size == 0 || fwd_digest_equal(entry->digest, image->digest, FWD_DIGEST_SIZE));
}

static enum fwd_reason check(const struct fwd_update *update, uint8_t place, uint8_t slot,
    const struct fwd_version_entry *entry, bool blind, enum fwd_start_depth depth,
    struct fwd_start *start)
{
    const struct fwd_keys_port *keys = update->device->ports->keys;
    const struct fwd_counter_port *counter = update->device->ports->counter;
    uint32_t *proof = &start->proof[place];
    struct fwd_image image = {0};
    uint32_t held = 0, offered = 0;

    if (keys->pinned == NULL || !keys->pinned(keys->ctx, place, &image, &offered))
        return FWD_E_VERSION_RECORD;
    if (entry != NULL && !is_entry(&image, entry))
        return FWD_E_VERSION_RECORD;
    bool known = counter == NULL || counter->read(counter->ctx, place, &held);
    if (!known && !blind)
        return FWD_E_COUNTER;
    if (offered < start->floor[place] || (known && offered < held))
        return FWD_E_ROLLBACK;
    uint8_t digest[FWD_DIGEST_SIZE] = {0};
    enum fwd_reason reason = fwd_start_test_hashes(update, place, depth)
                                 ? fwd_start_test_holds(update, place, slot, &image, digest)
                                 : FWD_OK;
    *proof = FWD_START_PROVEN;
    if (image.size == 0) {
        /* that there is nothing to verify is asked for once more */
        struct fwd_image again = {.size = 1};
        *proof += keys->pinned(keys->ctx, place, &again, &offered) ? again.size : 1u;
        *proof += (uint32_t)reason;
    } else {
        *proof += fwd_start_test_differences(digest, &image);
    }
    return reason;
}

const struct fwd_pinned fwd_pinned = {check};
