/* The proof as a whole: an in-toto statement (v1) whose predicate is what was found. */
#ifndef FWD_CLI_PROVE_PROVE_STATEMENT_H
#define FWD_CLI_PROVE_PROVE_STATEMENT_H

#include "cli/prove/prove_subject.h"
#include "keys/keypair.h"

#define FWD_PROVE_PAYLOAD_TYPE   "application/vnd.in-toto+json"
#define FWD_PROVE_PREDICATE_TYPE "urn:fwdelta:proof:1"

/* Tries everything. options: the command line's that decide what is tried. *out: freed by the
 * caller. FWD_FAIL_REFUSED: something that was to be proven does not hold. */
enum fwd_fail fwd_prove_statement_make(
    const struct fwd_prove_subject *subject, json_t **out, struct fwd_error *err);

/* What a check of a proof did. */
struct fwd_prove_checked {
    bool all;      /* everything was tried again; otherwise a sample of the power cuts */
    uint64_t cuts; /* power cuts that were repeated */
    size_t inputs; /* wrong inputs that were */
};

/* Tries again what a statement says: all but the power cuts, and `sample` of these; 0: all of them.
 * FWD_FAIL_REFUSED: it is of something else, or something came out otherwise. */
enum fwd_fail fwd_prove_statement_check(const char *name, const json_t *statement,
    const struct fwd_prove_subject *subject, uint32_t sample, struct fwd_prove_checked *checked,
    struct fwd_error *err);

/* Is it a statement of this kind? For files. */
bool fwd_prove_statement_is(const json_t *statement);

#endif
