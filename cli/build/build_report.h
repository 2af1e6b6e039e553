/* What a build command tells when it is done. */
#ifndef FWD_CLI_BUILD_BUILD_REPORT_H
#define FWD_CLI_BUILD_BUILD_REPORT_H

#include "cli/build/build_certify.h"
#include "cli/common/progress_bar.h"

#define FWD_BUILD_PROOFS_MAX (3u + FWD_BUILD_DEVICES_MAX)

/* A device that the package was installed on. */
struct fwd_build_proof {
    const char *name;
    unsigned threshold; /* signatures that it asks for, which the package need not have yet */
};

struct fwd_build_report {
    const struct fwd_build_spec *spec;
    const struct fwd_build_certify *certify;
    struct fwd_build build;
    struct fwd_progress_bar bar; /* also the clock */
    struct fwd_build_proof proofs[FWD_BUILD_PROOFS_MAX];
    size_t proof_count;
    struct {
        const struct fwd_algorithm *algorithm;
        char id[FWD_KEYID_TEXT_SIZE];
    } signers[FWD_SIGNATURES_MAX];
    size_t signer_count;
};

void fwd_build_report_proof(struct fwd_build_report *report, const char *name, unsigned threshold);
void fwd_build_report_signer(struct fwd_build_report *report, const struct fwd_keypair *key);

/* On standard output, as text or with --json; remarks go to standard error. */
enum fwd_fail fwd_build_report_print(
    const struct fwd_args *args, const struct fwd_build_report *report, struct fwd_error *err);

#endif
