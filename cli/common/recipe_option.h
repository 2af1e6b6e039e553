/* A device as it leaves the factory, on the command line: --image NAME=FILE, --version, --trust. */
#ifndef FWD_CLI_COMMON_RECIPE_OPTION_H
#define FWD_CLI_COMMON_RECIPE_OPTION_H

#include "cli/common/args.h"
#include "hostio/host_file.h"
#include "sim/device/machine.h"

#define FWD_RECIPE_TRUST_MAX 16u

/* Points into itself and into the command line: must not move. */
struct fwd_recipe_option {
    struct fwd_machine_image images[FWD_COMPONENTS_MAX];
    char names[FWD_COMPONENTS_MAX][FWD_NAME_MAX + 1];
    const char *trust[FWD_RECIPE_TRUST_MAX];
    struct fwd_machine_recipe recipe;
    struct fwd_bytes loaded[FWD_COMPONENTS_MAX]; /* of the images */
};

/* Reads the options, and the images in whatever form they are. description: path of the device
 * description. *option: freed by the caller, also after a failure. */
enum fwd_fail fwd_recipe_option_read(const struct fwd_args *args, const char *description,
    struct fwd_recipe_option *option, struct fwd_error *err);
void fwd_recipe_option_free(struct fwd_recipe_option *option);

#endif
