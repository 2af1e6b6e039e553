#include "cli/report/report_file.h"

#include "cli/common/output_check.h"
#include "hostio/host_file.h"
#include "hostio/host_file_set.h"

#include <string.h>

static enum fwd_fail check(
    const struct fwd_args *args, const char *option, const char *path, struct fwd_error *err)
{
    if (strcmp(path, "-") == 0)
        return fwd_error_fail(err, FWD_FAIL_USAGE,
            "--%s -: standard output has the other report; name a file", option);
    enum fwd_fail fail = fwd_output_check(args, path, err);
    return fail == FWD_FAIL_NONE ? fwd_file_may_write(path, fwd_args_has(args, "force"), err)
                                 : fail;
}

enum fwd_fail fwd_report_file_check(
    const struct fwd_args *args, const char *const *options, struct fwd_error *err)
{
    for (size_t i = 0; options[i] != NULL; i++) {
        const char *path = fwd_args_text(args, options[i]);
        if (path == NULL)
            continue;
        enum fwd_fail fail = check(args, options[i], path, err);
        if (fail != FWD_FAIL_NONE)
            return fail;
        for (size_t j = 0; j < i; j++) {
            const char *other = fwd_args_text(args, options[j]);
            if (other != NULL && strcmp(other, path) == 0)
                return fwd_error_fail(err, FWD_FAIL_USAGE,
                    "%s: is named by --%s and by --%s; each report needs a file of its own", path,
                    options[j], options[i]);
        }
    }
    return FWD_FAIL_NONE;
}

enum fwd_fail fwd_report_file_write(struct fwd_file_set *set, const struct fwd_args *args,
    const char *option, bool (*put)(FILE *out, const void *ctx), const void *ctx,
    struct fwd_error *err)
{
    const char *path = fwd_args_text(args, option);
    return path == NULL ? FWD_FAIL_NONE
                        : fwd_file_set_put(set, path, put, ctx, fwd_args_has(args, "force"), err);
}
