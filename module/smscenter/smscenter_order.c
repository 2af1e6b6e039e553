/* What the operator of the server orders, a line each. */
#include "module/smscenter/smscenter_internal.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#define WORDS 8

static const char *const help[] = {
    "list",
    "provision IMEI APN [USER [PASSWORD]]",
    "provision IMEI csd NUMBER",
    "update IMEI sms|combined|tcp automatic|manual ftp://[USER[:PASSWORD]@]HOST[:PORT]/PATH",
    "test IMEI sms|combined",
    "query IMEI",
    "register NUMBER",
    "sms NUMBER TEXT",
};

struct order {
    struct fwd_smscenter *c;
    char text[600];
    const char *words[WORDS + 1]; /* the rest NULL */
    const char *rest;             /* of the line, after the second word */
};

static void take_words(struct order *o, const char *line)
{
    char *save = NULL;
    size_t count = 0;

    (void)snprintf(o->text, sizeof o->text, "%s", line);
    for (char *word = strtok_r(o->text, " ", &save); word != NULL && count < WORDS;
         word = strtok_r(NULL, " ", &save))
        o->words[count++] = word;
    o->rest = count > 2 ? strstr(line, o->words[1]) + strlen(o->words[1]) + 1 : "";
}

static void no_module(struct order *o)
{
    fwd_smscenter_say(o->c, "no module with IMEI %s is registered",
        o->words[1] != NULL ? o->words[1] : "(none given)");
}

/* The number at which the module is reached; NULL, with a word to the operator: none. */
static const char *number_of(struct order *o, const json_t *module)
{
    const char *number = fwd_smscenter_text(module, "number");

    if (number[0] != '\0')
        return number;
    fwd_smscenter_say(o->c,
        "%s: no SIM is known for it, so nothing reaches it: 'register NUMBER' makes the module "
        "with "
        "that number register itself",
        o->words[1]);
    return NULL;
}

/* ---- ftp://user:password@host:port/path ------------------------------------------------------ */

static bool take_url(json_t *job, const char *url)
{
    char text[300], *at, *host = text, *colon;
    char *end = NULL;
    long port = 0;

    if (url == NULL || strncmp(url, "ftp://", 6) != 0 || strlen(url) >= sizeof text)
        return false;
    (void)snprintf(text, sizeof text, "%s", url + 6);
    char *slash = strchr(text, '/');
    if (slash == NULL || slash[1] == '\0')
        return false;
    *slash = '\0';
    if ((at = strrchr(text, '@')) != NULL) {
        *at = '\0';
        host = at + 1;
        if ((colon = strchr(text, ':')) != NULL)
            *colon = '\0';
        fwd_smscenter_set(job, "user", text);
        fwd_smscenter_set(job, "pass", colon != NULL ? colon + 1 : "");
    }
    if ((colon = strrchr(host, ':')) != NULL) {
        *colon = '\0';
        port = strtol(colon + 1, &end, 10);
        if (end == colon + 1 || *end != '\0')
            return false;
    }
    fwd_smscenter_set(job, "host", host);
    fwd_smscenter_set(job, "path", slash + 1);
    (void)json_object_set_new(job, "port", json_integer(port));
    return host[0] != '\0' && port >= 0 && port <= 65535;
}

/* ---- commands to modules --------------------------------------------------------------------- */

static void put_number(struct fwd_telit_message *message, const char *key, uint32_t value)
{
    char text[12];

    (void)snprintf(text, sizeof text, "%u", (unsigned)value);
    (void)fwd_telit_message_set(message, key, text);
}

/* The Command: by SMS it says where the package is, for TCP where this server is. */
static void command(struct order *o, json_t *job, const char *number)
{
    struct fwd_telit_message message;
    bool sms = strcmp(fwd_smscenter_text(job, "protocol"), "sms") == 0;

    fwd_telit_message_begin(&message, FWD_TELIT_CMD, fwd_smscenter_u32(job, "id"));
    (void)fwd_telit_message_set(&message, "op", fwd_smscenter_text(job, "op"));
    (void)fwd_telit_message_set(&message, "mode", fwd_smscenter_text(job, "mode"));
    (void)fwd_telit_message_set(&message, "via", sms ? "sms" : "tcp");
    (void)fwd_telit_message_set(
        &message, "host", sms ? fwd_smscenter_text(job, "host") : o->c->host);
    put_number(&message, "port", sms ? fwd_smscenter_u32(job, "port") : o->c->port);
    static const char *const names[] = {"path", "user", "pass"};
    for (size_t i = 0; sms && i < sizeof names / sizeof *names; i++) {
        if (fwd_smscenter_text(job, names[i])[0] != '\0')
            (void)fwd_telit_message_set(&message, names[i], fwd_smscenter_text(job, names[i]));
    }
    fwd_smscenter_send(o->c, number, &message);
}

static void start_job(struct order *o, json_t *module, json_t *job)
{
    bool tcp = strcmp(fwd_smscenter_text(job, "protocol"), "tcp") == 0;
    const char *number = tcp ? "" : number_of(o, module);

    if (number == NULL) {
        json_decref(job);
        return;
    }
    (void)json_object_set_new(job, "id", json_integer(fwd_smscenter_id(o->c)));
    fwd_smscenter_set(job, "state", tcp ? "waiting" : "commanded");
    (void)json_object_set_new(module, "job", job);
    (void)json_object_del(module, "result");
    fwd_smscenter_save(o->c);
    fwd_smscenter_say(o->c, "%s: %s", o->words[1], tcp ? "waiting for it to ask" : "commanded");
    if (!tcp)
        command(o, job, number);
}

