/* A module with its LwM2M client, on a real socket, against any server, content server, host and
 * network. The first byte of an input chooses the family and the version of LwM2M; then come
 * actions: a byte, modulo 8, and what it needs:
 *   0 N ..     a datagram of N bytes as it is
 *   1 M P F N .. a request: method, path, format, N bytes of payload
 *   2 B        block B (number, more) of a push to /5/0/0
 *   3          what is due happens
 *   4 T        the content server: bytes, the end, or a failure
 *   5 H        a command of the host
 *   6          power fails and comes back
 *   7 N        the network is lost, comes back */
#include "module/at/at_hooks.h"
#include "module/modem/modem_internal.h"
#include "module/process/module_lwm2m.h"
#include "tests/fuzz/fuzz_coap_peer.h"
#include "tests/fuzz/fuzz_device.h"

#include <arpa/inet.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#define VERSION "1.0"
#define CUTS    3u
#define UBLOX   8u /* profiles that the command line tells of their server; then comes RYZ014 */

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

struct world {
    const uint8_t *in;
    size_t left;
    uint64_t now;
    struct fwd_machine *machine;
    struct fwd_modem *modem;
    struct fwd_modem_config config;
    struct fwd_modem_fetcher fetcher;
    struct fwd_module_lwm2m lwm2m;
    struct fwd_module_lwm2m_options options;
    struct fwd_transfer_request request;
    bool fetching;
    unsigned cuts; /* of power */
    char uri[40];
    struct coap_peer peer;
    bool ryz; /* its server is in its own configuration */
    bool version_11;
    const struct fwd_profile *profile;
};

static void require(bool what)
{
    if (!what)
        abort();
}

static uint8_t take(struct world *w)
{
    if (w->left == 0)
        return 0;
    w->left--;
    return *w->in++;
}

/* ---- what the module needs ------------------------------------------------------------------- */

static uint64_t now(void *ctx)
{
    const struct world *w = ctx;

    return w->now;
}

static void write_bytes(void *ctx, enum fwd_port port, const void *bytes, size_t size)
{
    (void)ctx, (void)port, (void)bytes, (void)size;
}

static bool start_fetch(void *ctx, const struct fwd_transfer_request *request)
{
    struct world *w = ctx;

    require(!w->fetching && request->host[0] != '\0' && request->path[0] == '/');
    w->request = *request;
    w->fetching = true;
    return true;
}

static void stop_fetch(void *ctx)
{
    struct world *w = ctx;

    w->fetching = false;
}

/* ---- time ------------------------------------------------------------------------------------ */

static void check_state(const struct world *w)
{
    const struct fwd_store_ufota *u = &w->modem->store.ufota;

    require(u->state <= FWD_UFOTA_UPDATING && u->result <= FWD_UFOTA_CANCELLED);
    require(u->state == FWD_UFOTA_DOWNLOADING || w->modem->running != FWD_METHOD_SERVER);
    require(u->state != FWD_UFOTA_DOWNLOADED || w->modem->store.package == FWD_METHOD_SERVER);
}

/* What came is taken, what is to be answered is answered; twice, for answers to answers. */
static void settle(struct world *w)
{
    for (int i = 0; i < 3; i++) {
        fwd_module_lwm2m_perform(&w->lwm2m);
        fwd_modem_tick(w->modem);
        coap_peer_drain(&w->peer);
    }
    check_state(w);
}

static void pass(struct world *w)
{
    uint64_t due = fwd_modem_due(w->modem);
    struct pollfd fds[2];
    int wait = -1;

    (void)fwd_module_lwm2m_watch(&w->lwm2m, fds, 2, &wait, &due);
    if (due != UINT64_MAX && due > w->now)
        w->now = due;
    settle(w);
}

/* ---- power ----------------------------------------------------------------------------------- */

