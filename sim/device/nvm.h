/* What a device remembers outside its flash: security counters, the channel for results, and the
 * faults that a person has put on it. A JSON file, always replaced as a whole:
 *
 *     {"counters": {"firmware": 3}, "trust": {"newest": 2, "starts": 1},
 *      "channel": {"port": 1, "baud": 115200, "readable": true},
 *      "hooks": [{"point": "finalization", "reason": "finalize"}],
 *      "faults": [{"operation": "program", "effect": "fail", "area": "staging",
 *                  "offset": 0, "size": 0, "skip": 2, "times": 1, "until_write": false,
 *                  "power_cycle": 0}]}
 *
 * Every member may be left out. A fault without an area is everywhere. */
#ifndef FWD_SIM_DEVICE_NVM_H
#define FWD_SIM_DEVICE_NVM_H

#include "sim/device/description.h"
#include "sim/family/profiles.h"

#define FWD_NVM_HOOKS_MAX 16u

/* The device says at this point that it is not ready, for this reason. */
struct fwd_nvm_hook {
    enum fwd_point point;
    enum fwd_reason reason;
};

struct fwd_nvm {
    uint32_t counters[FWD_COMPONENTS_MAX]; /* by component of the device */
    uint32_t trust[2]; /* of the keyring: newest set, oldest set that starts something */
    struct fwd_channel channel;
    bool channel_readable;
    struct fwd_nvm_hook hooks[FWD_NVM_HOOKS_MAX];
    uint32_t hook_count;
    struct fwd_nor_fault faults[FWD_NOR_FAULTS_MAX];
    uint32_t fault_count;
};

/* Counters 0, port 1 at 115200 bit/s, no faults. */
void fwd_nvm_init(struct fwd_nvm *nvm);

/* FWD_FAIL_REFUSED: not a valid file, or a component that the device does not have. */
enum fwd_fail fwd_nvm_load(const char *file, const struct fwd_device_description *description,
    struct fwd_nvm *nvm, struct fwd_error *err);
enum fwd_fail fwd_nvm_save(const char *file, const struct fwd_device_description *description,
    const struct fwd_nvm *nvm, struct fwd_error *err);

/* "flash", "partitions", "config", "bad-blocks", "file-system", "package", "validation",
 * "installation", "finalization": the points of struct fwd_host_port. */
#define FWD_NVM_POINTS 9
extern const char *const fwd_nvm_point_words[FWD_NVM_POINTS];
extern const char *const fwd_nvm_operation_words[FWD_NOR_OPERATIONS];
extern const char *const fwd_nvm_effect_words[FWD_NOR_EFFECTS];

/* The reason of that name. False when there is none. */
bool fwd_nvm_reason(const char *name, enum fwd_reason *reason);
/* The area of that name (fwd_description_area_name()); for an A/B component "NAME:0", "NAME:1". */
bool fwd_nvm_area(const struct fwd_device_description *description, const char *name, uint16_t *id);

#endif
