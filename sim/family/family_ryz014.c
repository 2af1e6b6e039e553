#include "sim/family/family.h"

/* R10, R28, R63, R212: told what its server has sent, it says what it does, and no progress. Deltas
 * lead to older versions as well as to newer ones. Of package sizes only those of the examples are
 * documented (R14), of times none. */
const struct fwd_profile fwd_family_ryz014 = {
    .name = "ryz014",
    .title = "RYZ014",
    .marks = {"+SQNFOTA:"},
    .reports = true,
    .continues = true,
    .begun = {"+SQNFOTA: \"downloaded\"", "+SQNFOTA: 6", "+SQNFOTA: 7", "+SQNFOTA: \"install\""},
    .done = "+SQNFOTA: 8",
    .done_version = "+SQNFOTA: \"installed\"",
    .failed = "+SQNFOTA: 3",
    .failed_result = "+SQNFOTA: 3",
    .package_min = 35343,
    .package_max = 35346,
    .traits = {.family = FWD_FAMILY_RYZ},
};