static void switch_on(struct world *w)
{
    w->machine = fuzz_device_open(VERSION);
    w->options = (struct fwd_module_lwm2m_options){.server = w->ryz ? NULL : w->uri,
        .own = w->ryz,
        .endpoint = "fuzz",
        .version_11 = w->version_11};
    require(fwd_module_lwm2m_prepare(&w->lwm2m, &w->options, NULL) == FWD_FAIL_NONE);
    w->fetcher = (struct fwd_modem_fetcher){w, start_fetch, stop_fetch, stop_fetch};
    w->config = (struct fwd_modem_config){.ctx = w,
        .now = now,
        .write = write_bytes,
        .fetcher = &w->fetcher,
        .lwm2m = &w->lwm2m.port,
        .lwm2m_11 = w->options.version_11};
    require(fwd_modem_new(w->machine, w->profile, &fwd_at_hooks, &w->config, &w->modem, NULL) ==
            FWD_FAIL_NONE);
    require(fwd_module_lwm2m_open(&w->lwm2m, w->modem, &w->options, NULL) == FWD_FAIL_NONE);
    fwd_modem_switch_on(w->modem);
    for (int i = 0; i < 4; i++)
        pass(w);
}

static void switch_off(struct world *w, bool cut)
{
    if (!cut)
        fwd_modem_switch_off(w->modem);
    fwd_module_lwm2m_close(&w->lwm2m);
    fwd_modem_free(w->modem);
    fwd_machine_close(w->machine);
    w->fetching = false;
}

/* ---- actions --------------------------------------------------------------------------------- */

static void datagram(struct world *w)
{
    size_t size = take(w);

    if (size > w->left)
        size = w->left;
    coap_peer_send(&w->peer, w->in, size);
    w->in += size;
    w->left -= size;
}

static void request(struct world *w)
{
    static const char *const paths[] = {"5/0/1", "5/0/2", "5/0/0", "5/0", "5", "3/0", "3/0/4",
        "1/0", "1", "0", "5/0/3", "5/0/10", "5/0/11", "1/0/8", "1/0/1", "3/0/11/0"};
    static const uint16_t formats[] = {0, 42, 11542, 11543, 110, 112, 40, 1542};
    static const char uri[] = "http://127.0.0.1/package";
    uint8_t method = take(w), path = take(w), format = take(w);
    size_t size = take(w);
    bool known = size == 255; /* a good URI is within reach */

    if (size > w->left)
        size = w->left;
    coap_peer_request(&w->peer, &(struct coap_peer_request){.method = (uint8_t)(1 + method % 4u),
                                    .path = paths[path % 16u],
                                    .format = formats[format % 8u],
                                    .observe = (method & 0x80u) != 0,
                                    .accept = (method & 0x40u) != 0,
                                    .block1 = -1,
                                    .payload = known ? (const uint8_t *)uri : w->in,
                                    .size = known ? sizeof uri - 1 : size});
    if (!known) {
        w->in += size;
        w->left -= size;
    }
}

static void push(struct world *w)
{
    static const uint8_t bytes[64] = {1};
    uint8_t block = take(w);

    coap_peer_request(&w->peer, &(struct coap_peer_request){.method = 3,
                                    .path = "5/0/0",
                                    .format = 42,
                                    .block1 = (block & 0x1F) << 4 | (block & 0x80u ? 8 : 0) | 2,
                                    .payload = bytes,
                                    .size = sizeof bytes});
}

static void content(struct world *w)
{
    static const uint8_t bytes[100] = {2};
    uint8_t what = take(w);
    enum fwd_transfer_state state =
        (enum fwd_transfer_state)(FWD_TRANSFER_DONE + what % (FWD_TRANSFER_INTERNAL - 1u));

    if (!w->fetching)
        return;
    if ((what & 0x80u) == 0) {
        if (w->request.sink(w->request.ctx, bytes, sizeof bytes))
            fwd_modem_fetching(w->modem, 300);
        return;
    }
    w->fetching = false;
    fwd_modem_fetched(w->modem, &(struct fwd_transfer_report){.state = state, .text = ""});
}

