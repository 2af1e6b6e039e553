/* A small device for each test, described and made in a scratch folder. */
#ifndef FWD_TESTS_SIM_DEVICE_MACHINE_RIG_H
#define FWD_TESTS_SIM_DEVICE_MACHINE_RIG_H

#include "sim/device/machine.h"
#include "tests/hostio/scratch_folder.h"

#include <check.h>

/* The image of component "firmware", with its final NUL. Component "boot" has none. */
#define MACHINE_RIG_FIRMWARE "the firmware, not a whole number of units"

/* What devices are made of; a test may change it for itself. */
struct fwd_machine_recipe *machine_rig_recipe(void);
/* Where machine_rig_create() makes the device: "device" in the scratch folder. */
const char *machine_rig_folder(void);

void machine_rig_create(void);
struct fwd_machine *machine_rig_open(void);
/* Both. */
struct fwd_machine *machine_rig_created(void);

/* What the device's host says of a point. */
enum fwd_reason machine_rig_ready(const struct fwd_machine *machine, enum fwd_point point);

/* A test, and how often it is looped. */
struct machine_rig_test {
    const TTest *test;
    int count;
};

/* Runs a suite, each test in a scratch folder of its own; the last test is NULL. What main()
 * returns. */
int machine_rig_main(const char *name, const struct machine_rig_test *tests);

#endif
