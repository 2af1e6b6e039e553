/* Limits of a build. They may be lower than those of the format, which saves RAM: a device with one
 * component needs no room for sixteen. A product that wants others compiles all of format/ and
 * verify/, and what uses them, with FWD_CONFIG defined as a header that defines some of these
 * (CMake: -DFWD_CONFIG=FILE). A package that exceeds a limit is refused by the device. */
#ifndef FWD_FORMAT_CONFIG_H
#define FWD_FORMAT_CONFIG_H

#include "format/limits.h"

#ifdef FWD_CONFIG
#include FWD_CONFIG
#endif

/* Components of a package, and places of the device: 1 to FWD_COMPONENTS_MAX. */
#ifndef FWD_CONFIG_COMPONENTS
#define FWD_CONFIG_COMPONENTS FWD_COMPONENTS_MAX
#endif

/* Bytes of header and manifest: 256 to FWD_SIGNED_MAX. */
#ifndef FWD_CONFIG_SIGNED
#define FWD_CONFIG_SIGNED FWD_SIGNED_MAX
#endif

#if FWD_CONFIG_COMPONENTS < 1 || FWD_CONFIG_COMPONENTS > FWD_COMPONENTS_MAX
#error "FWD_CONFIG_COMPONENTS is 1 to 16"
#endif
#if FWD_CONFIG_SIGNED < 256 || FWD_CONFIG_SIGNED > FWD_SIGNED_MAX
#error "FWD_CONFIG_SIGNED is 256 to 4096"
#endif

#endif
