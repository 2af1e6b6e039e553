/* What of a device survives a process and a power cycle: flash, counters, settings, keys. */
#include "tests/sim/device/machine_rig.h"

#include <signal.h>
#include <string.h>
#include <sys/wait.h>
#include <unistd.h>

START_TEST(flash_counters_and_settings_survive)
{
    struct fwd_machine *machine = machine_rig_created();
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
    machine = machine_rig_open();
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

    machine_rig_create();
    child = fork();
    if (child == 0) {
        machine = machine_rig_open();
        counter = machine->device.ports->counter;
        flash = machine->device.ports->flash;
        (void)flash->program(flash->ctx, &machine->device.staging, 8, bytes, 8);
        (void)counter->advance(counter->ctx, 1, 77);
        raise(SIGKILL);
    }
    ck_assert_int_eq(waitpid(child, &status, 0), child);
    ck_assert(WIFSIGNALED(status));
    machine = machine_rig_open();
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
    struct fwd_machine *machine = machine_rig_created();
    const struct fwd_flash_port *flash = machine->device.ports->flash;
    struct fwd_nor_cut cut = {1, FWD_NOR_UNSTABLE, 1, 0};
    uint8_t bytes[8] = {1, 2, 3}, blank[8], seen[8];

    memset(blank, 0xFF, sizeof blank);
    fwd_nor_arm(machine->nor, &cut);
    ck_assert_int_eq(
        flash->program(flash->ctx, &machine->device.staging, 0, bytes, 8), FWD_IO_ERROR);
    for (int boot = 1; boot <= 2; boot++) {
        fwd_machine_close(machine);
        machine = machine_rig_open();
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
    struct fwd_machine *machine = machine_rig_created();
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
    machine = machine_rig_open();
    flash = machine->device.ports->flash;
    const struct fwd_area *slot = &machine->device.places[1].slots[1];
    ck_assert_int_eq(flash->program(flash->ctx, slot, 0, bytes, 8), FWD_IO_OK);
    ck_assert_int_eq(flash->program(flash->ctx, slot, 8, bytes, 8), FWD_IO_ERROR);
    ck_assert_int_eq(flash->program(flash->ctx, slot, 16, bytes, 8), FWD_IO_OK);
    ck_assert_int_eq(machine_rig_ready(machine, FWD_POINT_FINALIZATION), FWD_E_FINALIZE);
    ck_assert_int_eq(machine_rig_ready(machine, FWD_POINT_INSTALLATION), FWD_OK);
    fwd_machine_close(machine);
}
END_TEST

START_TEST(only_the_application_looks_at_the_time)
{
    struct fwd_machine *machine = machine_rig_created();

    machine->description->expiry = true;
    fwd_machine_run_application(machine);
    ck_assert_ptr_eq(machine->device.expiry, &fwd_expiry);
    fwd_machine_run_boot_loader(machine);
    ck_assert_ptr_null(machine->device.expiry);
    fwd_machine_run_application(machine);
    ck_assert_ptr_eq(machine->device.expiry, &fwd_expiry);
    fwd_machine_close(machine);
}
END_TEST

START_TEST(a_removed_key_is_gone_and_a_broken_one_is_invalid)
{
    struct fwd_machine *machine;
    const struct fwd_keys_port *keys;
    struct fwd_key key;
    uint8_t id[FWD_KEY_ID_SIZE] = {0};

    machine_rig_create();
    ck_assert(scratch_run("for f in device/trust/*.pem; do echo broken > $f; done"));
    machine = machine_rig_open();
    keys = machine->device.ports->keys;
    ck_assert_uint_eq(keys->count(keys->ctx), 1);
    ck_assert_int_eq(keys->find(keys->ctx, id, &key), FWD_E_KEY_INVALID);
    fwd_machine_close(machine);
    ck_assert(scratch_run("rm device/trust/*.pem"));
    machine = machine_rig_open();
    keys = machine->device.ports->keys;
    ck_assert_uint_eq(keys->count(keys->ctx), 0);
    fwd_machine_close(machine);
}
END_TEST

int main(void)
{
    return machine_rig_main(
        "machine kept", (const struct machine_rig_test[]){
                            {flash_counters_and_settings_survive, 1},
                            {a_killed_process_loses_nothing_and_frees_the_device, 1},
                            {unstable_units_survive_and_count_power_cycles, 1},
                            {faults_and_hooks_survive_and_work, 1},
                            {only_the_application_looks_at_the_time, 1},
                            {a_removed_key_is_gone_and_a_broken_one_is_invalid, 1},
                            {NULL, 0},
                        });
}
