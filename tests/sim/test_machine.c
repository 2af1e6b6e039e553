/* Devices in a folder and in memory: making, opening, what survives, what damage is noticed. */
#include "format/record/version_record.h"
#include "sim/device/machine.h"
#include "sim/device/system.h"
#include "tests/hostio/scratch_folder.h"
#include "tests/keys/keys_sample.h"

#include <check.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/wait.h>
#include <unistd.h>

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

static const uint8_t firmware[] = "the firmware, not a whole number of units";

static struct fwd_machine_image image = {"firmware", NULL, firmware, sizeof firmware, "1.0"};
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

static void create(void)
{
    struct fwd_error err = {""};

    ck_assert_msg(fwd_machine_create(folder, &recipe, &err) == FWD_FAIL_NONE, "%s", err.text);
}

static struct fwd_machine *open_again(void)
{
    struct fwd_machine *machine = NULL;
    struct fwd_error err = {""};

    ck_assert_msg(
        fwd_machine_open(folder, NULL, 0, &machine, &err) == FWD_FAIL_NONE, "%s", err.text);
    return machine;
}

static struct fwd_machine *created(void)
{
    create();
    return open_again();
}

static enum fwd_reason ready(const struct fwd_machine *machine, enum fwd_point point)
{
    const struct fwd_host_port *host = machine->device.ports->host;

    return host->ready(host->ctx, point);
}

/* ---- making and opening ---------------------------------------------------------------------- */

START_TEST(a_new_device_is_ready_and_holds_its_image)
{
    struct fwd_machine *machine = created();
    uint8_t bytes[sizeof firmware + 1];

    for (int point = FWD_POINT_FLASH; point <= FWD_POINT_FINALIZATION; point++)
        ck_assert_int_eq(ready(machine, (enum fwd_point)point), FWD_OK);
    ck_assert(fwd_machine_read_slot(machine, 0, 0, bytes, sizeof bytes));
    ck_assert_mem_eq(bytes, firmware, sizeof firmware);
    ck_assert_uint_eq(bytes[sizeof firmware], 0xFF);
    ck_assert(!fwd_machine_read_slot(machine, 2, 0, bytes, 1));
    ck_assert_uint_eq(fwd_machine_component(machine, "boot"), 1);
    ck_assert_uint_eq(fwd_machine_component(machine, "none"), FWD_COMPONENTS_MAX);
    ck_assert_str_eq(machine->profile->name, "lara-r6-01b");
    ck_assert_uint_eq(machine->device.place_count, 2);
    ck_assert_uint_eq(machine->device.memory_size, 65536);
    ck_assert_uint_eq(machine->device.ports->keys->count(machine->device.ports->keys->ctx), 1);
    fwd_machine_close(machine);
}
END_TEST

START_TEST(the_version_record_names_what_is_installed)
{
    struct fwd_machine *machine = created();
    struct fwd_version_record record;
    uint8_t bytes[4096], digest[FWD_DIGEST_SIZE];

    ck_assert(fwd_nor_peek(machine->nor, FWD_AREA_VERSION, 0, bytes, sizeof bytes));
    ck_assert(fwd_version_record_decode(bytes, sizeof bytes, &record));
    ck_assert_uint_eq(record.count, 2);
    ck_assert(fwd_text_equal(record.entries[0].name, fwd_text_of("firmware")));
    ck_assert(fwd_text_equal(record.entries[0].version, fwd_text_of("1.0")));
    ck_assert_uint_eq(record.entries[0].size, sizeof firmware);
    ck_assert_uint_eq(record.entries[0].slot, 0);
    ck_assert(fwd_crypto_port_sha256(firmware, sizeof firmware, digest));
    ck_assert_mem_eq(record.entries[0].digest, digest, FWD_DIGEST_SIZE);
    ck_assert(fwd_text_equal(record.entries[1].name, fwd_text_of("boot")));
    ck_assert_uint_eq(record.entries[1].size, 0);
    fwd_machine_close(machine);
}
END_TEST

