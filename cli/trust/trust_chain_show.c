#include "cli/common/json_out.h"
#include "cli/trust/trust_chain.h"
#include "keys/algorithm.h"
#include "keys/keyid.h"
#include "keys/trust_limits.h"

#include <inttypes.h>
#include <stdio.h>
#include <string.h>

static void print_roles(const struct fwd_trust_key *key)
{
    const char *before = "signs ";

    for (uint32_t role = 0; role < 32; role++) {
        if ((key->roles >> role & 1) == 0)
            continue;
        printf("%s%s", before, fwd_trust_limits_role_name(role));
        before = ", ";
    }
}

static void print_key(const struct fwd_trust_link *link, uint8_t index)
{
    const struct fwd_trust_key *key = &link->set.keys[index];
    const struct fwd_algorithm *algorithm = fwd_algorithm_by_id(key->algorithm);
    char id[FWD_KEYID_TEXT_SIZE];

    fwd_keyid_text(link->ids[index], id);
    printf("  key      %s (%s): ", id, algorithm != NULL ? algorithm->title : "unknown algorithm");
    print_roles(key);
    for (uint8_t i = 0; i < key->product_count; i++) {
        const struct fwd_text *product = &link->set.products[key->product_first + i];
        printf("%s%.*s", i == 0 ? "; only for " : ", ", (int)product->size, product->bytes);
    }
    printf("%s\n", key->may_raise_counter ? "" : "; raises no counter");
}

/* Does a set have the key? */
static bool has_key(const struct fwd_trust_link *link, const uint8_t id[FWD_KEY_ID_SIZE])
{
    for (uint8_t i = 0; i < link->set.key_count; i++) {
        if (memcmp(link->ids[i], id, FWD_KEY_ID_SIZE) == 0)
            return true;
    }
    return false;
}

/* Key `index` of the set before this one is left out: NULL, or its id. */
static const uint8_t *retired(const struct fwd_trust_chain *chain, size_t link, uint8_t index)
{
    const struct fwd_trust_link *before = &chain->links[link + 1];
    return has_key(&chain->links[link], before->ids[index]) ? NULL : before->ids[index];
}

/* Keys of the set before it. */
static uint8_t key_count_before(const struct fwd_trust_chain *chain, size_t link)
{
    return link + 1 < chain->count ? chain->links[link + 1].set.key_count : 0;
}

static void print_link(const struct fwd_trust_chain *chain, size_t index)
{
    const struct fwd_trust_link *link = &chain->links[index];
    char id[FWD_KEYID_TEXT_SIZE];

    printf("set        version %" PRIu32 ", %u of %u keys must sign%s\n", link->set.version,
        link->set.threshold, link->set.key_count,
        index == chain->root && chain->count > 1 ? "; built in" : "");
    for (uint8_t i = 0; i < link->manifest.product_count; i++)
        printf("  product  %.*s\n", (int)link->manifest.products[i].size,
            link->manifest.products[i].bytes);
    for (uint8_t i = 0; i < link->set.key_count; i++)
        print_key(link, i);
    for (uint8_t i = 0; i < key_count_before(chain, index); i++) {
        if (retired(chain, index, i) == NULL)
            continue;
        fwd_keyid_text(retired(chain, index, i), id);
        printf("  retires  %s: it installs nothing, and starts nothing once other firmware runs\n",
            id);
    }
    for (uint8_t i = 0; i < link->signer_count; i++) {
        fwd_keyid_text(link->signers[i], id);
        printf("  signed   by %s\n", id);
    }
}

static json_t *key_json(const struct fwd_trust_link *link, uint8_t index)
{
    const struct fwd_trust_key *key = &link->set.keys[index];
    const struct fwd_algorithm *algorithm = fwd_algorithm_by_id(key->algorithm);
    json_t *roles = json_array(), *products = json_array();

    for (uint32_t role = 0; role < 32; role++) {
        if ((key->roles >> role & 1) != 0)
            json_array_append_new(roles, json_string(fwd_trust_limits_role_name(role)));
    }
    for (uint8_t i = 0; i < key->product_count; i++)
        json_array_append_new(
            products, fwd_json_out_text(link->set.products[key->product_first + i]));
    return json_pack("{s:o, s:s, s:o, s:o, s:b}", "key_id",
        fwd_json_out_hex(link->ids[index], FWD_KEY_ID_SIZE), "algorithm",
        algorithm != NULL ? algorithm->name : "unknown", "roles", roles, "products", products,
        "may_raise_counter", key->may_raise_counter);
}

static json_t *link_json(const struct fwd_trust_chain *chain, size_t index)
{
    const struct fwd_trust_link *link = &chain->links[index];
    json_t *keys = json_array(), *signers = json_array(), *products = json_array();
    json_t *left_out = json_array();

    for (uint8_t i = 0; i < link->set.key_count; i++)
        json_array_append_new(keys, key_json(link, i));
    for (uint8_t i = 0; i < key_count_before(chain, index); i++) {
        if (retired(chain, index, i) != NULL)
            json_array_append_new(
                left_out, fwd_json_out_hex(retired(chain, index, i), FWD_KEY_ID_SIZE));
    }
    for (uint8_t i = 0; i < link->signer_count; i++)
        json_array_append_new(signers, fwd_json_out_hex(link->signers[i], FWD_KEY_ID_SIZE));
    for (uint8_t i = 0; i < link->manifest.product_count; i++)
        json_array_append_new(products, fwd_json_out_text(link->manifest.products[i]));
    return json_pack("{s:I, s:i, s:o, s:o, s:o, s:o, s:b}", "version",
        (json_int_t)link->set.version, "threshold", link->set.threshold, "products", products,
        "keys", keys, "retires", left_out, "signed_by", signers, "built_in",
        (int)(index == chain->root));
}

enum fwd_fail fwd_trust_chain_show(
    const char *name, const struct fwd_trust_chain *chain, bool json, struct fwd_error *err)
{
    const struct fwd_reason_info *info = fwd_reason_info(chain->reason);
    json_t *sets = json_array();

    if (json) {
        for (size_t i = 0; i < chain->count; i++)
            json_array_append_new(sets, link_json(chain, i));
        return fwd_json_out("trust",
            json_pack("{s:o, s:o, s:b, s:s}", "file", fwd_json_out_string(name), "sets", sets,
                "accepted", (int)(chain->reason == FWD_OK), "reason", info->name),
            err);
    }
    json_decref(sets);
    printf("trust      %s\n", name);
    for (size_t i = 0; i < chain->count; i++)
        print_link(chain, i);
    if (chain->reason != FWD_OK)
        printf("refused    %s (%s)\n", info->meaning, info->name);
    else if (chain->count > 1)
        printf("chain      each set is signed by the one before and by its own keys\n");
    return FWD_FAIL_NONE;
}
