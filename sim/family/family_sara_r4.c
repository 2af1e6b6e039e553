#include "sim/family/family.h"

#define FILES (FWD_USE_FILE | FWD_USE_READ)

static const struct fwd_operator operators[] = {
    {0, "SW default", NULL, false},
    {1, "SIM ICCID select", NULL, false},
    {6, "CT", "5.0", false},
    {4, "Telstra", "5.0", false},
    {21, "TELUS", "5.1", false},
    {5, "TMO", "5.2", false},
    {3, "Verizon", "5.0", false},
    {2, "ATT", "5.0", false},
    {90, "Global", NULL, false},
    {0, NULL, NULL, false},
};

/* No table is documented: the one of LARA, without its backup. */
static const struct fwd_retention_rules retention = {.messages = FWD_ERASED};

#define R4_TRAITS                                                                                  \
    .traits = {.model = "SARA-R410M-02B",                                                          \
        .family = FWD_FAMILY_R4,                                                                   \
        .ports = {true, false, true},                                                              \
        .pins = FWD_PIN_GPIO | FWD_PIN_RX,                                                         \
        .uart_3m_xmodem = true,                                                                    \
        .reset_installs = true,                                                                    \
        .lwm2m_lines_on = true,                                                                    \
        .versions_on_request = true,                                                               \
        .psm = true,                                                                               \
        .says_ccc = true,                                                                          \
        .says_error1 = true,                                                                       \
        .update_ready_ms = 16000,                                                                  \
        .prompt_ms = 16000,                                                                        \
        .ftp_start_ms = 16000,                                                                     \
        .ftp_cancel_ms = 30000,                                                                    \
        .ftp = true,                                                                               \
        .ftp_resumes = true,                                                                       \
        .ftp_status = true,                                                                        \
        .ftp_account = true}

/* R141..R144 */
#define R4_EXCLUSION                                                                               \
    .exclusion = {                                                                                 \
        [FWD_METHOD_SERVER] = FWD_USE_METHODS | FWD_USE_LINK,                                      \
        [FWD_METHOD_FTP] = FWD_USE_METHODS | FILES | FWD_USE_LINK | FWD_USE_FTP_OTHER,             \
        [FWD_METHOD_XMODEM] = FWD_USE_METHODS | FILES | FWD_USE_LINK,                              \
        [FWD_METHOD_RAW] = FWD_USE_METHODS | FILES | FWD_USE_LINK,                                 \
    }

/* R31: nothing is printed. +UFWUPD only stores the delta. */
#define R4_PROFILE                                                                                 \
    .title = "SARA-R4", .marks = {"SARA-R4", "SARA-N4"}, .reports = false, .package_min = 2000,    \
    .package_max = 6000000, .install_minutes = 20, R4_TRAITS, R4_EXCLUSION,                        \
    .retention = &retention, .operators = operators

#define R4_UFOTA                                                                                   \
    .lwm2m_lines = true, .resumes = true, .radio_resumes = true, .state = "/5/0/3",                \
    .server_instance = 1, .binding = "UQS"

const struct fwd_profile fwd_family_sara_r4 = {
    .name = "sara-r4",
    .ufota = {.lifetime = true, R4_UFOTA},
    R4_PROFILE,
};

/* R255: the one product version that has no +UFOTACONF. */
const struct fwd_profile fwd_family_sara_r410m_02b_00 = {
    .name = "sara-r410m-02b-00",
    .ufota = {R4_UFOTA},
    R4_PROFILE,
};
