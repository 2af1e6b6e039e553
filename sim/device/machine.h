/* A device on this computer: a description, simulated flash, a trust store and a little memory of
 * its own, made into a struct fwd_device for the library. It lives in memory, or in a folder that
 * survives a killed process:
 *
 *     description.json  flash.img  flash.state  trust/ *.pem  factory.json  nvm.json  built-in.fwt
 *
 * factory.json belongs to the key store: digests of the images that were there when the device was
 * made, which may start without a package. built-in.fwt is there if the keys may change (the
 * description has a trust area): the trust package whose set the boot loader has built in.
 */
#ifndef FWD_SIM_DEVICE_MACHINE_H
#define FWD_SIM_DEVICE_MACHINE_H

#include "hostio/host_file.h"
#include "keys/crypto_port.h"
#include "keys/trust.h"
#include "sim/device/nvm.h"
#include "sim/device/watchdog.h"
#include "sim/family/profiles.h"
#include "verify/keyring/keyring.h"

/* What is in a component when the device leaves the factory. */
struct fwd_machine_image {
    const char *component;
    const char *file; /* path, or NULL: bytes and size */
    const uint8_t *bytes;
    uint32_t size;
    const char *version; /* NULL or "": not known */
};

struct fwd_machine;

struct fwd_machine_recipe {
    const char *description; /* path */
    const struct fwd_machine_image *images;
    size_t image_count; /* components without an image are empty */
    const char *const *trust;
    size_t trust_count; /* PEM files or folders; none: every package is refused. Or one trust
                           package: with a trust area its set is built in, and may change */
    const struct fwd_device_description *described; /* NULL: read description; else instead of it */
    uint8_t simulated_keys; /* so many of fwd_keypair_simulated() are trusted, too; from 0 on */
    /* Fills the flash instead of the images, and nothing is pinned; NULL: the images do. */
    enum fwd_fail (*fill)(struct fwd_machine *machine, const void *ctx, struct fwd_error *err);
    const void *fill_ctx;
};

struct fwd_machine {
    struct fwd_device_description *description;
    const struct fwd_profile *profile;
    struct fwd_nor *nor;
    struct fwd_nvm nvm;
    struct fwd_trust trust;
    struct fwd_host_crypto crypto;
    struct fwd_device device; /* for the library */
    /* What the application and the boot loader decode, of the codecs that the machine was given. */
    const struct fwd_codec *application_codecs[FWD_DECODER_CODECS_MAX];
    const struct fwd_codec *boot_codecs[FWD_DECODER_CODECS_MAX];
    uint8_t application_codec_count, boot_codec_count;

    /* Called with the progress of an update; NULL: not wanted. */
    void (*progress)(void *ctx, enum fwd_progress phase, uint32_t percent);
    /* Called when an installation reaches a point, before the device says whether it is ready. */
    void (*reached)(void *ctx, enum fwd_point point);
    void *progress_ctx; /* of both */

    /* Resets by the watchdog of the description: power is off then, as after fwd_nor_reset(). */
    unsigned resets;
    /* What the device is told of its last reset; FWD_RESET_UNKNOWN: a loss of power. */
    enum fwd_reset reset_cause;

    /* The flash files are missing or do not fit: the device answers FWD_E_FLASH_OPEN, and the
     * sentence says why. */
    bool flash_lost;
    struct fwd_error flash_error;

    /* The keys of a device whose keys may change; open after each power cycle. */
    struct fwd_keyring keyring;
    bool has_keyring;

    /* private */
    struct fwd_bytes built_in; /* a trust package; none: the keys of `trust` never change */
    struct fwd_keyring_config keyring_config;
    struct fwd_flash_port flash_port;
    struct fwd_keys_port keys_port;
    struct fwd_counter_port counter_port;
    struct fwd_host_port host_port;
    struct fwd_clock_port clock_port;
    struct fwd_ports ports;
    struct fwd_watchdog watchdog; /* between ports and device */
    char *folder;                 /* NULL: in memory */
    int lock;                     /* descriptor of the folder, or -1 */
};

