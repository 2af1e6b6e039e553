/* What tells the families apart at their AT interface, as data: which ports there are, which
 * commands, how long things take. What they print during an installation is in profiles.h. */
#ifndef FWD_SIM_FAMILY_TRAITS_H
#define FWD_SIM_FAMILY_TRAITS_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

enum fwd_port { FWD_PORT_UART, FWD_PORT_AUX, FWD_PORT_USB, FWD_PORTS };

/* Bits, for lists of families. */
enum fwd_family {
    FWD_FAMILY_R4 = 1, /* SARA-R4, SARA-N4 */
    FWD_FAMILY_R6 = 2, /* LARA-R6 */
    FWD_FAMILY_L6 = 4, /* LARA-L6 */
    FWD_FAMILY_R5 = 8, /* SARA-R5 */
    FWD_FAMILY_TELIT = 16,
    FWD_FAMILY_RYZ = 32,
    FWD_FAMILY_LARA = FWD_FAMILY_R6 | FWD_FAMILY_L6,
    FWD_FAMILY_ALL = 15, /* u-blox */
    FWD_FAMILY_ANY = 63
};

/* Pins that tell whether the module answers: bits. */
enum fwd_pin {
    FWD_PIN_GPIO = 1,
    FWD_PIN_RX = 2,
    FWD_PIN_CTS = 4,
    FWD_PIN_DSR_RTS = 8, /* low in an update, while DCD changes */
};

#define FWD_BOOT_MS    2500u   /* from a reset to the first answer; not documented */
#define FWD_ATTACH_MS  3000u   /* from then on to the network; not documented */
#define FWD_IDLE_MS    120000u /* of +UDWNFILE without a byte; not documented */
#define FWD_DCD_MS     500u    /* DCD changes that often in an update of Telit; not documented */
#define FWD_BAUD       115200u
#define FWD_PAGE_BYTES 2048u /* granularity of what a download has stored (R129, R132) */

struct fwd_traits {
    const char *model;      /* ATI, +CGMM; NULL: it does not speak AT here */
    enum fwd_family family; /* whose commands it takes */
    bool ports[FWD_PORTS];
    unsigned pins;            /* enum fwd_pin: R237..R240 */
    bool uart_3m_xmodem;      /* Xmodem over a UART at 3000000 bit/s works (R106) */
    bool update_needs_speed;  /* +UFWUPD=<port>,<baud> in update mode; else +UFWUPD=3 (R91, R96) */
    bool keeps_urcs_nowhere;  /* URC switches are off again after an update (R89, R90) */
    bool tells_after_start;   /* how an installation ended: after the start that follows it */
    bool autobaud;            /* the factory's speed is that of the host's first character (R205) */
    bool psm;                 /* +CPSMS lets it sleep (R219, R245) */
    bool calls;               /* ATD; R55 names them */
    bool lwm2m_lines_on;      /* +ULWM2MSTAT at the factory (R150, R151) */
    bool versions_on_request; /* of operator profiles: AT+UMNOPROF=,1 */
    bool reset_installs;      /* a start is enough when the server has sent a package (R57) */
    bool says_ccc;            /* when no byte comes after the prompt of +UDWNFILE (R112) */
    bool says_timeout, says_error1; /* when nobody sends after +UFWUPD (R102, R103) */
    uint32_t update_ready_ms;       /* +UFWUPD until ONGOING (R92, R95) */
    uint32_t prompt_ms;             /* +UDWNFILE until > (R112) */
    uint32_t ftp_start_ms;          /* +UFTPC=100 until OK (R127) */
    uint32_t ftp_cancel_ms;         /* +UFTPC=100,"...",0 until +UUFTPCR: 100,0 (R127) */
    bool ftp, http;                 /* downloads of packages (R135, R140) */
    bool ftp_resumes;               /* third parameter of +UFTPC=100 (R128) */
    bool ftp_status;                /* +UUFTPCR: 100, <stored> / <total> (R132) */
    bool ftp_account;               /* +UFTP=4 */
    bool md5;                       /* in result lines (R133) */
    bool http_status;               /* failure is <p>,100,0,0, else <p>,100,0 */
};

/* "uart", "aux", "usb". */
const char *fwd_port_name(enum fwd_port port);

/* Speeds that +IPR, +UFWUPD and +UFWINSTALL take. */
bool fwd_traits_speed(uint32_t baud);
extern const char fwd_traits_speeds[]; /* as test commands list them */

#endif
