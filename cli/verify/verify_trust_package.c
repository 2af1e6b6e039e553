/* A trust package is verified as 'fwdelta trust show' does it. */
#include "cli/common/option_check.h"
#include "cli/trust/trust_chain.h"
#include "cli/verify/verify_internal.h"
#include "keys/trust_package.h"

enum fwd_fail fwd_verify_trust_package(
    const struct fwd_args *args, bool *is_one, struct fwd_error *err)
{
    const char *built_in = fwd_args_text(args, "trust");

    *is_one = fwd_trust_package_is_file(args->operands[0]);
    if (!*is_one)
        return FWD_FAIL_NONE;
    if (built_in == NULL || !fwd_trust_package_is_file(built_in))
        return fwd_error_fail(err, FWD_FAIL_USAGE,
            "%s: is a trust package; --trust FILE names the trust package that devices have built "
            "in",
            args->operands[0]);
    if (fwd_option_check_without(args,
            " source source-version target device profile command installed at threshold junit "
            "sarif force ",
            "a trust package", err) != FWD_FAIL_NONE)
        return FWD_FAIL_USAGE;
    return fwd_trust_chain_verify(args->operands[0], built_in, fwd_args_has(args, "json"), err);
}
