#include "sim/family/family.h"

static const struct fwd_operator operators[] = {{0, NULL, NULL, false}};

/* R87: all that the host has configured is kept. */
static const struct fwd_retention_rules retention = {.settings = FWD_KEPT};

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
    .traits = {.model = "RYZ014A",
        .family = FWD_FAMILY_RYZ,
        .ports = {true, true, false},
        .psm = true,
        .tells_after_start = true},
    .ufota = {.https = true, .resumes = true, .server_instance = 1, .binding = "U"},
    .exclusion = {[FWD_METHOD_SERVER] = FWD_USE_METHODS, [FWD_METHOD_HTTP] = FWD_USE_METHODS},
    .retention = &retention,
    .operators = operators,
};
