/* What the files of the simulated device share. */
#ifndef FWD_SIM_DEVICE_MACHINE_INTERNAL_H
#define FWD_SIM_DEVICE_MACHINE_INTERNAL_H

#include "sim/device/machine.h"

#define FWD_MACHINE_PATH       4096u
#define FWD_MACHINE_RECORD_MAX 8192u /* bytes of a factory's version record */

/* folder/name; false when it is too long. */
bool fwd_machine_path(const char *folder, const char *name, char path[FWD_MACHINE_PATH]);

/* Images, version record and system tables of a new device (machine_factory.c). */
enum fwd_fail fwd_machine_factory(
    struct fwd_machine *machine, const struct fwd_machine_recipe *recipe, struct fwd_error *err);

/* The pinned images of machine->trust, from and into factory.json (machine_pins.c). A folder
 * without one has none. */
enum fwd_fail fwd_machine_load_pins(
    struct fwd_machine *machine, const char *folder, struct fwd_error *err);
enum fwd_fail fwd_machine_save_pins(
    const struct fwd_machine *machine, const char *folder, struct fwd_error *err);

/* Connects the ports; needs description, nor, trust and nvm (machine_ports.c). */
enum fwd_fail fwd_machine_connect(struct fwd_machine *machine,
    const struct fwd_codec *const *codecs, uint8_t codec_count, struct fwd_error *err);

/* The trust package whose set is built in (machine_pins.c): takes it from a file of the recipe
 * (*taken: it was one), from a device's folder, writes it there. */
enum fwd_fail fwd_machine_take_built_in(
    struct fwd_machine *machine, const char *path, bool *taken, struct fwd_error *err);
enum fwd_fail fwd_machine_load_built_in(
    struct fwd_machine *machine, const char *folder, struct fwd_error *err);

/* Puts the keyring in place of the fixed store, if the device has one; opens it. */
enum fwd_fail fwd_machine_connect_keyring(struct fwd_machine *machine, struct fwd_error *err);
void fwd_machine_open_keyring(struct fwd_machine *machine);

/* Puts the faults of nvm on the flash. */
void fwd_machine_apply_faults(struct fwd_machine *machine);

/* An empty machine; NULL: no memory. */
struct fwd_machine *fwd_machine_allocate(void);

#endif
