#include "cli/common/args.h"

#include "format/text.h"

#include <errno.h>
#include <getopt.h>
#include <inttypes.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

/* getopt returns a letter, or this plus the index of the option */
#define LONG_BASE 256
#define LONG_HELP (LONG_BASE - 1)

#define WORD_MAX 32u /* of a word that is compared with what there is */

/* What getopt_long() needs to know. */
struct grammar {
    struct option longs[FWD_OPTIONS_MAX + 2];
    char shorts[2 * FWD_OPTIONS_MAX + 4];
};

static const struct fwd_option help_option = {"help", 'h', NULL, false, "this text"};

static void build(struct grammar *grammar, const struct fwd_subcommand *command)
{
    size_t at = 0;
    size_t i = 0;
    grammar->shorts[at++] = ':'; /* tells a missing value from an unknown option */
    grammar->shorts[at++] = 'h';
    for (; command->options[i].name != NULL; i++) {
        const struct fwd_option *o = &command->options[i];
        grammar->longs[i] = (struct option){
            o->name, o->value != NULL ? required_argument : no_argument, NULL, LONG_BASE + (int)i};
        if (o->letter == 0)
            continue;
        grammar->shorts[at++] = o->letter;
        if (o->value != NULL)
            grammar->shorts[at++] = ':';
    }
    grammar->longs[i] = (struct option){"help", no_argument, NULL, LONG_HELP};
    grammar->longs[i + 1] = (struct option){0};
    grammar->shorts[at] = 0;
}

static const struct fwd_option *find(const struct fwd_subcommand *command, int found)
{
    if (found == 'h' || found == LONG_HELP)
        return &help_option;
    if (found >= LONG_BASE)
        return &command->options[found - LONG_BASE];
    for (const struct fwd_option *o = command->options; o->name != NULL; o++) {
        if (o->letter == found)
            return o;
    }
    return NULL;
}

static unsigned least(unsigned a, unsigned b)
{
    return a < b ? a : b;
}

/* Optimal string alignment (Damerau 1964), a row at a time; the two rows before are kept. */
unsigned fwd_args_distance(const char *wrong, const char *right)
{
    unsigned rows[3][WORD_MAX + 1];
    size_t rights = strlen(right), wrongs = strcspn(wrong, "=");
    if (rights > WORD_MAX || wrongs > WORD_MAX || wrongs < 3)
        return FWD_ARGS_FAR;
    for (size_t j = 0; j <= rights; j++)
        rows[0][j] = (unsigned)j;
    for (size_t i = 1; i <= wrongs; i++) {
        unsigned *row = rows[i % 3], *above = rows[(i + 2) % 3], *top = rows[(i + 1) % 3];
        row[0] = (unsigned)i;
        for (size_t j = 1; j <= rights; j++) {
            bool same = wrong[i - 1] == right[j - 1];
            row[j] = least(least(above[j], row[j - 1]) + 1, above[j - 1] + (same ? 0 : 1));
            if (i > 1 && j > 1 && wrong[i - 1] == right[j - 2] && wrong[i - 2] == right[j - 1])
                row[j] = least(row[j], top[j - 2] + 1);
        }
    }
    unsigned found = rows[wrongs % 3][rights];
    return found < FWD_ARGS_FAR && found * 3 <= wrongs ? found : FWD_ARGS_FAR;
}

static const char *nearest(const struct fwd_subcommand *command, const char *word)
{
    const char *name = NULL;
    unsigned best = FWD_ARGS_FAR;
    for (const struct fwd_option *o = command->options; o->name != NULL; o++) {
        unsigned distance = fwd_args_distance(word, o->name);
        if (distance < best)
            name = o->name;
        best = least(best, distance);
    }
    return name;
}

static enum fwd_fail refuse(
    const struct fwd_subcommand *command, int found, char **argv, struct fwd_error *err)
{
    const char *name = command->name;
    const struct fwd_option *option = optopt != 0 ? find(command, optopt) : NULL;
    if (found == ':' && option != NULL)
        return fwd_error_fail(err, FWD_FAIL_USAGE,
            "--%s needs a value, %s; see 'fwdelta %s --help'", option->name, option->value, name);
    if (option != NULL)
        return fwd_error_fail(err, FWD_FAIL_USAGE, "--%s takes no value; see 'fwdelta %s --help'",
            option->name, name);
    if (optopt != 0)
        return fwd_error_fail(
            err, FWD_FAIL_USAGE, "there is no option -%c; see 'fwdelta %s --help'", optopt, name);
    const char *word = argv[optind - 1];
    const char *meant = strncmp(word, "--", 2) == 0 ? nearest(command, word + 2) : NULL;
    int length = (int)strcspn(word, "=");
    if (meant != NULL)
        return fwd_error_fail(err, FWD_FAIL_USAGE,
            "there is no option %.*s; did you mean --%s? See 'fwdelta %s --help'", length, word,
            meant, name);
    return fwd_error_fail(err, FWD_FAIL_USAGE, "there is no option %.*s; see 'fwdelta %s --help'",
        length, word, name);
}

