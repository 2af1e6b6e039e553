/* The trust store: public keys and what each may sign for. It is filled from PEM files, each with
 * one or more public keys. Beside NAME.pem a file NAME.json may limit the keys of NAME.pem:
 *
 *     {"roles": ["firmware", "boot"], "products": ["X100"], "may_raise_counter": false}
 *
 * Role "trust" is the right to sign trust sets (trust_package.h), whose keys a store may be filled
 * with, too. Every member may be left out: all roles, all products, true. Unknown members are
 * refused, and so is a file of limits that is a link to nothing, or that has no NAME.pem beside it:
 * a key does not lose its limits because a file was renamed. */
#ifndef FWD_KEYS_TRUST_H
#define FWD_KEYS_TRUST_H

#include "format/manifest.h"
#include "keys/keypair.h"
#include "verify/ports.h"

#include <stdbool.h>

/* all roles, and trust sets */
#define FWD_TRUST_ANY_ROLE FWD_ROLES_KNOWN

struct fwd_trust_limits {
    uint32_t roles; /* bit n: role n; FWD_ROLE_TRUST: may sign trust sets */
    bool may_raise_counter;
    uint8_t product_count; /* 0: any */
    char products[FWD_PRODUCTS_MAX][FWD_PRODUCT_MAX + 1];
};

struct fwd_trust_entry {
    struct fwd_keypair key; /* pkey NULL: an invalid entry */
    struct fwd_trust_limits limits;
    struct fwd_text products[FWD_PRODUCTS_MAX]; /* the limits' products, for struct fwd_key */
    char *file;                                 /* where it came from */
};

/* An image that may start although no package says so: what the factory put there. */
struct fwd_trust_pin {
    bool set;
    uint32_t size; /* 0: the place was left empty */
    uint32_t counter;
    uint8_t digest[FWD_DIGEST_SIZE];
    char version[FWD_VERSION_MAX + 1]; /* empty: not known */
};

/* Start with {0}: an empty store, with which nothing verifies. */
struct fwd_trust {
    struct fwd_trust_entry **entries;
    size_t count; /* with the invalid ones */
    size_t invalid_count;
    uint8_t threshold; /* signatures that the trust packages want whose keys are here; 0: none is */
    struct fwd_trust_pin pins[FWD_COMPONENTS_MAX]; /* by place of a device */
};

/* What to do with a file that holds no usable key, or has unusable limits. */
enum fwd_trust_mode {
    FWD_TRUST_STRICT,      /* refuse it: for tools */
    FWD_TRUST_KEEP_INVALID /* keep an invalid entry, which answers FWD_E_KEY_INVALID: for devices */
};

/* Adds the keys of a PEM file, of the newest set of a trust package, or of all *.pem files of a
 * folder in the order of their names. The same key twice, or two keys with one key id, are refused
 * in both modes. After a failure the store may hold some of the keys: free it. */
enum fwd_fail fwd_trust_load(
    struct fwd_trust *trust, const char *path, enum fwd_trust_mode mode, struct fwd_error *err);

/* Takes over a key (also when it fails). file: where it came from; limits: NULL for none. */
enum fwd_fail fwd_trust_add(struct fwd_trust *trust, struct fwd_keypair *key, const char *file,
    const struct fwd_trust_limits *limits, struct fwd_error *err);

/* Adds an invalid entry. */
enum fwd_fail fwd_trust_add_invalid(
    struct fwd_trust *trust, const char *file, struct fwd_error *err);

/* Writes every valid key as KEYID.pem, and its limits, if it has any, as KEYID.json, into an
 * existing folder. An existing file is replaced. */
enum fwd_fail fwd_trust_save(
    const struct fwd_trust *trust, const char *folder, struct fwd_error *err);

/* Empties the store; NULL-safe. */
void fwd_trust_free(struct fwd_trust *trust);

/* The key store port over a store: count() counts invalid entries too; find() returns the key, or
 * FWD_E_UNKNOWN_SIGNER, or FWD_E_KEY_INVALID when no entry is valid. trust must outlive the port
 * and must not change while the library uses it. struct fwd_key.handle is the struct fwd_keypair.
 */
struct fwd_keys_port fwd_trust_port(const struct fwd_trust *trust);

#endif
