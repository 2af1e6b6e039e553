#include "cli/common/output_check.h"

#include "hostio/host_file.h"

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
