#include "cli/device/cut_option.h"

enum fwd_fail fwd_cut_option_read(
    const struct fwd_args *args, bool *given, struct fwd_nor_cut *cut, struct fwd_error *err)
{
    uint64_t operation = 0;
    const char *text = fwd_args_text(args, "cut");
    *given = text != NULL;
    if (text == NULL)
        return FWD_FAIL_NONE;
    *cut = (struct fwd_nor_cut){.tear = FWD_NOR_BEFORE};
    if (fwd_args_number(text, 1, UINT64_MAX, &operation)) {
        cut->operation = operation;
        return FWD_FAIL_NONE;
    }
    if (fwd_nor_cut_parse(text, cut))
        return FWD_FAIL_NONE;
    return fwd_error_fail(err, FWD_FAIL_USAGE,
        "--cut: expected the number of a flash operation from 1, or a replay id as "
        "op=12,tear=half,seed=1, found '%s'",
        text);
}
