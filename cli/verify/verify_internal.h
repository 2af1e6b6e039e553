/* What the files of verify share: a package, keys, images and perhaps a device. */
#ifndef FWD_CLI_VERIFY_VERIFY_INTERNAL_H
#define FWD_CLI_VERIFY_VERIFY_INTERNAL_H

#include "cli/common/args.h"
#include "cli/verify/check_list.h"
#include "hostio/host_file.h"
#include "keys/crypto_port.h"
#include "keys/trust.h"
#include "sim/device/description.h"
#include "sim/family/profiles.h"
#include "verify/verify.h"

/* The images of a component of the package, as far as they were given. */
struct fwd_verify_images {
    struct fwd_bytes source; /* data NULL: not given */
    struct fwd_bytes target;
    const char *source_path, *target_path;
};

struct fwd_verify_subject {
    const struct fwd_args *args;
    const char *path;
    struct fwd_bytes package;
    struct fwd_trust trust;
    struct fwd_host_crypto crypto;
    enum fwd_command command;
    uint32_t threshold;                         /* 0: not given */
    struct fwd_device_description *description; /* of --device; NULL: none */
    const struct fwd_profile *profile;          /* NULL: none */
    uint8_t *signed_bytes;                      /* buffer of the verifier */
    struct fwd_trusted trusted;
    bool is_trusted;
    bool is_installed; /* the device found that all of it is installed */
    uint64_t now;      /* of --at, or this machine's clock; seconds since 1970 */
    struct fwd_verify_images images[FWD_COMPONENTS_MAX]; /* by component of the package */
    struct fwd_check_list list;
    /* With a device. */
    bool has_cost;
    uint32_t staged_bytes, memory;
    uint64_t erases, programs;
    double seconds;
};

/* V1 to V6 and I3, in this computer's memory; is_trusted when V5c passed (verify_memory.c). */
enum fwd_fail fwd_verify_in_memory(struct fwd_verify_subject *subject, struct fwd_error *err);

/* Reads --source and --target for the components of a trusted package (verify_images.c). */
enum fwd_fail fwd_verify_images(struct fwd_verify_subject *subject, struct fwd_error *err);
void fwd_verify_images_free(struct fwd_verify_subject *subject);

/* Installs on a device made from --device, in memory; its answer is that of a device
 * (verify_device.c). */
enum fwd_fail fwd_verify_on_device(struct fwd_verify_subject *subject, struct fwd_error *err);

/* What the package requires of other components and of the time, after all others
 * (verify_conditions.c): --at, and the shape of --installed, are read before. */
enum fwd_fail fwd_verify_read_time(struct fwd_verify_subject *subject, struct fwd_error *err);
enum fwd_fail fwd_verify_check_installed(const struct fwd_args *args, struct fwd_error *err);
void fwd_verify_conditions(struct fwd_verify_subject *subject);

/* Writes the files of --junit and --sarif (verify_files.c). */
enum fwd_fail fwd_verify_files(const struct fwd_verify_subject *subject, struct fwd_error *err);

/* Prints what was found (verify_report.c). */
enum fwd_fail fwd_verify_report(const struct fwd_verify_subject *subject, struct fwd_error *err);

/* *is_one: the operand is a trust package, and is verified by this. */
enum fwd_fail fwd_verify_trust_package(
    const struct fwd_args *args, bool *is_one, struct fwd_error *err);

#endif