START_TEST(a_device_in_memory_is_the_same_device)
{
    struct fwd_machine *machine = created(), *memory = NULL;
    struct fwd_error err = {""};

    ck_assert_msg(
        fwd_machine_new(&recipe, NULL, 0, &memory, &err) == FWD_FAIL_NONE, "%s", err.text);
    ck_assert(fwd_nor_hash_equal(fwd_nor_hash(machine->nor), fwd_nor_hash(memory->nor)));
    ck_assert_int_eq(ready(memory, FWD_POINT_PARTITIONS), FWD_OK);
    ck_assert_int_eq(fwd_machine_save(memory, &err), FWD_FAIL_NONE);
    fwd_machine_close(memory);
    fwd_machine_close(machine);
}
END_TEST

START_TEST(a_device_in_use_cannot_be_opened_twice)
{
    struct fwd_machine *machine = created(), *second = NULL;
    struct fwd_error err = {""};

    ck_assert_int_eq(fwd_machine_open(folder, NULL, 0, &second, &err), FWD_FAIL_ENVIRONMENT);
    ck_assert_ptr_null(second);
    ck_assert_ptr_nonnull(strstr(err.text, "another process uses this device"));
    fwd_machine_close(machine);
    fwd_machine_close(open_again());
}
END_TEST

START_TEST(a_missing_folder_is_named)
{
    struct fwd_machine *machine = NULL;
    struct fwd_error err = {""};

    ck_assert_int_eq(fwd_machine_open(folder, NULL, 0, &machine, &err), FWD_FAIL_ENVIRONMENT);
    ck_assert_ptr_nonnull(strstr(err.text, folder));
}
END_TEST

static const uint8_t large[16385];

static const struct {
    const char *name;
    const char *component, *version;
    uint32_t size;
    size_t count;
    const char *file;
    enum fwd_fail fail;
    const char *sentence;
} wrong[] = {
    {"unknown component", "modem", "1", 10, 1, NULL, FWD_FAIL_REFUSED, "no component of this name"},
    {"image too large", "firmware", "1", 16385, 1, NULL, FWD_FAIL_REFUSED,
        "at most 16384 bytes fit"},
    {"image twice", "firmware", "1", 10, 2, NULL, FWD_FAIL_USAGE, "two are given"},
    {"version too long", "firmware",
        "1234567890123456789012345678901234567890123456789012345678901234", 10, 1, NULL,
        FWD_FAIL_USAGE, "at most 63 characters"},
    {"version not printable", "firmware", "1\n", 10, 1, NULL, FWD_FAIL_REFUSED, "printable"},
    {"missing file", "firmware", "1", 0, 1, "/nonexistent/image", FWD_FAIL_ENVIRONMENT,
        "/nonexistent/image"},
};

START_TEST(a_device_that_cannot_be_made_leaves_nothing_behind)
{
    struct fwd_machine_image images[2];
    struct fwd_error err = {""};
    size_t files = scratch_count();

    for (int i = 0; i < 2; i++)
        images[i] = (struct fwd_machine_image){
            wrong[_i].component, wrong[_i].file, large, wrong[_i].size, wrong[_i].version};
    recipe.images = images;
    recipe.image_count = wrong[_i].count;
    ck_assert_msg(
        fwd_machine_create(folder, &recipe, &err) == wrong[_i].fail, "%s", wrong[_i].name);
    ck_assert_msg(strstr(err.text, wrong[_i].sentence) != NULL, "%s", err.text);
    ck_assert_uint_eq(scratch_count(), files);
}
END_TEST

START_TEST(an_existing_folder_is_kept)
{
    struct fwd_error err = {""};

    ck_assert(scratch_run("mkdir device && touch device/mine"));
    ck_assert_int_eq(fwd_machine_create(folder, &recipe, &err), FWD_FAIL_REFUSED);
    ck_assert(scratch_exists("device/mine"));
}
END_TEST

