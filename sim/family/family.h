/* The module families, each one const struct in a file of its own: family_*.c. Everything in which
 * a family differs from the others is there: lines, codes, ports, times, what excludes what,
 * what an update keeps. To add one: its file, its line here, and in CMakeLists.txt. */
#ifndef FWD_SIM_FAMILY_FAMILY_H
#define FWD_SIM_FAMILY_FAMILY_H

#include "sim/family/profiles.h"

/* In the order in which they are listed. */
#define FWD_FAMILIES(X)                                                                            \
    X(sara_r4)                                                                                     \
    X(sara_r410m_02b_00)                                                                           \
    X(lara_r6_00b)                                                                                 \
    X(lara_r6_01b)                                                                                 \
    X(lara_r6001d_00b)                                                                             \
    X(lara_r6004d_00b)                                                                             \
    X(lara_l6)                                                                                     \
    X(sara_r5)                                                                                     \
    X(telit_pfm)                                                                                   \
    X(ryz014)

#define FWD_FAMILY_DECLARE(name) extern const struct fwd_profile fwd_family_##name;
FWD_FAMILIES(FWD_FAMILY_DECLARE)
#undef FWD_FAMILY_DECLARE

#endif