/* getopt_long() takes the beginning of a name for the name; a later option with the same beginning
 * would then break scripts. */
static enum fwd_fail check_whole_name(const struct fwd_subcommand *command,
    const struct fwd_option *option, char **argv, struct fwd_error *err)
{
    const char *word = argv[optind - 1];
    if (option->value != NULL && optarg == word)
        word = argv[optind - 2];
    size_t length = strcspn(word, "=");
    if (length == strlen(option->name) + 2 && strncmp(word + 2, option->name, length - 2) == 0)
        return FWD_FAIL_NONE;
    return fwd_error_fail(err, FWD_FAIL_USAGE,
        "there is no option %.*s, but there is --%s; see 'fwdelta %s --help'", (int)length, word,
        option->name, command->name);
}

static enum fwd_fail take(struct fwd_args *args, const struct fwd_option *option, const char *value,
    struct fwd_error *err)
{
    if (!option->many && fwd_args_has(args, option->name))
        return fwd_error_fail(
            err, FWD_FAIL_USAGE, "--%s is given twice; it can be given once", option->name);
    if (value != NULL && value[0] == 0)
        return fwd_error_fail(err, FWD_FAIL_USAGE,
            "--%s has an empty value, expected %s; is a variable of the script not set?",
            option->name, option->value);
    args->given[args->given_count++] = (struct fwd_given){option->name, value};
    return FWD_FAIL_NONE;
}

static enum fwd_fail check_operands(const struct fwd_args *args, struct fwd_error *err)
{
    const struct fwd_subcommand *command = args->command;
    if (args->operand_count < command->operands_min)
        return fwd_error_fail(err, FWD_FAIL_USAGE,
            "expects %s, but %u %s given; see 'fwdelta %s --help'", command->operands,
            args->operand_count, args->operand_count == 1 ? "is" : "are", command->name);
    if (args->operand_count > command->operands_max)
        return fwd_error_fail(err, FWD_FAIL_USAGE,
            "'%s' is one argument too many; see "
            "'fwdelta %s --help'",
            args->operands[command->operands_max], command->name);
    for (unsigned i = 0; i < args->operand_count; i++) {
        if (args->operands[i][0] == 0)
            return fwd_error_fail(err, FWD_FAIL_USAGE,
                "argument %u is empty, expected %s; is a variable of the script not set?", i + 1,
                command->operands);
    }
    return FWD_FAIL_NONE;
}

enum fwd_fail fwd_args_parse(const struct fwd_subcommand *command, int argc, char **argv,
    struct fwd_args *args, struct fwd_error *err)
{
    struct grammar grammar;
    int found;
    *args = (struct fwd_args){.command = command};
    args->given = calloc((size_t)argc + 1, sizeof *args->given);
    if (args->given == NULL)
        return fwd_error_memory(err, command->name);
    build(&grammar, command);
    opterr = 0;
    optind = 1;
    while ((found = getopt_long(argc, argv, grammar.shorts, grammar.longs, NULL)) != -1) {
        const struct fwd_option *option =
            found == '?' || found == ':' ? NULL : find(command, found);
        if (option == NULL)
            return refuse(command, found, argv, err);
        if (found >= LONG_HELP && check_whole_name(command, option, argv, err) != FWD_FAIL_NONE)
            return FWD_FAIL_USAGE;
        if (option == &help_option) {
            args->help = true;
            return FWD_FAIL_NONE;
        }
        enum fwd_fail fail = take(args, option, option->value != NULL ? optarg : NULL, err);
        if (fail != FWD_FAIL_NONE)
            return fail;
    }
    args->operands = argv + optind;
    args->operand_count = (unsigned)(argc - optind);
    return check_operands(args, err);
}

void fwd_args_free(struct fwd_args *args)
{
    free(args->given);
    *args = (struct fwd_args){0};
}

bool fwd_args_has(const struct fwd_args *args, const char *name)
{
    return fwd_args_count(args, name) > 0;
}

const char *fwd_args_text(const struct fwd_args *args, const char *name)
{
    size_t at = 0;
    return fwd_args_next(args, name, &at);
}

static bool is(const struct fwd_given *given, const char *name)
{
    return given->name != NULL && strcmp(given->name, name) == 0;
}

