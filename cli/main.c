/* The program: finds the subcommand, runs it, prints the last words, exits. */
#include "cli/common/args.h"
#include "cli/common/output_check.h"
#include "cli/completion.h"
#include "cli/help.h"
#include "cli/program/beside.h"
#include "format/release.h"

#include <errno.h>
#include <signal.h>
#include <stdio.h>
#include <string.h>

/* A full disk behind standard output is found only when the last bytes leave the buffer. */
static int finish(const char *name, int status)
{
    if (fflush(stdout) == 0 && ferror(stdout) == 0)
        return status;
    fprintf(stderr, "fwdelta%s%s: standard output cannot be written: %s\n", name[0] ? " " : "",
        name, fwd_error_cause(errno));
    return FWD_FAIL_ENVIRONMENT;
}

static int run(const struct fwd_subcommand *command, int argc, char **argv)
{
    struct fwd_args args;
    struct fwd_error err = {""};
    const char *action = NULL;
    int status = (int)fwd_args_parse(command, argc, argv, &args, &err);
    if (status == FWD_EXIT_DONE && !args.help)
        status = (int)fwd_output_check_all(&args, &err);
    if (status == FWD_EXIT_DONE && args.help)
        fwd_help_command(stdout, command);
    else if (status == FWD_EXIT_DONE && command->program != NULL)
        status = (int)fwd_beside_run(command->program, argv, &err);
    else if (status == FWD_EXIT_DONE)
        status = command->run(&args, &err);
    if (command->action != NULL)
        action = command->action(&args);
    fwd_args_free(&args);
    if (status != FWD_EXIT_DONE && err.text[0] != 0) {
        fflush(stdout);
        fprintf(stderr, "fwdelta %s%s%s: %s\n", command->name, action != NULL ? " " : "",
            action != NULL ? action : "", err.text);
        if (status == FWD_FAIL_ENVIRONMENT)
            return status; /* one cause is enough: this may have been standard output itself */
    }
    return finish(command->name, status);
}

static int misuse(const char *what, const char *name)
{
    struct fwd_error err;
    const struct fwd_subcommand *meant = fwd_help_meant(name);
    if (meant != NULL)
        fwd_error_set(&err,
            "there is no %s '%s'; did you mean '%s'? 'fwdelta --help' lists what "
            "there is",
            what, name, meant->name);
    else
        fwd_error_set(
            &err, "there is no %s '%s'; 'fwdelta --help' lists what there is", what, name);
    fprintf(stderr, "fwdelta: %s\n", err.text);
    return FWD_FAIL_USAGE;
}

static int help(int argc, char **argv)
{
    if (argc < 3) {
        fwd_help_overview(stdout);
        return finish("", FWD_EXIT_DONE);
    }
    const struct fwd_subcommand *command = fwd_help_find(argv[2]);
    if (command == NULL)
        return misuse("command", argv[2]);
    fwd_help_command(stdout, command);
    return finish("help", FWD_EXIT_DONE);
}

static int completion(int argc, char **argv)
{
    if (argc == 3 && fwd_completion_print(stdout, argv[2]))
        return finish("", FWD_EXIT_DONE);
    fputs("fwdelta: --completion: expected bash, zsh or fish\n", stderr);
    return FWD_FAIL_USAGE;
}

int main(int argc, char **argv)
{
    /* a file size limit is reported as a sentence, by the write that fails */
    (void)signal(SIGXFSZ, SIG_IGN);
    if (argc < 2) {
        fwd_help_overview(stderr);
        return FWD_FAIL_USAGE;
    }
    const char *name = argv[1];
    if (strcmp(name, "help") == 0 || strcmp(name, "--help") == 0 || strcmp(name, "-h") == 0)
        return help(strcmp(name, "help") == 0 ? argc : 2, argv);
    if (strcmp(name, "--version") == 0) {
        printf("fwdelta %s\n", FWD_VERSION_STRING);
        return finish("", FWD_EXIT_DONE);
    }
    if (strcmp(name, "--completion") == 0)
        return completion(argc, argv);
    const struct fwd_subcommand *command = fwd_help_find(name);
    if (command == NULL)
        return misuse(name[0] == '-' ? "option" : "command", name);
    return run(command, argc - 1, argv + 1);
}
