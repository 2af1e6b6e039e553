#include "sim/family/family.h"

/* R86: what an update leaves as it is; all other parameters are the factory's afterwards. */
static const char *const kept[] = {"#ESCRIPT", "#STARTMODESCR", "#CMUXSCR", "#BND", "#AUTOBND",
    "#ENS", "#SMSMODE", "#SELINT", "#COPSMODE", "#ENHSIM", "+COPS", "#SMSATRUNCFG", "#SMSATWL",
    "#TCPATRUNCFG", "#TCPATRUNFRWL", "#TCPATRUNAUTH", "+CGDCONT", "#GSMCONT", "#DNS", "#SGACTCFG",
    "#SKTSAV", "#SKTRST", "#SCFG", "#SCFGEXT", "+IPR", "#STIA", "#PORTCFG", "+WS46", "#ENAEVMONI",
    "#ENAEVMONICFG", "#EVMONI", NULL};

static const struct fwd_retention_rules retention = {.settings = FWD_ERASED, .kept = kept};

static const struct fwd_operator operators[] = {{0, NULL, NULL, false}};

/* The result comes in words, after the start that follows an installation. The module shows no
 * progress: the lines of that name are the simulator's own, so that one can see in `fwdelta
 * install` where an interrupted update goes on. */
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
    .traits = {.model = "GE910-QUAD",
        .family = FWD_FAMILY_TELIT,
        .ports = {true, true, false},
        .pins = FWD_PIN_DSR_RTS,
        .tells_after_start = true,
        .autobaud = true,
        .calls = true},
    .exclusion = {[FWD_METHOD_SERVER] = FWD_USE_METHODS},
    .retention = &retention,
    .operators = operators,
};
