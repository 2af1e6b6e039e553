/* The parts of a proof: each is found by trying, and is the same whenever it is tried again. */
#ifndef FWD_CLI_PROVE_PROVE_H
#define FWD_CLI_PROVE_PROVE_H

#include "cli/prove/prove_subject.h"
#include "sim/torture/torture.h"

/* Each returns JSON that the caller frees, or NULL and a sentence. FWD_FAIL_REFUSED: what was to be
 * proven does not hold. */

/* The undisturbed update: what it costs, wear by block, its course in time (prove_update.c). */
enum fwd_fail fwd_prove_update(
    const struct fwd_prove_subject *subject, json_t **out, struct fwd_error *err);

/* The certificate for this device and whether it is true, and what a start costs afterwards
 * (prove_certificate.c). */
enum fwd_fail fwd_prove_certificate(
    const struct fwd_prove_subject *subject, json_t **out, struct fwd_error *err);

/* What the device answers to packages that are not right, and to a package that is right on a
 * device that is not (prove_wrong.c). */
enum fwd_fail fwd_prove_wrong(
    const struct fwd_prove_subject *subject, json_t **out, struct fwd_error *err);

/* Where the bytes of the package went (prove_bytes.c). */
enum fwd_fail fwd_prove_bytes(
    const struct fwd_prove_subject *subject, json_t **out, struct fwd_error *err);

/* Power cuts (prove_cuts.c). args: has the options of torture. */
enum fwd_fail fwd_prove_cuts(const struct fwd_prove_subject *subject, const struct fwd_args *args,
    json_t **out, struct fwd_error *err);
/* Tries some of them again: `count` at random places, and those of the proof that cost most, which
 * must cost the same. */
enum fwd_fail fwd_prove_cuts_sample(const struct fwd_prove_subject *subject,
    const struct fwd_args *args, uint32_t count, const json_t *cuts, uint64_t *tried,
    struct fwd_error *err);

#endif
