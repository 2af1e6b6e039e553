/* Damage of a device in a folder that is noticed: system tables, lost flash files, settings. */
#include "sim/device/system.h"
#include "tests/sim/device/machine_rig.h"

#include <string.h>

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
    struct fwd_machine *machine = machine_rig_created();
    uint32_t start = fwd_system_offset(machine->description, tables[_i].table);

    for (uint32_t at = 0; at < tables[_i].size; at++) {
        uint8_t byte, flipped;

        ck_assert(fwd_nor_peek(machine->nor, FWD_AREA_SYSTEM, start + at, &byte, 1));
        flipped = byte ^ 0x10;
        ck_assert(fwd_nor_poke(machine->nor, FWD_AREA_SYSTEM, start + at, &flipped, 1));
        ck_assert_int_eq(machine_rig_ready(machine, tables[_i].point), tables[_i].reason);
        for (int other = 0; other < 3; other++)
            ck_assert(other == _i || machine_rig_ready(machine, tables[other].point) == FWD_OK);
        ck_assert(fwd_nor_poke(machine->nor, FWD_AREA_SYSTEM, start + at, &byte, 1));
    }
    ck_assert_int_eq(machine_rig_ready(machine, tables[_i].point), FWD_OK);
    fwd_machine_close(machine);
}
END_TEST

START_TEST(an_unreadable_or_erased_system_table_is_noticed)
{
    struct fwd_machine *machine = machine_rig_created();
    const struct fwd_flash_port *flash = machine->device.ports->flash;
    uint32_t start = fwd_system_offset(machine->description, tables[_i].table);

    ck_assert(fwd_nor_spoil(machine->nor, FWD_AREA_SYSTEM, start, 8));
    ck_assert_int_eq(machine_rig_ready(machine, tables[_i].point), tables[_i].reason);
    ck_assert_int_eq(
        flash->erase(flash->ctx, fwd_nor_area(machine->nor, FWD_AREA_SYSTEM), start, 4096),
        FWD_IO_OK);
    ck_assert_int_eq(machine_rig_ready(machine, tables[_i].point), tables[_i].reason);
    ck_assert(fwd_system_write(machine->description, machine->nor, 0));
    ck_assert_int_eq(machine_rig_ready(machine, tables[_i].point), FWD_OK);
    fwd_machine_close(machine);
}
END_TEST

START_TEST(more_bad_blocks_than_spares_are_noticed)
{
    struct fwd_machine *machine = machine_rig_created();

    ck_assert(fwd_system_write(machine->description, machine->nor, FWD_SYSTEM_SPARES));
    ck_assert_int_eq(machine_rig_ready(machine, FWD_POINT_BAD_BLOCKS), FWD_OK);
    ck_assert(fwd_system_write(machine->description, machine->nor, FWD_SYSTEM_SPARES + 1));
    ck_assert_int_eq(machine_rig_ready(machine, FWD_POINT_BAD_BLOCKS), FWD_E_BAD_BLOCKS);
    fwd_machine_close(machine);
}
END_TEST

START_TEST(a_partition_table_of_another_layout_is_noticed)
{
    struct fwd_machine *machine = machine_rig_created();
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

    machine_rig_create();
    ck_assert(scratch_run("%s", losses[_i]));
    machine = machine_rig_open();
    flash = machine->device.ports->flash;
    ck_assert(machine->flash_lost);
    ck_assert_str_ne(machine->flash_error.text, "");
    ck_assert_int_eq(machine_rig_ready(machine, FWD_POINT_FLASH), FWD_E_FLASH_OPEN);
    ck_assert_int_eq(flash->read(flash->ctx, &machine->device.staging, 0, &byte, 1), FWD_IO_ERROR);
    fwd_machine_power_cycle(machine);
    ck_assert_int_eq(machine_rig_ready(machine, FWD_POINT_FLASH), FWD_E_FLASH_OPEN);
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

    machine_rig_create();
    scratch_write_text("device/nvm.json", bad_nvm[_i].text);
    ck_assert_int_eq(
        fwd_machine_open(machine_rig_folder(), NULL, 0, &machine, &err), FWD_FAIL_REFUSED);
    ck_assert_ptr_null(machine);
    ck_assert_msg(strstr(err.text, bad_nvm[_i].sentence) != NULL, "%s", err.text);
    ck_assert_ptr_nonnull(strstr(err.text, "nvm.json"));
}
END_TEST

int main(void)
{
    return machine_rig_main(
        "machine damage", (const struct machine_rig_test[]){
                              {any_damaged_byte_of_a_system_table_is_noticed, 3},
                              {an_unreadable_or_erased_system_table_is_noticed, 3},
                              {more_bad_blocks_than_spares_are_noticed, 1},
                              {a_partition_table_of_another_layout_is_noticed, 1},
                              {lost_flash_files_are_a_flash_that_does_not_open,
                                  (int)(sizeof losses / sizeof *losses)},
                              {a_wrong_settings_file_is_refused_with_a_clear_sentence,
                                  (int)(sizeof bad_nvm / sizeof *bad_nvm)},
                              {NULL, 0},
                          });
}
