/* Settings that the module only remembers: no update sees them, but what was set is read back. The
 * name is the command, the value its parameters as they were given. Those that are kept are the
 * user's memory, which an update keeps or erases (R76, R82); a start forgets the others. */
#include "module/at/at_command.h"

#include <stdio.h>
#include <string.h>

#define MEMORY "\"ME\",0,23"

/* What a read answers, in the form of the manuals. */
static const struct {
    const char *name;
    const char *factory; /* after "+NAME: "; NULL: OK alone */
    bool as_given;       /* what was set is what is read; else see below */
    bool kept;
} settings[] = {
    {"+CEDRXS", NULL, false, true},
    {"+CPSMS", "0,,,\"01100000\",\"00000000\"", true, true},
    {"+UPSV", "0", true, true},
    {"+UBANDMASK", "0,524420,1,524420", true, true},
    {"+CPMS", MEMORY "," MEMORY "," MEMORY, false, true},
    {"+UGPIOC", NULL, false, true},
    {"+URAT", "7,8", true, true},
    {"+CGEREP", "0,0", true, false},
    {"+CSCON", "0,0", false, false},
    {"+UPSMR", "0", true, true},
    {"+CTZU", "0", true, true},
    {"+CMGF", "0", true, false},
};

/* Set: <mode>,<technology>,<value>. Read: <technology>,<value> while it is on. */
static void read_edrx(struct fwd_modem *m, enum fwd_port port, const char *value)
{
    const char *comma = strchr(value, ',');

    if (value[0] == '1' || value[0] == '2')
        fwd_modem_linef(m, port, "+CEDRXS: %s", comma != NULL ? comma + 1 : "4,\"0000\"");
}

static void read_one(
    struct fwd_modem *m, enum fwd_port port, const char *name, const char *value, size_t index)
{
    if (strcmp(name, "+CEDRXS") == 0)
        read_edrx(m, port, value != NULL ? value : "");
    else if (strcmp(name, "+UGPIOC") == 0)
        fwd_modem_linef(
            m, port, "+UGPIOC:%s%s", value != NULL ? " " : "", value != NULL ? value : "");
    else if (strcmp(name, "+CSCON") == 0)
        fwd_modem_linef(m, port, "+CSCON: %s,0", value != NULL ? value : "0");
    else if (settings[index].as_given && value != NULL)
        fwd_modem_linef(m, port, "%s: %s", name, value);
    else if (settings[index].factory != NULL)
        fwd_modem_linef(m, port, "%s: %s", name, settings[index].factory);
}

static enum fwd_at_answer remember(
    struct fwd_modem *m, const struct fwd_at_call *call, const char *name, bool kept)
{
    char value[FWD_STORE_SET_MAX + 1];

    if (call->raw_size > FWD_STORE_SET_MAX)
        return FWD_AT_PARAMETERS;
    memcpy(value, call->raw, call->raw_size);
    value[call->raw_size] = '\0';
    if (strlen(value) != call->raw_size)
        return FWD_AT_PARAMETERS;
    bool taken = kept ? fwd_modem_store_set(&m->store, name, value)
                      : fwd_modem_store_hold(&m->store, name, value);
    if (!taken)
        return FWD_AT_PARAMETERS;
    if (kept)
        fwd_modem_save(m);
    return FWD_AT_OK;
}

static enum fwd_at_answer setting(
    struct fwd_modem *m, enum fwd_port port, const struct fwd_at_call *call)
{
    size_t i = 0;

    while (strcmp(settings[i].name, call->name) != 0)
        i++; /* each that has this function is there */
    if (call->form == FWD_AT_READ) {
        const char *value = settings[i].kept ? fwd_modem_store_get(&m->store, call->name, NULL)
                                             : fwd_modem_store_held(&m->store, call->name, NULL);
        read_one(m, port, call->name, value, i);
        return FWD_AT_OK;
    }
    enum fwd_at_answer answer = remember(m, call, call->name, settings[i].kept);
    if (strcmp(call->name, "+CPSMS") == 0)
        fwd_modem_psm_active(m);
    if (answer == FWD_AT_OK && strcmp(call->name, "+CPMS") == 0 && m->store.needs_cpms) {
        m->store.needs_cpms = false;
        fwd_modem_save(m);
    }
    if (answer == FWD_AT_OK && strcmp(call->name, "+CPMS") == 0)
        fwd_modem_line(m, port, "+CPMS: 0,23,0,23,0,23");
    return answer;
}

/* +UDCONF=<number>,<values> sets, +UDCONF=<number> reads: each number is a setting of its own. */
static enum fwd_at_answer configuration(
    struct fwd_modem *m, enum fwd_port port, const struct fwd_at_call *call)
{
    int number = (int)fwd_at_param(call, 0)->value;
    char name[24], digits[8];

    snprintf(name, sizeof name, "+UDCONF=%d", number);
    if (call->count > 1)
        return remember(m, call, name, true);
    snprintf(digits, sizeof digits, "%d,0", number);
    fwd_modem_linef(m, port, "+UDCONF: %s", fwd_modem_store_get(&m->store, name, digits));
    return FWD_AT_OK;
}

#define ANY                                                                                        \
    {                                                                                              \
        FWD_AT_EMPTY | FWD_AT_NUMBER | FWD_AT_TEXT | FWD_AT_WORD, 0, 0, 0                          \
    }
#define ANYS ANY, ANY, ANY, ANY, ANY, ANY, ANY
#define SETTING(name, first)                                                                       \
    {                                                                                              \
        name, FWD_FAMILY_ALL, FWD_AT_SET | FWD_AT_READ | FWD_AT_TEST, {first, ANYS}, NULL, setting \
    }
#define NUMBER(most)                                                                               \
    {                                                                                              \
        FWD_AT_NUMBER, 0, most, 0                                                                  \
    }

static const struct fwd_at_command commands[] = {
    SETTING("+CEDRXS", NUMBER(3)),
    {"+CPSMS", FWD_FAMILY_ALL | FWD_FAMILY_RYZ, FWD_AT_SET | FWD_AT_READ | FWD_AT_TEST,
        {NUMBER(2), ANYS}, NULL, setting},
    SETTING("+UPSV", NUMBER(5)),
    SETTING("+UBANDMASK", NUMBER(6)),
    SETTING("+CPMS", ANY),
    SETTING("+UGPIOC", NUMBER(99)),
    SETTING("+URAT", NUMBER(9)),
    SETTING("+CGEREP", NUMBER(2)),
    SETTING("+CSCON", NUMBER(1)),
    SETTING("+CTZU", NUMBER(3)),
    SETTING("+CMGF", NUMBER(1)),
    {"+UPSMR", FWD_FAMILY_R4 | FWD_FAMILY_R5, FWD_AT_SET | FWD_AT_READ | FWD_AT_TEST, {NUMBER(1)},
        "(0-1)", setting},
    {"+UDCONF", FWD_FAMILY_ALL, FWD_AT_SET | FWD_AT_TEST, {NUMBER(999), ANYS}, NULL, configuration},
};

const struct fwd_at_table fwd_at_settings = {commands, sizeof commands / sizeof *commands};