/* Makes a new device folder; nothing may be there. On failure nothing is left behind.
 * FWD_FAIL_REFUSED: the description, an image or a key is not acceptable, or folder exists. */
enum fwd_fail fwd_machine_create(
    const char *folder, const struct fwd_machine_recipe *recipe, struct fwd_error *err);

/* Makes a folder that appears only when `fill` has filled it; nothing may be there. */
enum fwd_fail fwd_machine_new_folder(const char *folder,
    enum fwd_fail (*fill)(void *ctx, const char *path, struct fwd_error *err), void *ctx,
    struct fwd_error *err);

/* Opens a device folder; no other process can open it until it is closed. codecs: those that
 * there are; of them the device has what its description says. They must outlive the machine.
 * Opening is not switching on: a command that starts the device calls fwd_machine_power_cycle()
 * first, one that only looks does not. FWD_FAIL_ENVIRONMENT: not there, or in use;
 * FWD_FAIL_REFUSED: a file in it is not valid. */
enum fwd_fail fwd_machine_open(const char *folder, const struct fwd_codec *const *codecs,
    uint8_t codec_count, struct fwd_machine **out, struct fwd_error *err);

/* The same device without a folder, as fwd_machine_create() and fwd_machine_open() return it; what
 * a package requires of other components is taken as met. */
enum fwd_fail fwd_machine_new(const struct fwd_machine_recipe *recipe,
    const struct fwd_codec *const *codecs, uint8_t codec_count, struct fwd_machine **out,
    struct fwd_error *err);

/* Gives everything back; NULL-safe. */
void fwd_machine_close(struct fwd_machine *machine);

/* Puts what nvm says into effect (after it was changed): the faults on the flash; and into the
 * file, if there is one. */
enum fwd_fail fwd_machine_save(struct fwd_machine *machine, struct fwd_error *err);

/* The boot loader runs from now on: its codecs and memory are the device's. The application does
 * when the machine is opened. The caller calls fwd_update_init() again. */
void fwd_machine_run_boot_loader(struct fwd_machine *machine);
void fwd_machine_run_application(struct fwd_machine *machine);

/* What the device does when a package was downloaded and is asked for: fwd_update_install(); or,
 * with rehearse_slice, the application's slices, a reset, and what the boot loader resumes. Counts
 * of `update` go on over the reset. resets: called then, may be NULL. */
FWD_MUST_USE enum fwd_reason fwd_machine_install(struct fwd_machine *machine,
    struct fwd_update *update, enum fwd_command command, void (*resets)(void *ctx), void *ctx);

/* The application's part: slices of so many bytes, until there is no more. */
FWD_MUST_USE enum fwd_reason fwd_machine_rehearse(
    struct fwd_update *update, enum fwd_command command, uint32_t slice);

/* Power off and on: what a device has in RAM is gone (the caller calls fwd_update_init() again). */
void fwd_machine_power_cycle(struct fwd_machine *machine);

/* The file of the built-in set. Nothing when the keys never change. */
#define FWD_MACHINE_BUILT_IN "built-in.fwt"
enum fwd_fail fwd_machine_save_built_in(
    const struct fwd_machine *machine, const char *folder, struct fwd_error *err);

/* Counters of the keyring (struct fwd_keyring_config). */
#define FWD_MACHINE_TRUST_NEWEST 0xF0u
#define FWD_MACHINE_TRUST_STARTS 0xF1u

/* What a boot loader does with its keyring after fwd_boot_decide() answered FWD_BOOT_RUN; nothing
 * on a device that has none. */
void fwd_machine_started(struct fwd_machine *machine, struct fwd_update *update);

/* Copies the image in a slot of a component, `size` bytes from its start. False when there is no
 * such component or slot, or it is smaller. */
bool fwd_machine_read_slot(const struct fwd_machine *machine, uint8_t component, uint8_t slot,
    uint8_t *bytes, uint32_t size);

/* Index of a component of the device; FWD_COMPONENTS_MAX when there is none of that name. */
uint8_t fwd_machine_component(const struct fwd_machine *machine, const char *name);

#endif
