/* The folder of a plan: matrix.json names the release file that it was made from. */
#ifndef FWD_CLI_MATRIX_MATRIX_FOLDER_H
#define FWD_CLI_MATRIX_MATRIX_FOLDER_H

#include "matrix/plan/matrix_plan.h"

#include <limits.h>

/* Makes the folder, or takes one that an earlier plan made. FWD_FAIL_REFUSED: it holds something
 * else. */
enum fwd_fail fwd_matrix_folder_make(const char *dir, const char *release, struct fwd_error *err);

/* The plan of a folder as its files are now. *plan: freed by fwd_matrix_plan_free(), after a
 * failure too. dir: the folder's absolute name. */
enum fwd_fail fwd_matrix_folder_open(
    const char *folder, char dir[PATH_MAX], struct fwd_matrix_plan *plan, struct fwd_error *err);

/* One run at a time: FWD_FAIL_REFUSED while another one works. Lasts as long as the process. */
enum fwd_fail fwd_matrix_folder_lock(const char *dir, struct fwd_error *err);

#endif
