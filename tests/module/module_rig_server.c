/* A server of packages and a LwM2M server that are made up: they serve what a test says. */
#include "manage/coap/coap.h"
#include "module/ufota/ufota.h"
#include "tests/module/module_rig.h"

#include <check.h>
#include <stdio.h>

/* ---- a server of packages -------------------------------------------------------------------- */

static bool start(void *ctx, const struct fwd_transfer_request *request)
{
    struct module_server *s = &((struct module_rig *)ctx)->server;

    s->request = *request;
    snprintf(s->host, sizeof s->host, "%s", request->host);
    snprintf(s->path, sizeof s->path, "%s", request->path != NULL ? request->path : "");
    s->running = true;
    s->at = request->offset;
    s->starts++;
    return true;
}

static void cancel(void *ctx)
{
    ((struct module_rig *)ctx)->server.running = false;
}

static void end_transfer(
    struct module_rig *rig, enum fwd_transfer_state state, uint64_t total, unsigned reply)
{
    struct fwd_transfer_report report = {state, rig->server.at, total, reply, ""};

    rig->server.running = false;
    fwd_modem_fetched(rig->modem, &report);
}

void module_rig_serve(struct module_rig *rig)
{
    static uint8_t zeroes[2048];
    struct module_server *s = &rig->server;
    const struct fwd_bytes *package = module_rig_package(s->package);
    uint64_t total = s->package != MODULE_NOTHING ? package->size : s->size;

    rig->now += 100;
    if (s->fail != FWD_TRANSFER_RUNNING) {
        end_transfer(rig, s->fail, 0, 0);
        return;
    }
    if (s->request.login_only || s->at == total) {
        bool http = s->request.scheme != FWD_TRANSFER_FTP;
        end_transfer(rig, FWD_TRANSFER_DONE, total, http ? 200 : 226);
        return;
    }
    if (s->request.max_size > 0 && total > s->request.max_size) {
        end_transfer(rig, FWD_TRANSFER_TOO_LARGE, total, 0);
        return;
    }
    if (s->stop_at > 0 && s->at >= s->stop_at) {
        end_transfer(rig, FWD_TRANSFER_LOST, total, 0);
        return;
    }
    size_t piece = total - s->at < sizeof zeroes ? (size_t)(total - s->at) : sizeof zeroes;
    const uint8_t *from = s->package != MODULE_NOTHING ? package->data + s->at : zeroes;
    s->at += piece;
    ck_assert(s->request.sink(s->request.ctx, from, piece));
    fwd_modem_fetching(rig->modem, total);
}

/* ---- a LwM2M server -------------------------------------------------------------------------- */

static void client_start(void *ctx)
{
    ((struct module_rig *)ctx)->lwm2m_on = true;
}

static void client_stop(void *ctx)
{
    ((struct module_rig *)ctx)->lwm2m_on = false;
}

static void client_changed(void *ctx, const struct fwd_lwm2m_path *path)
{
    struct module_rig *rig = ctx;

    rig->lwm2m_states += path->ids[0] == 5 && path->ids[2] == 3 ? 1 : 0;
}

static bool client_update(void *ctx, uint16_t short_id)
{
    struct module_rig *rig = ctx;
    bool known = short_id == fwd_ufota_server_id(rig->modem);

    rig->lwm2m_updates += known ? 1 : 0;
    return known;
}

static void client_deregister(void *ctx)
{
    ((struct module_rig *)ctx)->lwm2m_on = false;
}

static bool client_registered(void *ctx, uint16_t short_id)
{
    const struct module_rig *rig = ctx;

    return rig->lwm2m_on && short_id == fwd_ufota_server_id(rig->modem);
}

/* As the test has made it; else as whether it was started says. */
static struct fwd_lwm2m_status client_status(void *ctx, uint16_t short_id)
{
    const struct module_rig *rig = ctx;
    bool there = client_registered(ctx, short_id);

    if (short_id == FWD_LWM2M_ID_BOOTSTRAP)
        return rig->lwm2m_bootstrap;
    if (rig->lwm2m_other)
        return rig->lwm2m_server;
    return (struct fwd_lwm2m_status){
        there ? FWD_LWM2M_TOGETHER : FWD_LWM2M_APART, there ? rig->now + 3600000u : UINT64_MAX};
}

void module_rig_uri(struct module_rig *rig, enum module_package which)
{
    rig->server.package = which;
    ck_assert_uint_eq(
        fwd_ufota_write_uri(rig->modem, "http://server.com/fw/delta"), FWD_COAP_CHANGED);
}

void module_rig_arrives(struct module_rig *rig)
{
    while (rig->modem->store.ufota.state != FWD_UFOTA_DOWNLOADED)
        ck_assert_msg(module_rig_step(rig), "the server's package does not come");
}

void module_rig_from_server(struct module_rig *rig, enum module_package which)
{
    module_rig_uri(rig, which);
    module_rig_arrives(rig);
    rig->taken = rig->count;
}

void module_rig_execute(struct module_rig *rig)
{
    ck_assert_uint_eq(fwd_ufota_execute(rig->modem), FWD_COAP_CHANGED);
}

void module_rig_server_init(struct module_rig *rig)
{
    rig->server.fail = FWD_TRANSFER_RUNNING;
    rig->fetcher = (struct fwd_modem_fetcher){rig, start, cancel, cancel};
    rig->lwm2m = (struct fwd_modem_lwm2m){rig, client_start, client_stop, client_changed,
        client_update, client_deregister, client_registered, client_status};
}
