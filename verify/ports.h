/* What a device supplies to the library. Each port is a const table of functions; the first
 * argument is always the port's own `ctx`. PORTING.md says what each must guarantee about power
 * loss, and which memory must be trusted.
 *
 * No function may call back into the library. */
#ifndef FWD_VERIFY_PORTS_H
#define FWD_VERIFY_PORTS_H

#include "format/config.h"
#include "format/manifest.h"
#include "format/reason.h"

#ifdef __cplusplus
extern "C" {
#endif

/* ---- flash ----------------------------------------------------------------------------------- */

/* Erase blocks of an area, in ascending order: `count` blocks of `size` bytes each. */
struct fwd_blocks {
    uint32_t size;
    uint32_t count;
};

/* A piece of flash with one use. Offsets given to the flash port count from its start. */
struct fwd_area {
    uint16_t id;           /* the flash port's name for it */
    uint16_t chip;         /* areas on different chips never overlap */
    uint32_t address;      /* in the chip; aligned to an erase block */
    uint32_t size;         /* the sum of its blocks; 0: the device has no such area */
    uint32_t program_unit; /* bytes programmed at once: a power of two, 1..4096 */
    uint32_t program_page; /* bytes that one call may program: a power of two that divides every
                              block, at least a unit; no call crosses a multiple of it. 0: a unit */
    uint8_t erased;        /* what an erased byte reads: 0xFF or 0x00 */
    const struct fwd_blocks *blocks;
    uint8_t blocks_count;
};

enum fwd_io {
    FWD_IO_OK = 0,
    FWD_IO_ERROR,        /* the chip reported that the operation failed */
    FWD_IO_UNCORRECTABLE /* read only: these bytes cannot be read (ECC) */
};

struct fwd_flash_port {
    void *ctx;
    /* Reads size bytes. FWD_IO_UNCORRECTABLE leaves buf undefined. */
    enum fwd_io (*read)(
        void *ctx, const struct fwd_area *area, uint32_t offset, void *buf, uint32_t size);
    /* Programs whole program units that have been erased before, at most area->program_page bytes
     * and within one such page. After a power cut any of the units of an unfinished call may hold
     * anything, and may read differently each time until erased. */
    enum fwd_io (*program)(
        void *ctx, const struct fwd_area *area, uint32_t offset, const void *buf, uint32_t size);
    /* Erases the block that starts at offset and has size bytes. */
    enum fwd_io (*erase)(void *ctx, const struct fwd_area *area, uint32_t offset, uint32_t size);
    /* Returns when everything before it is in the flash. */
    enum fwd_io (*sync)(void *ctx);
};

/* ---- crypto and keys ------------------------------------------------------------------------- */

/* SHA-256 computations that run at the same time; each slot is one. */
enum fwd_hash_slot { FWD_HASH_PAYLOAD, FWD_HASH_TARGET, FWD_HASH_STEP, FWD_HASH_SLOTS };

/* A public key of the device, and what it may do. */
struct fwd_key {
    uint16_t algorithm;              /* FWD_ALG_* */
    const void *handle;              /* for the crypto port: a key object or key bytes */
    uint32_t roles;                  /* bit n: may sign for components of role n */
    bool may_raise_counter;          /* may sign a security counter above the device's */
    const struct fwd_text *products; /* only for these; product_count 0: any */
    uint8_t product_count;
};

/* Far from each other, from zero, and from what a register holds by chance: a fault that skips an
 * instruction makes none into the first. */
enum fwd_verdict {
    FWD_SIGNATURE_VALID = 0x5AC3961E,
    FWD_SIGNATURE_INVALID = 0x2D71E849,
    FWD_SIGNATURE_KEY_UNUSABLE =
        0x13B45A97 /* the key is malformed, or its type is not the algorithm's */
};

struct fwd_crypto_port {
    void *ctx;
    /* false: the hardware failed. Slots are independent; begin starts over. */
    bool (*hash_begin)(void *ctx, enum fwd_hash_slot slot);
    bool (*hash_update)(void *ctx, enum fwd_hash_slot slot, const void *bytes, size_t size);
    bool (*hash_end)(void *ctx, enum fwd_hash_slot slot, uint8_t digest[FWD_DIGEST_SIZE]);
    /* Verifies a signature over the whole message, as SPEC.md section 5 says for key->algorithm. */
    enum fwd_verdict (*verify)(void *ctx, const struct fwd_key *key, const uint8_t *message,
        size_t message_size, const uint8_t *signature, size_t signature_size);
};

struct fwd_unverified;
struct fwd_trusted;

struct fwd_keys_port {
    void *ctx;
    /* How many keys the store has; 0 gives FWD_E_NO_KEYS. */
    uint32_t (*count)(void *ctx);
    /* FWD_OK and *key; FWD_E_UNKNOWN_SIGNER; FWD_E_KEY_INVALID; FWD_E_COUNTER: which keys count
     * cannot be known at this start, FWD_E_TRUST_IO: they are not in place for good; the package
     * is refused. *key and what it points to stay
     * valid until the next call of the library from outside. */
    enum fwd_reason (*find)(void *ctx, const uint8_t key_id[FWD_KEY_ID_SIZE], struct fwd_key *key);
    /* Optional: the image that the factory put into a place (index in the device), for devices
     * whose factory image has no package: it may start without a signature, with the security
     * counter that is pinned with it; image->version, if it is to be known after a trial that
     * failed. Kept where the keys are: whoever can write it can sign.
     * False: none is pinned. size 0: the place left the factory empty. */
    bool (*pinned)(void *ctx, uint8_t place, struct fwd_image *image, uint32_t *counter);
    /* Optional, of a store whose keys change (keyring.h): authenticates what is installed already,
     * by the newest of the sets of keys that may still start it. NULL: as an installation. */
    enum fwd_reason (*started)(
        void *ctx, const struct fwd_unverified *package, struct fwd_trusted *trusted);
    const uint8_t *threshold; /* signatures that the store wants; NULL: policy.threshold */
};

/* ---- a key of the device's own --------------------------------------------------------------- */

#define FWD_MAC_SIZE 8u

struct fwd_mac_use;
extern const struct fwd_mac_use fwd_mac_use;

/* Optional: authenticates what the library writes for itself (journal, version records), so that a
 * start at which nothing was touched is told from one in doubt. A wrong MAC never means loss: the
 * key may have changed. Without this port nothing that matters rests on what it would authenticate.
 */
struct fwd_mac_port {
    void *ctx;
    /* A MAC over the bytes, by a key that only this device has. False: the hardware failed. */
    bool (*compute)(void *ctx, const void *bytes, size_t size, uint8_t mac[FWD_MAC_SIZE]);
    /* &fwd_mac_use: what the library does with it. NULL is as no port. */
    const struct fwd_mac_use *use;
};

/* ---- monotonic counter ----------------------------------------------------------------------- */

/* Optional: without it security counters are not enforced. component: index in the device. */
struct fwd_counter_port {
    void *ctx;
    bool (*read)(void *ctx, uint8_t component, uint32_t *value);
    /* Afterwards the value is at least at_least, also after a power cut in this call and a second
     * call. Never lowers it. */
    bool (*advance)(void *ctx, uint8_t component, uint32_t at_least);
};

/* ---- the time -------------------------------------------------------------------------------- */

/* Optional, of an application: for packages that are not to be installed after a certain time
 * (fwd_device.expiry). Firmware that is installed starts at any time. */
struct fwd_clock_port {
    void *ctx;
    /* Seconds since 1970-01-01T00:00:00Z. False: nobody whom the device trusts has set the clock
     * since it lost power. */
    bool (*now)(void *ctx, uint64_t *seconds);
};

/* ---- environment, progress ------------------------------------------------------------------- */

/* Points at which the device may say that it is not ready. The library calls them in this order
 * (spec: steps E1..F1) and reports the first reason that is not FWD_OK. */
enum fwd_point {
    FWD_POINT_FLASH,        /* E1: the flash opens, its geometry is as expected */
    FWD_POINT_PARTITIONS,   /* E2 */
    FWD_POINT_CONFIG,       /* E4: channel configuration; its result is ignored */
    FWD_POINT_BAD_BLOCKS,   /* E5 */
    FWD_POINT_FILE_SYSTEM,  /* E6 */
    FWD_POINT_PACKAGE,      /* E7: the package can be opened */
    FWD_POINT_VALIDATION,   /* about to validate */
    FWD_POINT_INSTALLATION, /* about to write firmware for the first time */
    FWD_POINT_FINALIZATION  /* F1: the last check before leaving */
};

/* Why the processor started. */
enum fwd_reset {
    FWD_RESET_UNKNOWN,
    FWD_RESET_POWER, /* power was lost, or switched off */
    FWD_RESET_OTHER  /* a watchdog, a fault, software */
};

enum fwd_progress { FWD_PROGRESS_VALIDATION, FWD_PROGRESS_INSTALLATION };

struct fwd_host_port {
    void *ctx;
    /* NULL: always ready. */
    enum fwd_reason (*ready)(void *ctx, enum fwd_point point);
    /* percent 0..100 while validating, 1..100 while installing; never decreases within a phase,
     * except that a phase that starts again after a power cut starts again. NULL: not wanted. */
    void (*progress)(void *ctx, enum fwd_progress phase, uint32_t percent);
    /* Called at least once in every 4 KiB of work: feed the watchdog. NULL: not wanted. */
    void (*alive)(void *ctx);
    /* Did the start before this one end otherwise than by a clean end? Asked only with policy
     * FWD_VERIFY_START_IN_DOUBT. NULL: no. */
    bool (*unclean)(void *ctx);
    /* Why this start happened. NULL: FWD_RESET_UNKNOWN. */
    enum fwd_reset (*reset_cause)(void *ctx);
};

struct fwd_ports {
    const struct fwd_flash_port *flash;
    const struct fwd_crypto_port *crypto;
    const struct fwd_keys_port *keys;
    const struct fwd_counter_port *counter; /* NULL: none */
    const struct fwd_host_port *host;
    const struct fwd_mac_port *mac;     /* NULL: none */
    const struct fwd_clock_port *clock; /* NULL: none */
};

#ifdef __cplusplus
}
#endif

#endif
