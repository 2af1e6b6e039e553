#include "hostio/host_time.h"
#include "manage/campaign/file/campaign_internal.h"
#include "sim/device/json.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#define LISTED_MAX  10000u /* devices in the file itself */
#define ATTEMPTS    2u
#define BYTES_PER_S 10000u /* what a device fetches in a second, at worst; see C5 */
#define DURATION_S  31622400u

const char *const fwd_campaign_host_words[FWD_CAMPAIGN_HOSTS] = {
    "never_resets", "decides", "knows_duration", "disables_edrx", "keeps_log"};

/* ---- parts ----------------------------------------------------------------------------------- */

/* A name that the file has, counted from its folder. */
static void resolve(const struct fwd_campaign *c, const char *name, char path[FWD_CAMPAIGN_PATH])
{
    const char *slash = strrchr(c->path, '/');
    int folder = slash != NULL && name[0] != '/' ? (int)(slash - c->path) + 1 : 0;

    if (snprintf(path, FWD_CAMPAIGN_PATH, "%.*s%s", folder, c->path, name) < 0)
        path[0] = '\0';
}

static void read_file_name(struct fwd_json *json, const struct fwd_json_node *root,
    const char *name, const struct fwd_campaign *c, char path[FWD_CAMPAIGN_PATH])
{
    char text[FWD_CAMPAIGN_PATH / 2];

    fwd_json_text(json, root, name, text, sizeof text, false);
    path[0] = '\0';
    if (text[0] != '\0')
        resolve(c, text, path);
}

/* Text number i of a list; false: something else. */
static bool text_at(struct fwd_json *json, const struct fwd_json_node *list, size_t i, char *out,
    size_t size, const char *expected)
{
    const json_t *value = json_array_get(list->value, i);
    const char *text = json_string_value(value);
    struct fwd_json_node node = {value, ""};

    if (text != NULL && text[0] != '\0' && json_string_length(value) == strlen(text) &&
        strlen(text) < size) {
        strcpy(out, text);
        return true;
    }
    if (snprintf(node.path, sizeof node.path, "%.120s[%zu]", list->path, i) < 0)
        node.path[0] = '\0';
    fwd_json_refuse(json, &node, NULL, expected);
    return false;
}

static size_t read_files(struct fwd_json *json, const struct fwd_json_node *root, const char *name,
    const struct fwd_campaign *c, char paths[FWD_CAMPAIGN_FILES][FWD_CAMPAIGN_PATH])
{
    struct fwd_json_node list = fwd_json_array(json, root, name, 0, FWD_CAMPAIGN_FILES, false);
    char text[FWD_CAMPAIGN_PATH / 2];
    size_t count = 0;

    for (; list.value != NULL && count < json_array_size(list.value); count++) {
        if (!text_at(json, &list, count, text, sizeof text, "the name of a file"))
            return 0;
        resolve(c, text, paths[count]);
    }
    return count;
}

static void read_version(struct fwd_json *json, const struct fwd_json_node *root, const char *name,
    struct fwd_campaign_version *version)
{
    static const char *const names[] = {"modem", "application", NULL};
    struct fwd_json_node node = fwd_json_object(json, root, name, false);

    fwd_json_only(json, &node, names);
    fwd_json_text(json, &node, "modem", version->modem, sizeof version->modem, false);
    fwd_json_text(
        json, &node, "application", version->application, sizeof version->application, false);
}

static enum fwd_campaign_answer read_answer(
    struct fwd_json *json, const struct fwd_json_node *node, const char *name)
{
    if (node->value == NULL || json_object_get(node->value, name) == NULL)
        return FWD_CAMPAIGN_UNSAID;
    return fwd_json_bool_or(json, node, name, false) ? FWD_CAMPAIGN_YES : FWD_CAMPAIGN_NO;
}

