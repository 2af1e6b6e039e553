#include "cli/common/image_file.h"

#include <inttypes.h>
#include <sys/stat.h>
#include <unistd.h>

#define MEBIBYTE 1048576u

/* 0: not known. */
static uint64_t memory_of_computer(void)
{
    long pages = sysconf(_SC_PHYS_PAGES);
    long page = sysconf(_SC_PAGESIZE);
    return pages > 0 && page > 0 ? (uint64_t)pages * (uint64_t)page : 0;
}

enum fwd_fail fwd_image_file_read(
    const char *path, unsigned times, struct fwd_bytes *bytes, struct fwd_error *err)
{
    struct stat info;
    uint64_t memory = memory_of_computer();
    if (stat(path, &info) == 0 && S_ISREG(info.st_mode) && info.st_size <= UINT32_MAX &&
        memory > 0 && (uint64_t)info.st_size * times > memory)
        return fwd_error_fail(err, FWD_FAIL_ENVIRONMENT,
            "%s: has %" PRIu64 " MiB, for which about %" PRIu64
            " MiB of memory are needed, but this computer has %" PRIu64 " MiB",
            path, (uint64_t)info.st_size / MEBIBYTE, (uint64_t)info.st_size * times / MEBIBYTE,
            memory / MEBIBYTE);
    return fwd_file_read_as("a firmware image", path, UINT32_MAX, bytes, err);
}
