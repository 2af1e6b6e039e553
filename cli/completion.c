#include "cli/completion.h"

#include "cli/help.h"

#include <string.h>

/* The text in single quotes of a shell's script. */
static void quote(FILE *out, const char *text)
{
    fputc('\'', out);
    for (; *text != 0; text++) {
        if (*text == '\'')
            fputs("'\\''", out);
        else
            fputc(*text, out);
    }
    fputc('\'', out);
}

/* What stands before a space or '|' in the operands of a command with actions: "create|show DIR".
 */
static void actions_of(const struct fwd_subcommand *command, char text[200])
{
    size_t length = strcspn(command->operands, " ");
    text[0] = 0;
    if (command->action == NULL || length >= 200)
        return;
    for (size_t i = 0; i <= length; i++)
        text[i] = i == length ? '\0' : command->operands[i] == '|' ? ' ' : command->operands[i];
    if (text[0] >= 'A' && text[0] <= 'Z')
        text[0] = 0; /* the name of a file */
}

/* ---- bash ------------------------------------------------------------------------------------ */

static void bash_command(FILE *out, const struct fwd_subcommand *command)
{
    char actions[200];
    actions_of(command, actions);
    fprintf(out, "    %s)\n        words='", command->name);
    for (const struct fwd_option *o = command->options; o->name != NULL; o++)
        fprintf(out, "--%s ", o->name);
    fprintf(out, "--help'\n        valued=' ");
    for (const struct fwd_option *o = command->options; o->name != NULL; o++) {
        if (o->value != NULL)
            fprintf(out, "--%s ", o->name);
        if (o->value != NULL && o->letter != 0)
            fprintf(out, "-%c ", o->letter);
    }
    fprintf(out, "'\n        actions='%s'\n        ;;\n", actions);
}

static void bash(FILE *out)
{
    const struct fwd_subcommand *command;
    fputs("# Completion of fwdelta for bash, by 'fwdelta --completion bash'.\n"
          "_fwdelta() {\n"
          "    local current=${COMP_WORDS[COMP_CWORD]} previous=${COMP_WORDS[COMP_CWORD-1]}\n"
          "    local words= valued=' ' actions=\n"
          "    COMPREPLY=()\n"
          "    if [ \"$COMP_CWORD\" -eq 1 ]; then\n"
          "        COMPREPLY=($(compgen -W '",
        out);
    for (size_t i = 0; (command = fwd_help_at(i)) != NULL; i++)
        fprintf(out, "%s ", command->name);
    fputs("help --help --version --completion' -- \"$current\"))\n"
          "        return\n"
          "    fi\n"
          "    case ${COMP_WORDS[1]} in\n",
        out);
    for (size_t i = 0; (command = fwd_help_at(i)) != NULL; i++)
        bash_command(out, command);
    fputs("    esac\n"
          "    case $valued in\n"
          "    *\" $previous \"*) return ;; # a value: files, by the default of complete\n"
          "    esac\n"
          "    if [ \"$COMP_CWORD\" -eq 2 ] && [ -n \"$actions\" ] && [ \"${current#-}\" = "
          "\"$current\" ]; then\n"
          "        COMPREPLY=($(compgen -W \"$actions\" -- \"$current\"))\n"
          "    elif [ \"${current#-}\" != \"$current\" ]; then\n"
          "        COMPREPLY=($(compgen -W \"$words\" -- \"$current\"))\n"
          "    fi\n"
          "}\n"
          "complete -o default -F _fwdelta fwdelta\n",
        out);
}

/* ---- zsh ------------------------------------------------------------------------------------- */

/* In a specification of _arguments brackets and colons have a meaning. */
static void zsh_text(FILE *out, const char *text)
{
    for (; *text != 0; text++) {
        if (*text == '\'')
            fputs("'\\''", out);
        else if (strchr("[]:\\", *text) != NULL)
            fprintf(out, "\\%c", *text);
        else
            fputc(*text, out);
    }
}

