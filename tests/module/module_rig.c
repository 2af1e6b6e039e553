#include "tests/module/module_rig.h"

#include "module/at/at_hooks.h"
#include "sim/device/machine_internal.h"
#include "tests/hostio/scratch_folder.h"
#include "verify/codec.h"

#include <check.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#define IMAGES FWD_SOURCE_DIR "/samples/images/demo-"

static const struct fwd_codec *const codecs[] = {
    &fwd_codec_stored, &fwd_codec_xz, &fwd_codec_bsdiff_xz, &fwd_codec_fwd};

/* ---- what the module asks for ---------------------------------------------------------------- */

static uint64_t now(void *ctx)
{
    return ((struct module_rig *)ctx)->now;
}

static struct module_item *add_item(struct module_rig *rig, enum fwd_port port)
{
    ck_assert_uint_lt(rig->count, MODULE_ITEMS);
    struct module_item *item = &rig->items[rig->count++];
    *item = (struct module_item){.port = port, .at = rig->now};
    return item;
}

static void write_bytes(void *ctx, enum fwd_port port, const void *bytes, size_t size)
{
    struct module_rig *rig = ctx;
    const char *text = bytes;

    if (size >= 4 && memcmp(text, "\r\n", 2) == 0 && memcmp(text + size - 2, "\r\n", 2) == 0) {
        struct module_item *item = add_item(rig, port);
        item->line = true;
        snprintf(item->text, sizeof item->text, "%.*s", (int)(size - 4), text + 2);
        static const struct fwd_nor_cut next = {.operation = 1, .tear = FWD_NOR_BEFORE};
        if (rig->cut_on != NULL && strncmp(item->text, rig->cut_on, strlen(rig->cut_on)) == 0 &&
            rig->cut_skip-- == 0)
            fwd_nor_arm(rig->machine->nor, &next);
    } else if (size == 3 && memcmp(text, "\r\n>", 3) == 0) {
        struct module_item *item = add_item(rig, port);
        item->line = true;
        snprintf(item->text, sizeof item->text, ">");
    } else {
        for (size_t i = 0; i < size; i++)
            rig->last_byte[port] = add_item(rig, port)->byte = (uint8_t)text[i];
    }
}

static void busy(void *ctx, uint64_t ms)
{
    ((struct module_rig *)ctx)->now += ms;
}

static void present(void *ctx, enum fwd_port port, bool there)
{
    if (port == FWD_PORT_USB)
        ((struct module_rig *)ctx)->usb = there;
}

static void event(void *ctx, const json_t *e)
{
    json_array_append_new(((struct module_rig *)ctx)->events, json_deep_copy(e));
}

/* ---- life ------------------------------------------------------------------------------------ */

static void switch_on(struct module_rig *rig)
{
    struct fwd_error err = {""};

    ck_assert_msg(fwd_machine_open(rig->folder, codecs, 4, &rig->machine, &err) == FWD_FAIL_NONE,
        "%s", err.text);
    ck_assert_msg(fwd_modem_new(rig->machine, rig->profile, &fwd_at_hooks, &rig->config,
                      &rig->modem, &err) == FWD_FAIL_NONE,
        "%s", err.text);
    fwd_modem_switch_on(rig->modem);
}

/* A device as it leaves the factory, but without echo: made once, then copied. */
static void make_template(const char *name, const char *device)
{
    char description[512], trust[512], folder[512];
    const char *trusted[1] = {trust}, *at = strchr(device, '@');
    int size = at != NULL ? (int)(at - device) : (int)strlen(device);
    struct fwd_machine_image first = {
        "firmware", IMAGES "1.0.0.bin", NULL, 0, at != NULL ? at + 1 : "1.0.0"};
    struct fwd_machine_recipe recipe = {description, &first, 1, trusted, 1, NULL, 0, NULL, NULL};
    struct fwd_error err = {""};

    snprintf(folder, sizeof folder, "%s", scratch_path(name));
    bool slow = strncmp(device, "slow-", 5) == 0;
    snprintf(description, sizeof description, FWD_SOURCE_DIR "/%s/%.*s.json",
        slow ? "samples/devices/slow" : "tests/devices", slow ? size - 5 : size,
        slow ? device + 5 : device);
    snprintf(trust, sizeof trust, "%s", scratch_path("key.pub.pem"));
    ck_assert_msg(fwd_machine_create(folder, &recipe, &err) == FWD_FAIL_NONE, "%s", err.text);
    snprintf(description, sizeof description, "%s/module.json", name);
    scratch_write_text(description, "{\"settings\": {\"E\": \"0\"}}\n");
}

