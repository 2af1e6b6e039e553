#include "sim/family/family.h"

#define FILES (FWD_USE_FILE | FWD_USE_READ)

static const struct fwd_operator operators[] = {
    {0, "SW default", NULL},
    {1, "SIM ICCID select", NULL},
    {6, "CT", "5.0"},
    {4, "Telstra", "5.0"},
    {21, "TELUS", "5.1"},
    {5, "TMO", "5.2"},
    {3, "Verizon", "5.0"},
    {2, "ATT", "5.0"},
    {90, "Global", NULL},
    {0, NULL, NULL},
};

/* No table is documented: the one of LARA, without its backup. */
static const struct fwd_retention_rules retention = {.messages = FWD_ERASED};

/* R31: nothing is printed. +UFWUPD only stores the delta. */
const struct fwd_profile fwd_family_sara_r4 = {
    .name = "sara-r4",
    .title = "SARA-R4",
    .marks = {"SARA-R4", "SARA-N4"},
    .reports = false,
    .package_min = 2000,
    .package_max = 6000000,
    .install_minutes = 20,
    .traits = {.model = "SARA-R410M-02B",
        .family = FWD_FAMILY_R4,
        .ports = {true, false, true},
        .pins = FWD_PIN_GPIO | FWD_PIN_RX,
        .uart_3m_xmodem = true,
        .reset_installs = true,
        .lwm2m_lines_on = true,
        .versions_on_request = true,
        .says_ccc = true,
        .says_error1 = true,
        .update_ready_ms = 16000,
        .prompt_ms = 16000,
        .ftp_start_ms = 16000,
        .ftp_cancel_ms = 30000,
        .ftp = true,
        .ftp_resumes = true,
        .ftp_status = true,
        .ftp_account = true},
    .exclusion =
        {
            [FWD_METHOD_SERVER] = FWD_USE_METHODS | FWD_USE_LINK, /* R141 */
            [FWD_METHOD_FTP] =
                FWD_USE_METHODS | FILES | FWD_USE_LINK | FWD_USE_FTP_OTHER, /* R142 */
            [FWD_METHOD_XMODEM] = FWD_USE_METHODS | FILES | FWD_USE_LINK,   /* R143 */
            [FWD_METHOD_RAW] = FWD_USE_METHODS | FILES | FWD_USE_LINK,      /* R144 */
        },
    .retention = &retention,
    .operators = operators,
};
