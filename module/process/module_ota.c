#include "module/process/module_ota.h"

#include "module/at/at_hooks.h"
#include "module/telit/telit.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <time.h>

#define AGAIN_MS 1000u

static uint64_t now_ms(void)
{
    struct timespec t;

    (void)clock_gettime(CLOCK_MONOTONIC, &t);
    return (uint64_t)t.tv_sec * 1000u + (uint64_t)t.tv_nsec / 1000000u;
}

/* ---- what the module asks for ---------------------------------------------------------------- */

static void find_centre(struct fwd_module_ota *ota)
{
    if (ota->port == 0 || !ota->attached)
        return;
    if (fwd_line_socket_connect(&ota->centre, ota->host, ota->port))
        fwd_line_socket_put(&ota->centre, ota->greeting);
    else
        ota->again = now_ms() + AGAIN_MS;
}

static void attach(void *ctx, const char *imsi, const char *number, bool on)
{
    struct fwd_module_ota *ota = ctx;

    ota->attached = on;
    (void)snprintf(ota->greeting, sizeof ota->greeting, "SIM %s %s", imsi, number);
    fwd_line_socket_close(&ota->centre);
    find_centre(ota);
}

static bool sms(void *ctx, const char *to, const char *text)
{
    struct fwd_module_ota *ota = ctx;
    char line[FWD_LINE_SOCKET_LINE];

    if (ota->centre.fd < 0 || ota->centre.ended)
        return false;
    (void)snprintf(line, sizeof line, "SEND %s 7 %s", to, text);
    fwd_line_socket_put(&ota->centre, line);
    return true;
}

static bool connect_to(void *ctx, const char *host, uint16_t port)
{
    struct fwd_module_ota *ota = ctx;

    return fwd_line_socket_connect(&ota->server, host, port);
}

static void send_line(void *ctx, const char *line)
{
    struct fwd_module_ota *ota = ctx;

    fwd_line_socket_put(&ota->server, line);
}

static void hang_up(void *ctx)
{
    struct fwd_module_ota *ota = ctx;

    fwd_line_socket_close(&ota->server);
}

/* ---- opening --------------------------------------------------------------------------------- */

enum fwd_fail fwd_module_ota_prepare(
    struct fwd_module_ota *ota, const struct fwd_module_ota_options *options, struct fwd_error *err)
{
    const char *colon = options->centre != NULL ? strrchr(options->centre, ':') : NULL;
    char *end = NULL;

    fwd_line_socket_init(&ota->centre);
    fwd_line_socket_init(&ota->server);
    ota->radio = (struct fwd_modem_ota){ota, attach, sms, connect_to, send_line, hang_up};
    ota->port = 0;
    if (options->centre == NULL)
        return FWD_FAIL_NONE;
    long port = colon != NULL ? strtol(colon + 1, &end, 10) : 0;
    size_t size = colon != NULL ? (size_t)(colon - options->centre) : 0;
    if (port < 1 || port > 65535 || *end != '\0' || size == 0 || size >= sizeof ota->host)
        return fwd_error_fail(
            err, FWD_FAIL_USAGE, "--sms-center: expected HOST:PORT, found '%s'", options->centre);
    memcpy(ota->host, options->centre, size);
    ota->host[size] = '\0';
    ota->port = (uint16_t)port;
    return FWD_FAIL_NONE;
}

static bool is_sim(const char *text, size_t digits)
{
    const char *number = text[digits] == ',' ? text + digits + 1 : "";
    size_t plus = number[0] == '+' ? 1 : 0, size = strlen(number);

    return digits >= 6 && digits <= 15 && (text[digits] == '\0' || size > plus) && size <= 20 &&
           (text[digits] == '\0' || text[digits] == ',') &&
           strspn(number + plus, "0123456789") == size - plus;
}

enum fwd_fail fwd_module_ota_open(struct fwd_module_ota *ota, struct fwd_modem *modem,
    const struct fwd_module_ota_options *options, struct fwd_error *err)
{
    ota->modem = modem;
    if (options->sim == NULL)
        return FWD_FAIL_NONE;
    size_t digits = strspn(options->sim, "0123456789");
    if (!is_sim(options->sim, digits))
        return fwd_error_fail(err, FWD_FAIL_USAGE,
            "--sim: expected IMSI[,NUMBER], 6 to 15 digits and at most 20 characters, found '%s'",
            options->sim);
    (void)snprintf(modem->store.imsi, sizeof modem->store.imsi, "%.*s", (int)digits, options->sim);
    if (options->sim[digits] == ',')
        (void)snprintf(
            modem->store.number, sizeof modem->store.number, "%s", options->sim + digits + 1);
    fwd_modem_save(modem);
    return FWD_FAIL_NONE;
}

void fwd_module_ota_close(struct fwd_module_ota *ota)
{
    fwd_line_socket_close(&ota->centre);
    fwd_line_socket_close(&ota->server);
}

/* ---- the loop -------------------------------------------------------------------------------- */

size_t fwd_module_ota_watch(struct fwd_module_ota *ota, struct pollfd *fds, int *wait)
{
    bool lost = ota->port != 0 && ota->attached && ota->centre.fd < 0;

    fds[0] = (struct pollfd){ota->centre.fd, fwd_line_socket_events(&ota->centre), 0};
    fds[1] = (struct pollfd){ota->server.fd, fwd_line_socket_events(&ota->server), 0};
    if (lost && (*wait < 0 || *wait > (int)AGAIN_MS))
        *wait = (int)AGAIN_MS;
    return 2;
}

/* "SMS <id> <from> <coding> <text>"; each is acknowledged, so that none is lost. */
static void take_sms(struct fwd_module_ota *ota, const char *line)
{
    char id[16], from[24], coding[8], got[24];
    int used = 0;

    if (sscanf(line, "SMS %15s %23s %7s %n", id, from, coding, &used) != 3 || used == 0)
        return;
    (void)snprintf(got, sizeof got, "GOT %s", id);
    fwd_line_socket_put(&ota->centre, got);
    fwd_at_hooks_sms(ota->modem, from, coding, line + used);
}

static void serve_centre(struct fwd_module_ota *ota)
{
    char line[FWD_LINE_SOCKET_LINE + 1];

    (void)fwd_line_socket_perform(&ota->centre);
    while (ota->centre.fd >= 0 && fwd_line_socket_next(&ota->centre, line))
        take_sms(ota, line);
    if (ota->centre.ended) {
        fwd_line_socket_close(&ota->centre);
        ota->again = now_ms() + AGAIN_MS;
    } else if (ota->centre.fd < 0 && now_ms() >= ota->again) {
        find_centre(ota);
    }
}

static void serve_server(struct fwd_module_ota *ota)
{
    char line[FWD_LINE_SOCKET_LINE + 1];

    if (fwd_line_socket_perform(&ota->server))
        fwd_telit_connected(ota->modem);
    while (ota->server.fd >= 0 && fwd_line_socket_next(&ota->server, line))
        fwd_telit_line(ota->modem, line, strlen(line));
    if (ota->server.ended) {
        fwd_line_socket_close(&ota->server);
        fwd_telit_closed(ota->modem);
    }
}

void fwd_module_ota_perform(struct fwd_module_ota *ota)
{
    serve_centre(ota);
    serve_server(ota);
}
