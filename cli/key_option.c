#include "cli/key_option.h"

#include <stdio.h>

struct fwd_passphrase_source fwd_key_option_passphrase(const struct fwd_args *args)
{
    const char *file = fwd_args_text(args, "passphrase-file");
    return file != NULL ? fwd_passphrase_from_file(file) : fwd_passphrase_from_terminal();
}

enum fwd_fail fwd_key_option_read(
    const struct fwd_args *args, const char *path, struct fwd_keypair *key, struct fwd_error *err)
{
    struct fwd_error warning = {""};
    const struct fwd_passphrase_source source = fwd_key_option_passphrase(args);
    enum fwd_fail fail = fwd_keyfile_read_private(path, &source, key, &warning, err);
    if (fail == FWD_FAIL_NONE && warning.text[0] != 0)
        fprintf(stderr, "fwdelta %s: warning: %s\n", args->command->name, warning.text);
    return fail;
}
