#include "sim/family/family.h"

/* The result comes in words. The module shows no progress: those lines are the simulator's own, so
 * that one can see where an interrupted update goes on. */
const struct fwd_profile fwd_family_telit_pfm = {
    .name = "telit-pfm",
    .title = "Telit",
    .marks = {"#OTAEV:"},
    .reports = true,
    .install = {[FWD_PROFILE_INSTALL] = "progress", [FWD_PROFILE_UPDATE] = "progress"},
    .continues = true,
    .done = "#OTAEV: Module Upgraded To New FW",
    .failed = "#OTAEV: OTA FW Upgrade Failed",
    .package_min = 2000,
    .package_max = 6000000,
    .traits = {.family = FWD_FAMILY_TELIT},
};
