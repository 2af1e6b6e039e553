#include "manage/campaign/rehearse/campaign_virtual.h"

#include "module/at/at_hooks.h"
#include "verify/flash/version.h"

#include <stdio.h>
#include <string.h>

#define OFF_MS   20000u /* after a power cut */
#define FLOOR_MS 300u   /* real: no attempt at a server follows another one faster */
#define FOR_EVER UINT64_MAX

/* ---- what the module asks for ---------------------------------------------------------------- */

static uint64_t now(void *ctx)
{
    const struct fwd_campaign_virtual *v = ctx;

    return fwd_vclock_now(v->crew->clock) + v->ahead;
}

static void write_bytes(void *ctx, enum fwd_port port, const void *bytes, size_t size)
{
    (void)ctx, (void)port, (void)bytes, (void)size; /* no host listens */
}

static void speed(void *ctx, enum fwd_port port, uint32_t baud)
{
    (void)ctx, (void)port, (void)baud;
}

static void present(void *ctx, enum fwd_port port, bool there)
{
    (void)ctx, (void)port, (void)there;
}

static void event(void *ctx, const json_t *e)
{
    struct fwd_campaign_virtual *v = ctx;
    const char *kind = json_string_value(json_object_get(e, "event"));

    fwd_event_log_write(&v->log, now(v), e);
    v->lines++;
    if (kind != NULL && strcmp(kind, "result") == 0) {
        const char *reason = json_string_value(json_object_get(e, "reason"));
        v->code = (uint16_t)json_integer_value(json_object_get(e, "code"));
        v->result_line = v->lines;
        (void)snprintf(v->reason, sizeof v->reason, "%s", reason != NULL ? reason : "");
    }
}

/* What was done to it, in its log. */
static void log_fault(struct fwd_campaign_virtual *v)
{
    json_t *e =
        json_pack("{s:s, s:s}", "event", "fault", "fault", fwd_campaign_fault_name(v->fate.fault));

    if (e != NULL)
        event(v, e);
    json_decref(e);
}

/* Its own time passes; the others are not to wait for it. */
static void busy(void *ctx, uint64_t ms)
{
    struct fwd_campaign_virtual *v = ctx;

    v->ahead += ms;
}

/* ---- downloads ------------------------------------------------------------------------------- */

/* Bytes go on to the module until its fault is due. */
static bool sink(void *ctx, const uint8_t *data, size_t size)
{
    struct fwd_campaign_virtual *v = ctx;
    bool breaks = !v->done && (v->fate.fault == FWD_CAMPAIGN_FAULT_LOST ||
                                  v->fate.fault == FWD_CAMPAIGN_FAULT_GONE ||
                                  v->fate.fault == FWD_CAMPAIGN_FAULT_CUT);

    if (v->fate.fault == FWD_CAMPAIGN_FAULT_FULL)
        return false;
    if (v->tripped)
        return true;
    if (breaks && v->fetched + size > v->fate.at) {
        size = v->fetched < v->fate.at ? (size_t)(v->fate.at - v->fetched) : 0;
        v->tripped = true;
    }
    v->fetched += size;
    return size == 0 || v->request.sink(v->request.ctx, data, size);
}

/* The signal has broken off, and is not back yet. */
static bool is_silent(struct fwd_campaign_virtual *v)
{
    bool breaks =
        v->fate.fault == FWD_CAMPAIGN_FAULT_LOST || v->fate.fault == FWD_CAMPAIGN_FAULT_GONE;

    if (!breaks || v->breaks == 0 || v->done)
        return false;
    v->breaks++;
    v->done = v->fate.fault == FWD_CAMPAIGN_FAULT_LOST && v->breaks >= v->fate.times;
    return true;
}

static bool start(void *ctx, const struct fwd_transfer_request *request)
{
    struct fwd_campaign_virtual *v = ctx;
    struct fwd_transfer_request own = *request;

    if (is_silent(v))
        return false;
    v->request = *request;
    v->fetched = request->offset;
    own.ca_file = v->crew->ca_file;
    own.sink = sink;
    own.ctx = v;
    v->transferring = fwd_transfer_start(v->transfer, &own, NULL) == FWD_FAIL_NONE;
    return v->transferring;
}

