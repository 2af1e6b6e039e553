/* What the product versions of LARA-R6 and LARA-L6 have in common. */
#ifndef FWD_SIM_FAMILY_FAMILY_LARA_H
#define FWD_SIM_FAMILY_FAMILY_LARA_H

#include "sim/family/family.h"

#define FWD_LARA_PROFILE                                                                           \
    .reports = true,                                                                               \
    .install = {[FWD_PROFILE_INSTALL] = "+UUFWINSTALL", [FWD_PROFILE_UPDATE] = "+UFWUPD"},         \
    .update_takes_full = true, .already_installed = true, .package_min = 2000000,                  \
    .package_max = 9000000, .install_minutes = 20, .retention = &fwd_family_lara_retention,        \
    .operators = fwd_family_lara_operators

#define FWD_LARA_TRAITS                                                                            \
    .ports = {true, true, true}, .keeps_urcs_nowhere = true, .says_timeout = true, .calls = true,  \
    .says_error1 = true, .update_ready_ms = 5000, .prompt_ms = 5000, .ftp_cancel_ms = 20000,       \
    .ftp_resumes = true, .md5 = true, .http_status = true

/* R166: as its document prints it. */
#define FWD_LARA_UFOTA                                                                             \
    .https = true, .state = "/5/0/3", .server_instance = 10, .binding = "UQS",                     \
    .json_spaces = true, .more = fwd_family_lara_more, .objects = fwd_family_lara_objects

/* R145: symmetric; files and Direct Link stay. */
#define FWD_LARA_EXCLUSION                                                                         \
    .exclusion = {                                                                                 \
        [FWD_METHOD_SERVER] = FWD_USE_METHODS,                                                     \
        [FWD_METHOD_FTP] = FWD_USE_METHODS,                                                        \
        [FWD_METHOD_HTTP] = FWD_USE_METHODS,                                                       \
        [FWD_METHOD_XMODEM] = FWD_USE_METHODS,                                                     \
        [FWD_METHOD_RAW] = FWD_USE_METHODS,                                                        \
    }

extern const struct fwd_retention_rules fwd_family_lara_retention;
extern const struct fwd_operator fwd_family_lara_operators[];
extern const char fwd_family_lara_more[], fwd_family_lara_objects[];

#endif
