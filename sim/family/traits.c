#include "sim/family/traits.h"

#include <string.h>

#define LARA                                                                                       \
    .ports = {true, true, true}, .keeps_urcs_nowhere = true, .update_ready_ms = 5000,              \
    .prompt_ms = 5000, .ftp_cancel_ms = 20000, .ftp_resumes = true, .md5 = true,                   \
    .http_status = true

static const struct fwd_traits traits[] = {
    {
        .profile = "sara-r4",
        .model = "SARA-R410M-02B",
        .family = FWD_FAMILY_R4,
        .ports = {true, false, true},
        .uart_3m_xmodem = true,
        .update_ready_ms = 16000,
        .prompt_ms = 16000,
        .ftp_start_ms = 16000,
        .ftp_cancel_ms = 30000,
        .ftp = true,
        .ftp_resumes = true,
        .ftp_status = true,
        .ftp_account = true,
    },
    {
        .profile = "lara-r6-00b",
        .model = "LARA-R6001-00B",
        .family = FWD_FAMILY_R6,
        .uart_3m_xmodem = true,
        .ftp = true,
        .http = true,
        LARA,
    },
    {
        .profile = "lara-r6-01b",
        .model = "LARA-R6001-01B",
        .family = FWD_FAMILY_R6,
        .uart_3m_xmodem = true,
        .ftp = true,
        .http = true,
        .download_only = true,
        LARA,
    },
    {
        .profile = "lara-r6001d-00b",
        .model = "LARA-R6001D-00B",
        .family = FWD_FAMILY_R6,
        .uart_3m_xmodem = true,
        .ftp = true,
        .http = true,
        LARA,
    },
    {
        .profile = "lara-r6004d-00b",
        .model = "LARA-R6004D-00B",
        .family = FWD_FAMILY_R6,
        .ftp = true,
        .http = true,
        LARA,
    },
    {
        .profile = "lara-l6",
        .model = "LARA-L6004-00B",
        .family = FWD_FAMILY_L6,
        LARA,
    },
    {
        .profile = "sara-r5",
        .model = "SARA-R510S-00B",
        .family = FWD_FAMILY_R5,
        .ports = {true, true, false},
        .uart_3m_xmodem = true,
        .update_needs_speed = true,
        .keeps_urcs_nowhere = true,
        .prompt_ms = 5000,
        .ftp = true,
        .http = true,
        .md5 = true,
    },
};

const struct fwd_traits *fwd_traits_find(const char *profile)
{
    for (size_t i = 0; i < sizeof traits / sizeof *traits; i++) {
        if (strcmp(traits[i].profile, profile) == 0)
            return &traits[i];
    }
    return NULL;
}

const char *fwd_port_name(enum fwd_port port)
{
    static const char *const names[FWD_PORTS] = {"uart", "aux", "usb"};

    return names[port];
}

const char fwd_traits_speeds[] = "9600,19200,38400,57600,115200,230400,460800,921600,3000000";

bool fwd_traits_speed(uint32_t baud)
{
    static const uint32_t speeds[] = {
        9600, 19200, 38400, 57600, 115200, 230400, 460800, 921600, 3000000};

    for (size_t i = 0; i < sizeof speeds / sizeof *speeds; i++) {
        if (speeds[i] == baud)
            return true;
    }
    return false;
}