void module_rig_open(struct module_rig *rig, const char *folder, const char *profile)
{
    memset(rig, 0, sizeof *rig);
    snprintf(rig->folder, sizeof rig->folder, "%s", folder);
    rig->profile = fwd_profile_find(profile);
    rig->events = json_array();
    rig->config = (struct fwd_modem_config){.ctx = rig,
        .now = now,
        .write = write_bytes,
        .event = event,
        .busy = busy,
        .present = present,
        .fetcher = &rig->fetcher,
        .lwm2m = &rig->lwm2m,
        .ota = &rig->ota};
    module_rig_server_init(rig);
    module_rig_ota_init(rig);
    switch_on(rig);
}

void module_rig_new(struct module_rig *rig, const char *device, const char *profile)
{
    static unsigned number;
    char template[64], name[32];

    snprintf(template, sizeof template, "template-%s", device);
    if (!scratch_exists(template))
        make_template(template, device);
    do
        snprintf(name, sizeof name, "device%u", number++);
    while (scratch_exists(name)); /* tests are processes of their own in one folder */
    ck_assert(scratch_run("cp -r '%s' '%s'", template, name));
    module_rig_open(rig, scratch_path(name), profile);
    module_rig_pass(rig, 10000);
    rig->taken = rig->count; /* what it says when it starts */
}

static void switch_off(struct module_rig *rig)
{
    fwd_modem_free(rig->modem);
    fwd_machine_close(rig->machine);
}

void module_rig_free(struct module_rig *rig)
{
    switch_off(rig);
    json_decref(rig->events);
}

void module_rig_power_cycle(struct module_rig *rig)
{
    switch_off(rig);
    rig->cut_on = NULL;
    rig->server.running = rig->ota_connecting = rig->ota_open = false;
    switch_on(rig);
}

/* ---- time ------------------------------------------------------------------------------------ */

bool module_rig_step(struct module_rig *rig)
{
    uint64_t due = fwd_modem_due(rig->modem);

    if (rig->ota_connecting && due > rig->now) {
        module_rig_ota_step(rig);
        return true;
    }
    if (rig->server.running && due > rig->now) {
        module_rig_serve(rig);
        return true;
    }
    if (due == UINT64_MAX || fwd_modem_power(rig->modem) != FWD_MODEM_ON)
        return false;
    if (due > rig->now)
        rig->now = due;
    fwd_modem_tick(rig->modem);
    return true;
}

void module_rig_pass(struct module_rig *rig, uint64_t ms)
{
    uint64_t until = rig->now + ms;

    while (rig->now < until &&
           (rig->server.running || rig->ota_connecting || fwd_modem_due(rig->modem) <= until)) {
        if (!module_rig_step(rig))
            break;
    }
    if (rig->now < until)
        rig->now = until;
}

const struct module_item *module_rig_next(struct module_rig *rig, enum fwd_port port)
{
    do {
        while (rig->taken < rig->count) {
            struct module_item *item = &rig->items[rig->taken++];
            if (item->port == port)
                return item;
        }
        rig->taken = rig->count = 0;
    } while (module_rig_step(rig));
    return NULL;
}

/* ---- what became of it ----------------------------------------------------------------------- */

uint64_t module_rig_slot_writes(const struct module_rig *rig)
{
    uint64_t writes = 0;

    for (uint8_t slot = 0; slot < 2; slot++) {
        struct fwd_nor_counts counts =
            fwd_nor_area_counts(rig->machine->nor, FWD_AREA_SLOT(0, slot));
        writes += counts.programs + counts.erases;
    }
    return writes;
}

unsigned module_rig_events(const struct module_rig *rig, const char *member, const char *text)
{
    unsigned count = 0;
    size_t i;
    json_t *e;

    json_array_foreach (rig->events, i, e) {
        const char *value = json_string_value(json_object_get(e, member));
        count += value != NULL && strcmp(value, text) == 0 ? 1 : 0;
    }
    return count;
}

/* ---- programs -------------------------------------------------------------------------------- */

struct module_rig *module_rig_alloc(void)
{
    struct module_rig *rig = calloc(1, sizeof *rig);

    ck_assert_ptr_nonnull(rig);
    return rig;
}

void module_rig_release(struct module_rig *rig)
{
    free(rig);
}

static void setup(void)
{
    scratch_setup();
    module_rig_packages();
}

static void teardown(void)
{
    module_rig_packages_free();
    scratch_teardown();
}

int module_rig_main(const char *name, const struct module_rig_test *tests)
{
    return module_rig_run(name, tests, 120);
}

int module_rig_run(const char *name, const struct module_rig_test *tests, unsigned seconds)
{
    Suite *suite = suite_create(name);
    TCase *tcase = tcase_create(name);
    SRunner *runner = srunner_create(suite);

    tcase_set_timeout(tcase, seconds);
    tcase_add_unchecked_fixture(tcase, setup, teardown);
    for (; tests->test != NULL; tests++)
        tcase_add_loop_test(tcase, tests->test, 0, tests->loops);
    suite_add_tcase(suite, tcase);
    srunner_run_all(runner, CK_NORMAL);
    int failed = srunner_ntests_failed(runner);
    srunner_free(runner);
    return failed == 0 ? 0 : 1;
}
