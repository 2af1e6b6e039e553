/* A simulated device whose keys change, trust packages and firmware for it. */
#ifndef FWD_TESTS_VERIFY_RIG_KEYRING_RIG_H
#define FWD_TESTS_VERIFY_RIG_KEYRING_RIG_H

#include "keys/trust_package.h"
#include "sim/device/machine.h"

#define KEYRING_KEYS 6 /* of fwd_keypair_simulated() */

/* Geometry of the device's flash. */
struct keyring_shape {
    const char *name;
    uint32_t block, count; /* of the trust area */
    uint32_t unit;
    bool two_slots;
};
extern const struct keyring_shape keyring_shapes[];
#define KEYRING_SHAPES 4

struct keyring_device {
    struct fwd_machine *machine;
    struct fwd_bytes built_in; /* version 1: two of the keys 0, 1, 2 */
    struct fwd_update update;
    struct fwd_boot_choice choice;
};

#define KEYRING_PATH     24
#define KEYRING_FIRMWARE 5000

/* What a device is made of: files under /tmp, and a recipe that names them. Must not move. */
struct keyring_files {
    char description[KEYRING_PATH], trust[KEYRING_PATH];
    const char *paths[1];
    uint8_t image[KEYRING_FIRMWARE];
    struct fwd_machine_image first;
    struct fwd_machine_recipe recipe;
};
void keyring_files_make(struct keyring_files *files, const struct keyring_shape *shape,
    const struct fwd_bytes *built_in);
void keyring_files_remove(const struct keyring_files *files);

/* Keys 0, 1, 2 are built in, and firmware "1.0" is installed, signed by nobody: the factory pinned
 * it. */
void keyring_device_open(struct keyring_device *device, const struct keyring_shape *shape);
void keyring_device_close(struct keyring_device *device);

/* What a set is made of. */
struct keyring_recipe {
    uint32_t version;
    uint8_t threshold;
    const char *keys;    /* numbers, as "123" */
    const char *signers; /* as above */
    const char *product; /* NULL: any */
    uint32_t roles;      /* of every key; 0: all */
};

/* A trust package after `previous` (NULL: none). Freed by the caller. */
struct fwd_bytes keyring_set(const struct fwd_bytes *previous, struct keyring_recipe recipe);

/* A full package of firmware filled with `fill`, with a security counter. Freed by the caller. */
struct fwd_bytes keyring_firmware(uint8_t fill, uint32_t counter, const char *signers);

/* Power off and on, then what a boot loader does; the answer. */
enum fwd_boot_action keyring_start(struct keyring_device *device);
enum fwd_reason keyring_give(struct keyring_device *device, const struct fwd_bytes *package);
/* Downloads and installs firmware. */
enum fwd_reason keyring_update(struct keyring_device *device, const struct fwd_bytes *package);
/* The byte that the firmware which runs is filled with. */
uint8_t keyring_runs(const struct keyring_device *device);

uint32_t keyring_version(const struct keyring_device *device);

#endif
