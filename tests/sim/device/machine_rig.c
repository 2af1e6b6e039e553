#include "tests/sim/device/machine_rig.h"

#include "tests/keys/keys_sample.h"

#include <stdio.h>
#include <stdlib.h>

static const char description[] =
    "{\"name\": \"small\", \"product\": \"demo\", \"hardware_revision\": 1,\n"
    " \"profile\": \"lara-r6-01b\", \"ram_budget\": 65536, \"resumer\": \"boot\",\n"
    " \"chips\": [{\"name\": \"nor\", \"program_unit\": 8}],\n"
    " \"areas\": {\"package\": {\"blocks\": [{\"size\": 4096, \"count\": 4}]},\n"
    "  \"staging\": {\"blocks\": [{\"size\": 4096, \"count\": 4}]},\n"
    "  \"scratch\": {\"blocks\": [{\"size\": 4096, \"count\": 2}]},\n"
    "  \"journal\": {\"blocks\": [{\"size\": 4096, \"count\": 2}]},\n"
    "  \"version\": {\"blocks\": [{\"size\": 4096, \"count\": 2}]}},\n"
    " \"components\": [\n"
    "  {\"name\": \"firmware\", \"role\": \"firmware\", \"layout\": \"in-place\",\n"
    "   \"slots\": [{\"blocks\": [{\"size\": 4096, \"count\": 4}]}]},\n"
    "  {\"name\": \"boot\", \"role\": \"boot\", \"layout\": \"ab\",\n"
    "   \"slots\": [{\"blocks\": [{\"size\": 4096, \"count\": 2}]},\n"
    "    {\"blocks\": [{\"size\": 4096, \"count\": 2}]}]}]}\n";

static const uint8_t firmware[] = MACHINE_RIG_FIRMWARE;

static struct fwd_machine_image image;
static const char *trust[1];
static struct fwd_machine_recipe recipe;
static char folder[512];

static void setup(void)
{
    struct fwd_keypair key;
    static char keys[512], path[512];

    scratch_setup();
    scratch_write_text("device.json", description);
    key = sample_key_files(0, "release");
    fwd_keypair_free(&key);
    snprintf(keys, sizeof keys, "%s", scratch_path("release.pub.pem"));
    snprintf(path, sizeof path, "%s", scratch_path("device.json"));
    snprintf(folder, sizeof folder, "%s", scratch_path("device"));
    trust[0] = keys;
    image = (struct fwd_machine_image){"firmware", NULL, firmware, sizeof firmware, "1.0"};
    recipe = (struct fwd_machine_recipe){path, &image, 1, trust, 1, NULL, 0, NULL, NULL};
}

struct fwd_machine_recipe *machine_rig_recipe(void)
{
    return &recipe;
}

const char *machine_rig_folder(void)
{
    return folder;
}

void machine_rig_create(void)
{
    struct fwd_error err = {""};

    ck_assert_msg(fwd_machine_create(folder, &recipe, &err) == FWD_FAIL_NONE, "%s", err.text);
}

struct fwd_machine *machine_rig_open(void)
{
    struct fwd_machine *machine = NULL;
    struct fwd_error err = {""};

    ck_assert_msg(
        fwd_machine_open(folder, NULL, 0, &machine, &err) == FWD_FAIL_NONE, "%s", err.text);
    return machine;
}

struct fwd_machine *machine_rig_created(void)
{
    machine_rig_create();
    return machine_rig_open();
}

enum fwd_reason machine_rig_ready(const struct fwd_machine *machine, enum fwd_point point)
{
    const struct fwd_host_port *host = machine->device.ports->host;

    return host->ready(host->ctx, point);
}

int machine_rig_main(const char *name, const struct machine_rig_test *tests)
{
    Suite *suite = suite_create(name);
    TCase *tcase = tcase_create(name);
    SRunner *runner = srunner_create(suite);

    tcase_add_checked_fixture(tcase, setup, scratch_teardown);
    for (; tests->test != NULL; tests++)
        tcase_add_loop_test(tcase, tests->test, 0, tests->count);
    suite_add_tcase(suite, tcase);
    srunner_run_all(runner, CK_ENV);
    int failed = srunner_ntests_failed(runner);
    srunner_free(runner);
    return failed == 0 ? EXIT_SUCCESS : EXIT_FAILURE;
}
