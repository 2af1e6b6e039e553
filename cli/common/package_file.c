#include "cli/common/package_file.h"

#include "keys/trust_package.h"

#include <stdio.h>
#include <sys/stat.h>

#define PACKAGE_MODE 0666u /* less the umask */
/* Above this size the beginning of a file is looked at before the rest is read. */
#define LARGE 1048576

/* Only of regular files: what is read from a pipe is gone. */
static enum fwd_fail check_beginning(const char *path, struct fwd_error *err)
{
    struct stat info;
    struct fwd_header header;
    uint8_t bytes[FWD_HEADER_SIZE];
    if (stat(path, &info) != 0 || !S_ISREG(info.st_mode) || info.st_size < LARGE)
        return FWD_FAIL_NONE; /* reading it says what is wrong */
    FILE *file = fopen(path, "rb");
    if (file == NULL)
        return FWD_FAIL_NONE;
    size_t got = fread(bytes, 1, sizeof bytes, file);
    fclose(file);
    if (got < sizeof bytes)
        return FWD_FAIL_NONE;
    enum fwd_reason reason = fwd_header_decode(bytes, sizeof bytes, &header);
    if (reason != FWD_E_BAD_MAGIC)
        return FWD_FAIL_NONE;
    const struct fwd_reason_info *reason_info = fwd_reason_info(reason);
    return fwd_error_fail(err, FWD_FAIL_REFUSED,
        "%s: is not a package: %s (%s); give a file that 'fwdelta gen' has made", path,
        reason_info->meaning, reason_info->name);
}

enum fwd_fail fwd_package_file_read(
    const char *path, struct fwd_bytes *bytes, struct fwd_error *err)
{
    *bytes = (struct fwd_bytes){NULL, 0};
    enum fwd_fail fail = check_beginning(path, err);
    return fail == FWD_FAIL_NONE ? fwd_file_read_as("a package", path, UINT32_MAX, bytes, err)
                                 : fail;
}

enum fwd_fail fwd_package_file_open(const char *path, struct fwd_bytes *bytes,
    struct fwd_signed_package *package, struct fwd_error *err)
{
    enum fwd_fail fail = fwd_package_file_read(path, bytes, err);
    if (fail == FWD_FAIL_NONE)
        fail = fwd_signed_package_open(path, bytes->data, bytes->size, package, err);
    if (fail != FWD_FAIL_NONE)
        fwd_bytes_free(bytes);
    return fail;
}

enum fwd_fail fwd_package_file_has_firmware(
    const char *path, const struct fwd_bytes *bytes, struct fwd_error *err)
{
    if (!fwd_trust_package_is(bytes->data, bytes->size))
        return FWD_FAIL_NONE;
    return fwd_error_fail(
        err, FWD_FAIL_REFUSED, "%s: is a trust package; give it to 'fwdelta device trust'", path);
}

enum fwd_fail fwd_package_file_update(const struct fwd_args *args, const char *path,
    const struct fwd_bytes *bytes, struct fwd_file_set *set, struct fwd_error *err)
{
    const char *output = fwd_args_text(args, "output");
    if (output == NULL)
        return fwd_file_set_add(
            set, path, bytes->data, bytes->size, PACKAGE_MODE | FWD_FILE_KEEP_MODE, true, err);
    return fwd_file_set_add(
        set, output, bytes->data, bytes->size, PACKAGE_MODE, fwd_args_has(args, "force"), err);
}
