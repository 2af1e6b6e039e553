#include "cli/help.h"

#include "cli/common/args.h"

#include <string.h>

static const struct fwd_subcommand *const commands[] = {
    &fwd_command_keygen,
    &fwd_command_keys,
    &fwd_command_trust,
    &fwd_command_gen,
    &fwd_command_inspect,
    &fwd_command_verify,
    &fwd_command_sign,
    &fwd_command_tbs,
    &fwd_command_attach,
    &fwd_command_detach,
    &fwd_command_device,
    &fwd_command_install,
    &fwd_command_boot,
    &fwd_command_torture,
    &fwd_command_prove,
    &fwd_command_module,
    &fwd_command_campaign,
    &fwd_command_matrix,
    &fwd_command_export,
    &fwd_command_import,
    &fwd_command_reproduce,
    &fwd_command_explain,
};

const struct fwd_subcommand *fwd_help_find(const char *name)
{
    for (size_t i = 0; i < sizeof commands / sizeof commands[0]; i++) {
        if (strcmp(commands[i]->name, name) == 0)
            return commands[i];
    }
    return NULL;
}

/* What other tools call it. */
static const char *const others[][2] = {{"apply", "install"}, {"build", "gen"}, {"create", "gen"},
    {"delta", "gen"}, {"diff", "gen"}, {"dump", "inspect"}, {"genkey", "keygen"},
    {"info", "inspect"}, {"key", "keys"}, {"make", "gen"}, {"pack", "gen"}, {"patch", "install"},
    {"resume", "boot"}, {"show", "inspect"}, {"simulate", "device"}, {"test", "torture"},
    {"update", "install"}};

const struct fwd_subcommand *fwd_help_meant(const char *name)
{
    for (size_t i = 0; i < sizeof others / sizeof others[0]; i++) {
        if (strcmp(others[i][0], name) == 0)
            return fwd_help_find(others[i][1]);
    }
    for (size_t i = 0; i < sizeof commands / sizeof commands[0]; i++) {
        if (fwd_args_distance(name, commands[i]->name) < FWD_ARGS_FAR)
            return commands[i];
    }
    return NULL;
}

const struct fwd_subcommand *fwd_help_at(size_t index)
{
    return index < sizeof commands / sizeof commands[0] ? commands[index] : NULL;
}

void fwd_help_overview(FILE *out)
{
    fputs("usage: fwdelta COMMAND [OPTIONS] ...\n"
          "Builds, checks and installs signed differential firmware packages.\n\n",
        out);
    for (size_t i = 0; i < sizeof commands / sizeof commands[0]; i++)
        fprintf(out, "  %-16s %s\n", commands[i]->name, commands[i]->summary);
    fputs("\nfwdelta COMMAND --help     the options of a command (also: fwdelta help COMMAND)\n"
          "fwdelta --version\n"
          "fwdelta --completion SHELL for bash, zsh or fish\n\n"
          "Exit status: 0 done, 1 refused, 2 wrong use, 3 file or memory or device not as needed,\n"
          "4 interrupted by a simulated power cut.\n",
        out);
}

static void print_option(FILE *out, const struct fwd_option *option)
{
    char left[64];
    char letter[5] = "    ";
    if (option->letter != 0)
        snprintf(letter, sizeof letter, "-%c, ", option->letter);
    snprintf(left, sizeof left, "%s--%s%s%s%s", letter, option->name,
        option->value != NULL ? " " : "", option->value != NULL ? option->value : "",
        option->many ? " ..." : "");
    fprintf(out, "  %-34s ", left);
    if (strlen(left) > 34)
        fprintf(out, "\n  %-34s ", "");
    fprintf(out, "%s\n", option->help);
}

void fwd_help_command(FILE *out, const struct fwd_subcommand *command)
{
    fprintf(out, "usage: fwdelta %s%s%s [OPTIONS]\n", command->name,
        command->operands[0] != 0 ? " " : "", command->operands);
    fprintf(out, "%s\n\n", command->about);
    for (const struct fwd_option *option = command->options; option->name != NULL; option++)
        print_option(out, option);
    fprintf(out, "  %-34s %s\n", "-h, --help", "this text");
}
