#include "cli/common/output_check.h"

#include "hostio/host_file.h"

#include <errno.h>
#include <limits.h>
#include <stdio.h>
#include <string.h>
#include <sys/stat.h>

/* All options of all commands that name a file to read. */
static const struct {
    const char *option;
    char mark; /* '=': the file may come after a name and this; ',': there may be two files; '/': it
                  may be a folder of keys */
} inputs[] = {
    {"key", 0},
    {"passphrase-file", 0},
    {"pkcs11-module", 0},
    {"device", 0},
    {"description", 0},
    {"sig", 0},
    {"pub", 0},
    {"trust", '/'},
    {"trust-set", 0},
    {"built-in", 0},
    {"signer", 0},
    {"check", 0},
    {"package", 0},
    {"restore", 0},
    {"state", 0},
    {"ca", 0},
    {"psk", 0},
    {"image", '='},
    {"source", '='},
    {"target", '='},
    {"elf", ','},
};

/* And of those that name a file to write. */
static const char *const outputs[] = {
    "output", "report", "junit", "sarif", "html", "sbom", "provenance", "log", "sig"};

/* attach reads the signature that detach writes, and reproduce the provenance that gen writes. */
static bool writes(const struct fwd_args *args, const char *option)
{
    const char *command = args->command->name;
    if (strcmp(option, "sig") == 0)
        return strcmp(command, "detach") == 0;
    return strcmp(option, "provenance") != 0 || strcmp(command, "reproduce") != 0;
}

/* What else is in a folder of keys is no input. */
static enum fwd_fail check_folder(const char *output, const char *folder, struct fwd_error *err)
{
    char path[PATH_MAX];
    const char *slash = strrchr(output, '/'), *name = slash != NULL ? slash + 1 : output;
    size_t size = strlen(name);
    if (size < 4 || strcmp(name + size - 4, ".pem") != 0 ||
        snprintf(path, sizeof path, "%s/%s", folder, name) >= (int)sizeof path)
        return FWD_FAIL_NONE;
    return fwd_file_check_output(output, path, err);
}

static enum fwd_fail check_value(
    const char *output, const char *value, char mark, struct fwd_error *err)
{
    char first[PATH_MAX];
    const char *at = mark != 0 ? strchr(value, mark) : NULL;
    enum fwd_fail fail = fwd_file_check_output(output, value, err);
    if (fail == FWD_FAIL_NONE && mark == '/')
        return check_folder(output, value, err);
    if (fail != FWD_FAIL_NONE || at == NULL)
        return fail;
    if (mark == ',' && (size_t)(at - value) < sizeof first) {
        memcpy(first, value, (size_t)(at - value));
        first[at - value] = 0;
        fail = fwd_file_check_output(output, first, err);
    }
    return fail == FWD_FAIL_NONE ? fwd_file_check_output(output, at + 1, err) : fail;
}

/* Of the operands, the name of an action is no file, nor is the component for 'device dump'. */
static enum fwd_fail check_operands(
    const struct fwd_args *args, const char *output, struct fwd_error *err)
{
    enum fwd_fail fail = FWD_FAIL_NONE;
    unsigned i = args->command->action != NULL ? 1 : 0;
    unsigned end = args->operand_count;
    if (strcmp(args->command->name, "device") == 0 && end > 2)
        end = 2;
    for (; i < end && fail == FWD_FAIL_NONE; i++)
        fail = fwd_file_check_output(output, args->operands[i], err);
    return fail;
}

enum fwd_fail fwd_output_check(
    const struct fwd_args *args, const char *output, struct fwd_error *err)
{
    enum fwd_fail fail = check_operands(args, output, err);
    for (size_t i = 0; i < sizeof inputs / sizeof inputs[0]; i++) {
        const char *value;
        size_t at = 0;
        if (strcmp(inputs[i].option, "sig") == 0 && writes(args, "sig"))
            continue;
        while (
            fail == FWD_FAIL_NONE && (value = fwd_args_next(args, inputs[i].option, &at)) != NULL)
            fail = check_value(output, value, inputs[i].mark, err);
    }
    return fail;
}

/* The file of an option that names an output; NULL: it names none here. A folder is not replaced:
 * some commands write into it, all others refuse it. */
static const char *output_of(const struct fwd_args *args, const char *option)
{
    struct stat info;
    const char *path = writes(args, option) ? fwd_args_text(args, option) : NULL;
    if (path == NULL || strcmp(path, "-") == 0)
        return NULL;
    return stat(path, &info) == 0 && S_ISDIR(info.st_mode) ? NULL : path;
}

static enum fwd_fail check_pair(
    const struct fwd_args *args, const char *option, const char *other, struct fwd_error *err)
{
    const char *path = output_of(args, option), *path_of_other = output_of(args, other);
    if (path == NULL || path_of_other == NULL || !fwd_file_same_place(path, path_of_other))
        return FWD_FAIL_NONE;
    if (strcmp(path, path_of_other) == 0)
        return fwd_error_fail(err, FWD_FAIL_USAGE,
            "%s: is named by --%s and by --%s; each needs a file of its own", path, option, other);
    return fwd_error_fail(err, FWD_FAIL_USAGE,
        "%s: is named by --%s, but is the same file as %s of --%s; each needs a file of its own",
        path_of_other, other, path, option);
}

enum fwd_fail fwd_output_check_all(const struct fwd_args *args, struct fwd_error *err)
{
    enum fwd_fail fail = FWD_FAIL_NONE;
    for (size_t i = 0; i < sizeof outputs / sizeof outputs[0] && fail == FWD_FAIL_NONE; i++) {
        const char *path = output_of(args, outputs[i]);
        if (path != NULL)
            fail = fwd_output_check(args, path, err);
        for (size_t j = 0; j < i && fail == FWD_FAIL_NONE; j++)
            fail = check_pair(args, outputs[j], outputs[i], err);
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