static void cancel(void *ctx)
{
    struct fwd_campaign_virtual *v = ctx;

    if (v->transferring)
        fwd_transfer_cancel(v->transfer);
    v->transferring = false;
}

static void hang_up(void *ctx)
{
    struct fwd_campaign_virtual *v = ctx;

    fwd_transfer_hang_up(v->transfer);
}

/* The signal breaks off: once, for some attempts more, or for all of them. */
static void lose_signal(struct fwd_campaign_virtual *v)
{
    const struct fwd_transfer_report lost = {.state = FWD_TRANSFER_LOST};

    cancel(v);
    log_fault(v);
    v->breaks++;
    v->done = v->fate.fault == FWD_CAMPAIGN_FAULT_LOST && v->breaks >= v->fate.times;
    fwd_modem_fetched(v->modem, &lost);
}

static void perform_transfer(struct fwd_campaign_virtual *v)
{
    if (!v->transferring)
        return;
    fwd_transfer_perform(v->transfer);
    struct fwd_transfer_report report = fwd_transfer_report(v->transfer);
    if (v->tripped) {
        v->tripped = false;
        if (v->fate.fault == FWD_CAMPAIGN_FAULT_CUT)
            fwd_campaign_virtual_cut(v);
        else
            lose_signal(v);
    } else if (report.state == FWD_TRANSFER_RUNNING) {
        fwd_modem_fetching(v->modem, report.total);
    } else {
        v->transferring = false;
        fwd_modem_fetched(v->modem, &report);
    }
}

/* ---- power ----------------------------------------------------------------------------------- */

static void make_config(struct fwd_campaign_virtual *v)
{
    uint32_t scale = v->crew->clock->scale;

    v->fetcher = (struct fwd_modem_fetcher){v, start, cancel, hang_up};
    v->config = (struct fwd_modem_config){.ctx = v,
        .now = now,
        .write = write_bytes,
        .speed = speed,
        .present = present,
        .event = event,
        .busy = busy,
        .fetcher = &v->fetcher,
        .lwm2m = &v->lwm2m.port,
        .peer_floor_ms = FLOOR_MS * scale,
        .peer_quiet_ms = 200 * scale,
        .scale = scale};
}

static enum fwd_fail power_on(struct fwd_campaign_virtual *v, struct fwd_error *err)
{
    const struct fwd_campaign_device *d = v->device;
    const struct fwd_module_lwm2m_options lwm2m = {.server = v->crew->server,
        .endpoint = v->endpoint,
        .identity = d->identity,
        .key = d->key_size > 0 ? d->key : NULL,
        .key_size = d->key_size};

    enum fwd_fail fail =
        fwd_machine_open(v->folder, v->crew->codecs, v->crew->codec_count, &v->machine, err);
    if (fail == FWD_FAIL_NONE)
        fail = fwd_transfer_new(&v->transfer, err);
    if (fail == FWD_FAIL_NONE)
        fail = fwd_module_lwm2m_prepare(&v->lwm2m, &lwm2m, err);
    if (fail == FWD_FAIL_NONE && v->crew->logs != NULL) {
        char path[FWD_CAMPAIGN_PATH];
        fwd_campaign_virtual_log(v->crew->logs, v->device->imei, path);
        fail = fwd_event_log_open(&v->log, path, err);
        v->log.offset = 0; /* its clock goes on */
    }
    make_config(v);
    if (fail == FWD_FAIL_NONE)
        fail =
            fwd_modem_new(v->machine, v->crew->profile, &fwd_at_hooks, &v->config, &v->modem, err);
    if (fail == FWD_FAIL_NONE)
        fail = fwd_module_lwm2m_open(&v->lwm2m, v->modem, &lwm2m, err);
    if (fail != FWD_FAIL_NONE)
        return fail;
    if (v->fate.fault == FWD_CAMPAIGN_FAULT_NO)
        v->modem->store.ufota.mode = FWD_UFOTA_DISABLED; /* as its host has set it */
    fwd_modem_switch_on(v->modem);
    if (v->fate.fault == FWD_CAMPAIGN_FAULT_FLASH && !v->done) {
        const struct fwd_nor_cut when = {
            v->fate.at, (enum fwd_nor_tear)v->fate.tear, v->fate.tear_seed, 1};
        fwd_nor_arm(v->machine->nor, &when);
    }
    return FWD_FAIL_NONE;
}

