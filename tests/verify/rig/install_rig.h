/* A device for the tests of the installer: the library over the flash simulator, with real keys, a
 * counter in memory and a host that writes down what it is told. It also looks over the library's
 * shoulder: what may not be written is reported by lab_trouble(). */
#ifndef FWD_TESTS_VERIFY_RIG_INSTALL_RIG_H
#define FWD_TESTS_VERIFY_RIG_INSTALL_RIG_H

#include "keys/crypto_port.h"
#include "keys/trust.h"
#include "sim/flash/nor.h"
#include "tests/verify/rig/install_package.h"
#include "verify/verify.h"

#define LAB_PLACES_MAX 3
#define LAB_LINES_MAX  512
#define LAB_PRODUCT    "X100"
#define LAB_HARDWARE   7u

/* Ids of the areas; slot s of place p is LAB_AREA_SLOTS + 2 * p + s. */
enum lab_area {
    LAB_AREA_PACKAGE,
    LAB_AREA_STAGING,
    LAB_AREA_SCRATCH,
    LAB_AREA_JOURNAL,
    LAB_AREA_VERSION,
    LAB_AREA_SLOTS
};
#define LAB_AREAS (LAB_AREA_SLOTS + 2 * LAB_PLACES_MAX)

/* Geometry and components of a device. */
struct lab_shape {
    const char *name;
    struct fwd_blocks slot[3]; /* of every slot; the last have count 0 */
    uint32_t unit;
    uint8_t erased;
    bool single_program;
    uint32_t service_block; /* erase block of package, staging, journal, version */
    uint32_t scratch_blocks;
    struct {
        const char *name;
        uint8_t role;
        enum fwd_layout layout;
    } places[LAB_PLACES_MAX];
    uint8_t place_count;
    uint32_t staging_size;   /* 0: ample */
    uint32_t journal_blocks; /* 0: 3 */
    uint32_t version_blocks; /* 0: of two banks */
    bool shared;             /* the version area is the journal's blocks */
};

struct lab_line {
    enum fwd_progress phase;
    uint32_t percent;
};

struct lab {
    const struct lab_shape *shape;
    struct fwd_nor *nor;
    struct fwd_area areas[LAB_AREAS];
    struct fwd_blocks runs[LAB_AREAS][3];
    struct fwd_flash_port nor_port, flash;
    struct fwd_host_crypto crypto;
    struct fwd_crypto_port memo;
    struct fwd_trust trust;
    struct fwd_keys_port keys;
    struct fwd_counter_port counter;
    struct fwd_host_port host;
    struct fwd_ports ports;
    struct fwd_place places[LAB_PLACES_MAX];
    struct fwd_device device;
    struct fwd_update update;
    uint8_t *memory;

    /* The host. */
    uint32_t counters[FWD_COMPONENTS_MAX];
    struct lab_line lines[LAB_LINES_MAX];
    unsigned line_count;
    enum fwd_point inject_at;
    enum fwd_reason inject; /* FWD_OK: every point is ready */
    enum fwd_point inject_also_at;
    enum fwd_reason inject_also;
    unsigned inject_times; /* 0: always */

    /* What is to become of it. */
    const struct lab_image *old[LAB_PLACES_MAX], *new[LAB_PLACES_MAX];
    const char *new_version;
    struct fwd_bytes package; /* not owned */
    enum fwd_command command;

    /* For devices that are broken on purpose: what is written to this area is lost with the power,
     * although the library is told and sees that it is there. 0: none; otherwise id + 1. */
    uint16_t forgetful;
    uint8_t *shadow; /* of that area */

    bool faulty; /* attempts may end in an error; otherwise one that does is trouble */
    char trouble[200];
    uint32_t signed_size;  /* of the package, for counting: */
    uint64_t signed_reads; /* bytes read of header and manifest in the package area */
    uint64_t quiet_bytes;  /* since the watchdog was fed */

    /* The last power cycle. */
    enum fwd_reason result;
    struct fwd_boot_choice choice;
    bool resumed;
};

/* A powered device with the old images installed, version "1.0", and keys 0..LAB_KNOWN-1 in its
 * store. old[i]: image of place i; NULL: empty. */
struct lab *lab_new(const struct lab_shape *shape, const struct lab_image *const *old);
void lab_free(struct lab *lab);

/* Makes an area forgetful. */
void lab_forget(struct lab *lab, enum lab_area area);

/* Replaces the key store; limits may be NULL. */
void lab_trust(struct lab *lab, const int *keys, int count, const struct fwd_trust_limits *limits);

/* The area of a slot. */
const struct fwd_area *lab_slot(const struct lab *lab, uint8_t place, uint8_t slot);

/* Power on and init. */
enum fwd_reason lab_start(struct lab *lab);
/* Power on, init, and what a boot loader does: decide, resume, decide again, until it may run
 * something or waits for a full package (lab->choice). The result of the last resume. */
enum fwd_reason lab_boot(struct lab *lab);
/* Sets the device's counter; what the factory pinned there has it, too. */
void lab_count(struct lab *lab, uint8_t place, uint32_t counter);
/* Download of the package in uneven pieces. */
enum fwd_reason lab_download(struct lab *lab, const struct fwd_bytes *package, uint32_t padding);
/* start, download, install. */
enum fwd_reason lab_install(
    struct lab *lab, const struct fwd_bytes *package, enum fwd_command command);

/* One power cycle until the package of lab->package is installed, as boot loader and application
 * would do it: decide, resume, or download and install. Sets result, choice and resumed. An armed
 * cut ends it early: false. */
bool lab_cycle(struct lab *lab);

/* ---- what is there --------------------------------------------------------------------------- */

bool lab_slot_holds(
    const struct lab *lab, uint8_t place, uint8_t slot, const struct lab_image *image, bool fill);
/* Does the place run this image, by the last boot decision? */
bool lab_runs(const struct lab *lab, uint8_t place, const struct lab_image *image);
/* Does the version record name every target? */
bool lab_version_new(const struct lab *lab);
/* Everything is as after a successful update: NULL, or what is not. */
const char *lab_unfinished(struct lab *lab);
/* The old firmware runs and nothing else is pending: NULL, or what is not so. */
const char *lab_disturbed(struct lab *lab);
/* A boot decision that no boot loader may get: NULL, or why. */
const char *lab_insane(const struct lab *lab);
/* What the library did and must not: "" when nothing. */
const char *lab_trouble(const struct lab *lab);

/* Programs and erases in the areas of slots so far. */
uint64_t lab_slot_writes(const struct lab *lab);
/* Flips the bits of mask in one byte. */
void lab_flip(struct lab *lab, uint16_t area, uint32_t offset, uint8_t mask);

#endif
