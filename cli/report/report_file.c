#include "cli/report/report_file.h"

#include "hostio/host_file.h"
#include "hostio/host_file_set.h"

#include <string.h>

enum fwd_fail fwd_report_file_check(
    const struct fwd_args *args, const char *const *options, struct fwd_error *err)
{
    enum fwd_fail fail = FWD_FAIL_NONE;
    for (size_t i = 0; options[i] != NULL && fail == FWD_FAIL_NONE; i++) {
        const char *path = fwd_args_text(args, options[i]);
        if (path == NULL)
            continue;
        if (strcmp(path, "-") == 0)
            return fwd_error_fail(err, FWD_FAIL_USAGE,
                "--%s -: standard output has the other report; name a file", options[i]);
        fail = fwd_file_may_write(path, fwd_args_has(args, "force"), err);
    }
    return fail;
}

enum fwd_fail fwd_report_file_write(struct fwd_file_set *set, const struct fwd_args *args,
    const char *option, bool (*put)(FILE *out, const void *ctx), const void *ctx,
    struct fwd_error *err)
{
    const char *path = fwd_args_text(args, option);
    return path == NULL ? FWD_FAIL_NONE
                        : fwd_file_set_put(set, path, put, ctx, fwd_args_has(args, "force"), err);
}
