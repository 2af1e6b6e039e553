/* A trust package is verified as 'fwdelta trust show' does it. */
#include "cli/trust/trust_chain.h"
#include "cli/verify/verify_internal.h"
#include "keys/trust_package.h"

#include <stdio.h>
#include <sys/stat.h>

/* Of a regular file: what is read from a pipe is gone. */
static bool begins_as_one(const char *path)
{
    struct stat info;
    uint8_t bytes[4];

    if (stat(path, &info) != 0 || !S_ISREG(info.st_mode))
        return false;
    FILE *file = fopen(path, "rb");
    if (file == NULL)
        return false;
    size_t got = fread(bytes, 1, sizeof bytes, file);
    fclose(file);
    return fwd_trust_package_is(bytes, got);
}

enum fwd_fail fwd_verify_trust_package(
    const struct fwd_args *args, bool *is_one, struct fwd_error *err)
{
    const char *built_in = fwd_args_text(args, "trust");

    *is_one = begins_as_one(args->operands[0]);
    if (!*is_one)
        return FWD_FAIL_NONE;
    if (built_in == NULL || !begins_as_one(built_in))
        return fwd_error_fail(err, FWD_FAIL_USAGE,
            "%s: is a trust package; --trust FILE names the trust package that devices have built "
            "in",
            args->operands[0]);
    return fwd_trust_chain_verify(args->operands[0], built_in, fwd_args_has(args, "json"), err);
}
