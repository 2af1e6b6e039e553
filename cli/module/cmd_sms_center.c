#include "cli/module/cmd_sms_center.h"

#include "module/smscenter/smscenter_loop.h"

#include <string.h>

static bool is_number(const char *text)
{
    size_t plus = text[0] == '+' ? 1 : 0, size = strlen(text);

    return size > plus && size <= 20 && strspn(text + plus, "0123456789") == size - plus;
}

int fwd_sms_center_run(const struct fwd_args *args, struct fwd_error *err)
{
    struct fwd_smscenter_options o = {
        .host = fwd_args_text(args, "address"), .number = fwd_args_text(args, "number")};
    uint32_t port = 0;

    if (args->operand_count != 2)
        return (int)fwd_error_fail(err, FWD_FAIL_USAGE,
            "expected STATE: a file for what the server knows, made when it is not there");
    o.state = args->operands[1];
    enum fwd_fail fail = fwd_args_u32(args, "listen", 1, 65535, &port, err);
    if (fail == FWD_FAIL_NONE && port == 0)
        fail = fwd_error_fail(
            err, FWD_FAIL_USAGE, "--listen: expected a TCP port, which modules are told");
    if (fail == FWD_FAIL_NONE && o.number != NULL && !is_number(o.number))
        fail = fwd_error_fail(err, FWD_FAIL_USAGE,
            "--number: expected at most 20 digits, with or without a +, found '%s'", o.number);
    o.port = (uint16_t)port;
    return fail != FWD_FAIL_NONE ? (int)fail : (int)fwd_smscenter_loop(&o, err);
}
