#include "cli/torture/torture_replay.h"

#include <limits.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

/* What a case does not depend on, each between spaces. */
static const char *const left_out =
    " cuts tears second-every jobs every-state replay json report junit sarif force ";

static bool matters(const char *name)
{
    size_t size = strlen(name);
    const char *at = left_out;

    while ((at = strstr(at, name)) != NULL) {
        if (at[-1] == ' ' && at[size] == ' ')
            return false;
        at += size;
    }
    return true;
}

/* A word as a shell reads it back. */
static void put_word(FILE *out, const char *word)
{
    static const char plain[] =
        "abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ0123456789%+,-./:=@_";

    if (*word != '\0' && strspn(word, plain) == strlen(word)) {
        fprintf(out, " %s", word);
        return;
    }
    fputs(" '", out);
    for (; *word != '\0'; word++)
        fputs(*word == '\'' ? "'\\''" : (char[]){*word, '\0'}, out);
    fputc('\'', out);
}

/* A name that begins like an option is still a name. */
static void put_operand(FILE *out, const char *name)
{
    char path[PATH_MAX];

    if (*name != '-' || snprintf(path, sizeof path, "./%s", name) >= (int)sizeof path)
        put_word(out, name);
    else
        put_word(out, path);
}

char *fwd_torture_replay_command(const struct fwd_args *args, const char *id)
{
    char *text = NULL;
    size_t size;
    FILE *out = open_memstream(&text, &size);

    if (out == NULL)
        return NULL;
    fputs("fwdelta torture", out);
    for (unsigned i = 0; i < args->operand_count; i++)
        put_operand(out, args->operands[i]);
    for (size_t i = 0; i < args->given_count; i++) {
        if (!matters(args->given[i].name))
            continue;
        fprintf(out, " --%s", args->given[i].name);
        if (args->given[i].value != NULL)
            put_word(out, args->given[i].value);
    }
    fputs(" --replay", out);
    put_word(out, id);
    bool failed = ferror(out) != 0;
    if (fclose(out) != 0 || failed) {
        free(text);
        return NULL;
    }
    return text;
}
