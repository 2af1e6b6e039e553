/* fwdelta matrix: what fwdelta itself knows of it; the rest is a program of its own. */
#include "cli/common/args.h"

static const struct fwd_option options[] = {
    {"output", 'o', "DIR", false, "plan: the folder for everything that comes of it"},
    {"jobs", 'J', "N", false, "run: jobs at once; default: processors"},
    {"engine", 0, "NAME", false, "run: local (default) or slurm"},
    {"make", 0, NULL, false, "list: as a makefile, which says what waits for what"},
    {"wave", 0, "N", false, "list, job: only jobs of this wave: 1 makes packages, 2 tries them"},
    {"part", 0, "K/N", false, "job: each Nth job of the wave, from number K (0 to N-1)"},
    {"json", 'j', NULL, false, "plan, run, report: as JSON"},
    {0},
};

static const char *action(const struct fwd_args *args)
{
    return args->operand_count > 0 ? args->operands[0] : NULL;
}

const struct fwd_subcommand fwd_command_matrix = {
    .name = "matrix",
    .operands = "plan FILE -o DIR | run DIR | list DIR | job DIR [ID] | report DIR",
    .operands_min = 2,
    .operands_max = 3,
    .summary = "make and try the packages of many versions, products and devices",
    .about =
        "FILE says which products there are, from which versions to which, on which devices.\n"
        "\n"
        "plan writes down the jobs: a package from each version, a full package, and the\n"
        "installation of each package on each simulated device. run does those that are not\n"
        "done; after a crash, or a change of some input, that is what hangs on it. list prints\n"
        "a command line for each, for engines of other people (make, GNU parallel, batch\n"
        "systems); job does one of them, or a part. report says whether every device can be\n"
        "updated from every version, in DIR/report.html, .json, .xml (JUnit) and\n"
        "results.sqlite; the packages are in DIR/packages.\n"
        "\n"
        "Exit status 1: some device cannot be updated from some version.",
    .options = options,
    .action = action,
    .program = "fwdelta-matrix",
};
