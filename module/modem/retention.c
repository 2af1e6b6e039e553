#include "module/modem/retention.h"

#include "module/modem/user_files.h"

#include <string.h>

static void erase(const struct fwd_modem *m, enum fwd_fate fate, const char *tag)
{
    if (fate == FWD_ERASED)
        fwd_user_files_erase(m->machine->folder, tag);
}

static enum fwd_way way_of(const struct fwd_modem *m)
{
    if (m->command == FWD_PROFILE_UPDATE)
        return FWD_WAY_UPDATE;
    return m->store.package == FWD_METHOD_SERVER ? FWD_WAY_SERVER : FWD_WAY_INSTALL;
}

/* One command may have several settings, "+CGDCONT/2". */
static bool is_kept(const char *const *kept, const char *name)
{
    for (; kept != NULL && *kept != NULL; kept++) {
        size_t size = strlen(*kept);
        if (strncmp(name, *kept, size) == 0 && (name[size] == '\0' || name[size] == '/'))
            return true;
    }
    return false;
}

static void erase_settings(struct fwd_modem *m, const char *const *kept)
{
    const char *name;
    json_t *value;
    void *next;

    json_object_foreach_safe (m->store.settings, next, name, value) {
        if (!is_kept(kept, name))
            (void)json_object_del(m->store.settings, name);
    }
}

static void apply(struct fwd_modem *m, const struct fwd_retention_rules *rules, enum fwd_way way)
{
    erase(m, rules->files[way], "USER");
    erase(m, rules->client_files[way], "LWM2M");
    erase(m, rules->messages, "SMS");
    erase(m, rules->certificates, "CERT");
    erase(m, rules->operator_list, "MNO");
    if (rules->settings == FWD_ERASED)
        erase_settings(m, rules->kept);
    if (rules->global[way])
        m->store.mno = FWD_STORE_MNO_GLOBAL;
    else if (rules->restarts_for_operator && m->store.mno != FWD_STORE_MNO_GLOBAL)
        m->second_start = true;
    if (rules->backup[way])
        m->store.backups++;
}

void fwd_retention_apply(struct fwd_modem *m)
{
    apply(m, m->profile->retention, way_of(m));
    if (m->traits->keeps_urcs_nowhere) {
        m->store.urc_install = false;
        m->store.urc_ufotastat[0] = '\0';
        m->store.urc_ulwm2mstat[0] = '\0';
    }
}