static void read_schedule(
    struct fwd_json *json, const struct fwd_json_node *root, struct fwd_campaign *c)
{
    static const char *const names[] = {"start", "duration_s", NULL};
    struct fwd_json_node node = fwd_json_object(json, root, "schedule", false);

    fwd_json_only(json, &node, names);
    fwd_json_text(json, &node, "start", c->start, sizeof c->start, false);
    c->duration_s = fwd_json_u32_or(json, &node, "duration_s", 0, DURATION_S, 0);
}

static void read_host(
    struct fwd_json *json, const struct fwd_json_node *root, struct fwd_campaign *c)
{
    const char *names[FWD_CAMPAIGN_HOSTS + 1] = {NULL};
    struct fwd_json_node node = fwd_json_object(json, root, "host", false);

    memcpy(names, fwd_campaign_host_words, sizeof fwd_campaign_host_words);
    fwd_json_only(json, &node, names);
    for (int i = 0; i < FWD_CAMPAIGN_HOSTS; i++)
        c->host[i] = read_answer(json, &node, names[i]);
}

static void read_phase(
    struct fwd_json *json, const struct fwd_json_node *root, struct fwd_campaign *c)
{
    static const char *const phases[] = {"test", "final"}, *const names[] = {"by", "at", NULL};
    struct fwd_json_node node = fwd_json_object(json, root, "approval", false);

    c->final = fwd_json_choice(json, root, "phase", phases, 2, 0) == 1;
    fwd_json_only(json, &node, names);
    fwd_json_text(json, &node, "by", c->approved_by, sizeof c->approved_by, false);
    fwd_json_text(json, &node, "at", c->approved_at, sizeof c->approved_at, false);
    read_file_name(json, root, "test_report", c, c->test_report);
}

static void read_servers(
    struct fwd_json *json, const struct fwd_json_node *root, struct fwd_campaign *c)
{
    struct fwd_json_node list =
        fwd_json_array(json, root, "private_apn", 0, FWD_CAMPAIGN_FILES, false);

    fwd_json_text(json, root, "lwm2m", c->lwm2m, sizeof c->lwm2m, false);
    fwd_json_text(json, root, "content", c->content, sizeof c->content, false);
    read_file_name(json, root, "certificate", c, c->certificate);
    read_file_name(json, root, "key", c, c->key);
    c->attempts = fwd_json_u32_or(json, root, "attempts", 1, 100, ATTEMPTS);
    c->lifetime_s = fwd_json_u32_or(json, root, "lifetime_s", 1, INT32_MAX, 0);
    c->bytes_per_s = fwd_json_u32_or(json, root, "bytes_per_s", 1, 1000000000, BYTES_PER_S);
    c->private_apn = list.value != NULL;
    for (size_t i = 0; c->private_apn && i < json_array_size(list.value); i++) {
        if (!text_at(json, &list, i, c->reachable[i], sizeof c->reachable[i], "a name of a server"))
            return;
        c->reachable_count++;
    }
}

/* ---- devices --------------------------------------------------------------------------------- */

static void read_device_list(
    struct fwd_json *json, const struct fwd_json_node *root, struct fwd_campaign *c)
{
    struct fwd_json_node list = fwd_json_array(json, root, "devices", 0, LISTED_MAX, false);
    struct fwd_json_node tests = fwd_json_array(json, root, "test", 0, FWD_CAMPAIGN_TESTS, false);
    char imei[FWD_CAMPAIGN_IMEI];

    for (size_t i = 0; list.value != NULL && i < json_array_size(list.value); i++) {
        if (!text_at(json, &list, i, imei, sizeof imei, "an IMEI, as a text of 15 digits"))
            return;
        if (!fwd_campaign_add_device(c, imei, strlen(imei)))
            json->fail = fwd_error_memory(json->err, c->path);
    }
    for (size_t i = 0; tests.value != NULL && i < json_array_size(tests.value); i++) {
        if (!text_at(json, &tests, i, c->tests[i], sizeof c->tests[i],
                "an IMEI, as a text of 15 digits"))
            return;
        c->test_count++;
    }
}