const char *fwd_args_next(const struct fwd_args *args, const char *name, size_t *at)
{
    while (*at < args->given_count) {
        const struct fwd_given *given = &args->given[(*at)++];
        if (is(given, name))
            return given->value;
    }
    return NULL;
}

size_t fwd_args_count(const struct fwd_args *args, const char *name)
{
    size_t count = 0;
    for (size_t i = 0; i < args->given_count; i++) {
        if (is(&args->given[i], name))
            count++;
    }
    return count;
}

bool fwd_args_named(const char *text, struct fwd_text *name, const char **value)
{
    size_t length = strcspn(text, "=");
    *name = (struct fwd_text){text, (uint8_t)(length <= FWD_NAME_MAX ? length : 0)};
    *value = text + length + 1;
    return text[length] == '=' && fwd_text_is_name(*name);
}

bool fwd_args_named_before(const struct fwd_args *args, const char *option, const char *text)
{
    const size_t length = strcspn(text, "=");
    const char *other;
    size_t at = 0;
    while ((other = fwd_args_next(args, option, &at)) != NULL && other != text) {
        bool same =
            text[length] == 0 ? strchr(other, '=') == NULL : strncmp(other, text, length + 1) == 0;
        if (same)
            return true;
    }
    return false;
}

bool fwd_args_number(const char *text, uint64_t min, uint64_t max, uint64_t *value)
{
    char *end = NULL;
    /* strtoull takes signs, spaces and octal; we do not */
    int base = text[0] == '0' && (text[1] == 'x' || text[1] == 'X') ? 16 : 10;
    if (text[0] < '0' || text[0] > '9')
        return false;
    errno = 0;
    unsigned long long number = strtoull(text, &end, base);
    if (errno != 0 || *end != 0 || number < min || number > max)
        return false;
    *value = number;
    return true;
}

enum fwd_fail fwd_args_u32(const struct fwd_args *args, const char *name, uint32_t min,
    uint32_t max, uint32_t *value, struct fwd_error *err)
{
    const char *text = fwd_args_text(args, name);
    uint64_t number = 0;
    if (text == NULL)
        return FWD_FAIL_NONE;
    if (!fwd_args_number(text, min, max, &number))
        return fwd_error_fail(err, FWD_FAIL_USAGE,
            "--%s: expected a whole number from %" PRIu32 " to %" PRIu32 ", found '%s'", name, min,
            max, text);
    *value = (uint32_t)number;
    return FWD_FAIL_NONE;
}

/* The letter at the end of a text as a factor; 1: it is none of ours. */
static uint32_t factor_of(char letter)
{
    return letter == 'K' || letter == 'k'   ? 1u << 10
           : letter == 'M' || letter == 'm' ? 1u << 20
           : letter == 'G' || letter == 'g' ? 1u << 30
                                            : 1;
}

static bool number_of_bytes(const char *text, uint64_t min, uint64_t max, uint64_t *value)
{
    char digits[24];
    uint64_t number = 0;
    size_t size = strlen(text);
    uint32_t factor = size > 1 ? factor_of(text[size - 1]) : 1;
    size -= factor > 1;
    if (size >= sizeof digits)
        return false;
    memcpy(digits, text, size);
    digits[size] = 0;
    if (!fwd_args_number(digits, 0, max / factor, &number) || number * factor < min)
        return false;
    *value = number * factor;
    return true;
}

enum fwd_fail fwd_args_size(const struct fwd_args *args, const char *name, uint64_t min,
    uint64_t max, uint64_t *value, struct fwd_error *err)
{
    const char *text = fwd_args_text(args, name);
    if (text == NULL || number_of_bytes(text, min, max, value))
        return FWD_FAIL_NONE;
    return fwd_error_fail(err, FWD_FAIL_USAGE,
        "--%s: expected a number of bytes of at least %" PRIu64 ", or as 512M or 8G, found '%s'",
        name, min, text);
}

enum fwd_fail fwd_args_bytes(const struct fwd_args *args, const char *name, uint32_t min,
    uint32_t max, uint32_t *value, struct fwd_error *err)
{
    const char *text = fwd_args_text(args, name);
    uint64_t number = 0;
    if (text == NULL)
        return FWD_FAIL_NONE;
    if (!number_of_bytes(text, min, max, &number))
        return fwd_error_fail(err, FWD_FAIL_USAGE,
            "--%s: expected a number of bytes from %" PRIu32 " to %" PRIu32
            ", or as 64K or 1M, found '%s'",
            name, min, max, text);
    *value = (uint32_t)number;
    return FWD_FAIL_NONE;
}
