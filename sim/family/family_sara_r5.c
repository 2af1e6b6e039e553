#include "sim/family/family.h"

static const struct fwd_operator operators[] = {
    {0, "Regulatory", NULL, true},
    {1, "SIM ICCID select", NULL, false},
    {2, "ATT", NULL, false},
    {3, "Verizon", NULL, false},
    {90, "Global", NULL, false},
    {201, "GCF-PTCRB", NULL, true},
    {0, NULL, NULL, false},
};

static const char more[] = "[{\"n\":\"30000/1\",\"v\":30},{\"n\":\"30000/0\",\"v\":0}]";

static const char objects[] =
    "\"/1/1\",\"/1/2\",\"/2/1\",\"/2/2\",\"/2/3\",\"/2/4\",\"/2/5\",\"/2/6\",\"/2/7\",\"/2/8\","
    "\"/2/9\",\"/2/10\",\"/2/11\",\"/2/12\",\"/2/13\",\"/2/14\",\"/2/15\",\"/2/16\",\"/2/17\","
    "\"/2/18\",\"/2/0\",\"/3/0\",\"/4/0\",\"/5/0\",\"/6\",\"/7/0\",\"/10\",\"/11/1\",\"/11/0\","
    "\"/14/1\",\"/14/2\",\"/14/3\",\"/14/4\",\"/14/5\",\"/14/6\",\"/14/7\",\"/14/0\",\"/15\","
    "\"/16/0\",\"/33056\",\"/10241\",\"/2048/0\",\"/3300\",\"/33053/0\",\"/10262\",\"/0/1\","
    "\"/0/2\"";

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
        .psm = true,
        .calls = true,
        .says_timeout = true,
        .prompt_ms = 5000,
        .ftp = true,
        .http = true,
        .md5 = true},
    .ufota = {.https = true,
        .reset_ends = true,
        .detach_suspends = true,
        .state = "\"/5/0/3/\"",
        .server_instance = 1,
        .binding = "UQ",
        .more = more,
        .objects = objects},
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
