/* SARIF 2.1.0: what was found wrong with a package, for code hosts and dashboards. */
#ifndef FWD_CLI_REPORT_SARIF_OUT_H
#define FWD_CLI_REPORT_SARIF_OUT_H

#include "hostio/host_file.h"

#include <jansson.h>
#include <stdbool.h>
#include <stdio.h>

struct fwd_sarif {
    const char *path; /* of the package, as it was given */
    uint64_t size;    /* of it */
    json_t *rules;    /* arrays; what could not be built for want of memory makes put() fail */
    json_t *results;
};

void fwd_sarif_begin(struct fwd_sarif *sarif, const char *path, const struct fwd_bytes *package);
void fwd_sarif_free(struct fwd_sarif *sarif);

/* A thing that is checked. id: stable; help: what to do when it fails. */
void fwd_sarif_rule(struct fwd_sarif *sarif, const char *id, const char *text, const char *help);

/* A check that failed: of the rule that was added as number `rule`. key: what tells the finding
 * from others of its rule, the same in each run. */
void fwd_sarif_result(
    struct fwd_sarif *sarif, size_t rule, const char *id, const char *message, const char *key);

/* Prints the log. False: no memory. */
bool fwd_sarif_put(FILE *out, const struct fwd_sarif *sarif);

#endif