START_TEST(an_untrusted_file_is_refused)
{
    const char *path = scratch_path("device.json");
    struct fwd_error err = {""};
    size_t files = scratch_count();

    recipe.trust = &path;
    ck_assert_int_eq(fwd_machine_create(folder, &recipe, &err), FWD_FAIL_REFUSED);
    ck_assert_uint_eq(scratch_count(), files);
}
END_TEST

/* ---- what survives --------------------------------------------------------------------------- */

START_TEST(flash_counters_and_settings_survive)
{
    struct fwd_machine *machine = created();
    const struct fwd_counter_port *counter = machine->device.ports->counter;
    const struct fwd_flash_port *flash = machine->device.ports->flash;
    uint8_t bytes[8] = {1, 2, 3};
    uint32_t value = 9;
    struct fwd_error err;

    ck_assert(counter->read(counter->ctx, 0, &value));
    ck_assert_uint_eq(value, 0);
    ck_assert(counter->advance(counter->ctx, 0, 5));
    ck_assert(counter->advance(counter->ctx, 0, 3));
    ck_assert(!counter->advance(counter->ctx, 2, 3));
    ck_assert_int_eq(flash->program(flash->ctx, &machine->device.staging, 0, bytes, 8), FWD_IO_OK);
    machine->nvm.channel.port = 2;
    machine->nvm.channel.baud = 921600;
    ck_assert_int_eq(fwd_machine_save(machine, &err), FWD_FAIL_NONE);
    fwd_machine_close(machine);
    machine = open_again();
    counter = machine->device.ports->counter;
    ck_assert(counter->read(counter->ctx, 0, &value));
    ck_assert_uint_eq(value, 5);
    ck_assert_uint_eq(machine->nvm.channel.port, 2);
    ck_assert_uint_eq(machine->nvm.channel.baud, 921600);
    ck_assert_uint_eq(fwd_nor_area_counts(machine->nor, FWD_AREA_STAGING).programs, 1);
    fwd_machine_close(machine);
}
END_TEST

START_TEST(a_killed_process_loses_nothing_and_frees_the_device)
{
    const struct fwd_counter_port *counter;
    const struct fwd_flash_port *flash;
    struct fwd_machine *machine;
    uint8_t bytes[8] = {7}, seen[8];
    int status;
    pid_t child;

    create();
    child = fork();
    if (child == 0) {
        machine = open_again();
        counter = machine->device.ports->counter;
        flash = machine->device.ports->flash;
        (void)flash->program(flash->ctx, &machine->device.staging, 8, bytes, 8);
        (void)counter->advance(counter->ctx, 1, 77);
        raise(SIGKILL);
    }
    ck_assert_int_eq(waitpid(child, &status, 0), child);
    ck_assert(WIFSIGNALED(status));
    machine = open_again();
    flash = machine->device.ports->flash;
    ck_assert_int_eq(flash->read(flash->ctx, &machine->device.staging, 8, seen, 8), FWD_IO_OK);
    ck_assert_mem_eq(seen, bytes, 8);
    ck_assert_uint_eq(machine->nvm.counters[1], 77);
    fwd_machine_close(machine);
}
END_TEST

/* A cut of one command, seen by the next ones: there in the first boot, gone in the second. */
START_TEST(unstable_units_survive_and_count_power_cycles)
{
    struct fwd_machine *machine = created();
    const struct fwd_flash_port *flash = machine->device.ports->flash;
    struct fwd_nor_cut cut = {1, FWD_NOR_UNSTABLE, 1, 0};
    uint8_t bytes[8] = {1, 2, 3}, blank[8], seen[8];

    memset(blank, 0xFF, sizeof blank);
    fwd_nor_arm(machine->nor, &cut);
    ck_assert_int_eq(
        flash->program(flash->ctx, &machine->device.staging, 0, bytes, 8), FWD_IO_ERROR);
    for (int boot = 1; boot <= 2; boot++) {
        fwd_machine_close(machine);
        machine = open_again();
        fwd_machine_power_cycle(machine);
        flash = machine->device.ports->flash;
        ck_assert_int_eq(flash->read(flash->ctx, &machine->device.staging, 0, seen, 8), FWD_IO_OK);
        ck_assert_mem_eq(seen, boot == 1 ? bytes : blank, 8);
    }
    fwd_machine_close(machine);
}
END_TEST

