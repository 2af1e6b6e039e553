#include "keys/trust.h"

#include <stdint.h>
#include <stdlib.h>
#include <string.h>

static const struct fwd_trust_limits no_limits = {
    .roles = FWD_TRUST_ANY_ROLE, .may_raise_counter = true};

static void entry_free(struct fwd_trust_entry *entry)
{
    if (entry == NULL)
        return;
    fwd_keypair_free(&entry->key);
    free(entry->file);
    free(entry);
}

void fwd_trust_free(struct fwd_trust *trust)
{
    if (trust == NULL)
        return;
    for (size_t i = 0; i < trust->count; i++)
        entry_free(trust->entries[i]);
    free(trust->entries);
    *trust = (struct fwd_trust){0};
}

/* NULL when no valid entry has this key id. */
static const struct fwd_trust_entry *find_entry(
    const struct fwd_trust *trust, const uint8_t key_id[FWD_KEY_ID_SIZE])
{
    for (size_t i = 0; i < trust->count; i++) {
        const struct fwd_trust_entry *entry = trust->entries[i];
        if (entry->key.pkey != NULL && memcmp(entry->key.id, key_id, FWD_KEY_ID_SIZE) == 0)
            return entry;
    }
    return NULL;
}

static struct fwd_trust_entry *entry_new(const char *file, const struct fwd_trust_limits *limits)
{
    struct fwd_trust_entry *entry = calloc(1, sizeof *entry);
    if (entry == NULL)
        return NULL;
    entry->limits = *limits;
    for (uint8_t i = 0; i < limits->product_count; i++)
        entry->products[i] = fwd_text_of(entry->limits.products[i]);
    entry->file = strdup(file);
    if (entry->file == NULL) {
        entry_free(entry);
        return NULL;
    }
    return entry;
}

/* Entries are allocated one by one: pointers into them stay valid while the store grows. */
static struct fwd_trust_entry *append(
    struct fwd_trust *trust, const char *file, const struct fwd_trust_limits *limits)
{
    size_t room = (trust->count + 1) * sizeof(struct fwd_trust_entry *);
    struct fwd_trust_entry **entries = realloc(trust->entries, room);
    if (entries == NULL)
        return NULL;
    trust->entries = entries;
    struct fwd_trust_entry *entry = entry_new(file, limits);
    if (entry != NULL)
        entries[trust->count++] = entry;
    return entry;
}

enum fwd_fail fwd_trust_add(struct fwd_trust *trust, struct fwd_keypair *key, const char *file,
    const struct fwd_trust_limits *limits, struct fwd_error *err)
{
    enum fwd_fail fail = FWD_FAIL_NONE;
    const struct fwd_trust_entry *known = find_entry(trust, key->id);
    if (known != NULL && memcmp(known->key.id, key->id, sizeof key->id) == 0) {
        fail = fwd_error_fail(err, FWD_FAIL_REFUSED,
            "%s: holds the same key as %s; name each key once", file, known->file);
    } else if (known != NULL) {
        fail = fwd_error_fail(err, FWD_FAIL_REFUSED,
            "%s: holds another key with the same key id as the one in %s; one of them is forged",
            file, known->file);
    } else {
        struct fwd_trust_entry *entry = append(trust, file, limits != NULL ? limits : &no_limits);
        if (entry != NULL) {
            entry->key = *key;
            *key = (struct fwd_keypair){0};
        } else {
            fail = fwd_error_memory(err, file);
        }
    }
    fwd_keypair_free(key);
    return fail;
}

enum fwd_fail fwd_trust_add_invalid(
    struct fwd_trust *trust, const char *file, struct fwd_error *err)
{
    if (append(trust, file, &no_limits) == NULL)
        return fwd_error_memory(err, file);
    trust->invalid_count++;
    return FWD_FAIL_NONE;
}

static uint32_t port_count(void *ctx)
{
    const struct fwd_trust *trust = ctx;
    return (uint32_t)trust->count;
}

static enum fwd_reason port_find(
    void *ctx, const uint8_t key_id[FWD_KEY_ID_SIZE], struct fwd_key *key)
{
    const struct fwd_trust *trust = ctx;
    const struct fwd_trust_entry *entry = find_entry(trust, key_id);
    if (entry == NULL)
        return trust->count > 0 && trust->invalid_count == trust->count ? FWD_E_KEY_INVALID
                                                                        : FWD_E_UNKNOWN_SIGNER;
    *key = (struct fwd_key){
        .algorithm = entry->key.algorithm->id,
        .handle = &entry->key,
        .roles = entry->limits.roles,
        .may_raise_counter = entry->limits.may_raise_counter,
        .products = entry->products,
        .product_count = entry->limits.product_count,
    };
    return FWD_OK;
}

static bool port_pinned(void *ctx, uint8_t place, struct fwd_image *image, uint32_t *counter)
{
    const struct fwd_trust *trust = ctx;

    if (place >= FWD_COMPONENTS_MAX || !trust->pins[place].set)
        return false;
    *counter = trust->pins[place].counter;
    *image = (struct fwd_image){.version = fwd_text_of(trust->pins[place].version),
        .size = trust->pins[place].size,
        .digest = trust->pins[place].digest,
        .digest_size = FWD_DIGEST_SIZE};
    return true;
}

struct fwd_keys_port fwd_trust_port(const struct fwd_trust *trust)
{
    /* ctx is only ever read */
    return (struct fwd_keys_port){.ctx = (void *)(uintptr_t)trust,
        .count = port_count,
        .find = port_find,
        .pinned = port_pinned};
}
