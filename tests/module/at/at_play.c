#include "tests/module/at/at_play.h"

#include <stdlib.h>
#include <string.h>

/* ---- setting up ------------------------------------------------------------------------------ */

void at_play_stop(struct at_play *p)
{
    if (p->running)
        module_rig_free(&p->rig);
    p->running = false;
}

struct module_rig *at_play_rig(struct at_play *p)
{
    if (!p->running) {
        module_rig_new(&p->rig, p->device, p->profile);
        p->rig.server.package = p->package;
        p->running = true;
        p->writes = module_rig_slot_writes(&p->rig);
    }
    p->rig.config.ok_after_error1 = p->ok_after_error1;
    p->rig.modem->config.ok_after_error1 = p->ok_after_error1;
    return &p->rig;
}

static void begin(struct at_play *p, const char *text)
{
    sscanf(text, "%63s", p->name);
    p->continues = false;
    p->touched = false;
    p->package = MODULE_NOTHING;
    p->ok_after_error1 = false;
    p->most = 0;
    p->open_run = false;
    p->run[0] = '\0';
    snprintf(p->device, sizeof p->device, "dual-slot");
}

struct module_rig *at_play_touch(struct at_play *p)
{
    if (!p->touched && !p->continues)
        at_play_stop(p);
    p->touched = true;
    return at_play_rig(p);
}

static enum module_package package_of(const struct at_play *p, const char *word)
{
    static const char *const words[MODULE_PACKAGES] = {
        "nothing", "delta", "full", "other", "installed", "flipped", "forged", "profile"};

    for (int i = 0; i < MODULE_PACKAGES; i++) {
        if (strcmp(words[i], word) == 0)
            return (enum module_package)i;
    }
    AT_PLAY_FAIL(p, "there is no package '%s'", word);
}

static void fail_server(struct at_play *p, const char *why)
{
    struct module_server *s = &at_play_touch(p)->server;

    s->fail = strcmp(why, "connect") == 0 ? FWD_TRANSFER_CONNECT
              : strcmp(why, "name") == 0  ? FWD_TRANSFER_NAME
                                          : FWD_TRANSFER_RUNNING;
    s->stop_at = strcmp(why, "lost") == 0 ? 500000 : 0;
}

static void given(struct at_play *p, const char *what)
{
    struct module_rig *r = at_play_touch(p);

    if (strcmp(what, "package") == 0) {
        module_rig_download(r, p->package);
    } else if (strcmp(what, "login") == 0) {
        module_rig_expect(r, "AT+UFTP=1,\"ftp.firmware.com\"", "OK");
        module_rig_expect(r, "AT+UFTPC=1", "OK");
        module_rig_line(r, FWD_PORT_UART, "+UUFTPCR: 1,1");
    } else {
        module_rig_expect(r, what, "OK");
    }
}

static void directive(struct at_play *p, const char *word, const char *rest)
{
    if (strcmp(word, "@profile") == 0)
        snprintf(p->profile, sizeof p->profile, "%.31s", rest);
    else if (strcmp(word, "@device") == 0)
        snprintf(p->device, sizeof p->device, "%.31s", rest);
    else if (strcmp(word, "@continue") == 0)
        p->continues = true;
    else if (strcmp(word, "@package") == 0)
        p->package = at_play_touch(p)->server.package = package_of(p, rest);
    else if (strcmp(word, "@serve") == 0)
        at_play_touch(p)->server.size = (uint32_t)atol(rest);
    else if (strcmp(word, "@fail") == 0)
        fail_server(p, rest);
    else if (strcmp(word, "@option") == 0)
        p->ok_after_error1 = true;
    else if (strcmp(word, "@given") == 0)
        given(p, rest);
    else
        AT_PLAY_FAIL(p, "'%s' is not known", word);
}

/* ---- what the host does ---------------------------------------------------------------------- */

/* AT+UDWNFILE=...,N,"FOAT": N becomes the size of the package. */
static void with_size(const struct at_play *p, const char *line, char out[AT_PLAY_LINE])
{
    const char *comma = strchr(line, ',');

    snprintf(out, AT_PLAY_LINE, "%s", line);
    if (p->package != MODULE_NOTHING && strstr(line, "UDWNFILE") != NULL && comma != NULL)
        snprintf(out, AT_PLAY_LINE, "%.*s,%zu,\"FOAT\"", (int)(comma - line), line,
            module_rig_package(p->package)->size);
}

static void host_sends(struct at_play *p, const char *line)
{
    char out[AT_PLAY_LINE];

    with_size(p, line, out);
    /* what a restart takes is not part of the conversation */
    for (int i = 0; i < 100 && at_play_rig(p)->modem->ports[0].mode == FWD_PORT_MODE_DEAF; i++)
        module_rig_step(at_play_rig(p));
    p->sent_at = at_play_touch(p)->now;
    p->first_byte_at = 0;
    module_rig_command(at_play_rig(p), FWD_PORT_UART, out);
}

static void host_sends_bytes(struct at_play *p, const char *text)
{
    size_t size = (size_t)atol(text);

    if (p->package != MODULE_NOTHING) {
        module_rig_send(at_play_rig(p), FWD_PORT_UART, module_rig_package(p->package)->data,
            module_rig_package(p->package)->size);
        return;
    }
    uint8_t *zeroes = calloc(1, size);
    ck_assert_ptr_nonnull(zeroes);
    module_rig_send(at_play_rig(p), FWD_PORT_UART, zeroes, size);
    free(zeroes);
}

/* ---- lines ----------------------------------------------------------------------------------- */

void at_play_line(struct at_play *p, char *line)
{
    char word[32] = "";
    int used = 0;

    if (strncmp(line, "# T-", 4) == 0)
        begin(p, line + 2);
    else if (line[0] == '@' && sscanf(line, "%31s %n", word, &used) == 1)
        directive(p, word, line + used);
    else if (strncmp(line, ">>(", 3) == 0)
        host_sends_bytes(p, line + 3);
    else if (strncmp(line, "<<", 2) == 0)
        at_play_says_bytes(p, line + 2);
    else if (strncmp(line, "> ", 2) == 0)
        (void)at_play_touch(p), host_sends(p, line + 2);
    else if (strncmp(line, "< ", 2) == 0)
        at_play_says(p, line + 2);
    else if (strncmp(line, "~ ", 2) == 0)
        at_play_happens(p, line + 2);
    else if (strcmp(line, "...") == 0)
        p->open_run = true;
    else if (line[0] != '\0' && line[0] != '#')
        AT_PLAY_FAIL(p, "'%s' is not known", line);
}
