/* A device and a package for the table of result codes: each row breaks one thing. */
#ifndef FWD_TESTS_SIM_CODES_RIG_H
#define FWD_TESTS_SIM_CODES_RIG_H

#include "sim/family/line_sink.h"
#include "tests/sim/torture_rig.h"

#define CODES_LINES_MAX 256

struct codes_rig {
    struct torture_rig base;  /* images, description, package and trust */
    char folder[512];         /* of the device */
    struct fwd_bytes package; /* what is sent */
    enum fwd_command command;
    uint32_t padding;
    const char *profile; /* NULL: lara-r6-01b */
    uint32_t ram;        /* 0: ample */
    const char *product; /* of the device */
    const char *component;
    bool no_keys, no_flash, other_firmware;

    struct fwd_machine *machine; /* open while the row runs */
    struct fwd_update update;
    struct fwd_line_sink sink;
    bool spoil_late;     /* flip a byte of the slot when nearly everything is written */
    bool change_package; /* flip a byte of the stored package after its validation */
    char lines[CODES_LINES_MAX][48];
    int line_count;
    uint64_t operations;      /* of installing, without the download */
    uint64_t slot_operations; /* of them in firmware */
};

/* Images of about so many bytes, package, key. The device is made by codes_rig_device(). */
void codes_rig_new(struct codes_rig *rig, const char *shape, size_t size);
void codes_rig_free(struct codes_rig *rig);

/* ---- packages -------------------------------------------------------------------------------- */
void codes_rig_flip(struct codes_rig *rig, size_t offset);
/* Offsets in the package: last byte of the last signature, first byte of the payload. */
size_t codes_rig_signature(const struct codes_rig *rig);
size_t codes_rig_payload(const struct codes_rig *rig);
/* Signs whatever now stands in header and manifest, under the key id of the trusted key. forged:
 * with another key. */
void codes_rig_sign_again(struct codes_rig *rig, bool forged);
/* Edits the manifest, computes the payload's digest, signs. */
void codes_rig_edit(struct codes_rig *rig, void (*edit)(struct fwd_manifest *manifest));
/* The new image as a full package, signed. */
void codes_rig_full(struct codes_rig *rig);

/* ---- the device ------------------------------------------------------------------------------ */
void codes_rig_device(struct codes_rig *rig);
void codes_rig_hook(struct codes_rig *rig, enum fwd_point point, enum fwd_reason reason);
void codes_rig_fault(struct codes_rig *rig, struct fwd_nor_fault fault);
void codes_rig_destroy(struct codes_rig *rig, int table); /* enum fwd_system_table */

/* Power on, download, install, report: gives the final code. */
uint16_t codes_rig_install(struct codes_rig *rig);
/* Power off and on until nothing is pending: the final code. */
uint16_t codes_rig_boot(struct codes_rig *rig);
enum codes_firmware { CODES_OLD, CODES_NEW, CODES_NEITHER };
enum codes_firmware codes_rig_firmware(const struct codes_rig *rig);
/* Lines that begin so. */
int codes_rig_lines(const struct codes_rig *rig, const char *begin);

#endif
