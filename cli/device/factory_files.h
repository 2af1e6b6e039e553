/* What a factory programs: a folder with a file for each area that is not left erased, the keys,
 * and a list of both.
 *
 *     program.json  description.json  trust/ *.pem  firmware.bin  journal.bin  version.bin
 *
 * Where the keys may change there is built-in.fwt in place of trust/: the set that the boot loader
 * has built in. The trust area is left erased.
 *
 * The list says for each file: area, chip, address on the chip, size, SHA-256. */
#ifndef FWD_CLI_DEVICE_FACTORY_FILES_H
#define FWD_CLI_DEVICE_FACTORY_FILES_H

#include "sim/device/machine.h"

#include <jansson.h>

#define FWD_FACTORY_PATH 4096u

/* Writes what is in the slots, the journal and the version area of a device, up to the last byte
 * that is not erased, into a new folder. description: its file, which is copied. *list: what
 * program.json says; freed by the caller, also after a failure. FWD_FAIL_REFUSED: the folder
 * exists; FWD_FAIL_ENVIRONMENT: it cannot be written. */
enum fwd_fail fwd_factory_files_save(const struct fwd_machine *machine, const char *description,
    const char *folder, json_t **list, struct fwd_error *err);

/* Where the keys are in such a folder: the trust package, or the folder of keys. FWD_FAIL_USAGE:
 * the name is too long; FWD_FAIL_ENVIRONMENT: there is no such folder; FWD_FAIL_REFUSED: it is
 * another one. */
enum fwd_fail fwd_factory_files_keys(
    const char *folder, char path[FWD_FACTORY_PATH], struct fwd_error *err);

/* Programs the files of such a folder; ctx: its path. For struct fwd_machine_recipe.
 * FWD_FAIL_REFUSED: a file or the list is not valid, or is not for this device. */
enum fwd_fail fwd_factory_files_load(
    struct fwd_machine *machine, const void *ctx, struct fwd_error *err);

#endif
