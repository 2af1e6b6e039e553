#include "module/modem/retention.h"

#include "module/modem/user_files.h"

#include <string.h>

enum way { WAY_SERVER, WAY_INSTALL, WAY_UPDATE, WAYS };

enum fate { KEPT, ERASED };

struct rules {
    enum fwd_family family;
    enum fate files[WAYS], client_files[WAYS]; /* tags USER, LWM2M */
    enum fate messages, certificates;          /* tags SMS, CERT */
    enum fate settings;      /* ERASED: what +IPR and its like have stored is the factory's again */
    enum fate operator_list; /* tag MNO */
    bool global[WAYS];       /* the operator profile is the global one afterwards */
    bool backup[WAYS];       /* the module makes a backup of its file system by itself (R88) */
    bool restarts_for_operator; /* another profile than the global one costs a second start (R85) */
};

static const struct rules table[] = {
    /* SARA-R4 has no documented table: the one of LARA is used. */
    {.family = FWD_FAMILY_R4, .messages = ERASED},
    {.family = FWD_FAMILY_LARA, .messages = ERASED, .backup = {true, true, false}},
    {.family = FWD_FAMILY_R5,
        .files = {KEPT, KEPT, ERASED},
        .client_files = {KEPT, KEPT, ERASED},
        .messages = ERASED,
        .settings = ERASED,
        .operator_list = ERASED,
        .global = {false, true, true},
        .restarts_for_operator = true},
};

static void erase(const struct fwd_modem *m, enum fate fate, const char *tag)
{
    if (fate == ERASED)
        fwd_user_files_erase(m->machine->folder, tag);
}

static enum way way_of(const struct fwd_modem *m)
{
    if (m->command == FWD_PROFILE_UPDATE)
        return WAY_UPDATE;
    return m->store.package == FWD_METHOD_SERVER ? WAY_SERVER : WAY_INSTALL;
}

static void apply(struct fwd_modem *m, const struct rules *rules, enum way way)
{
    erase(m, rules->files[way], "USER");
    erase(m, rules->client_files[way], "LWM2M");
    erase(m, rules->messages, "SMS");
    erase(m, rules->certificates, "CERT");
    erase(m, rules->operator_list, "MNO");
    if (rules->settings == ERASED)
        json_object_clear(m->store.settings);
    if (rules->global[way])
        m->store.mno = FWD_STORE_MNO_GLOBAL;
    else if (rules->restarts_for_operator && m->store.mno != FWD_STORE_MNO_GLOBAL)
        m->second_start = true;
    if (rules->backup[way])
        m->store.backups++;
}

void fwd_retention_apply(struct fwd_modem *m)
{
    for (size_t i = 0; i < sizeof table / sizeof *table; i++) {
        if (table[i].family & m->traits->family)
            apply(m, &table[i], way_of(m));
    }
    if (m->traits->keeps_urcs_nowhere) {
        m->store.urc_install = false;
        m->store.urc_ufotastat[0] = '\0';
        m->store.urc_ulwm2mstat[0] = '\0';
    }
}
