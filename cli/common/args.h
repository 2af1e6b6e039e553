/* The command line of one subcommand, taken apart and checked against its list of options. */
#ifndef FWD_CLI_COMMON_ARGS_H
#define FWD_CLI_COMMON_ARGS_H

#include "cli/common/command.h"
#include "format/manifest.h"

#include <stdint.h>

struct fwd_given {
    const char *name;  /* of the option */
    const char *value; /* NULL for a switch */
};

struct fwd_args {
    const struct fwd_subcommand *command;
    char **operands; /* in argv */
    unsigned operand_count;
    struct fwd_given *given; /* in the order of the command line; owned */
    size_t given_count;
    bool help; /* --help was given: nothing else was checked */
};

/* argv[0] is the name of the subcommand. FWD_FAIL_USAGE: an unknown option, one without its value,
 * one that was given twice, or too few or too many operands. */
enum fwd_fail fwd_args_parse(const struct fwd_subcommand *command, int argc, char **argv,
    struct fwd_args *args, struct fwd_error *err);
void fwd_args_free(struct fwd_args *args);

bool fwd_args_has(const struct fwd_args *args, const char *name);

/* The value of an option, or NULL when it was not given. */
const char *fwd_args_text(const struct fwd_args *args, const char *name);

/* One value after the other; start with *at = 0. NULL: no more. */
const char *fwd_args_next(const struct fwd_args *args, const char *name, size_t *at);
size_t fwd_args_count(const struct fwd_args *args, const char *name);

/* NAME=VALUE, where NAME is one that a component can have. */
bool fwd_args_named(const char *text, struct fwd_text *name, const char **value);
/* Was a value of the option given before `text` that names the same, or that names nothing, as
 * `text`? */
bool fwd_args_named_before(const struct fwd_args *args, const char *option, const char *text);

/* A whole number, decimal or 0x...; *value stays as it is when the option was not given.
 * FWD_FAIL_USAGE: something else, or outside min..max. */
enum fwd_fail fwd_args_u32(const struct fwd_args *args, const char *name, uint32_t min,
    uint32_t max, uint32_t *value, struct fwd_error *err);

/* Bytes: also with K (1024) or M (1048576) after the number, as 64K. */
enum fwd_fail fwd_args_bytes(const struct fwd_args *args, const char *name, uint32_t min,
    uint32_t max, uint32_t *value, struct fwd_error *err);

/* The same for more than 4 GiB: also with G (1073741824). */
enum fwd_fail fwd_args_size(const struct fwd_args *args, const char *name, uint64_t min,
    uint64_t max, uint64_t *value, struct fwd_error *err);

/* How many characters two words differ in: added, left out, changed or swapped ones, as far as
 * matters for "did you mean"; FWD_ARGS_FAR: more than that, or it is most of the word. */
#define FWD_ARGS_FAR 3u
unsigned fwd_args_distance(const char *wrong, const char *right);

/* A whole number as a text. False: not a number, or outside min..max. */
bool fwd_args_number(const char *text, uint64_t min, uint64_t max, uint64_t *value);

#endif
