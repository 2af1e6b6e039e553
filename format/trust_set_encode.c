#include "format/cursor.h"
#include "format/text.h"
#include "format/trust_set.h"

static void write_key(
    struct fwd_writer *w, const struct fwd_trust_set *set, const struct fwd_trust_key *key)
{
    fwd_write_u8(w, key->algorithm);
    fwd_write_u8(w, key->may_raise_counter ? 1 : 0);
    fwd_write_le32(w, key->roles);
    fwd_write_u8(w, key->product_count);
    for (uint8_t i = 0; i < key->product_count; i++)
        fwd_text_write(w, set->products[key->product_first + i]);
    fwd_write_le16(w, key->der_size);
    fwd_write_bytes(w, key->der, key->der_size);
}

size_t fwd_trust_set_encode(const struct fwd_trust_set *set, uint8_t *out, size_t size)
{
    struct fwd_writer w = fwd_writer_over(out, size);
    struct fwd_trust_set check;

    if (set->key_count > FWD_TRUST_KEYS_MAX || set->product_count > FWD_TRUST_PRODUCTS_MAX)
        return 0;
    fwd_write_le32(&w, set->version);
    fwd_write_u8(&w, set->threshold);
    fwd_write_u8(&w, set->key_count);
    for (uint8_t i = 0; i < set->key_count; i++)
        write_key(&w, set, &set->keys[i]);
    /* The decoder is the one place that knows every limit. */
    return !w.failed && fwd_trust_set_decode(out, w.at, &check) ? w.at : 0;
}
