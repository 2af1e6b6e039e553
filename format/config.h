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

/* Banks of the journal, at the least: 2, or 3 for a device that has them, which then needs no code
 * for two. */
#ifndef FWD_CONFIG_JOURNAL_BANKS
#define FWD_CONFIG_JOURNAL_BANKS 2
#endif

/* Signatures of a package: 1 to FWD_SIGNATURES_MAX. At least as many as its keys ask for, and one
 * more for a change of keys by packages that old and new ones sign. */
#ifndef FWD_CONFIG_SIGNATURES
#define FWD_CONFIG_SIGNATURES FWD_SIGNATURES_MAX
#endif

/* 0: every place has two slots, so that the library needs no code for those that are updated in
 * place, and refuses a description of one. Goes with the files of verify/two_slots/. */
#ifndef FWD_CONFIG_IN_PLACE
#define FWD_CONFIG_IN_PLACE 1
#endif

#if FWD_CONFIG_COMPONENTS < 1 || FWD_CONFIG_COMPONENTS > FWD_COMPONENTS_MAX
#error "FWD_CONFIG_COMPONENTS is 1 to 16"
#endif
#if FWD_CONFIG_SIGNED < 256 || FWD_CONFIG_SIGNED > FWD_SIGNED_MAX
#error "FWD_CONFIG_SIGNED is 256 to 4096"
#endif
#if FWD_CONFIG_JOURNAL_BANKS != 2 && FWD_CONFIG_JOURNAL_BANKS != 3
#error "FWD_CONFIG_JOURNAL_BANKS is 2 or 3"
#endif
#if FWD_CONFIG_SIGNATURES < 1 || FWD_CONFIG_SIGNATURES > FWD_SIGNATURES_MAX
#error "FWD_CONFIG_SIGNATURES is 1 to 4"
#endif
#if FWD_CONFIG_IN_PLACE != 0 && FWD_CONFIG_IN_PLACE != 1
#error "FWD_CONFIG_IN_PLACE is 0 or 1"
#endif

/* Components that were counted, at most FWD_CONFIG_COMPONENTS: said in a way that lets a compiler
 * drop the loop where there can be only one. */
#define FWD_COMPONENTS(count) (FWD_CONFIG_COMPONENTS == 1 ? (uint8_t)((count) != 0) : (count))
/* An index of a component or a place, below FWD_CONFIG_COMPONENTS. */
#define FWD_INDEX(index) (FWD_CONFIG_COMPONENTS == 1 ? 0 : (index))
/* The same for signatures. */
#define FWD_SIGNATURES(count) (FWD_CONFIG_SIGNATURES == 1 ? (uint8_t)((count) != 0) : (count))

#endif