static bool is_one_of(const char *word, const char *a, const char *b, const char *c)
{
    return word != NULL &&
           (strcmp(word, a) == 0 || strcmp(word, b) == 0 || (c != NULL && strcmp(word, c) == 0));
}

static bool update(struct order *o)
{
    json_t *module = o->words[1] != NULL ? fwd_smscenter_module(o->c, o->words[1]) : NULL;
    json_t *job = json_object();

    if (!is_one_of(o->words[2], "sms", "combined", "tcp") ||
        !is_one_of(o->words[3], "automatic", "manual", NULL) || !take_url(job, o->words[4])) {
        json_decref(job);
        return false;
    }
    if (module == NULL) {
        json_decref(job);
        no_module(o);
        return true;
    }
    fwd_smscenter_set(job, "op", "update");
    fwd_smscenter_set(job, "protocol", o->words[2]);
    fwd_smscenter_set(job, "mode", o->words[3][0] == 'a' ? "auto" : "manual");
    start_job(o, module, job);
    return true;
}

static bool test(struct order *o)
{
    json_t *module = o->words[1] != NULL ? fwd_smscenter_module(o->c, o->words[1]) : NULL;

    if (!is_one_of(o->words[2], "sms", "combined", NULL) || o->words[3] != NULL)
        return false;
    if (module == NULL) {
        no_module(o);
        return true;
    }
    start_job(o, module,
        json_pack("{s:s, s:s, s:s}", "op", "test", "protocol", o->words[2], "mode", "auto"));
    return true;
}

static bool provision(struct order *o)
{
    json_t *module = o->words[1] != NULL ? fwd_smscenter_module(o->c, o->words[1]) : NULL;
    struct fwd_telit_message message;

    if (o->words[2] == NULL)
        return false;
    const char *number = module != NULL ? number_of(o, module) : NULL;
    if (module == NULL)
        no_module(o);
    if (number == NULL)
        return true;
    bool csd = strcmp(o->words[2], "csd") == 0 && o->words[3] != NULL;
    fwd_telit_message_begin(&message, FWD_TELIT_PROV, fwd_smscenter_id(o->c));
    (void)fwd_telit_message_set(&message, csd ? "csd" : "apn", o->words[csd ? 3 : 2]);
    if (!csd && o->words[3] != NULL)
        (void)fwd_telit_message_set(&message, "user", o->words[3]);
    if (!csd && o->words[3] != NULL && o->words[4] != NULL)
        (void)fwd_telit_message_set(&message, "pass", o->words[4]);
    fwd_smscenter_send(o->c, number, &message);
    return true;
}

/* "query" to a module, "register" to whoever has that number. */
static void ask(struct order *o, const char *op, const char *number)
{
    struct fwd_telit_message message;

    fwd_telit_message_begin(&message, FWD_TELIT_CMD, fwd_smscenter_id(o->c));
    (void)fwd_telit_message_set(&message, "op", op);
    fwd_smscenter_send(o->c, number, &message);
}

static bool query(struct order *o)
{
    json_t *module = o->words[1] != NULL ? fwd_smscenter_module(o->c, o->words[1]) : NULL;

    if (o->words[2] != NULL)
        return false;
    const char *number = module != NULL ? number_of(o, module) : NULL;
    if (module == NULL)
        no_module(o);
    if (number != NULL)
        ask(o, "query", number);
    return true;
}

static bool force(struct order *o)
{
    if (o->words[1] == NULL || o->words[2] != NULL)
        return false;
    ask(o, "register", o->words[1]);
    return true;
}

static bool send_sms(struct order *o)
{
    if (o->words[1] == NULL || o->rest[0] == '\0')
        return false;
    fwd_smscenter_submit(o->c, fwd_smscenter_number(o->c), o->words[1], "7", o->rest);
    return true;
}

/* ---- the operator ---------------------------------------------------------------------------- */

static bool list(struct order *o)
{
    const char *imei;
    json_t *module;

    json_object_foreach (json_object_get(o->c->root, "modules"), imei, module) {
        const json_t *job = json_object_get(module, "job");
        const char *imsi = fwd_smscenter_text(module, "imsi");
        char result[24] = "";
        if (json_object_get(module, "result") != NULL)
            (void)snprintf(result, sizeof result, ", ended with %u",
                (unsigned)fwd_smscenter_u32(module, "result"));
        fwd_smscenter_say(o->c, "%s  %s  %s  SIM %s%s%s%s", imei,
            fwd_smscenter_text(module, "model"), fwd_smscenter_text(module, "sw"),
            imsi[0] != '\0' ? imsi : "none", job != NULL ? ", " : "",
            job != NULL ? fwd_smscenter_text(job, "state") : "", result);
    }
    return true;
}

static bool show_help(struct order *o)
{
    for (size_t i = 0; i < sizeof help / sizeof *help; i++)
        fwd_smscenter_say(o->c, "%s", help[i]);
    return true;
}

static const struct {
    const char *name;
    bool (*run)(struct order *o);
} orders[] = {{"list", list}, {"provision", provision}, {"update", update}, {"test", test},
    {"query", query}, {"register", force}, {"sms", send_sms}, {"help", show_help}};

void fwd_smscenter_order(struct fwd_smscenter *c, const char *line)
{
    struct order o = {.c = c};

    take_words(&o, line);
    if (o.words[0] == NULL)
        return;
    for (size_t i = 0; i < sizeof orders / sizeof *orders; i++) {
        if (strcmp(orders[i].name, o.words[0]) != 0)
            continue;
        if (!orders[i].run(&o))
            fwd_smscenter_say(c, "not understood; expected one of:"), (void)show_help(&o);
        return;
    }
    fwd_smscenter_say(c, "'%s' is no order; there are:", o.words[0]);
    (void)show_help(&o);
}
