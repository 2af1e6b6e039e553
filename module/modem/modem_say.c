/* What a module says: lines on its ports, events in the log. */
#include "module/modem/modem_internal.h"
#include "verify/flash/version.h"

#include <stdarg.h>
#include <stdio.h>
#include <string.h>

#define LINE_MAX_SIZE 4096u

/* ---- events ---------------------------------------------------------------------------------- */

static void log_event(struct fwd_modem *m, json_t *event)
{
    if (event != NULL && m->config.event != NULL)
        m->config.event(m->config.ctx, event);
    json_decref(event);
}

void fwd_modem_log_line(
    struct fwd_modem *m, const char *event, enum fwd_port port, const char *text, size_t size)
{
    char clean[LINE_MAX_SIZE];
    size_t length = size < sizeof clean - 1 ? size : sizeof clean - 1;

    /* JSON is UTF-8, a host may send anything */
    for (size_t i = 0; i < length; i++)
        clean[i] = text[i] >= ' ' && text[i] <= '~' ? text[i] : '?';
    clean[length] = '\0';
    log_event(m,
        json_pack("{s:s, s:s, s:s}", "event", event, "port", fwd_port_name(port), "line", clean));
}

void fwd_modem_log_data(struct fwd_modem *m, enum fwd_port port)
{
    if (m->ports[port].raw > 0)
        log_event(m, json_pack("{s:s, s:s, s:s, s:I}", "event", "data", "port", fwd_port_name(port),
                         "direction", "in", "bytes", (json_int_t)m->ports[port].raw));
    m->ports[port].raw = 0;
}

void fwd_modem_log_power(struct fwd_modem *m, const char *state)
{
    char version[FWD_VERSION_MAX + 1];

    fwd_modem_version(m, version);
    log_event(m, json_pack("{s:s, s:s, s:s, s:s, s:I}", "event", "power", "state", state, "profile",
                     m->profile->name, "version", version, "scale",
                     (json_int_t)(m->config.scale > 0 ? m->config.scale : 1)));
}

void fwd_modem_log_transfer(struct fwd_modem *m, const char *state)
{
    log_event(m, json_pack("{s:s, s:s, s:s, s:I, s:I}", "event", "transfer", "method",
                     fwd_method_name(m->running), "state", state, "bytes", (json_int_t)m->stored,
                     "total", (json_int_t)m->total));
}

void fwd_modem_log_ota(
    struct fwd_modem *m, const char *way, const char *direction, const char *text)
{
    log_event(m, json_pack("{s:s, s:s, s:s, s:s}", "event", "ota", "way", way, "direction",
                     direction, "message", text));
}

void fwd_modem_log_psm(struct fwd_modem *m, const char *state)
{
    log_event(m, json_pack("{s:s, s:s}", "event", "psm", "state", state));
}

void fwd_modem_log_warning(struct fwd_modem *m, const char *text)
{
    log_event(m, json_pack("{s:s, s:s}", "event", "warning", "text", text));
}

void fwd_modem_log_script(struct fwd_modem *m, const char *state)
{
    log_event(m, json_pack("{s:s, s:s}", "event", "script", "state", state));
}

void fwd_modem_log_pin(struct fwd_modem *m, const char *pin, int level)
{
    log_event(m, json_pack("{s:s, s:s, s:i}", "event", "pin", "pin", pin, "level", level));
}

void fwd_modem_log_flash(struct fwd_modem *m)
{
    struct fwd_nor_counts c = fwd_nor_counts_since(fwd_nor_counts(m->machine->nor), m->counts);

    log_event(m, json_pack("{s:s, s:I, s:I, s:I, s:I}", "event", "flash", "programs",
                     (json_int_t)c.programs, "erases", (json_int_t)c.erases, "reads",
                     (json_int_t)c.reads, "milliseconds", (json_int_t)(c.nanoseconds / 1000000)));
}

void fwd_modem_log_result(struct fwd_modem *m, uint16_t code)
{
    char version[FWD_VERSION_MAX + 1];

    fwd_modem_version(m, version);
    log_event(m, json_pack("{s:s, s:s, s:i, s:s, s:s}", "event", "result", "command",
                     m->command == FWD_PROFILE_UPDATE ? "+UFWUPD" : "+UFWINSTALL", "code",
                     (int)code, "reason", fwd_reason_info(m->reason)->name, "version", version));
}

void fwd_modem_phase(struct fwd_modem *m, enum fwd_modem_phase phase, const char *by)
{
    static const char *const names[] = {
        "off", "restarting", "normal", "update-mode", "installing", "dead"};

    m->phase = phase;
    log_event(m, json_pack("{s:s, s:s, s:s}", "event", "phase", "phase", names[phase], "by", by));
}

void fwd_modem_speed(struct fwd_modem *m, enum fwd_port port, uint32_t baud)
{
    if (!m->traits->ports[port] || m->ports[port].baud == baud)
        return;
    m->ports[port].baud = baud;
    if (m->config.speed != NULL)
        m->config.speed(m->config.ctx, port, baud);
    log_event(m, json_pack("{s:s, s:s, s:I}", "event", "port", "port", fwd_port_name(port), "baud",
                     (json_int_t)baud));
}

/* ---- lines ----------------------------------------------------------------------------------- */

void fwd_modem_bytes(struct fwd_modem *m, enum fwd_port port, const void *bytes, size_t size)
{
    if (m->traits->ports[port])
        m->config.write(m->config.ctx, port, bytes, size);
}

void fwd_modem_line(struct fwd_modem *m, enum fwd_port port, const char *line)
{
    char framed[LINE_MAX_SIZE];
    int length = snprintf(framed, sizeof framed, "\r\n%s\r\n", line);

    if (length < 0 || (size_t)length >= sizeof framed || !m->traits->ports[port])
        return;
    fwd_modem_log_line(m, "out", port, line, strlen(line));
    fwd_modem_bytes(m, port, framed, (size_t)length);
}

void fwd_modem_linef(struct fwd_modem *m, enum fwd_port port, const char *format, ...)
{
    char line[LINE_MAX_SIZE - 8];
    va_list list;

    va_start(list, format);
    int length = vsnprintf(line, sizeof line, format, list);
    va_end(list);
    if (length >= 0 && (size_t)length < sizeof line)
        fwd_modem_line(m, port, line);
}

void fwd_modem_urc(struct fwd_modem *m, const char *format, ...)
{
    char line[LINE_MAX_SIZE - 8];
    va_list list;

    va_start(list, format);
    int length = vsnprintf(line, sizeof line, format, list);
    va_end(list);
    if (m->telit.autobaud) /* R205: nobody knows its speed yet */
        return;
    for (int i = 0; i < FWD_PORTS && length >= 0 && (size_t)length < sizeof line; i++) {
        enum fwd_port_mode mode = m->ports[i].mode;
        if (mode == FWD_PORT_MODE_COMMAND || mode == FWD_PORT_MODE_BUSY)
            fwd_modem_line(m, (enum fwd_port)i, line);
    }
}

void fwd_modem_version(struct fwd_modem *m, char text[FWD_VERSION_MAX + 1])
{
    struct fwd_version_table versions;

    memcpy(text, "unknown", sizeof "unknown");
    if (!m->update_ready || m->machine->description->place_count == 0)
        return;
    fwd_version_load(&m->update, &versions);
    const struct fwd_version_entry *entry =
        fwd_version_find(&versions, m->machine->description->place_names[0]);
    if (entry == NULL || entry->version.size == 0 || entry->version.size > FWD_VERSION_MAX)
        return;
    memcpy(text, entry->version.bytes, entry->version.size);
    text[entry->version.size] = '\0';
}
