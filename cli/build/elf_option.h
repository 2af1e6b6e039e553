/* --elf OLD.elf[,NEW.elf]: instruction set and addresses of the images from their ELF files. */
#ifndef FWD_CLI_BUILD_ELF_OPTION_H
#define FWD_CLI_BUILD_ELF_OPTION_H

#include "cli/build/build_spec.h"

/* To be called when the images are read: sets spec->hints; an --isa that was given stays. Without
 * the option nothing happens. FWD_FAIL_USAGE: with --base, or the package is no delta of one
 * component. FWD_FAIL_REFUSED: a file is no ELF file, or not that of its image. */
enum fwd_fail fwd_elf_option_read(
    const struct fwd_args *args, struct fwd_build_spec *spec, struct fwd_error *err);

#endif
