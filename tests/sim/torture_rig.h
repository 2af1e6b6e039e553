/* An update to be cut: a description, images, a signed package, all in the scratch folder. */
#ifndef FWD_TESTS_SIM_TORTURE_RIG_H
#define FWD_TESTS_SIM_TORTURE_RIG_H

#include "format/certificate.h"
#include "hostio/host_file.h"
#include "keys/keypair.h"
#include "sim/history/history.h"
#include "sim/torture/torture.h"

/* Geometry of a device with the one component `firmware`, and of `boot` when it has that, too. */
struct torture_shape {
    const char *name;
    bool ab;
    uint32_t unit;
    unsigned erased; /* 255 or 0 */
    bool single_program;
    const char *slot;   /* JSON list of blocks */
    uint32_t slot_size; /* their sum */
    uint32_t service;   /* erase block of the other areas */
    uint32_t scratch;   /* erase block of scratch */
    const char *boot;   /* layout of a second component; NULL: none */
    uint32_t spare;     /* blocks of staging after the staged bytes, plus 1; 0: many */
    uint32_t journal;   /* its blocks */
    bool shared;        /* the version area is in them */
};

/* At least six geometries: 4 KiB, 64 KiB, mixed; units 1..256; both erased values; boot code. */
extern const struct torture_shape torture_shapes[];
extern const int torture_shape_count;
const struct torture_shape *torture_shape(const char *name);

struct torture_rig {
    struct fwd_keypair key;
    struct fwd_bytes package;
    struct fwd_bytes old[2], new[2];
    char description[512], trust[512];
    const char *trusted[1];
    struct fwd_machine_image images[2];
    struct fwd_machine_recipe recipe;
    struct fwd_torture_options options; /* single cuts, all classes, two processes */
    struct fwd_history history;         /* of torture_rig_history() */
};

/* Writes the description of a device of that geometry into the scratch folder. staging: bytes. */
void torture_rig_describe(const struct torture_shape *shape, uint32_t staging, char path[512]);

/* Made-up firmware of about `size` bytes, and a later release of it. */
void torture_rig_small(struct torture_rig *rig, const struct torture_shape *shape, size_t size);
/* The sample firmware 1.0.0 -> 1.0.1 on a sample device: "inplace-4k". */
void torture_rig_sample(struct torture_rig *rig, const char *device);
/* Two files on a device. */
void torture_rig_files(
    struct torture_rig *rig, const char *device, const char *old_file, const char *new_file);
/* Builds the package anew, with a certificate for its device. certificate: what it states. */
void torture_rig_certify(struct torture_rig *rig, struct fwd_certificate *certificate);
/* The same with this certificate, right or wrong. */
void torture_rig_recertify(struct torture_rig *rig, const struct fwd_certificate *certificate);
/* Gives the device so many updates in its past, and the proof a full package. */
void torture_rig_history(struct torture_rig *rig, uint32_t past);
void torture_rig_free(struct torture_rig *rig);

/* Carries out the proof; fails the test when it cannot be carried out. */
struct fwd_torture_report torture_rig_run(struct torture_rig *rig);
/* Cuts at operations of the update. */
uint64_t torture_rig_cuts(const struct fwd_torture_report *report);
/* Fails the test with the ids of what was lost. */
void torture_rig_all_well(const struct fwd_torture_report *report, const char *name);

extern const struct fwd_codec *const torture_codecs[4];

#endif
