/* Settings that the module only remembers: the user's memory that an update keeps or erases (R76,
 * R82). The name is the command, the value its parameters as they were given. */
#include "module/at/at_command.h"

#include <string.h>

#define MEMORY "\"ME\",0,23"

/* What a read answers, in the form of the manuals. */
static const struct {
    const char *name;
    const char *factory; /* behind "+NAME: "; NULL: OK alone */
    bool as_given;       /* what was set is what is read; else see below */
} settings[] = {
    {"+CEDRXS", NULL, false},
    {"+CPSMS", "0,,,\"01100000\",\"00000000\"", true},
    {"+UPSV", "0", true},
    {"+UBANDMASK", "0,524420,1,524420", true},
    {"+CPMS", MEMORY "," MEMORY "," MEMORY, false},
    {"+UGPIOC", NULL, false},
    {"+URAT", "7,8", true},
};

/* Set: <mode>,<technology>,<value>. Read: <technology>,<value> while it is on. */
static void read_edrx(struct fwd_modem *m, enum fwd_port port, const char *value)
{
    const char *comma = strchr(value, ',');

    if (value[0] == '1' || value[0] == '2')
        fwd_modem_linef(m, port, "+CEDRXS: %s", comma != NULL ? comma + 1 : "4,\"0000\"");
}

static void read_one(
    struct fwd_modem *m, enum fwd_port port, const char *name, const char *factory, bool as_given)
{
    const char *value = fwd_modem_store_get(&m->store, name, NULL);

    if (strcmp(name, "+CEDRXS") == 0)
        read_edrx(m, port, value != NULL ? value : "");
    else if (strcmp(name, "+UGPIOC") == 0)
        fwd_modem_linef(
            m, port, "+UGPIOC:%s%s", value != NULL ? " " : "", value != NULL ? value : "");
    else if (as_given && value != NULL)
        fwd_modem_linef(m, port, "%s: %s", name, value);
    else if (factory != NULL)
        fwd_modem_linef(m, port, "%s: %s", name, factory);
}

static enum fwd_at_answer read_setting(
    struct fwd_modem *m, enum fwd_port port, const struct fwd_at_call *call)
{
    for (size_t i = 0; i < sizeof settings / sizeof *settings; i++) {
        if (strcmp(settings[i].name, call->name) == 0)
            read_one(m, port, call->name, settings[i].factory, settings[i].as_given);
    }
    return FWD_AT_OK;
}

static enum fwd_at_answer setting(
    struct fwd_modem *m, enum fwd_port port, const struct fwd_at_call *call)
{
    char value[FWD_STORE_SET_MAX + 1];

    if (call->form == FWD_AT_READ)
        return read_setting(m, port, call);
    if (call->raw_size > FWD_STORE_SET_MAX)
        return FWD_AT_PARAMETERS;
    memcpy(value, call->raw, call->raw_size);
    value[call->raw_size] = '\0';
    if (strlen(value) != call->raw_size || !fwd_modem_store_set(&m->store, call->name, value))
        return FWD_AT_PARAMETERS;
    fwd_modem_save(m);
    if (strcmp(call->name, "+CPMS") == 0)
        fwd_modem_line(m, port, "+CPMS: 0,23,0,23,0,23");
    return FWD_AT_OK;
}

#define ANY                                                                                        \
    {                                                                                              \
        FWD_AT_EMPTY | FWD_AT_NUMBER | FWD_AT_TEXT | FWD_AT_WORD, 0, 0, 0                          \
    }
#define SETTING(name, first)                                                                       \
    {                                                                                              \
        name, FWD_FAMILY_ALL, FWD_AT_SET | FWD_AT_READ | FWD_AT_TEST,                              \
            {first, ANY, ANY, ANY, ANY, ANY, ANY, ANY}, NULL, setting                              \
    }
#define NUMBER(most)                                                                               \
    {                                                                                              \
        FWD_AT_NUMBER, 0, most, 0                                                                  \
    }

static const struct fwd_at_command commands[] = {
    SETTING("+CEDRXS", NUMBER(3)),
    SETTING("+CPSMS", NUMBER(2)),
    SETTING("+UPSV", NUMBER(4)),
    SETTING("+UBANDMASK", NUMBER(6)),
    SETTING("+CPMS", ANY),
    SETTING("+UGPIOC", NUMBER(99)),
    SETTING("+URAT", NUMBER(9)),
};

const struct fwd_at_table fwd_at_settings = {commands, sizeof commands / sizeof *commands};
