#include "sim/family/family_lara.h"

const struct fwd_profile fwd_family_lara_l6 = {
    .name = "lara-l6",
    .title = "LARA-L6",
    .marks = {"LARA-L6"},
    .validation = "+UFWPREVAL",
    .update_minutes = 3,
    .traits = {.model = "LARA-L6004-00B", .family = FWD_FAMILY_L6, FWD_LARA_TRAITS},
    .ufota = {FWD_LARA_UFOTA},
    FWD_LARA_PROFILE,
    FWD_LARA_EXCLUSION,
};
