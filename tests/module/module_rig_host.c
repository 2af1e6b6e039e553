/* The host of a virtual module: it sends commands and packages, and expects lines. */
#include "tests/module/module_rig.h"
#include "tests/module/transport/xmodem_sender.h"

#include <check.h>
#include <stdio.h>
#include <string.h>

void module_rig_send(struct module_rig *rig, enum fwd_port port, const void *bytes, size_t size)
{
    fwd_modem_receive(rig->modem, port, bytes, size);
}

void module_rig_command(struct module_rig *rig, enum fwd_port port, const char *line)
{
    module_rig_send(rig, port, line, strlen(line));
    module_rig_send(rig, port, "\r", 1);
}

void module_rig_line(struct module_rig *rig, enum fwd_port port, const char *line)
{
    const struct module_item *item = module_rig_next(rig, port);

    ck_assert_msg(item != NULL, "'%s' is expected, but nothing comes", line);
    ck_assert_msg(item->line, "'%s' is expected, but the byte %02x comes", line, item->byte);
    ck_assert_str_eq(item->text, line);
}

void module_rig_expect(struct module_rig *rig, const char *command, const char *line)
{
    module_rig_command(rig, FWD_PORT_UART, command);
    module_rig_line(rig, FWD_PORT_UART, line);
    if (strcmp(line, "OK") != 0 && strcmp(line, "ERROR") != 0 && strcmp(line, "NO CARRIER") != 0 &&
        strncmp(line, "+CME ERROR", 10) != 0)
        module_rig_line(rig, FWD_PORT_UART, "OK");
}

const char *module_rig_until(struct module_rig *rig, enum fwd_port port, const char *begin)
{
    const struct module_item *item;
    char last[100] = "";

    while ((item = module_rig_next(rig, port)) != NULL) {
        if (item->line && strncmp(item->text, begin, strlen(begin)) == 0)
            return item->text;
        snprintf(last, sizeof last, "%.99s", item->text);
    }
    ck_abort_msg("a line '%s...' is expected, but the last one is '%s'", begin, last);
}

void module_rig_silent(struct module_rig *rig, enum fwd_port port)
{
    const struct module_item *item = module_rig_next(rig, port);

    ck_assert_msg(item == NULL, "nothing is expected, but '%s' comes",
        item == NULL ? ""
        : item->line ? item->text
                     : "a byte");
}

/* ---- Xmodem ---------------------------------------------------------------------------------- */

/* The last byte of the handshake: C or NAK. */
static uint8_t handshake(struct module_rig *rig, enum fwd_port port)
{
    while (!rig->modem->xmodem_on)
        ck_assert_msg(module_rig_step(rig), "no handshake");
    rig->taken = rig->count;
    return rig->last_byte[port];
}

static void acknowledged(struct module_rig *rig, enum fwd_port port)
{
    const struct module_item *item = module_rig_next(rig, port);

    ck_assert_ptr_nonnull(item);
    ck_assert(!item->line);
    ck_assert_uint_eq(item->byte, FWD_XMODEM_ACK);
}

void module_rig_xmodem(
    struct module_rig *rig, enum fwd_port port, enum module_package which, size_t block)
{
    const struct fwd_bytes *file = module_rig_package(which);
    bool crc = handshake(rig, port) == FWD_XMODEM_CRC;
    uint8_t frame[SENDER_FRAME];

    for (size_t at = 0; at < file->size; at += block) {
        size_t size = sender_part(frame, file, at, block, crc);
        module_rig_send(rig, port, frame, size);
        acknowledged(rig, port);
    }
    frame[0] = FWD_XMODEM_EOT;
    module_rig_send(rig, port, frame, 1);
    acknowledged(rig, port);
}

void module_rig_download(struct module_rig *rig, enum module_package which)
{
    const struct fwd_bytes *file = module_rig_package(which);
    char command[80];

    snprintf(command, sizeof command, "AT+UDWNFILE=\"x\",%zu,\"FOAT\"", file->size);
    module_rig_command(rig, FWD_PORT_UART, command);
    module_rig_line(rig, FWD_PORT_UART, ">");
    module_rig_send(rig, FWD_PORT_UART, file->data, file->size);
    module_rig_line(rig, FWD_PORT_UART, "OK");
}

const char *module_rig_version(struct module_rig *rig)
{
    bool named = (rig->profile->traits.family & FWD_FAMILY_ALL) != 0;
    module_rig_command(rig, FWD_PORT_UART, named ? "ATI" : "AT+CGMR");
    const char *line = module_rig_until(rig, FWD_PORT_UART, named ? "Revision: " : "");
    static char version[64];
    snprintf(version, sizeof version, "%s", line + (named ? 10 : 0));
    (void)module_rig_until(rig, FWD_PORT_UART, "OK");
    return version;
}
