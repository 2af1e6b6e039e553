/* Who the module is: ATI, +CGMI, +CGMM, +CGMR, +CGSN (R221, R222); its SIM and its clock. */
#include "module/at/at_command.h"

#include <string.h>
#include <time.h>

static enum fwd_at_answer attention(
    struct fwd_modem *m, enum fwd_port port, const struct fwd_at_call *call)
{
    (void)m, (void)port, (void)call;
    return FWD_AT_OK;
}

/* R217: of RYZ014, ATI1 says UE<a.b.c.d> and LR<a.b.c.d>-<build>. */
static enum fwd_at_answer identify_others(struct fwd_modem *m, enum fwd_port port, int64_t what)
{
    char version[FWD_VERSION_MAX + 1];

    if (what > 1)
        return FWD_AT_NOT_SUPPORTED;
    fwd_modem_version(m, version);
    const char *bare = strncmp(version, "LR", 2) == 0 ? version + 2 : version;
    if (what == 0) {
        fwd_modem_line(m, port, m->traits->model);
    } else {
        fwd_modem_linef(m, port, "UE%.*s", (int)strcspn(bare, "-"), bare);
        fwd_modem_linef(m, port, "LR%s", bare);
    }
    return FWD_AT_OK;
}

static enum fwd_at_answer identify(
    struct fwd_modem *m, enum fwd_port port, const struct fwd_at_call *call)
{
    char version[FWD_VERSION_MAX + 1];

    if (m->traits->family & (FWD_FAMILY_RYZ | FWD_FAMILY_TELIT))
        return identify_others(m, port, fwd_at_param(call, 0)->value);
    if (fwd_at_param(call, 0)->value != 0 && fwd_at_param(call, 0)->value != 9)
        return FWD_AT_NOT_SUPPORTED;
    fwd_modem_version(m, version);
    if (fwd_at_param(call, 0)->value == 9) {
        fwd_modem_linef(m, port, "%s,A01.00", version); /* of the modem, of the application */
        return FWD_AT_OK;
    }
    fwd_modem_line(m, port, "Manufacturer: u-blox");
    fwd_modem_linef(m, port, "Model: %s", m->traits->model);
    fwd_modem_linef(m, port, "Revision: %s", version);
    fwd_modem_line(m, port, "SVN: 02");
    fwd_modem_linef(m, port, "IMEI: %s", m->store.imei);
    return FWD_AT_OK;
}

static enum fwd_at_answer manufacturer(
    struct fwd_modem *m, enum fwd_port port, const struct fwd_at_call *call)
{
    (void)call;
    fwd_modem_line(m, port,
        m->traits->family == FWD_FAMILY_RYZ     ? "Renesas"
        : m->traits->family == FWD_FAMILY_TELIT ? "Telit"
                                                : "u-blox");
    return FWD_AT_OK;
}

static enum fwd_at_answer model(
    struct fwd_modem *m, enum fwd_port port, const struct fwd_at_call *call)
{
    (void)call;
    fwd_modem_line(m, port, m->traits->model);
    return FWD_AT_OK;
}

static enum fwd_at_answer revision(
    struct fwd_modem *m, enum fwd_port port, const struct fwd_at_call *call)
{
    char version[FWD_VERSION_MAX + 1];

    (void)call;
    fwd_modem_version(m, version);
    fwd_modem_line(m, port, version);
    return FWD_AT_OK;
}

static enum fwd_at_answer serial_number(
    struct fwd_modem *m, enum fwd_port port, const struct fwd_at_call *call)
{
    (void)call;
    fwd_modem_line(m, port, m->store.imei);
    return FWD_AT_OK;
}

/* A SIM, unless its PIN is missing. */
static enum fwd_at_answer sim(
    struct fwd_modem *m, enum fwd_port port, const struct fwd_at_call *call)
{
    if (m->store.pin[0] != '\0' && !m->pin_entered)
        return FWD_AT_NOT_ALLOWED;
    if (call->name[2] == 'I')
        fwd_modem_line(m, port, m->store.imsi);
    else
        fwd_modem_linef(m, port, "%s: 8944501012345678901F", call->name);
    return FWD_AT_OK;
}

static enum fwd_at_answer clock_time(
    struct fwd_modem *m, enum fwd_port port, const struct fwd_at_call *call)
{
    time_t now = time(NULL);
    struct tm utc;
    char text[32];

    (void)call;
    if (gmtime_r(&now, &utc) == NULL || strftime(text, sizeof text, "%y/%m/%d,%H:%M:%S", &utc) == 0)
        return FWD_AT_NOT_ALLOWED;
    fwd_modem_linef(m, port, "+CCLK: \"%s+00\"", text);
    return FWD_AT_OK;
}

#define RUN_TEST (FWD_AT_RUN | FWD_AT_TEST)

static const struct fwd_at_command commands[] = {
    {"I", FWD_FAMILY_ANY, FWD_AT_RUN | FWD_AT_SET, {{FWD_AT_NUMBER, 0, 9, 0}}, NULL, identify},
    {"Z", FWD_FAMILY_ANY, FWD_AT_RUN | FWD_AT_SET, {{FWD_AT_NUMBER, 0, 1, 0}}, NULL, attention},
    {"+CGMI", FWD_FAMILY_ANY, RUN_TEST, {{0}}, NULL, manufacturer},
    {"+CGMM", FWD_FAMILY_ANY, RUN_TEST, {{0}}, NULL, model},
    {"+CGMR", FWD_FAMILY_ANY, RUN_TEST, {{0}}, NULL, revision},
    {"+CGSN", FWD_FAMILY_ANY, RUN_TEST, {{0}}, NULL, serial_number},
    {"+GMI", FWD_FAMILY_ALL, RUN_TEST, {{0}}, NULL, manufacturer},
    {"+GMM", FWD_FAMILY_ALL, RUN_TEST, {{0}}, NULL, model},
    {"+GMR", FWD_FAMILY_ALL, RUN_TEST, {{0}}, NULL, revision},
    {"+GSN", FWD_FAMILY_ALL, RUN_TEST, {{0}}, NULL, serial_number},
    {"+CIMI", FWD_FAMILY_ANY, RUN_TEST, {{0}}, NULL, sim},
    {"+CCID", FWD_FAMILY_ANY, RUN_TEST | FWD_AT_READ, {{0}}, NULL, sim},
    {"+CCLK", FWD_FAMILY_ANY, FWD_AT_READ | FWD_AT_TEST, {{0}}, NULL, clock_time},
};

const struct fwd_at_table fwd_at_info = {commands, sizeof commands / sizeof *commands};
