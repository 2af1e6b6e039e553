/* The command line of gen that made a package, as far as the package states it, and what else was
 * given. */
#ifndef FWD_CLI_REPRODUCE_REPRODUCE_ARGS_H
#define FWD_CLI_REPRODUCE_REPRODUCE_ARGS_H

#include "cli/common/args.h"
#include "format/manifest.h"

#define FWD_REPRODUCE_WORDS 160u

struct fwd_reproduce_args {
    char *words[FWD_REPRODUCE_WORDS + 1]; /* ends with NULL, for execv(); owned */
    size_t count;
    bool full; /* more words than there is room for, or no memory */
};

/* Options of gen that a package does not state: of reproduce as of gen. Names, each between spaces.
 */
#define FWD_REPRODUCE_PASSED                                                                       \
    " codec effort isa base elf ram memory force-delta device no-certificate raw range family "    \
    "fill "

/* Adds a word that is printed. */
__attribute__((format(printf, 2, 3))) void fwd_reproduce_add(
    struct fwd_reproduce_args *out, const char *format, ...);

/* What the manifest states: versions, names, roles, products, hardware, label, counter, whether
 * there is a time stamp. FWD_FAIL_USAGE: a component without images. */
enum fwd_fail fwd_reproduce_manifest(const struct fwd_args *args, bool full,
    const struct fwd_manifest *manifest, struct fwd_reproduce_args *out, struct fwd_error *err);

/* What was given on the command line, and for options that were not, what --provenance says. */
enum fwd_fail fwd_reproduce_options(
    const struct fwd_args *args, struct fwd_reproduce_args *out, struct fwd_error *err);

void fwd_reproduce_free(struct fwd_reproduce_args *out);

#endif
