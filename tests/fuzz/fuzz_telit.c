/* A Telit module against any server, and the server against any modules: lines, of which the first
 * character says where they go. s, S: an SMS to the module (of the server's kind, of another); t: a
 * line on its connection; x: that ends; c: an SMS to the server; d: a line by TCP to it; o: an
 * order of its operator; a: a command of the module's host. Every line is parsed as a message, too.
 */
#include "module/at/at_hooks.h"
#include "module/modem/modem_internal.h"
#include "module/smscenter/smscenter.h"
#include "module/telit/telit.h"
#include "sim/family/profiles.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#define LINE_MAX_SIZE 600u

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

static char folder[64];
static uint64_t clock_ms;
static bool connecting;

static void require(bool what)
{
    if (!what)
        abort();
}

/* ---- messages -------------------------------------------------------------------------------- */

/* What was understood is printed so that it is understood again, alike. */
static void parse(const char *line, size_t size)
{
    static struct fwd_telit_message message, again;
    char text[4 * FWD_TELIT_LINE_MAX];

    if (fwd_telit_message_parse(&message, line, size) != FWD_TELIT_FINE)
        return;
    require(message.count <= FWD_TELIT_FIELDS);
    require(fwd_telit_message_print(&message, text, sizeof text));
    if (strlen(text) > FWD_TELIT_LINE_MAX)
        return; /* it was shorter without its escapes */
    require(fwd_telit_message_parse(&again, text, strlen(text)) == FWD_TELIT_FINE);
    require(again.type == message.type && again.id == message.id && again.count == message.count);
    for (size_t i = 0; i < message.count; i++)
        require(strcmp(again.fields[i].key, message.fields[i].key) == 0 &&
                strcmp(again.fields[i].value, message.fields[i].value) == 0);
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

static void clean_up(void)
{
    char command[128];

    (void)snprintf(command, sizeof command, "rm -rf '%s'", folder);
    (void)!system(command);
}

static void make_device(void)
{
    static const uint8_t image[100] = "firmware";
    const struct fwd_machine_image first = {"firmware", NULL, image, sizeof image, "10.00.004"};
    const struct fwd_machine_recipe recipe = {
        .description = FWD_SOURCE_DIR "/tests/devices/inplace-4k.json",
        .images = &first,
        .image_count = 1};
    char name[80];

    (void)snprintf(folder, sizeof folder, "/tmp/fwdelta-fuzz-XXXXXX");
    require(mkdtemp(folder) != NULL);
    (void)atexit(clean_up);
    (void)snprintf(name, sizeof name, "%s/device", folder);
    require(fwd_machine_create(name, &recipe, NULL) == FWD_FAIL_NONE);
}

static struct fwd_machine *open_device(void)
{
    static const struct fwd_codec *const codecs[] = {&fwd_codec_stored};
    struct fwd_machine *machine = NULL;
    char name[80];

    if (folder[0] == '\0')
        make_device();
    (void)snprintf(name, sizeof name, "%s/device", folder);
    require(fwd_machine_open(name, codecs, 1, &machine, NULL) == FWD_FAIL_NONE);
    return machine;
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

/* ---- a server -------------------------------------------------------------------------------- */

static void take_text(void *ctx, const char *text)
{
    (void)ctx;
    require(strlen(text) < 1024);
}

static void open_center(struct fwd_smscenter *c)
{
    *c = (struct fwd_smscenter){
        .host = "h", .port = 4242, .say = take_text, .reply = take_text, .deliver = nothing};
    /* a folder that is not there: nothing is written, and the operator hears of it */
    require(fwd_smscenter_open(c, "/nonexistent/state", NULL, NULL) == FWD_FAIL_NONE);
}

/* ---- lines ----------------------------------------------------------------------------------- */

static void take_line(struct fwd_modem *m, struct fwd_smscenter *c, char kind, const char *line)
{
    parse(line, strlen(line));
    if (kind == 's')
        fwd_at_hooks_sms(m, "+390001", "7", line);
    else if (kind == 'S')
        fwd_at_hooks_sms(m, "+390001", "8.3", line);
    else if (kind == 't' && m->telit.connected)
        fwd_telit_line(m, line, strlen(line));
    else if (kind == 'x' && m->telit.connected)
        fwd_telit_closed(m);
    else if (kind == 'c' || kind == 'd')
        fwd_smscenter_receive(c, kind == 'c' ? "+391" : NULL, line);
    else if (kind == 'o')
        fwd_smscenter_order(c, line);
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
    struct fwd_machine *machine = open_device();
    struct fwd_smscenter center;
    struct fwd_modem *m = NULL;
    char line[LINE_MAX_SIZE + 1];

    require(fwd_modem_new(machine, fwd_profile_find("telit-pfm"), &fwd_at_hooks, &config, &m,
                NULL) == FWD_FAIL_NONE);
    json_decref(m->store.telit); /* of the input before */
    m->store.telit = NULL;
    open_center(&center);
    fwd_modem_switch_on(m);
    pass(m);
    while (size > 1 && fwd_modem_power(m) == FWD_MODEM_ON) {
        const uint8_t *end = memchr(data, '\n', size);
        size_t length = end != NULL ? (size_t)(end - data) : size,
               text = length > 0 ? length - 1 : 0;
        text = text < LINE_MAX_SIZE ? text : LINE_MAX_SIZE;
        memcpy(line, data + 1, text);
        line[text] = '\0';
        take_line(m, &center, (char)data[0], line);
        size -= length + (end != NULL ? 1 : 0);
        data += length + (end != NULL ? 1 : 0);
    }
    fwd_modem_switch_off(m);
    fwd_modem_free(m);
    fwd_smscenter_close(&center);
    fwd_machine_close(machine);
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
    parse((const char *)data, size);
    if (size > 1 && size < 4000)
        converse(data, size);
    return 0;
}