START_TEST(faults_and_hooks_survive_and_work)
{
    struct fwd_machine *machine = created();
    const struct fwd_flash_port *flash;
    uint8_t bytes[8] = {0};
    struct fwd_error err;

    machine->nvm.faults[0] = (struct fwd_nor_fault){.operation = FWD_NOR_PROGRAM,
        .effect = FWD_NOR_FAIL,
        .area = FWD_AREA_SLOT(1, 1),
        .skip = 1,
        .times = 1};
    machine->nvm.fault_count = 1;
    machine->nvm.hooks[0] = (struct fwd_nvm_hook){FWD_POINT_FINALIZATION, FWD_E_FINALIZE};
    machine->nvm.hook_count = 1;
    ck_assert_int_eq(fwd_machine_save(machine, &err), FWD_FAIL_NONE);
    fwd_machine_close(machine);
    machine = open_again();
    flash = machine->device.ports->flash;
    const struct fwd_area *slot = &machine->device.places[1].slots[1];
    ck_assert_int_eq(flash->program(flash->ctx, slot, 0, bytes, 8), FWD_IO_OK);
    ck_assert_int_eq(flash->program(flash->ctx, slot, 8, bytes, 8), FWD_IO_ERROR);
    ck_assert_int_eq(flash->program(flash->ctx, slot, 16, bytes, 8), FWD_IO_OK);
    ck_assert_int_eq(ready(machine, FWD_POINT_FINALIZATION), FWD_E_FINALIZE);
    ck_assert_int_eq(ready(machine, FWD_POINT_INSTALLATION), FWD_OK);
    fwd_machine_close(machine);
}
END_TEST

START_TEST(a_removed_key_is_gone_and_a_broken_one_is_invalid)
{
    struct fwd_machine *machine;
    const struct fwd_keys_port *keys;
    struct fwd_key key;
    uint8_t id[FWD_KEY_ID_SIZE] = {0};

    create();
    ck_assert(scratch_run("for f in device/trust/*.pem; do echo broken > $f; done"));
    machine = open_again();
    keys = machine->device.ports->keys;
    ck_assert_uint_eq(keys->count(keys->ctx), 1);
    ck_assert_int_eq(keys->find(keys->ctx, id, &key), FWD_E_KEY_INVALID);
    fwd_machine_close(machine);
    ck_assert(scratch_run("rm device/trust/*.pem"));
    machine = open_again();
    keys = machine->device.ports->keys;
    ck_assert_uint_eq(keys->count(keys->ctx), 0);
    fwd_machine_close(machine);
}
END_TEST

/* ---- damage ---------------------------------------------------------------------------------- */

static const struct {
    enum fwd_system_table table;
    enum fwd_point point;
    enum fwd_reason reason;
    uint32_t size; /* bytes of the table on this device */
} tables[] = {
    {FWD_SYSTEM_PARTITIONS, FWD_POINT_PARTITIONS, FWD_E_PARTITION_TABLE, 8 + 9 * 12 + 4},
    {FWD_SYSTEM_BAD_BLOCKS, FWD_POINT_BAD_BLOCKS, FWD_E_BAD_BLOCKS, 14},
    {FWD_SYSTEM_FILE_STORE, FWD_POINT_FILE_SYSTEM, FWD_E_FILE_SYSTEM, 16},
};

/* R43, R45: codes 132, 134, 145 */
START_TEST(any_damaged_byte_of_a_system_table_is_noticed)
{
    struct fwd_machine *machine = created();
    uint32_t start = fwd_system_offset(machine->description, tables[_i].table);

    for (uint32_t at = 0; at < tables[_i].size; at++) {
        uint8_t byte, flipped;

        ck_assert(fwd_nor_peek(machine->nor, FWD_AREA_SYSTEM, start + at, &byte, 1));
        flipped = byte ^ 0x10;
        ck_assert(fwd_nor_poke(machine->nor, FWD_AREA_SYSTEM, start + at, &flipped, 1));
        ck_assert_int_eq(ready(machine, tables[_i].point), tables[_i].reason);
        for (int other = 0; other < 3; other++)
            ck_assert(other == _i || ready(machine, tables[other].point) == FWD_OK);
        ck_assert(fwd_nor_poke(machine->nor, FWD_AREA_SYSTEM, start + at, &byte, 1));
    }
    ck_assert_int_eq(ready(machine, tables[_i].point), FWD_OK);
    fwd_machine_close(machine);
}
END_TEST

