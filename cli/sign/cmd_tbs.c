/* fwdelta tbs: exactly the bytes that are to be signed. */
#include "cli/common/output_check.h"
#include "cli/common/package_file.h"

#include <stdio.h>

static const struct fwd_option options[] = {
    {"output", 'o', "FILE", false, "where the bytes go"},
    {"force", 'f', NULL, false, "replace an existing file"},
    {0},
};

static int run(const struct fwd_args *args, struct fwd_error *err)
{
    struct fwd_bytes bytes;
    struct fwd_signed_package package;
    const char *output = fwd_args_text(args, "output");
    if (output == NULL)
        return (int)fwd_error_fail(
            err, FWD_FAIL_USAGE, "-o FILE is missing: say where the bytes to be signed go");
    enum fwd_fail fail = fwd_output_check(args, output, err);
    if (fail == FWD_FAIL_NONE)
        fail = fwd_file_may_write(output, fwd_args_has(args, "force"), err);
    if (fail != FWD_FAIL_NONE)
        return (int)fail;
    fail = fwd_package_file_open(args->operands[0], &bytes, &package, err);
    if (fail == FWD_FAIL_NONE)
        fail = fwd_file_write_atomic(output, package.signed_bytes, package.signed_size, 0666,
            fwd_args_has(args, "force"), err);
    if (fail == FWD_FAIL_NONE)
        printf("to be signed  %s (%zu bytes)\n", output, package.signed_size);
    fwd_bytes_free(&bytes);
    return (int)fail;
}

const struct fwd_subcommand fwd_command_tbs = {
    .name = "tbs",
    .operands = "PKG -o FILE",
    .operands_min = 1,
    .operands_max = 1,
    .summary = "write the bytes to be signed, for a key kept elsewhere",
    .about = "Writes header and manifest of a package: exactly what every signature covers. Sign\n"
             "them where the key is (an HSM, another computer), then use 'fwdelta attach'.",
    .options = options,
    .run = run,
};