static void zsh_option(FILE *out, const struct fwd_option *o, bool is_letter)
{
    fprintf(out, "            '%s", o->many ? "*" : "");
    if (is_letter)
        fprintf(out, "-%c[", o->letter);
    else
        fprintf(out, "--%s%s[", o->name, o->value != NULL ? "=" : "");
    zsh_text(out, o->help);
    fputc(']', out);
    if (o->value != NULL) {
        fputc(':', out);
        zsh_text(out, o->value);
        fputs(":_files", out);
    }
    fputs("' \\\n", out);
}

static void zsh_command(FILE *out, const struct fwd_subcommand *command)
{
    char actions[200];
    actions_of(command, actions);
    fprintf(out, "    %s)\n        _arguments -s \\\n", command->name);
    for (const struct fwd_option *o = command->options; o->name != NULL; o++) {
        zsh_option(out, o, false);
        if (o->letter != 0)
            zsh_option(out, o, true);
    }
    fputs("            '(- *)'{-h,--help}'[help]' \\\n", out);
    if (actions[0] != 0)
        fprintf(out, "            '1:action:(%s)' \\\n", actions);
    fputs("            '*:file:_files'\n        ;;\n", out);
}

static void zsh(FILE *out)
{
    const struct fwd_subcommand *command;
    fputs("#compdef fwdelta\n"
          "# Completion of fwdelta for zsh, by 'fwdelta --completion zsh'.\n"
          "local -a commands=(\n",
        out);
    for (size_t i = 0; (command = fwd_help_at(i)) != NULL; i++) {
        fprintf(out, "    '%s:", command->name);
        zsh_text(out, command->summary);
        fputs("'\n", out);
    }
    fputs(")\n"
          "if (( CURRENT == 2 )); then\n"
          "    _describe command commands\n"
          "    return\n"
          "fi\n"
          "shift words\n"
          "(( CURRENT-- ))\n"
          "case $words[1] in\n",
        out);
    for (size_t i = 0; (command = fwd_help_at(i)) != NULL; i++)
        zsh_command(out, command);
    fputs("esac\n", out);
}

/* ---- fish ------------------------------------------------------------------------------------ */

static void fish_command(FILE *out, const struct fwd_subcommand *command)
{
    char actions[200];
    actions_of(command, actions);
    fprintf(out, "complete -c fwdelta -n __fish_use_subcommand -f -a %s -d ", command->name);
    quote(out, command->summary);
    fputc('\n', out);
    if (actions[0] != 0)
        fprintf(out, "complete -c fwdelta -n '__fish_seen_subcommand_from %s' -a '%s'\n",
            command->name, actions);
    for (const struct fwd_option *o = command->options; o->name != NULL; o++) {
        fprintf(out, "complete -c fwdelta -n '__fish_seen_subcommand_from %s' -l %s", command->name,
            o->name);
        if (o->letter != 0)
            fprintf(out, " -s %c", o->letter);
        fprintf(out, "%s -d ", o->value != NULL ? " -r" : "");
        quote(out, o->help);
        fputc('\n', out);
    }
}

static void fish(FILE *out)
{
    const struct fwd_subcommand *command;
    fputs("# Completion of fwdelta for fish, by 'fwdelta --completion fish'.\n", out);
    for (size_t i = 0; (command = fwd_help_at(i)) != NULL; i++)
        fish_command(out, command);
}

bool fwd_completion_print(FILE *out, const char *shell)
{
    static const struct {
        const char *name;
        void (*print)(FILE *out);
    } shells[] = {{"bash", bash}, {"zsh", zsh}, {"fish", fish}};
    for (size_t i = 0; i < sizeof shells / sizeof shells[0]; i++) {
        if (strcmp(shells[i].name, shell) == 0) {
            shells[i].print(out);
            return true;
        }
    }
    return false;
}
