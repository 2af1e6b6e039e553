/* The AT grammar, and a whole module behind it, against any host. The first byte of an input
 * chooses the module family; 0xFF among the others lets time pass, 0xFE changes the port. */
#include "module/at/at_hooks.h"
#include "module/at/at_parse.h"
#include "module/modem/modem.h"
#include "module/modem/modem_internal.h"
#include "tests/fuzz/fuzz_device.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

static uint64_t clock_ms;
static uint64_t written;

static void require(bool what)
{
    if (!what)
        abort();
}

/* ---- the grammar ----------------------------------------------------------------------------- */

static void check_call(const struct fwd_at_call *call, const char *line, size_t size)
{
    require(strlen(call->name) <= FWD_AT_NAME_MAX && call->count <= FWD_AT_PARAMS_MAX);
    for (size_t i = 0; i < call->count; i++) {
        const struct fwd_at_param *p = &call->params[i];
        char copy[64];
        require(p->text >= line && p->text + p->size <= line + size);
        if (fwd_at_copy(p, copy, sizeof copy))
            require(fwd_at_is(p, copy));
        require((p->kind == FWD_AT_EMPTY) == (p->size == 0 && p->kind != FWD_AT_TEXT));
    }
}

static void parse(const uint8_t *data, size_t size)
{
    const char *line = (const char *)data;
    struct fwd_at_cursor cursor;
    struct fwd_at_call call;

    if (fwd_at_begin(line, size, &cursor) == FWD_AT_SILENT)
        return;
    const char *before = cursor.at;
    while (fwd_at_next(&cursor, &call) == FWD_AT_FOUND) {
        require(cursor.at > before && cursor.at <= cursor.end);
        before = cursor.at;
        check_call(&call, line, size);
    }
}

/* ---- a module -------------------------------------------------------------------------------- */

static uint64_t now(void *ctx)
{
    (void)ctx;
    return clock_ms;
}

static void write_bytes(void *ctx, enum fwd_port port, const void *bytes, size_t size)
{
    const uint8_t *from = bytes;

    (void)ctx, (void)port;
    for (size_t i = 0; i < size; i++)
        written += from[i]; /* a sanitizer sees what is not ours */
}

static bool start(void *ctx, const struct fwd_transfer_request *request)
{
    (void)ctx;
    return request->host[0] != 'x';
}

static void nothing(void *ctx)
{
    (void)ctx;
}

static void pass(struct fwd_modem *m)
{
    for (int i = 0; i < 8 && fwd_modem_due(m) != UINT64_MAX; i++) {
        clock_ms = fwd_modem_due(m) > clock_ms ? fwd_modem_due(m) : clock_ms;
        fwd_modem_tick(m);
    }
}

static void converse(const uint8_t *data, size_t size)
{
    static const struct fwd_modem_fetcher fetcher = {NULL, start, nothing, nothing};
    const struct fwd_modem_config config = {.now = now, .write = write_bytes, .fetcher = &fetcher};
    struct fwd_machine *machine = fuzz_device_open("1.0");
    struct fwd_modem *m = NULL;
    enum fwd_port port = FWD_PORT_UART;
    const struct fwd_profile *profile = fwd_profile_at(data[0] % 10);

    if (profile->traits.model == NULL) /* it does not speak AT */
        profile = fwd_profile_at(0);
    require(fwd_modem_new(machine, profile, &fwd_at_hooks, &config, &m, NULL) == FWD_FAIL_NONE);
    fwd_modem_switch_on(m);
    pass(m);
    for (size_t i = 1; i < size; i++) {
        if (data[i] == 0xFF)
            pass(m);
        else if (data[i] == 0xFE)
            port = port == FWD_PORT_UART ? FWD_PORT_USB : FWD_PORT_UART;
        else
            fwd_modem_receive(m, port, data + i, 1);
    }
    pass(m);
    fwd_modem_switch_off(m);
    fwd_modem_free(m);
    fwd_machine_close(machine);
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
    parse(data, size);
    if (size > 1 && size < 4000)
        converse(data, size);
    return 0;
}
