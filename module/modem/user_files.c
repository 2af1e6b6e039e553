#include "module/modem/user_files.h"

#include "sim/device/machine_internal.h"

#include <dirent.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

bool fwd_user_files_name(const char *name)
{
    size_t length = strlen(name);

    if (length == 0 || length > FWD_USER_NAME_MAX || name[0] == '.')
        return false;
    for (size_t i = 0; i < length; i++) {
        if (name[i] < ' ' || name[i] > '~' || name[i] == '/' || name[i] == '"')
            return false;
    }
    return true;
}

bool fwd_user_files_tag(const char *tag)
{
    size_t length = strlen(tag);
    static const char letters[] =
        "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789-_";

    return length > 0 && length <= 31 && strspn(tag, letters) == length;
}

/* folder/files/tag, or a file in it. */
static bool path_of(
    const char *folder, const char *tag, const char *name, char path[FWD_MACHINE_PATH])
{
    if (!fwd_user_files_tag(tag) || (name != NULL && !fwd_user_files_name(name)))
        return false;
    int length = snprintf(path, FWD_MACHINE_PATH, "%s/files/%s%s%s", folder, tag,
        name != NULL ? "/" : "", name != NULL ? name : "");
    return length > 0 && (unsigned)length < FWD_MACHINE_PATH;
}

static void make_folders(const char *folder, const char *tag)
{
    char path[FWD_MACHINE_PATH];

    if (fwd_machine_path(folder, "files", path))
        (void)mkdir(path, 0777);
    if (path_of(folder, tag, NULL, path))
        (void)mkdir(path, 0777);
}

bool fwd_user_files_write(
    const char *folder, const char *tag, const char *name, const uint8_t *bytes, size_t size)
{
    char path[FWD_MACHINE_PATH];

    if (size > FWD_USER_FILE_MAX || !path_of(folder, tag, name, path))
        return false;
    make_folders(folder, tag);
    return fwd_file_write_atomic(path, bytes, size, 0666, true, NULL) == FWD_FAIL_NONE;
}

bool fwd_user_files_read(
    const char *folder, const char *tag, const char *name, struct fwd_bytes *bytes)
{
    char path[FWD_MACHINE_PATH];

    return path_of(folder, tag, name, path) &&
           fwd_file_read_or_empty(path, FWD_USER_FILE_MAX, bytes, NULL) == FWD_FAIL_NONE;
}

bool fwd_user_files_delete(const char *folder, const char *tag, const char *name)
{
    char path[FWD_MACHINE_PATH];

    return path_of(folder, tag, name, path) && unlink(path) == 0;
}

static int visible(const struct dirent *entry)
{
    return fwd_user_files_name(entry->d_name);
}

void fwd_user_files_list(const char *folder, const char *tag,
    void (*fn)(void *ctx, const char *name, uint64_t size), void *ctx)
{
    char path[FWD_MACHINE_PATH];
    struct dirent **entries = NULL;
    struct stat status;

    if (!path_of(folder, tag, NULL, path))
        return;
    int count = scandir(path, &entries, visible, alphasort);
    for (int i = 0; i < count; i++) {
        if (path_of(folder, tag, entries[i]->d_name, path) && stat(path, &status) == 0)
            fn(ctx, entries[i]->d_name, (uint64_t)status.st_size);
        free(entries[i]);
    }
    free(entries);
}

struct erasing {
    const char *folder, *tag;
};

static void erase_one(void *ctx, const char *name, uint64_t size)
{
    const struct erasing *e = ctx;

    (void)size;
    (void)fwd_user_files_delete(e->folder, e->tag, name);
}

void fwd_user_files_erase(const char *folder, const char *tag)
{
    struct erasing e = {folder, tag};

    fwd_user_files_list(folder, tag, erase_one, &e);
}