static void power_off(struct fwd_campaign_virtual *v)
{
    cancel(v);
    fwd_module_lwm2m_close(&v->lwm2m);
    fwd_modem_free(v->modem);
    fwd_transfer_free(v->transfer);
    fwd_machine_close(v->machine);
    (void)fwd_event_log_close(&v->log, NULL);
    v->modem = NULL;
    v->transfer = NULL;
    v->machine = NULL;
}

void fwd_campaign_virtual_cut(struct fwd_campaign_virtual *v)
{
    if (v->machine == NULL)
        return;
    log_fault(v);
    power_off(v);
    v->cuts++;
    v->done = true;
    v->tripped = false;
    v->on_at = now(v) + OFF_MS;
}

static void switch_on(struct fwd_campaign_virtual *v)
{
    if (power_on(v, &v->trouble) == FWD_FAIL_NONE)
        return;
    power_off(v);
    v->on_at = FOR_EVER;
}

/* ---- life ------------------------------------------------------------------------------------ */

void fwd_campaign_virtual_init(struct fwd_campaign_virtual *v, const struct fwd_campaign_crew *crew,
    const struct fwd_campaign_device *device, const struct fwd_campaign_fate *fate,
    const char *folder)
{
    *v = (struct fwd_campaign_virtual){.crew = crew, .device = device, .fate = *fate};
    (void)snprintf(v->folder, sizeof v->folder, "%s", folder);
    (void)snprintf(v->endpoint, sizeof v->endpoint, "urn:imei:%s", device->imei);
    v->on_at = fate->fault == FWD_CAMPAIGN_FAULT_AWAY ? FOR_EVER : (uint64_t)fate->on_s * 1000u;
}

void fwd_campaign_virtual_log(const char *logs, const char *imei, char path[FWD_CAMPAIGN_PATH])
{
    path[0] = '\0';
    if (logs != NULL)
        (void)snprintf(path, FWD_CAMPAIGN_PATH, "%.900s/%s.log", logs, imei);
}

size_t fwd_campaign_virtual_watch(
    struct fwd_campaign_virtual *v, struct pollfd *fds, size_t room, int *wait_ms)
{
    uint64_t due = v->machine != NULL ? fwd_modem_due(v->modem) : v->on_at;
    size_t count = 0;

    if (v->machine != NULL) {
        count = fwd_module_lwm2m_watch(&v->lwm2m, fds, room, wait_ms, &due);
        if (v->transferring)
            count += fwd_transfer_fds(v->transfer, fds + count, room - count, wait_ms);
    }
    due = due == FOR_EVER ? due : due > v->ahead ? due - v->ahead : 0;
    int own = fwd_vclock_wait(v->crew->clock, due);
    if (own >= 0 && (*wait_ms < 0 || own < *wait_ms))
        *wait_ms = own;
    return count;
}

void fwd_campaign_virtual_perform(struct fwd_campaign_virtual *v)
{
    if (v->machine == NULL) {
        if (now(v) >= v->on_at)
            switch_on(v);
        return;
    }
    perform_transfer(v);
    if (v->machine != NULL)
        fwd_module_lwm2m_perform(&v->lwm2m);
    if (v->machine != NULL)
        fwd_modem_tick(v->modem);
    if (v->machine != NULL && fwd_modem_power(v->modem) != FWD_MODEM_ON)
        fwd_campaign_virtual_cut(v);
}

void fwd_campaign_virtual_version(
    struct fwd_campaign_virtual *v, char text[2 * FWD_CAMPAIGN_VERSION])
{
    struct fwd_error err;

    text[0] = '\0';
    if (v->machine == NULL && v->trouble.text[0] == '\0')
        (void)power_on(v, &err);
    if (v->modem != NULL) {
        char version[FWD_VERSION_MAX + 1];
        fwd_modem_version(v->modem, version);
        (void)snprintf(text, 2 * FWD_CAMPAIGN_VERSION, "%.127s", version);
    }
    power_off(v);
}
