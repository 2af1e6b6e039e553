/* The file system of a module: folder files/TAG/NAME of the device folder. Tags are those of
 * +UDWNFILE; besides them what an update may erase lies there too, one file each:
 *
 *     USER   files of the user        LWM2M  of the LwM2M client     MNO   operator profiles
 *     CERT   certificates and keys    SMS    messages */
#ifndef FWD_MODULE_MODEM_USER_FILES_H
#define FWD_MODULE_MODEM_USER_FILES_H

#include "hostio/host_file.h"

#define FWD_USER_FILE_MAX 1048576u
#define FWD_USER_NAME_MAX 248u

/* May a file, a tag be called so? Printable ASCII without "/", not "." or ".."; tags: letters,
 * digits, '-', '_'. */
bool fwd_user_files_name(const char *name);
bool fwd_user_files_tag(const char *tag);

/* Replaces it when it is there. False: not a name, too large, or the disk refused. */
bool fwd_user_files_write(
    const char *folder, const char *tag, const char *name, const uint8_t *bytes, size_t size);
/* False: not there. bytes: freed by the caller. */
bool fwd_user_files_read(
    const char *folder, const char *tag, const char *name, struct fwd_bytes *bytes);
bool fwd_user_files_delete(const char *folder, const char *tag, const char *name);

/* Calls fn for each file of a tag, in the order of names. */
void fwd_user_files_list(const char *folder, const char *tag,
    void (*fn)(void *ctx, const char *name, uint64_t size), void *ctx);
/* Removes all files of a tag. */
void fwd_user_files_erase(const char *folder, const char *tag);

#endif
