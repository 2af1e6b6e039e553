/* The value of a trust set (SPEC.md section 5.3), byte by byte. */
#include "cli/inspect/package_map.h"
#include "format/trust_set.h"
#include "keys/algorithm.h"
#include "keys/crypto_port.h"
#include "keys/keyid.h"
#include "keys/trust_limits.h"

#include <inttypes.h>
#include <stdio.h>
#include <string.h>

/* "firmware, boot, trust" */
static void roles_text(uint32_t roles, char *text, size_t room)
{
    size_t at = 0;
    text[0] = 0;
    for (uint32_t role = 0; role < 32 && at < room; role++) {
        if ((roles >> role & 1) == 0 || (FWD_ROLES_KNOWN >> role & 1) == 0)
            continue;
        at += (size_t)snprintf(
            text + at, room - at, "%s%s", at > 0 ? ", " : "", fwd_trust_limits_role_name(role));
    }
}

static void add_algorithm(struct fwd_byte_map *map)
{
    uint32_t id = fwd_byte_map_number(map, 1, "algorithm", "how this key signs");
    const struct fwd_algorithm *algorithm = fwd_algorithm_by_id((uint16_t)id);
    fwd_byte_map_value(map, "%" PRIu32 " %s", id, algorithm != NULL ? algorithm->title : "unknown");
}

static void add_limits(struct fwd_byte_map *map, const struct fwd_trust_set *set, uint8_t index)
{
    const struct fwd_trust_key *key = &set->keys[index];
    char roles[120];
    fwd_byte_map_number(map, 1, "flags", "bit 0: may raise security counters");
    fwd_byte_map_value(
        map, "%s", key->may_raise_counter ? "may raise counters" : "raises no counter");
    fwd_byte_map_number(map, 4, "roles", "what it may sign; bit 31: the next trust set");
    roles_text(key->roles, roles, sizeof roles);
    fwd_byte_map_value(map, "0x%08" PRIX32 " %s", key->roles, roles);
    fwd_byte_map_number(map, 1, "products", "how many it is limited to; 0: any product");
    for (uint8_t i = 0; i < key->product_count; i++) {
        fwd_byte_map_number(map, 1, "product length", "bytes that follow");
        fwd_byte_map_text(map, set->products[key->product_first + i].size, "product",
            "it may sign for this product");
    }
}

static void add_der(struct fwd_byte_map *map, const struct fwd_trust_key *key)
{
    uint8_t digest[FWD_DIGEST_SIZE];
    char id[FWD_KEYID_TEXT_SIZE] = "?";
    if (fwd_crypto_port_sha256(key->der, key->der_size, digest))
        fwd_keyid_text(digest, id);
    fwd_byte_map_number(map, 2, "length", "bytes of the public key");
    fwd_byte_map_hex(map, key->der_size, "public key", "as DER SubjectPublicKeyInfo");
    fwd_byte_map_value(map, "key id %s", id);
}

void fwd_trust_map_add(struct fwd_byte_map *map, size_t size)
{
    struct fwd_trust_set set;
    if (!fwd_trust_set_decode(map->bytes + map->at, size, &set)) {
        fwd_byte_map_problem(map, "the trust set is none that devices take (trust-set)");
        fwd_byte_map_hex(map, size, "trust set", "not read");
        return;
    }
    fwd_byte_map_number(map, 4, "set version", "of two sets the higher one counts");
    fwd_byte_map_number(map, 1, "threshold", "so many of the keys must sign");
    fwd_byte_map_number(map, 1, "keys", "how many there are");
    for (uint8_t i = 0; i < set.key_count; i++) {
        char prefix[16];
        (void)snprintf(prefix, sizeof prefix, "key %u ", i + 1u);
        map->prefix = prefix;
        add_algorithm(map);
        add_limits(map, &set, i);
        add_der(map, &set.keys[i]);
        map->prefix = NULL;
    }
}
