/* A Telit module against any server and host: lines, of which the first character says where they
 * come from. s, S: an SMS (of the server's kind, of another); t: a line on its connection; x: that
 * ends; a: a command of the host. */
#include "module/at/at_hooks.h"
#include "module/modem/modem_internal.h"
#include "module/telit/telit.h"
#include "sim/family/profiles.h"
#include "tests/fuzz/fuzz_device.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#define LINE_MAX_SIZE 600u

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

static uint64_t clock_ms;
static bool connecting;

static void require(bool what)
{
    if (!what)
        abort();
}

/* ---- a module -------------------------------------------------------------------------------- */

static uint64_t now(void *ctx)
{
    (void)ctx;
    return clock_ms;
}

static void write_bytes(void *ctx, enum fwd_port port, const void *bytes, size_t size)
{
    (void)ctx, (void)port, (void)bytes, (void)size;
}

static bool start(void *ctx, const struct fwd_transfer_request *request)
{
    (void)ctx;
    return request->host[0] != 'x' && strlen(request->path) < 200;
}

static void nothing(void *ctx)
{
    (void)ctx;
}

static void attach(void *ctx, const char *imsi, const char *number, bool on)
{
    (void)ctx, (void)on;
    require(strlen(imsi) <= 15 && strlen(number) <= 20);
}

static bool sms(void *ctx, const char *to, const char *text)
{
    (void)ctx;
    require(strlen(text) <= FWD_TELIT_SMS_MAX);
    return to[0] == '+';
}

static bool connect_to(void *ctx, const char *host, uint16_t port)
{
    (void)ctx, (void)port;
    connecting = host[0] != 'x';
    return connecting;
}

static void send_line(void *ctx, const char *line)
{
    (void)ctx;
    require(strlen(line) <= FWD_TELIT_LINE_MAX);
}

static void hang_up(void *ctx)
{
    (void)ctx;
    connecting = false;
}

static void pass(struct fwd_modem *m)
{
    for (int i = 0; i < 4 && (connecting || fwd_modem_due(m) != UINT64_MAX); i++) {
        if (connecting) {
            connecting = false;
            fwd_telit_connected(m);
            continue;
        }
        clock_ms = fwd_modem_due(m) > clock_ms ? fwd_modem_due(m) : clock_ms;
        fwd_modem_tick(m);
    }
}

/* ---- lines ----------------------------------------------------------------------------------- */

static void take_line(struct fwd_modem *m, char kind, const char *line)
{
    if (kind == 's')
        fwd_at_hooks_sms(m, "+390001", "7", line);
    else if (kind == 'S')
        fwd_at_hooks_sms(m, "+390001", "8.3", line);
    else if (kind == 't' && m->telit.connected)
        fwd_telit_line(m, line, strlen(line));
    else if (kind == 'x' && m->telit.connected)
        fwd_telit_closed(m);
    else if (kind == 'a')
        fwd_modem_receive(m, FWD_PORT_UART, (const uint8_t *)line, strlen(line)),
            fwd_modem_receive(m, FWD_PORT_UART, (const uint8_t *)"\r", 1);
    pass(m);
}

static void converse(const uint8_t *data, size_t size)
{
    static const struct fwd_modem_fetcher fetcher = {NULL, start, nothing, nothing};
    static const struct fwd_modem_ota ota = {NULL, attach, sms, connect_to, send_line, hang_up};
    const struct fwd_modem_config config = {
        .now = now, .write = write_bytes, .fetcher = &fetcher, .ota = &ota};
    struct fwd_machine *machine = fuzz_device_open("10.00.004");
    struct fwd_modem *m = NULL;
    char line[LINE_MAX_SIZE + 1];

    require(fwd_modem_new(machine, fwd_profile_find("telit-pfm"), &fwd_at_hooks, &config, &m,
                NULL) == FWD_FAIL_NONE);
    json_decref(m->store.telit); /* of the input before */
    m->store.telit = NULL;
    fwd_modem_switch_on(m);
    pass(m);
    while (size > 1 && fwd_modem_power(m) == FWD_MODEM_ON) {
        const uint8_t *end = memchr(data, '\n', size);
        size_t length = end != NULL ? (size_t)(end - data) : size,
               text = length > 0 ? length - 1 : 0;
        text = text < LINE_MAX_SIZE ? text : LINE_MAX_SIZE;
        memcpy(line, data + 1, text);
        line[text] = '\0';
        take_line(m, (char)data[0], line);
        size -= length + (end != NULL ? 1 : 0);
        data += length + (end != NULL ? 1 : 0);
    }
    fwd_modem_switch_off(m);
    fwd_modem_free(m);
    fwd_machine_close(machine);
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
    if (size > 1 && size < 4000)
        converse(data, size);
    return 0;
}
