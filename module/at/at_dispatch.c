#include "module/at/at_command.h"
#include "module/ufota/ufota.h"

#include <stdio.h>
#include <string.h>

static const struct fwd_at_table *const tables[] = {&fwd_at_info, &fwd_at_serial, &fwd_at_settings,
    &fwd_at_files, &fwd_at_download, &fwd_at_update, &fwd_at_ftp, &fwd_at_http, &fwd_at_network,
    &fwd_at_radio, &fwd_at_context, &fwd_at_call, &fwd_at_ufota, &fwd_at_lwm2m, &fwd_at_messages,
    &fwd_at_security, &fwd_at_sequans, &fwd_at_sequans_dm, &fwd_at_sequans_nvm, &fwd_at_upgrade,
    &fwd_at_telit, &fwd_at_telit_settings};

/* ---- answers --------------------------------------------------------------------------------- */

/* Numbers are those of 3GPP TS 27.007; 100 is its "unknown". */
static const struct {
    unsigned number;
    const char *text;
} errors[] = {
    [FWD_AT_NOT_ALLOWED] = {3, "operation not allowed"},
    [FWD_AT_NOT_SUPPORTED] = {4, "operation not supported"},
    [FWD_AT_PARAMETERS] = {50, "Incorrect parameters"},
    [FWD_AT_MEMORY] = {20, "memory full"},
    [FWD_AT_IN_USE] = {100, "FOTA memory is in use"},
};

void fwd_at_final(struct fwd_modem *m, enum fwd_port port, enum fwd_at_answer answer)
{
    if (answer == FWD_AT_LATER)
        return;
    if (answer == FWD_AT_OK || answer == FWD_AT_RESET || answer == FWD_AT_OFF)
        fwd_modem_line(m, port, "OK");
    else if (answer == FWD_AT_NO_CARRIER)
        fwd_modem_line(m, port, "NO CARRIER");
    else if (answer == FWD_AT_ERROR || m->cmee == 0)
        fwd_modem_line(m, port, "ERROR");
    else if (m->cmee == 1)
        fwd_modem_linef(m, port, "+CME ERROR: %u", errors[answer].number);
    else
        fwd_modem_linef(m, port, "+CME ERROR: %s", errors[answer].text);
}

void fwd_at_finish(struct fwd_modem *m, enum fwd_port port, enum fwd_at_answer answer)
{
    if (m->ports[port].mode != FWD_PORT_MODE_DEAF)
        m->ports[port].mode = FWD_PORT_MODE_COMMAND;
    fwd_at_final(m, port, answer);
}

bool fwd_at_refused(const struct fwd_modem *m, enum fwd_use use)
{
    bool server = m->running == FWD_METHOD_NONE && fwd_ufota_busy(m);

    return fwd_exclusion_refuses(m->profile, server ? FWD_METHOD_SERVER : m->running, use);
}

/* ---- is it a command, and are its parameters as they should be? ------------------------------ */

const struct fwd_at_param *fwd_at_param(const struct fwd_at_call *call, size_t index)
{
    static const struct fwd_at_param empty = {FWD_AT_EMPTY, "", 0, 0};

    return index < call->count ? &call->params[index] : &empty;
}

static const struct fwd_at_command *find(const struct fwd_modem *m, const char *name)
{
    for (size_t t = 0; t < sizeof tables / sizeof *tables; t++) {
        for (size_t i = 0; i < tables[t]->count; i++) {
            const struct fwd_at_command *command = &tables[t]->commands[i];
            if ((command->families & m->traits->family) != 0 && strcmp(command->name, name) == 0)
                return command;
        }
    }
    return NULL;
}

static bool fits(const struct fwd_at_spec *spec, const struct fwd_at_param *param)
{
    uint32_t size = spec->size > 0 ? spec->size : FWD_MODEM_VALUE_MAX;

    if ((spec->kinds & param->kind) == 0)
        return false;
    if (param->kind == FWD_AT_NUMBER && (spec->kinds & FWD_AT_WORD) == 0)
        return spec->max == 0 || (param->value >= spec->min && param->value <= spec->max);
    return param->size <= size;
}

static bool params_fit(const struct fwd_at_command *command, const struct fwd_at_call *call)
{
    for (size_t i = 0; i < FWD_AT_PARAMS_MAX; i++) {
        const struct fwd_at_spec *spec = &command->params[i];
        if (spec->kinds == 0)
            return call->count <= i;
        if (!fits(spec, fwd_at_param(call, i)))
            return false;
    }
    return true;
}

static enum fwd_at_answer answer_test(struct fwd_modem *m, enum fwd_port port,
    const struct fwd_at_command *command, const struct fwd_at_call *call)
{
    if (command->test == NULL)
        return FWD_AT_OK;
    if (command->test[0] == '\0')
        return command->run(m, port, call);
    fwd_modem_linef(m, port, "%s: %s", command->name, command->test);
    return FWD_AT_OK;
}

static enum fwd_at_answer carry_out(
    struct fwd_modem *m, enum fwd_port port, const struct fwd_at_call *call)
{
    const struct fwd_at_command *command = find(m, call->name);

    if (call->malformed && (command == NULL || (command->forms & FWD_AT_WHOLE) == 0))
        return FWD_AT_PARAMETERS;
    if (command == NULL || (command->forms & call->form) == 0)
        return FWD_AT_NOT_SUPPORTED;
    if (call->form == FWD_AT_TEST)
        return answer_test(m, port, command, call);
    if (fwd_at_telit_inhibits(m, call))
        return FWD_AT_NOT_ALLOWED;
    if (call->form == FWD_AT_SET && (command->forms & FWD_AT_WHOLE) == 0 &&
        !params_fit(command, call))
        return FWD_AT_PARAMETERS;
    return command->run(m, port, call);
}

/* ---- lines ----------------------------------------------------------------------------------- */

void fwd_at_line(struct fwd_modem *m, enum fwd_port port, const char *line, size_t size)
{
    struct fwd_at_cursor cursor;
    struct fwd_at_call call;
    enum fwd_at_answer answer = FWD_AT_OK;
    enum fwd_at_found found;

    fwd_modem_log_line(m, "in", port, line, size);
    if (fwd_at_begin(line, size, &cursor) == FWD_AT_SILENT)
        return;
    while ((found = fwd_at_next(&cursor, &call)) == FWD_AT_FOUND) {
        answer = carry_out(m, port, &call);
        if (answer != FWD_AT_OK)
            break; /* what follows an error, or a command that goes on, is not looked at */
    }
    if (found == FWD_AT_WRONG)
        answer = FWD_AT_PARAMETERS;
    if (answer == FWD_AT_LATER)
        return;
    fwd_at_final(m, port, answer);
    if (answer == FWD_AT_RESET && m->traits->family == FWD_FAMILY_RYZ)
        fwd_modem_urc(m, "+SHUTDOWN"); /* R269 */
    if (answer == FWD_AT_RESET)
        fwd_modem_reset(m, call.name);
    else if (answer == FWD_AT_OFF)
        fwd_modem_switch_off(m);
}
