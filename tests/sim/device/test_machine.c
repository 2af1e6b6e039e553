/* Devices in a folder and in memory: making and opening. */
#include "format/record/version_record.h"
#include "tests/sim/device/machine_rig.h"

#include <string.h>

static const uint8_t firmware[] = MACHINE_RIG_FIRMWARE;

START_TEST(a_new_device_is_ready_and_holds_its_image)
{
    struct fwd_machine *machine = machine_rig_created();
    uint8_t bytes[sizeof firmware + 1];

    for (int point = FWD_POINT_FLASH; point <= FWD_POINT_FINALIZATION; point++)
        ck_assert_int_eq(machine_rig_ready(machine, (enum fwd_point)point), FWD_OK);
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
    struct fwd_machine *machine = machine_rig_created();
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
    struct fwd_machine *machine = machine_rig_created(), *memory = NULL;
    struct fwd_error err = {""};

    ck_assert_msg(fwd_machine_new(machine_rig_recipe(), NULL, 0, &memory, &err) == FWD_FAIL_NONE,
        "%s", err.text);
    ck_assert(fwd_nor_hash_equal(fwd_nor_hash(machine->nor), fwd_nor_hash(memory->nor)));
    ck_assert_int_eq(machine_rig_ready(memory, FWD_POINT_PARTITIONS), FWD_OK);
    ck_assert_int_eq(fwd_machine_save(memory, &err), FWD_FAIL_NONE);
    fwd_machine_close(memory);
    fwd_machine_close(machine);
}
END_TEST

START_TEST(a_device_in_use_cannot_be_opened_twice)
{
    struct fwd_machine *machine = machine_rig_created(), *second = NULL;
    struct fwd_error err = {""};

    ck_assert_int_eq(
        fwd_machine_open(machine_rig_folder(), NULL, 0, &second, &err), FWD_FAIL_ENVIRONMENT);
    ck_assert_ptr_null(second);
    ck_assert_ptr_nonnull(strstr(err.text, "another process uses this device"));
    fwd_machine_close(machine);
    fwd_machine_close(machine_rig_open());
}
END_TEST

START_TEST(a_missing_folder_is_named)
{
    struct fwd_machine *machine = NULL;
    struct fwd_error err = {""};

    ck_assert_int_eq(
        fwd_machine_open(machine_rig_folder(), NULL, 0, &machine, &err), FWD_FAIL_ENVIRONMENT);
    ck_assert_ptr_nonnull(strstr(err.text, machine_rig_folder()));
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
    machine_rig_recipe()->images = images;
    machine_rig_recipe()->image_count = wrong[_i].count;
    ck_assert_msg(
        fwd_machine_create(machine_rig_folder(), machine_rig_recipe(), &err) == wrong[_i].fail,
        "%s", wrong[_i].name);
    ck_assert_msg(strstr(err.text, wrong[_i].sentence) != NULL, "%s", err.text);
    ck_assert_uint_eq(scratch_count(), files);
}
END_TEST

START_TEST(an_existing_folder_is_kept)
{
    struct fwd_error err = {""};

    ck_assert(scratch_run("mkdir device && touch device/mine"));
    ck_assert_int_eq(
        fwd_machine_create(machine_rig_folder(), machine_rig_recipe(), &err), FWD_FAIL_REFUSED);
    ck_assert(scratch_exists("device/mine"));
}
END_TEST

START_TEST(an_untrusted_file_is_refused)
{
    const char *path = scratch_path("device.json");
    struct fwd_error err = {""};
    size_t files = scratch_count();

    machine_rig_recipe()->trust = &path;
    ck_assert_int_eq(
        fwd_machine_create(machine_rig_folder(), machine_rig_recipe(), &err), FWD_FAIL_REFUSED);
    ck_assert_uint_eq(scratch_count(), files);
}
END_TEST

int main(void)
{
    return machine_rig_main("machine", (const struct machine_rig_test[]){
                                           {a_new_device_is_ready_and_holds_its_image, 1},
                                           {the_version_record_names_what_is_installed, 1},
                                           {a_device_in_memory_is_the_same_device, 1},
                                           {a_device_in_use_cannot_be_opened_twice, 1},
                                           {a_missing_folder_is_named, 1},
                                           {a_device_that_cannot_be_made_leaves_nothing_behind,
                                               (int)(sizeof wrong / sizeof *wrong)},
                                           {an_existing_folder_is_kept, 1},
                                           {an_untrusted_file_is_refused, 1},
                                           {NULL, 0},
                                       });
}
