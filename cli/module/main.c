/* fwdelta-module: what fwdelta becomes for `fwdelta module`. */
#include "cli/module/module_run.h"
#include "cli/program/beside.h"

int main(int argc, char **argv)
{
    return fwd_beside_main(&fwd_command_module, fwd_module_run, argc, argv);
}
