/* Runs a plan on a Slurm cluster: for each wave an array job whose tasks are `fwdelta matrix job`.
 * The folder of the plan and the inputs are seen under the same names on every node. */
#ifndef FWD_MATRIX_RUN_SLURM_H
#define FWD_MATRIX_RUN_SLURM_H

#include "matrix/run/engine.h"

/* Submits what is not done, waits for its end, and submits what is still not done (tasks and nodes
 * may have been killed), up to FWD_SLURM_ROUNDS times. Output of the tasks is in DIR/slurm.
 * engine->jobs: tasks at once; 0: as many as the cluster takes. FWD_FAIL_ENVIRONMENT: sbatch cannot
 * be run, or refuses. */
enum fwd_fail fwd_slurm_run(struct fwd_engine *engine, struct fwd_error *err);

#define FWD_SLURM_ROUNDS 4u
#define FWD_SLURM_TASKS  1000u /* of an array, at most */
#define FWD_SLURM_FEW    8u    /* so many tasks need not have several jobs */
#define FWD_SLURM_SLICE  16u   /* jobs of a task, else */

#endif
