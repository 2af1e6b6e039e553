#include "sim/family/family_lara.h"

#define R6 .title = "LARA-R6", .marks = {"LARA-R6"}, FWD_LARA_PROFILE, FWD_LARA_EXCLUSION

const struct fwd_profile fwd_family_lara_r6_00b = {
    .name = "lara-r6-00b",
    .validation = "+UFWPREVAL",
    .update_minutes = 65,
    .traits = {.model = "LARA-R6001-00B",
        .family = FWD_FAMILY_R6,
        .uart_3m_xmodem = true,
        .ftp = true,
        .http = true,
        FWD_LARA_TRAITS},
    .ufota = {FWD_LARA_UFOTA},
    R6,
};

const struct fwd_profile fwd_family_lara_r6_01b = {
    .name = "lara-r6-01b",
    .validation = "+UFWPREVAL",
    .update_minutes = 3,
    .traits = {.model = "LARA-R6001-01B",
        .family = FWD_FAMILY_R6,
        .uart_3m_xmodem = true,
        .ftp = true,
        .http = true,
        FWD_LARA_TRAITS},
    .ufota = {.controls = true, FWD_LARA_UFOTA},
    R6,
};

/* R20: no validation phase, so no code that says that one failed. */
const struct fwd_profile fwd_family_lara_r6001d_00b = {
    .name = "lara-r6001d-00b",
    .validation = NULL,
    .update_minutes = 65,
    .code_changes = {{247, 129}},
    .traits = {.model = "LARA-R6001D-00B",
        .family = FWD_FAMILY_R6,
        .uart_3m_xmodem = true,
        .ftp = true,
        .http = true,
        FWD_LARA_TRAITS},
    .ufota = {FWD_LARA_UFOTA},
    R6,
};

const struct fwd_profile fwd_family_lara_r6004d_00b = {
    .name = "lara-r6004d-00b",
    .validation = "+UFWPREVAL",
    .update_minutes = 65,
    .traits = {.model = "LARA-R6004D-00B",
        .family = FWD_FAMILY_R6,
        .ftp = true,
        .http = true,
        FWD_LARA_TRAITS},
    .ufota = {FWD_LARA_UFOTA},
    R6,
};
