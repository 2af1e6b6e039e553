/* What the families differ in when a server's LwM2M client brings a package (uFOTA). */
#ifndef FWD_SIM_FAMILY_UFOTA_TRAITS_H
#define FWD_SIM_FAMILY_UFOTA_TRAITS_H

#include <stdbool.h>
#include <stdint.h>

struct fwd_ufota_traits {
    bool lwm2m_lines; /* +ULWM2MSTAT tells of the download, in SARA-R4's words; else +UFOTASTAT */
    bool https;       /* packages also come from https:// (R177, R178) */
    bool resumes;     /* after power loss from the last page on (R68); else from the start (R69) */
    bool controls;    /* pause, +UFOTACONFIG, +UFOTAACK (R157..R162) */
    bool lifetime;    /* +UFOTACONF (R164) */
    bool reset_ends;  /* +CFUN=16 ends a download, unless +COPS=2 came before it (R71) */
    bool detach_suspends; /* +COPS=2 stops it until the next start, as +CFUN=0 does (R72) */
    bool radio_resumes;   /* +CFUN=0 is a loss of the network like any other */
    const char *state;    /* how +ULWM2MSTAT names the resource State (R258) */

    /* Its instance of object 1, as +ULWM2MREAD shows it (R166). */
    uint16_t server_instance;
    const char *binding;
    bool json_spaces;    /* after ":" and "," */
    const char *more;    /* further members of "e", JSON; NULL: none */
    const char *objects; /* +ULWM2MLIST="/"; NULL: there is no such command */
};

#endif