START_TEST(an_unreadable_or_erased_system_table_is_noticed)
{
    struct fwd_machine *machine = created();
    const struct fwd_flash_port *flash = machine->device.ports->flash;
    uint32_t start = fwd_system_offset(machine->description, tables[_i].table);

    ck_assert(fwd_nor_spoil(machine->nor, FWD_AREA_SYSTEM, start, 8));
    ck_assert_int_eq(ready(machine, tables[_i].point), tables[_i].reason);
    ck_assert_int_eq(
        flash->erase(flash->ctx, fwd_nor_area(machine->nor, FWD_AREA_SYSTEM), start, 4096),
        FWD_IO_OK);
    ck_assert_int_eq(ready(machine, tables[_i].point), tables[_i].reason);
    ck_assert(fwd_system_write(machine->description, machine->nor, 0));
    ck_assert_int_eq(ready(machine, tables[_i].point), FWD_OK);
    fwd_machine_close(machine);
}
END_TEST

START_TEST(more_bad_blocks_than_spares_are_noticed)
{
    struct fwd_machine *machine = created();

    ck_assert(fwd_system_write(machine->description, machine->nor, FWD_SYSTEM_SPARES));
    ck_assert_int_eq(ready(machine, FWD_POINT_BAD_BLOCKS), FWD_OK);
    ck_assert(fwd_system_write(machine->description, machine->nor, FWD_SYSTEM_SPARES + 1));
    ck_assert_int_eq(ready(machine, FWD_POINT_BAD_BLOCKS), FWD_E_BAD_BLOCKS);
    fwd_machine_close(machine);
}
END_TEST

START_TEST(a_partition_table_of_another_layout_is_noticed)
{
    struct fwd_machine *machine = created();
    struct fwd_flash_port flash = *machine->device.ports->flash;
    struct fwd_area *package = &machine->description->areas[FWD_AREA_PACKAGE];

    package->size -= 4096;
    ck_assert_int_eq(fwd_system_check(machine->description, &flash, FWD_SYSTEM_PARTITIONS),
        FWD_E_PARTITION_TABLE);
    fwd_machine_close(machine);
}
END_TEST

static const char *const losses[] = {"rm device/flash.img", "rm device/flash.state",
    "truncate -s 4096 device/flash.img", "rm device/flash.img && mkdir device/flash.img",
    "truncate -s 0 device/flash.state"};

/* R43: code 130 */
START_TEST(lost_flash_files_are_a_flash_that_does_not_open)
{
    const struct fwd_flash_port *flash;
    struct fwd_machine *machine;
    uint8_t byte;

    create();
    ck_assert(scratch_run("%s", losses[_i]));
    machine = open_again();
    flash = machine->device.ports->flash;
    ck_assert(machine->flash_lost);
    ck_assert_str_ne(machine->flash_error.text, "");
    ck_assert_int_eq(ready(machine, FWD_POINT_FLASH), FWD_E_FLASH_OPEN);
    ck_assert_int_eq(flash->read(flash->ctx, &machine->device.staging, 0, &byte, 1), FWD_IO_ERROR);
    fwd_machine_power_cycle(machine);
    ck_assert_int_eq(ready(machine, FWD_POINT_FLASH), FWD_E_FLASH_OPEN);
    fwd_machine_close(machine);
}
END_TEST

