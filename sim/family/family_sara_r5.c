#include "sim/family/family.h"

static const struct fwd_operator operators[] = {
    {0, "Regulatory", NULL},
    {1, "SIM ICCID select", NULL},
    {2, "ATT", NULL},
    {3, "Verizon", NULL},
    {90, "Global", NULL},
    {201, "GCF-PTCRB", NULL},
    {0, NULL, NULL},
};

static const struct fwd_retention_rules retention = {
    .files = {[FWD_WAY_UPDATE] = FWD_ERASED},
    .client_files = {[FWD_WAY_UPDATE] = FWD_ERASED},
    .messages = FWD_ERASED,
    .settings = FWD_ERASED,
    .operator_list = FWD_ERASED,
    .global = {[FWD_WAY_INSTALL] = true, [FWD_WAY_UPDATE] = true},
    .restarts_for_operator = true,
};

/* 131 is "the delta file cannot be accessed" here, so missing memory is always 141. */
const struct fwd_profile fwd_family_sara_r5 = {
    .name = "sara-r5",
    .title = "SARA-R5",
    .marks = {"SARA-R5"},
    .reports = true,
    .validation = "+UFWPREVAL",
    .install = {[FWD_PROFILE_INSTALL] = "+UUFWINSTALL", [FWD_PROFILE_UPDATE] = "+UFWUPD"},
    .update_takes_full = true,
    .update_on_command_channel = true,
    .power = {[FWD_PROFILE_INSTALL] = FWD_POWER_RESUMES, [FWD_PROFILE_UPDATE] = FWD_POWER_RESENDS},
    .package_min = 400000,
    .package_max = 6000000,
    .install_minutes = 25,
    .reason_codes = {{FWD_E_PACKAGE_UNREADABLE, 131}, {FWD_E_WORKSPACE, 141}},
    .traits = {.model = "SARA-R510S-00B",
        .family = FWD_FAMILY_R5,
        .ports = {true, true, false},
        .pins = FWD_PIN_RX | FWD_PIN_CTS,
        .uart_3m_xmodem = true,
        .update_needs_speed = true,
        .keeps_urcs_nowhere = true,
        .calls = true,
        .says_timeout = true,
        .prompt_ms = 5000,
        .ftp = true,
        .http = true,
        .md5 = true},
    /* R146, R147; HTTP is not in its table, but one method at a time is stated. */
    .exclusion =
        {
            [FWD_METHOD_SERVER] = FWD_USE_METHODS | FWD_USE_LINK,
            [FWD_METHOD_FTP] = FWD_USE_METHODS | FWD_USE_LINK,
            [FWD_METHOD_HTTP] = FWD_USE_METHODS | FWD_USE_LINK,
            [FWD_METHOD_XMODEM] = FWD_USE_METHODS | FWD_USE_LINK,
            [FWD_METHOD_RAW] = FWD_USE_METHODS | FWD_USE_LINK,
        },
    .retention = &retention,
    .operators = operators,
};
