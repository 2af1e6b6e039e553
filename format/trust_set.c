#include "format/trust_set.h"

#include "format/cursor.h"
#include "format/text.h"

enum { MAY_RAISE = 1 };

static bool read_products(
    struct fwd_reader *r, struct fwd_trust_set *set, struct fwd_trust_key *key)
{
    key->product_first = set->product_count;
    key->product_count = fwd_read_u8(r);
    if (key->product_count > FWD_TRUST_PRODUCTS_MAX - set->product_count)
        return false;
    for (uint8_t i = 0; i < key->product_count; i++) {
        struct fwd_text *product = &set->products[set->product_count++];
        fwd_text_read(r, product);
        if (product->size == 0 || product->size > FWD_PRODUCT_MAX || !fwd_text_printable(*product))
            return false;
    }
    return true;
}

static bool read_key(struct fwd_reader *r, struct fwd_trust_set *set, struct fwd_trust_key *key)
{
    key->algorithm = fwd_read_u8(r);
    uint8_t flags = fwd_read_u8(r);
    key->may_raise_counter = (flags & MAY_RAISE) != 0;
    key->roles = fwd_read_le32(r);
    if ((flags & ~MAY_RAISE) != 0 || (key->roles & ~FWD_ROLES_KNOWN) != 0 || key->roles == 0 ||
        !read_products(r, set, key))
        return false;
    key->der_size = fwd_read_le16(r);
    if (key->der_size == 0 || key->der_size > FWD_TRUST_DER_MAX)
        return false;
    key->der = fwd_read_bytes(r, key->der_size);
    return !r->failed;
}

/* Enough keys together for components of any one role, and for the next set. */
static bool leads_on(const struct fwd_trust_set *set)
{
    bool components = false, enough = false;

    for (uint32_t role = 0; role <= FWD_ROLE_TRUST; role++) {
        uint8_t count = 0;
        for (uint8_t i = 0; i < set->key_count; i++)
            count += (uint8_t)(set->keys[i].roles >> role & 1);
        enough = count >= set->threshold;
        components = components || (role < FWD_ROLE_COUNT && enough);
    }
    return components && enough;
}

bool fwd_trust_set_decode(const uint8_t *bytes, size_t size, struct fwd_trust_set *set)
{
    struct fwd_reader r = fwd_reader_over(bytes, size);

    *set = (struct fwd_trust_set){0};
    set->version = fwd_read_le32(&r);
    set->threshold = fwd_read_u8(&r);
    set->key_count = fwd_read_u8(&r);
    if (r.failed || set->version == 0 || set->version > FWD_TRUST_VERSION_MAX ||
        set->threshold == 0 || set->threshold > FWD_CONFIG_SIGNATURES ||
        set->key_count > FWD_TRUST_KEYS_MAX)
        return false;
    for (uint8_t i = 0; i < set->key_count; i++) {
        if (!read_key(&r, set, &set->keys[i]))
            return false;
    }
    return fwd_reader_left(&r) == 0 && leads_on(set);
}
