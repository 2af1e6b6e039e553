#include "sim/family/profiles.h"

#include <string.h>

#define KB 1000u
#define MB 1000000u

#define LARA_LINES                                                                                 \
    .reports = true,                                                                               \
    .install = {[FWD_PROFILE_INSTALL] = "+UUFWINSTALL", [FWD_PROFILE_UPDATE] = "+UFWUPD"},         \
    .update_takes_full = true, .already_installed = true, .package_min = 2 * MB,                   \
    .package_max = 9 * MB, .install_minutes = 20

static const struct fwd_profile profiles[] = {
    {
        /* R31: nothing is printed. +UFWUPD only stores the delta. */
        .name = "sara-r4",
        .family = "SARA-R4",
        .reports = false,
        .package_min = 2 * KB,
        .package_max = 6 * MB,
        .install_minutes = 20,
    },
    {
        .name = "lara-r6-00b",
        .family = "LARA-R6",
        .validation = "+UFWPREVAL",
        .update_minutes = 65,
        LARA_LINES,
    },
    {
        .name = "lara-r6-01b",
        .family = "LARA-R6",
        .validation = "+UFWPREVAL",
        .update_minutes = 3,
        LARA_LINES,
    },
    {
        /* R20: no validation phase, so no code that says that one failed. */
        .name = "lara-r6001d-00b",
        .family = "LARA-R6",
        .validation = NULL,
        .update_minutes = 65,
        .code_changes = {{247, 129}},
        LARA_LINES,
    },
    {
        .name = "lara-r6004d-00b",
        .family = "LARA-R6",
        .validation = "+UFWPREVAL",
        .update_minutes = 65,
        LARA_LINES,
    },
    {
        .name = "lara-l6",
        .family = "LARA-L6",
        .validation = "+UFWPREVAL",
        .update_minutes = 3,
        LARA_LINES,
    },
    {
        /* 131 is "the delta file cannot be accessed" here, so missing memory is always 141. */
        .name = "sara-r5",
        .family = "SARA-R5",
        .reports = true,
        .validation = "+UFWPREVAL",
        .install = {[FWD_PROFILE_INSTALL] = "+UUFWINSTALL", [FWD_PROFILE_UPDATE] = "+UFWUPD"},
        .update_takes_full = true,
        .update_on_command_channel = true,
        .power =
            {[FWD_PROFILE_INSTALL] = FWD_POWER_RESUMES, [FWD_PROFILE_UPDATE] = FWD_POWER_RESENDS},
        .package_min = 400 * KB,
        .package_max = 6 * MB,
        .install_minutes = 25,
        .reason_codes = {{FWD_E_PACKAGE_UNREADABLE, 131}, {FWD_E_WORKSPACE, 141}},
    },
    {
        /* The result comes in words. The module shows no progress: those lines are the simulator's
         * own, so that one can see where an interrupted update goes on. */
        .name = "telit-pfm",
        .family = "Telit PFM",
        .reports = true,
        .install = {[FWD_PROFILE_INSTALL] = "progress", [FWD_PROFILE_UPDATE] = "progress"},
        .continues = true,
        .done = "#OTAEV: Module Upgraded To New FW",
        .failed = "#OTAEV: OTA FW Upgrade Failed",
        .package_min = 2 * KB,
        .package_max = 6 * MB,
    },
    {
        /* R10, R28, R63, R212: told what its server has sent, it says what it does, and no
         * progress. Deltas lead to older versions as well as to newer ones. Of package sizes only
         * those of the examples are documented (R14), of times none. */
        .name = "ryz014",
        .family = "RYZ014",
        .reports = true,
        .continues = true,
        .begun = {"+SQNFOTA: \"downloaded\"", "+SQNFOTA: 6", "+SQNFOTA: 7",
            "+SQNFOTA: \"install\""},
        .done = "+SQNFOTA: 8",
        .done_version = "+SQNFOTA: \"installed\"",
        .failed = "+SQNFOTA: 3",
        .failed_result = "+SQNFOTA: 3",
        .package_min = 35343,
        .package_max = 35346,
    },
};

const struct fwd_profile *fwd_profile_at(size_t index)
{
    return index < sizeof profiles / sizeof *profiles ? &profiles[index] : NULL;
}

const struct fwd_profile *fwd_profile_find(const char *name)
{
    for (size_t i = 0; i < sizeof profiles / sizeof *profiles; i++) {
        if (strcmp(profiles[i].name, name) == 0)
            return &profiles[i];
    }
    return NULL;
}

uint16_t fwd_profile_code(const struct fwd_profile *profile, enum fwd_reason reason, bool umbrella)
{
    const struct fwd_reason_info *info = fwd_reason_info(reason);
    uint16_t code = info->code;

    for (size_t i = 0; i < FWD_PROFILE_CHANGES; i++) {
        if (profile->reason_codes[i].code != 0 && profile->reason_codes[i].reason == reason)
            code = profile->reason_codes[i].code;
    }
    if (umbrella && info->phase == FWD_PHASE_VALIDATION)
        code = 247;
    for (size_t i = 0; i < FWD_PROFILE_CHANGES; i++) {
        if (profile->code_changes[i].from != 0 && profile->code_changes[i].from == code)
            return profile->code_changes[i].to;
    }
    return code;
}

uint8_t fwd_profile_lwm2m(const struct fwd_profile *profile, enum fwd_reason reason)
{
    uint16_t code = fwd_profile_code(profile, reason, false);

    /* Where 131 is not about memory, neither is the result. */
    for (size_t i = 0; i < FWD_PROFILE_CHANGES; i++) {
        if (profile->reason_codes[i].code == code && code == 131)
            return 8;
    }
    return fwd_code_lwm2m(code);
}

struct fwd_channel fwd_profile_channel(const struct fwd_profile *profile,
    enum fwd_profile_command command, uint16_t code, const struct fwd_channel *configured)
{
    struct fwd_channel primary = {1, 115200};

    if (configured == NULL)
        return primary;
    if (command == FWD_PROFILE_UPDATE)
        return profile->update_on_command_channel ? *configured : primary;
    return code >= 130 && code <= 132 ? primary : *configured;
}
