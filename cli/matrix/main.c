/* fwdelta-matrix: what fwdelta becomes for `fwdelta matrix`. */
#include "cli/matrix/matrix_actions.h"
#include "cli/program/action_run.h"
#include "cli/program/beside.h"

static const struct fwd_action actions[] = {
    {"plan", fwd_matrix_actions_plan, " output json "},
    {"run", fwd_matrix_actions_run, " jobs engine json "},
    {"list", fwd_matrix_actions_list, " make wave "},
    {"job", fwd_matrix_actions_job, " wave part jobs "},
    {"report", fwd_matrix_actions_report, " json "},
    {0},
};

static int run(const struct fwd_args *args, struct fwd_error *err)
{
    return fwd_action_run(actions, args, err);
}

int main(int argc, char **argv)
{
    return fwd_beside_main(&fwd_command_matrix, run, argc, argv);
}
