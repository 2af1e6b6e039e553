/* The actions of fwdelta matrix; each returns the exit status. */
#ifndef FWD_CLI_MATRIX_MATRIX_ACTIONS_H
#define FWD_CLI_MATRIX_MATRIX_ACTIONS_H

#include "cli/common/args.h"
#include "matrix/plan/matrix_plan.h"

int fwd_matrix_actions_plan(const struct fwd_args *args, struct fwd_error *err);
int fwd_matrix_actions_run(const struct fwd_args *args, struct fwd_error *err);
int fwd_matrix_actions_list(const struct fwd_args *args, struct fwd_error *err);
int fwd_matrix_actions_job(const struct fwd_args *args, struct fwd_error *err);
int fwd_matrix_actions_report(const struct fwd_args *args, struct fwd_error *err);

#endif