static const struct {
    const char *text, *sentence;
} bad_nvm[] = {
    {"{\"counters\": {\"modem\": 1}}", "counters.modem"},
    {"{\"counters\": {\"boot\": -1}}", "counters.boot"},
    {"{\"channel\": {\"port\": 0}}", "channel.port"},
    {"{\"hooks\": [{\"point\": \"never\", \"reason\": \"finalize\"}]}", "hooks[0].point"},
    {"{\"hooks\": [{\"point\": \"config\", \"reason\": \"because\"}]}", "the name of a reason"},
    {"{\"faults\": [{\"operation\": \"wipe\"}]}", "faults[0].operation"},
    {"{\"faults\": [{\"operation\": \"erase\", \"area\": \"boot\"}]}", "faults[0].area"},
    {"{\"faults\": [{\"operation\": \"erase\", \"when\": 1}]}", "faults[0].when"},
    {"{\"faults\": {}}", "a list of 0 to 32"},
    {"{\"version\": \"1\"}", "no member of this name"},
    {"[]", "a JSON object"},
};

START_TEST(a_wrong_settings_file_is_refused_with_a_clear_sentence)
{
    struct fwd_machine *machine = NULL;
    struct fwd_error err = {""};

    create();
    scratch_write_text("device/nvm.json", bad_nvm[_i].text);
    ck_assert_int_eq(fwd_machine_open(folder, NULL, 0, &machine, &err), FWD_FAIL_REFUSED);
    ck_assert_ptr_null(machine);
    ck_assert_msg(strstr(err.text, bad_nvm[_i].sentence) != NULL, "%s", err.text);
    ck_assert_ptr_nonnull(strstr(err.text, "nvm.json"));
}
END_TEST

static Suite *suite(void)
{
    Suite *s = suite_create("machine");
    TCase *t = tcase_create("machine");
    TCase *damage = tcase_create("damage");

    tcase_add_checked_fixture(t, setup, scratch_teardown);
    tcase_add_test(t, a_new_device_is_ready_and_holds_its_image);
    tcase_add_test(t, the_version_record_names_what_is_installed);
    tcase_add_test(t, a_device_in_memory_is_the_same_device);
    tcase_add_test(t, a_device_in_use_cannot_be_opened_twice);
    tcase_add_test(t, a_missing_folder_is_named);
    tcase_add_loop_test(t, a_device_that_cannot_be_made_leaves_nothing_behind, 0,
        (int)(sizeof wrong / sizeof *wrong));
    tcase_add_test(t, an_existing_folder_is_kept);
    tcase_add_test(t, an_untrusted_file_is_refused);
    tcase_add_test(t, flash_counters_and_settings_survive);
    tcase_add_test(t, a_killed_process_loses_nothing_and_frees_the_device);
    tcase_add_test(t, unstable_units_survive_and_count_power_cycles);
    tcase_add_test(t, faults_and_hooks_survive_and_work);
    tcase_add_test(t, a_removed_key_is_gone_and_a_broken_one_is_invalid);
    suite_add_tcase(s, t);
    tcase_add_checked_fixture(damage, setup, scratch_teardown);
    tcase_add_loop_test(damage, any_damaged_byte_of_a_system_table_is_noticed, 0, 3);
    tcase_add_loop_test(damage, an_unreadable_or_erased_system_table_is_noticed, 0, 3);
    tcase_add_test(damage, more_bad_blocks_than_spares_are_noticed);
    tcase_add_test(damage, a_partition_table_of_another_layout_is_noticed);
    tcase_add_loop_test(damage, lost_flash_files_are_a_flash_that_does_not_open, 0,
        (int)(sizeof losses / sizeof *losses));
    tcase_add_loop_test(damage, a_wrong_settings_file_is_refused_with_a_clear_sentence, 0,
        (int)(sizeof bad_nvm / sizeof *bad_nvm));
    suite_add_tcase(s, damage);
    return s;
}

int main(void)
{
    SRunner *runner = srunner_create(suite());

    srunner_run_all(runner, CK_ENV);
    int failed = srunner_ntests_failed(runner);
    srunner_free(runner);
    return failed == 0 ? EXIT_SUCCESS : EXIT_FAILURE;
}
