/* What of a module is its own and survives EasyFlash: IMEI and calibration; and what does not: the
 * files and settings in its device folder. The archive is EASYFLASH_archive_<8 hex>_<IMEI>.qbackup.
 */
#ifndef FWD_CLI_DEVICE_FLASH_ARCHIVE_H
#define FWD_CLI_DEVICE_FLASH_ARCHIVE_H

#include "hostio/host_error.h"

#include <stdbool.h>

#define FWD_FLASH_ARCHIVE_PATH 4096u

struct fwd_flash_archive {
    const char *device; /* folder */
    const char *folder; /* of archives */
    char imei[16];
    char path[FWD_FLASH_ARCHIVE_PATH]; /* of the archive; "": there is none */
};

/* FWD_FAIL_REFUSED: the module has no valid IMEI. */
enum fwd_fail fwd_flash_archive_identify(struct fwd_flash_archive *a, struct fwd_error *err);
/* Takes the calibration out of the module, into a new archive; or, when a flash before this one did
 * so and did not end, finds that archive. given: this archive instead; NULL: none.
 * FWD_FAIL_REFUSED: it is of another module, or is none. */
enum fwd_fail fwd_flash_archive_take(
    struct fwd_flash_archive *a, const char *given, struct fwd_error *err);
/* Puts the calibration back. remove: the archive is not needed any more. */
enum fwd_fail fwd_flash_archive_restore(
    const struct fwd_flash_archive *a, bool remove, struct fwd_error *err);

/* Files (but certificates), settings, operator profiles and messages are those of the factory. arm:
 * the module makes a backup at its first start, and wants +CPMS once before it stores messages. */
enum fwd_fail fwd_flash_archive_erase(const char *device, bool arm, struct fwd_error *err);

#endif
