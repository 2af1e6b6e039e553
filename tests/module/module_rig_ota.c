/* An update server of Telit modules that is made up: what a module sends is kept, what it gets a
 * test says. */
#include "module/at/at_hooks.h"
#include "module/telit/telit.h"
#include "tests/module/module_rig.h"

#include <check.h>
#include <stdio.h>
#include <string.h>

static void ota_attach(void *ctx, const char *imsi, const char *number, bool on)
{
    (void)imsi, (void)number;
    ((struct module_rig *)ctx)->ota_attached = on;
}

static struct module_message *ota_next(struct module_rig *rig, bool tcp, const char *text)
{
    ck_assert_uint_lt(rig->sent_count, MODULE_MESSAGES);
    struct module_message *message = &rig->sent[rig->sent_count++];
    message->tcp = tcp;
    snprintf(message->text, sizeof message->text, "%s", text);
    return message;
}

static bool ota_sms(void *ctx, const char *to, const char *text)
{
    struct module_message *message = ota_next(ctx, false, text);

    snprintf(message->to, sizeof message->to, "%s", to);
    return true;
}

static bool ota_connect(void *ctx, const char *host, uint16_t port)
{
    struct module_rig *rig = ctx;

    snprintf(rig->ota_host, sizeof rig->ota_host, "%.50s:%u", host, (unsigned)port);
    rig->ota_connecting = true;
    return true;
}

static void ota_send(void *ctx, const char *line)
{
    ck_assert(((struct module_rig *)ctx)->ota_open);
    (void)ota_next(ctx, true, line);
}

static void ota_close(void *ctx)
{
    struct module_rig *rig = ctx;

    rig->ota_connecting = rig->ota_open = false;
}

void module_rig_ota_step(struct module_rig *rig)
{
    rig->ota_connecting = false;
    rig->ota_open = !rig->ota_deaf;
    if (rig->ota_deaf)
        fwd_telit_closed(rig->modem);
    else
        fwd_telit_connected(rig->modem);
}

const char *module_rig_message(struct module_rig *rig, const char *way, const char *type)
{
    static char found[500];
    char name[32] = "";

    while (rig->sent_taken == rig->sent_count)
        ck_assert_msg(module_rig_step(rig), "'%s' is expected, but no message comes", type);
    const struct module_message *message = &rig->sent[rig->sent_taken++];
    snprintf(found, sizeof found, "%s", message->text);
    ck_assert_int_eq(sscanf(found, "FWOTA1 %*u %31s", name), 1);
    ck_assert_msg(strcmp(name, type) == 0 && message->tcp == (strcmp(way, "tcp") == 0),
        "%s by %s is expected, but '%s' comes", type, way, found);
    if (rig->sent_taken == rig->sent_count)
        rig->sent_taken = rig->sent_count = 0;
    return found;
}

void module_rig_no_message(struct module_rig *rig)
{
    module_rig_pass(rig, 1000);
    ck_assert_msg(rig->sent_taken == rig->sent_count, "nothing is expected, but '%s' comes",
        rig->sent[rig->sent_taken].text);
}

void module_rig_answer(struct module_rig *rig, const char *way, const char *text)
{
    if (strcmp(way, "sms") == 0)
        fwd_at_hooks_sms(rig->modem, "+390001", "7", text);
    else if (strcmp(text, "closes") == 0)
        rig->ota_open = false, fwd_telit_closed(rig->modem);
    else
        fwd_telit_line(rig->modem, text, strlen(text));
}

void module_rig_ota_init(struct module_rig *rig)
{
    rig->ota = (struct fwd_modem_ota){rig, ota_attach, ota_sms, ota_connect, ota_send, ota_close};
}

struct module_rig *module_rig_telit(const char *device)
{
    struct module_rig *rig = module_rig_alloc();

    module_rig_new(rig, device, "telit-pfm");
    rig->server.package = MODULE_DELTA;
    module_rig_expect(rig, "AT+IPR=115200", "OK");
    return rig;
}

void module_rig_event(struct module_rig *rig, const char *event)
{
    char line[100];

    snprintf(line, sizeof line, "#OTAEV: %s", event);
    module_rig_line(rig, FWD_PORT_UART, line);
}
