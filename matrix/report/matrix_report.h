/* What came of a plan, for people and machines: report.json, report.xml (JUnit), report.html and
 * results.sqlite in the folder of the plan, and its packages by name in packages/. */
#ifndef FWD_MATRIX_REPORT_MATRIX_REPORT_H
#define FWD_MATRIX_REPORT_MATRIX_REPORT_H

#include "matrix/report/ways.h"

#include <jansson.h>

struct fwd_matrix_report {
    const char *dir;
    struct fwd_matrix_plan *plan;
    const struct fwd_matrix_result *results; /* of each job */
    struct fwd_ways ways;
    size_t states[FWD_MATRIX_STATES]; /* jobs of each */
    double seconds;                   /* the sum of all jobs */
};

/* report->dir, plan and results are set by the caller. FWD_FAIL_ENVIRONMENT: no memory. */
enum fwd_fail fwd_matrix_report_begin(struct fwd_matrix_report *report, struct fwd_error *err);
void fwd_matrix_report_end(struct fwd_matrix_report *report);

/* All files. */
enum fwd_fail fwd_matrix_report_write(
    const struct fwd_matrix_report *report, struct fwd_error *err);

/* report.json; NULL: no memory. Everything but the member "times" is the same for the same inputs.
 */
json_t *fwd_matrix_report_json(const struct fwd_matrix_report *report);

/* The package of a job as it is called in packages/: product_from_to.upd. */
void fwd_matrix_report_package(
    const struct fwd_matrix_report *report, size_t job, char *out, size_t size);

/* ---- parts, each by a file of its own -------------------------------------------------------- */

/* False: no memory. */
bool fwd_matrix_report_html(const struct fwd_matrix_report *report, FILE *out);
bool fwd_matrix_report_junit(const struct fwd_matrix_report *report, FILE *out);
enum fwd_fail fwd_matrix_report_sqlite(
    const struct fwd_matrix_report *report, const char *path, struct fwd_error *err);

#endif
