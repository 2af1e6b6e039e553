/* What happens in a conversation besides what is said: power, servers, time. */
#include "module/ufota/ufota.h"
#include "tests/module/at/at_play.h"

#include <string.h>

static void check_version(struct at_play *p, const char *version)
{
    (void)module_rig_pass(at_play_rig(p), 20000);
    const char *found = module_rig_version(at_play_rig(p));
    if (strcmp(found, version) != 0)
        AT_PLAY_FAIL(p, "version %s is expected, but %s runs", version, found);
}

static void cut(struct at_play *p, const char *text)
{
    const char *name = strstr(text, "+U");
    static char begin_of_line[64];

    snprintf(begin_of_line, sizeof begin_of_line, "%.*s", (int)strcspn(name, ":") + 2, name);
    at_play_rig(p)->cut_on = begin_of_line;
    p->rig.cut_skip = 3;
    if (p->rig.modem->xmodem_on)
        module_rig_xmodem(&p->rig, FWD_PORT_UART, p->package, 1024);
    for (int i = 0; i < 1000 && fwd_modem_power(p->rig.modem) == FWD_MODEM_ON; i++)
        module_rig_step(&p->rig);
    ck_assert_int_eq(fwd_modem_power(p->rig.modem), FWD_MODEM_CUT);
    p->rig.taken = p->rig.count;
    module_rig_power_cycle(&p->rig);
}

/* Some flash operations after the start that installs. */
static void cut_installation(struct at_play *p)
{
    static const struct fwd_nor_cut later = {.operation = 12, .tear = FWD_NOR_BEFORE};
    struct module_rig *r = at_play_rig(p);

    while (r->modem->phase == FWD_MODEM_PHASE_NORMAL)
        module_rig_step(r);
    fwd_nor_arm(r->machine->nor, &later);
    while (fwd_modem_power(r->modem) == FWD_MODEM_ON && module_rig_step(r))
        ;
    ck_assert_int_eq(fwd_modem_power(r->modem), FWD_MODEM_CUT);
    module_rig_power_cycle(r);
}

static void run_server(struct at_play *p)
{
    at_play_touch(p)->server.size = 600000;
    module_rig_uri(&p->rig, MODULE_NOTHING);
    module_rig_pass(&p->rig, 3000);
    p->rig.taken = p->rig.count;
}

/* Until so many bytes of the server's package are there. */
static void await_bytes(struct at_play *p, uint64_t bytes)
{
    while (at_play_rig(p)->modem->running != FWD_METHOD_SERVER || p->rig.modem->stored < bytes) {
        if (!module_rig_step(&p->rig))
            AT_PLAY_FAIL(p, "%u bytes do not come", (unsigned)bytes);
    }
}

/* "attempts at 60, 180 s": when the server is asked again, after its connection broke. */
static void check_attempts(struct at_play *p, const char *text)
{
    struct module_rig *r = at_play_rig(p);
    uint64_t lost_at;
    unsigned seconds, starts;
    int used;

    await_bytes(p, 100000);
    r->server.fail = FWD_TRANSFER_LOST;
    while (r->server.running)
        module_rig_step(r);
    lost_at = r->now;
    for (; sscanf(text, " %u%n", &seconds, &used) == 1; text += used + (text[used] == ',')) {
        for (starts = r->server.starts; r->server.starts == starts;) {
            if (!module_rig_step(r))
                AT_PLAY_FAIL(p, "there is no attempt at %u s", seconds);
        }
        if (r->now < lost_at + seconds * 1000u || r->now > lost_at + seconds * 1000u + 1000u)
            AT_PLAY_FAIL(p, "an attempt comes after %u ms, not at %u s",
                (unsigned)(r->now - lost_at), seconds);
    }
    r->taken = r->count;
}

/* "registered", "notified": as the client tells the module. */
static void client_says(struct at_play *p, const char *what)
{
    struct fwd_lwm2m_path state = fwd_lwm2m_path_of(5, 0, 3);
    struct fwd_modem *m = at_play_rig(p)->modem;

    if (strcmp(what, "registered") == 0)
        fwd_ufota_registered(m, fwd_ufota_server_id(m));
    else
        fwd_ufota_notified(m, fwd_ufota_server_id(m), &state);
}

static void check_update(struct at_play *p)
{
    if (at_play_rig(p)->lwm2m_updates != 1)
        AT_PLAY_FAIL(p, "%u registration updates are asked for, not 1", p->rig.lwm2m_updates);
    p->rig.lwm2m_updates = 0;
}

void at_play_happens(struct at_play *p, const char *text)
{
    unsigned from, to;
    int used = 0;

    if (sscanf(text, "%u..%u s", &from, &to) == 2) {
        p->least = from * 1000u;
        p->most = to * 1000u;
    } else if (sscanf(text, "%u s%n", &from, &used) == 1 && used > 0) {
        p->least = from * 1000u;
        p->most = from * 1000u + 500u;
    }
    if (strstr(text, "transfer") != NULL)
        module_rig_xmodem(at_play_rig(p), FWD_PORT_UART, p->package, 1024);
    if (strstr(text, "cut during") != NULL)
        cut(p, text);
    if (strstr(text, "power is cut in the installation") != NULL)
        cut_installation(p);
    if (strstr(text, "LwM2M download running") != NULL)
        run_server(p);
    if (strncmp(text, "server writes", 13) == 0) {
        p->sent_at = at_play_touch(p)->now;
        module_rig_uri(at_play_rig(p), p->package);
    }
    used = 0;
    if (sscanf(text, "%u bytes%n", &from, &used) == 1 && used > 0)
        await_bytes(p, from);
    if (strstr(text, "attempts at") != NULL)
        check_attempts(p, strstr(text, "attempts at") + 11);
    if (strncmp(text, "execute", 7) == 0)
        module_rig_execute(at_play_rig(p));
    if (strncmp(text, "power loss", 10) == 0)
        module_rig_power_cycle(at_play_rig(p));
    if (strncmp(text, "tcp out ", 8) == 0 || strncmp(text, "sms out ", 8) == 0)
        (void)module_rig_message(at_play_touch(p), text[0] == 't' ? "tcp" : "sms", text + 8);
    if (strncmp(text, "tcp in ", 7) == 0 || strncmp(text, "sms in ", 7) == 0)
        module_rig_answer(at_play_touch(p), text[0] == 't' ? "tcp" : "sms", text + 7);
    if (strncmp(text, "client: ", 8) == 0)
        client_says(p, text + 8);
    if (strncmp(text, "immediate registration update", 29) == 0)
        check_update(p);
    if (strstr(text, "no flash write") != NULL)
        ck_assert_uint_eq(module_rig_slot_writes(at_play_rig(p)), p->writes);
    if (strstr(text, "version unchanged") != NULL || strstr(text, "old firmware keeps") != NULL ||
        strstr(text, "to old firmware") != NULL)
        check_version(p, "1.0.0");
    if (strstr(text, "version B") != NULL)
        check_version(p, "1.1.0");
}