static void read_devices(
    struct fwd_json *json, const struct fwd_json_node *root, struct fwd_campaign *c)
{
    char file[FWD_CAMPAIGN_PATH], keys[FWD_CAMPAIGN_PATH];

    read_device_list(json, root, c);
    read_file_name(json, root, "devices_file", c, file);
    read_file_name(json, root, "psk", c, keys);
    if (json->fail == FWD_FAIL_NONE && file[0] != '\0')
        json->fail = fwd_campaign_read_devices(c, file, json->err);
    fwd_campaign_sort(c);
    if (json->fail == FWD_FAIL_NONE && keys[0] != '\0')
        json->fail = fwd_campaign_read_keys(c, keys, json->err);
}

/* ---- all of it ------------------------------------------------------------------------------- */

static void read_all(struct fwd_json *json, struct fwd_campaign *c)
{
    static const char *const names[] = {"name", "product", "operator", "area", "from", "to",
        "packages", "trust", "schedule", "https", "devices", "devices_file", "test", "host",
        "private_apn", "phase", "approval", "test_report", "lwm2m", "content", "certificate", "key",
        "psk", "attempts", "bytes_per_s", "lifetime_s", NULL};
    struct fwd_json_node root = fwd_json_root(json);

    fwd_json_only(json, &root, names);
    fwd_json_text(json, &root, "name", c->name, sizeof c->name, true);
    fwd_json_text(json, &root, "product", c->product, sizeof c->product, false);
    fwd_json_text(json, &root, "operator", c->carrier, sizeof c->carrier, false);
    fwd_json_text(json, &root, "area", c->area, sizeof c->area, false);
    read_version(json, &root, "from", &c->from);
    read_version(json, &root, "to", &c->to);
    c->package_count = read_files(json, &root, "packages", c, c->packages);
    c->trust_count = read_files(json, &root, "trust", c, c->trust);
    read_schedule(json, &root, c);
    c->https = read_answer(json, &root, "https");
    read_host(json, &root, c);
    read_phase(json, &root, c);
    read_servers(json, &root, c);
    read_devices(json, &root, c);
}

enum fwd_fail fwd_campaign_load(const char *path, struct fwd_campaign **out, struct fwd_error *err)
{
    struct fwd_json json;
    struct fwd_campaign *c = calloc(1, sizeof *c);

    *out = NULL;
    if (c == NULL)
        return fwd_error_memory(err, path);
    if (snprintf(c->path, sizeof c->path, "%s", path) >= (int)sizeof c->path / 2) {
        free(c);
        return fwd_error_fail(err, FWD_FAIL_USAGE, "%.40s...: the path is too long", path);
    }
    fwd_json_open(&json, c->path, err);
    read_all(&json, c);
    fwd_json_close(&json);
    if (json.fail == FWD_FAIL_NONE)
        *out = c;
    else
        fwd_campaign_free(c);
    return json.fail;
}

void fwd_campaign_free(struct fwd_campaign *c)
{
    if (c == NULL)
        return;
    for (size_t i = 0; i < c->device_count; i++)
        free(c->devices[i].identity);
    free(c->devices);
    free(c);
}

void fwd_campaign_version_text(
    const struct fwd_campaign_version *version, char text[2 * FWD_CAMPAIGN_VERSION])
{
    (void)snprintf(text, 2 * FWD_CAMPAIGN_VERSION, "%s,%s", version->modem, version->application);
}

bool fwd_campaign_time(const char *text, int64_t *seconds)
{
    uint64_t at;

    /* a day does not say when a phase begins */
    if (strchr(text, 'T') == NULL || !fwd_host_time_parse(text, FWD_HOST_TIME_FIRST, &at))
        return false;
    *seconds = (int64_t)at;
    return true;
}
