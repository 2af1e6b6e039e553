/* Settings that the module only remembers: the user's memory that an update keeps or erases (R76,
 * R82). The name is the command, the value its parameters as they were given. */
#include "module/at/at_command.h"

#include <string.h>

static enum fwd_at_answer setting(
    struct fwd_modem *m, enum fwd_port port, const struct fwd_at_call *call)
{
    char value[FWD_STORE_SET_MAX + 1];

    if (call->form == FWD_AT_READ) {
        fwd_modem_linef(
            m, port, "%s: %s", call->name, fwd_modem_store_get(&m->store, call->name, ""));
        return FWD_AT_OK;
    }
    if (call->raw_size > FWD_STORE_SET_MAX)
        return FWD_AT_PARAMETERS;
    memcpy(value, call->raw, call->raw_size);
    value[call->raw_size] = '\0';
    if (strlen(value) != call->raw_size || !fwd_modem_store_set(&m->store, call->name, value))
        return FWD_AT_PARAMETERS;
    fwd_modem_save(m);
    return FWD_AT_OK;
}

#define ANY                                                                                        \
    {                                                                                              \
        FWD_AT_EMPTY | FWD_AT_NUMBER | FWD_AT_TEXT | FWD_AT_WORD, 0, 0, 0                          \
    }
#define SETTING(name)                                                                              \
    {                                                                                              \
        name, FWD_FAMILY_ALL, FWD_AT_SET | FWD_AT_READ | FWD_AT_TEST,                              \
            {ANY, ANY, ANY, ANY, ANY, ANY, ANY, ANY}, NULL, setting                                \
    }

static const struct fwd_at_command commands[] = {
    SETTING("+CGDCONT"),
    SETTING("+CEDRXS"),
    SETTING("+CPSMS"),
    SETTING("+UPSV"),
    SETTING("+UBANDMASK"),
    SETTING("+CPMS"),
    SETTING("+CEREG"),
    SETTING("+COPS"),
    SETTING("+UGPIOC"),
    SETTING("+URAT"),
};

const struct fwd_at_table fwd_at_settings = {commands, sizeof commands / sizeof *commands};