static void host(struct world *w)
{
    static const char *const lines[] = {"AT+UFOTA=0\r", "AT+UFOTA=1\r", "AT+UFOTA=2\r",
        "AT+UFOTACONFIG=721,2,255\r", "AT+UFOTACONFIG=721,1,255\r", "AT+UFOTAACK=0\r",
        "AT+UFOTAACK=5\r", "AT+CFUN=16\r", "AT+CFUN=4\r", "AT+CFUN=1\r", "AT+COPS=2\r",
        "AT+COPS=0\r", "AT+UFWINSTALL\r", "AT+ULWM2MDEREG\r", "AT+ULWM2MREG\r", "AT+ULWM2M=0\r"};
    static const char *const ryz_lines[] = {"AT+SQNDMST\r", "AT+SQNDMST=\"deregister\"\r",
        "AT+SQNSUPGRADE=\"http://127.0.0.1/package\",1,10\r", "AT^RESET\r", "AT+CFUN=5\r",
        "AT+SQNFOTACFG=\"standard\",0,1,0,60,60\r", "AT+CFUN=1\r",
        "AT+SQNDMCFG=\"standard\",\"delete-profile-config\"\r"};
    uint8_t choice = take(w);
    const char *line = w->ryz ? ryz_lines[choice % 8u] : lines[choice % 16u];

    fwd_modem_receive(w->modem, FWD_PORT_UART, (const uint8_t *)line, strlen(line));
}

static void act(struct world *w)
{
    switch (take(w) % 8u) {
    case 0:
        datagram(w);
        break;
    case 1:
        request(w);
        break;
    case 2:
        push(w);
        break;
    case 4:
        content(w);
        break;
    case 5:
        host(w);
        break;
    case 6:
        if (w->cuts++ >= CUTS)
            break; /* starts take most of the time, and what is new comes after few of them */
        switch_off(w, true);
        switch_on(w);
        break;
    case 7:
        w->modem->detached = (take(w) & 1u) != 0;
        fwd_modem_network(w->modem);
        break;
    default:
        pass(w);
    }
    settle(w);
}

/* One small device for all inputs; what an input has stored is not for the next. */
static void forget(void)
{
    static const char *const names[] = {"module.json", "incoming.part"};
    char path[128];

    for (size_t i = 0; i < 2; i++) {
        (void)snprintf(path, sizeof path, "%s/%s", fuzz_device_folder(VERSION), names[i]);
        (void)remove(path);
    }
}

/* As a host has left it by +SQNAUTOCONNECT, +SQNDMCFG and +SQNFOTACFG. */
static void configure_ryz(const struct world *w)
{
    char path[128];

    (void)snprintf(path, sizeof path, "%s/module.json", fuzz_device_folder(VERSION));
    FILE *file = fopen(path, "w");
    require(file != NULL);
    (void)fprintf(file,
        "{\"sequans\": {\"autoconnect\": 1, \"fota\": {\"profile\": \"standard\", \"report\": 2,"
        " \"step\": 10, \"timer\": 60, \"download\": 600}, \"profiles\": {\"standard\": {"
        "\"service\": 1, \"servers\": [{\"id\": 100, \"cid\": 1, \"lifetime\": 3600,"
        " \"type\": \"dm\", \"url\": \"%s\"}]}}}}",
        w->uri);
    require(fclose(file) == 0);
}

static void choose(struct world *w, uint8_t choice)
{
    unsigned family = (choice & 0x7Fu) % (UBLOX + 1);

    w->ryz = family == UBLOX;
    w->version_11 = (choice & 0x80u) != 0;
    w->profile = w->ryz ? fwd_profile_find("ryz014") : fwd_profile_at(family);
    if (w->ryz)
        configure_ryz(w);
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
    static struct world world;
    struct world *w = &world;

    if (size < 2 || size > 4000)
        return 0;
    memset(w, 0, sizeof *w);
    w->in = data;
    w->left = size;
    forget();
    require(coap_peer_open(&w->peer));
    (void)snprintf(w->uri, sizeof w->uri, "coap://127.0.0.1:%u", (unsigned)w->peer.port);
    choose(w, take(w));
    switch_on(w);
    for (int i = 0; i < 60 && w->left > 0 && fwd_modem_power(w->modem) == FWD_MODEM_ON; i++)
        act(w);
    switch_off(w, false);
    coap_peer_close(&w->peer);
    return 0;
}
