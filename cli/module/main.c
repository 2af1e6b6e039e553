/* fwdelta-module: what fwdelta becomes for `fwdelta module`. */
#include "cli/common/beside.h"
#include "cli/module/module_run.h"

int main(int argc, char **argv)
{
    return fwd_beside_main(&fwd_command_module, fwd_module_run, argc, argv);
}
