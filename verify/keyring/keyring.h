/* Keys that change in the field. A device that only ever trusts the keys of its boot loader does
 * not include this, and links nothing of it.
 *
 * The boot loader has a trust set built in. A trust package (SPEC.md section 5.3) brings another
 * one, together with the chain of sets that leads to it, each signed by the threshold of the one
 * before and by its own. The keyring keeps that package in two banks of an area of its own, and is
 * the store of keys for everything else:
 *
 *     static struct fwd_keyring keyring;      // ports.keys = &keyring.port
 *     fwd_update_init(&update, &device);
 *     fwd_keyring_open(&keyring, &config, &update);
 *     ... fwd_boot_decide() answers RUN ...
 *     fwd_keyring_settle(&keyring, &update);
 *
 * A key that the newest set leaves out is *retired* at once: it installs nothing. It still starts
 * what it signed, until a start has shown that what runs needs the newest set alone: then it is
 * *revoked*, and starts nothing either. So no change of keys stops a fleet, and nothing that was
 * signed with a stolen key hinders its removal. */
#ifndef FWD_VERIFY_KEYRING_KEYRING_H
#define FWD_VERIFY_KEYRING_KEYRING_H

#include "format/trust_set.h"
#include "verify/verify.h"

#ifdef __cplusplus
extern "C" {
#endif

/* const, outlives the keyring. */
struct fwd_keyring_config {
    const struct fwd_device *device; /* device->ports->keys is the keyring's port */
    /* The trust set to begin with: header and manifest of its trust package, as
     * `fwdelta trust export` writes them. Kept where the boot loader is. */
    const uint8_t *built_in;
    uint32_t built_in_size;
    const struct fwd_keys_port
        *factory;         /* asked for what the factory pinned, only; NULL: nothing */
    struct fwd_area area; /* two banks or more, of which two are used; size 0: nothing can be
                             installed */
    /* Counters of the counter port, beside those of the components: the version of the newest set,
     * below which none is taken, and the version below which sets start nothing. Without a counter
     * port an old set can come back by whoever writes the area, and no key is ever revoked. */
    uint8_t newest_counter, starts_counter;
    uint32_t link_max; /* bytes of the largest set with its signatures: 256 to 16384; 512 is enough
                          for three Ed25519 keys */
    uint8_t *memory;   /* 3 * link_max bytes */
};

/* A set, decoded. */
struct fwd_keyring_set {
    uint8_t session[FWD_SESSION_SIZE]; /* of its signed bytes */
    uint8_t ids[FWD_TRUST_KEYS_MAX][FWD_KEY_ID_SIZE];
    struct fwd_trust_set set;
};

/* The caller allocates it, the library fills it. */
struct fwd_keyring {
    struct fwd_keys_port port; /* for struct fwd_ports; key->handle is a struct fwd_trust_key */
    bool lost;  /* the counter says that there was a newer set than any that can be read: no key is
                   trusted until a trust package brings it back */
    bool doubt; /* the counter of the newest set cannot be read at this start: what starts is what
                   the other counter admits; if that cannot be read either, no key starts anything.
                   Without one of them no key installs anything (FWD_E_COUNTER) */
    bool settled;  /* both banks hold the newest set */
    uint8_t links; /* sets of the chain, the built-in one included */

    /* private */
    const struct fwd_keyring_config *config;
    const struct fwd_keyring_set *used;
    uint8_t threshold;
    uint32_t floor, least; /* versions below which a set starts nothing, and is not the newest */
    uint32_t built_in;     /* its version */
    uint32_t size;         /* bytes of the chain in `bank`; 0: the built-in set is in force */
    uint8_t bank;
    uint32_t marks[2];             /* of the banks, as they were read when it was opened */
    bool starting;                 /* what is asked for is a key that starts something */
    bool strict;                   /* only the newest set starts anything */
    bool tried;                    /* to settle, since power came */
    struct fwd_keyring_set other;  /* a predecessor, while a chain is walked */
    struct fwd_keyring_set newest; /* in force */
};

/* Finds the newest set; writes nothing. Once after each fwd_update_init(), before anything that
 * needs a key; update->trusted serves as memory. FWD_OK, also when `lost`; FWD_E_TRUST_SET: the
 * built-in set is none; FWD_E_AREA_LAYOUT: the area is not what verify/ports.h asks for;
 * FWD_E_INTERNAL: the hash failed. */
FWD_MUST_USE enum fwd_reason fwd_keyring_open(struct fwd_keyring *keyring,
    const struct fwd_keyring_config *config, struct fwd_update *update);

/* Installs a trust package. Refused while an update is in progress (FWD_E_UPDATE_PENDING; not when
 * only recovery is left) or on trial (FWD_E_TRIAL_PENDING). FWD_OK, also when it is in force
 * already; FWD_E_TRUST_SET, _TRUST_OLD, _TRUST_CHAIN, _TRUST_IO; FWD_E_COUNTER: the counter of the
 * newest set cannot be read; FWD_E_AREA_LAYOUT: the unit of the
 * trust area is larger than that of each other area; FWD_E_PRODUCT, _HARDWARE; what the signatures
 * give; what reading `package` gives. The old set stays in force unless FWD_OK is returned; power
 * may be cut anywhere: then one of the two is. */
FWD_MUST_USE enum fwd_reason fwd_keyring_install(
    struct fwd_keyring *keyring, struct fwd_update *update, const struct fwd_input *package);

/* At a start, after fwd_boot_decide() answered FWD_BOOT_RUN: completes the second bank after a
 * power cut, advances the counters, and revokes what has been retired when what runs does not need
 * it. Usually nothing is written. */
void fwd_keyring_settle(struct fwd_keyring *keyring, struct fwd_update *update);

#ifdef __cplusplus
}
#endif

#endif
