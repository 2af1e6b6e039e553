/* Module families as data: which lines a module prints during an update, which final code it
 * reports for a reason, and on which channel. Requirements R18..R49, R107..R110, R121, R122. */
#ifndef FWD_SIM_FAMILY_PROFILES_H
#define FWD_SIM_FAMILY_PROFILES_H

#include "format/reason.h"
#include "sim/family/exclusion.h"
#include "sim/family/retention_rules.h"
#include "sim/family/traits.h"
#include "sim/family/ufota_traits.h"

#include <stddef.h>

/* The command that started the update: +UFWINSTALL (or the server), or +UFWUPD. */
enum fwd_profile_command { FWD_PROFILE_INSTALL, FWD_PROFILE_UPDATE, FWD_PROFILE_COMMANDS };

/* What happens to an update whose power failed after the first write. */
enum fwd_profile_power {
    FWD_POWER_RESUMES, /* goes on at the next start, by itself */
    FWD_POWER_RESENDS  /* the image must be transferred again */
};

#define FWD_PROFILE_CHANGES 2u

struct fwd_profile {
    const char *name;       /* as --profile takes it */
    const char *title;      /* "SARA-R4" */
    const char *marks[2];   /* a line of a log with one of these comes from this family */
    bool reports;           /* false: prints nothing; the version string tells the result */
    const char *validation; /* name of the validation line; NULL: no such phase is shown */
    const char *install[FWD_PROFILE_COMMANDS]; /* names of the progress and result lines; NULL:
                                                  no progress is shown */
    bool update_takes_full; /* +UFWUPD takes full packages (else deltas) and installs by itself */
    bool update_on_command_channel; /* +UFWUPD reports where the command was given; else on the
                                       primary UART at 115200 bit/s */
    bool already_installed;         /* documented: 128 at once when the target version is there */
    enum fwd_profile_power power[FWD_PROFILE_COMMANDS];
    bool continues; /* after a power cut the progress goes on where it was; else it starts again */
    const char *begun[4];              /* lines before an installation, as many as there are */
    const char *done, *failed;         /* lines that tell the result in words; NULL: a code does */
    const char *done_version;          /* one more, followed by ,"<version>"; NULL: none */
    const char *failed_result;         /* one more, followed by ,<LwM2M Update Result> */
    uint32_t package_min, package_max; /* guideline for the size of a delta, bytes */
    uint32_t update_minutes, install_minutes; /* longest documented times; 0: none */
    /* Where its codes differ from the reasons' own. */
    struct {
        enum fwd_reason reason;
        uint16_t code;
    } reason_codes[FWD_PROFILE_CHANGES]; /* code 0: unused */
    struct {
        uint16_t from, to;
    } code_changes[FWD_PROFILE_CHANGES]; /* from 0: unused */

    /* For modules that speak AT here (traits.model is not NULL): */
    struct fwd_traits traits;
    struct fwd_ufota_traits ufota;
    unsigned exclusion[FWD_METHODS]; /* enum fwd_use: refused while that method runs; 0: it has no
                                        such method */
    const struct fwd_retention_rules *retention;
    const struct fwd_operator *operators; /* ends with a NULL text */
};

/* An operator profile: +UMNOPROF (R223). */
struct fwd_operator {
    uint16_t number;
    const char *text;
    const char *version; /* from the factory; NULL: it shows none */
    bool no_client;      /* the LwM2M client does not start (R170, R171) */
};

/* NULL when there is none of that name, or beyond the last. */
const struct fwd_profile *fwd_profile_find(const char *name);
const struct fwd_profile *fwd_profile_at(size_t index);
/* Their names, "a, b, c", of those that speak AT here or of all; *text is cut off at room. */
void fwd_profile_names(bool only_at, char *text, size_t room);

/* The documented final code that this module reports for a reason; 128 for FWD_OK. umbrella: give
 * 247 for every failed validation (an alternative reading of the code, for testing hosts). */
uint16_t fwd_profile_code(const struct fwd_profile *profile, enum fwd_reason reason, bool umbrella);

/* LwM2M Update Result that goes with it. */
uint8_t fwd_profile_lwm2m(const struct fwd_profile *profile, enum fwd_reason reason);

/* Where results are printed. */
struct fwd_channel {
    uint8_t port; /* 1: the primary UART */
    uint32_t baud;
};

/* The channel of a final code. configured: that of the command, NULL when it could not be read.
 * 130, 131 and 132 of +UFWINSTALL come before the configuration is read. */
struct fwd_channel fwd_profile_channel(const struct fwd_profile *profile,
    enum fwd_profile_command command, uint16_t code, const struct fwd_channel *configured);

#endif
