#include "cli/common/output_check.h"

#include "hostio/host_file.h"

#include <errno.h>
#include <stdio.h>
#include <string.h>

enum fwd_fail fwd_output_check(
    const struct fwd_args *args, const char *output, struct fwd_error *err)
{
    static const char *const inputs[] = {"key", "passphrase-file", "device", "sig", "pub"};
    enum fwd_fail fail = FWD_FAIL_NONE;
    for (unsigned i = 0; i < args->operand_count && fail == FWD_FAIL_NONE; i++)
        fail = fwd_file_check_output(output, args->operands[i], err);
    for (size_t i = 0; i < sizeof inputs / sizeof inputs[0]; i++) {
        const char *path;
        size_t at = 0;
        while (fail == FWD_FAIL_NONE && (path = fwd_args_next(args, inputs[i], &at)) != NULL)
            fail = fwd_file_check_output(output, path, err);
    }
    return fail;
}

enum fwd_fail fwd_output_write(const struct fwd_args *args, const char *output, const void *data,
    size_t size, unsigned mode, struct fwd_error *err)
{
    if (strcmp(output, "-") != 0)
        return fwd_file_write_atomic(output, data, size, mode, fwd_args_has(args, "force"), err);
    if (fwrite(data, 1, size, stdout) == size && fflush(stdout) == 0)
        return FWD_FAIL_NONE;
    return fwd_error_fail(
        err, FWD_FAIL_ENVIRONMENT, "standard output cannot be written: %s", fwd_error_cause(errno));
}
