/* Device descriptions: a JSON file that says all about a device that is not in its flash. Unknown
 * members are refused. Numbers are bytes unless the name says another unit. (*: optional)
 *
 *     name, product, hardware_revision, profile (profiles.h), ram_budget, *file_store_size
 *     resumer: name of the component that holds the code which resumes an interrupted update, or
 *         "immutable" when it is never updated
 *     *policy: *threshold 1, *max_attempts 3, *refuse_downgrade false, *package_max 0 (the area),
 *         *sigblock_max 4096, *trial_starts 0 (no trial)
 *         *expiry: "accept" or "refuse" what states an end while the time is not known, beside a
 *         clock; absent: the device never looks at it
 *     *clock: "host" (this machine's), "unset", or a time, at which it stands; absent: none
 *     *codecs: list of fwd, lite, bsdiff-xz, xz, stored: what the application decodes; all but lite
 *     *arena: bytes that its decoders have; what the ram_budget leaves
 *     *boot: {*codecs, *arena}: the same of the boot loader, stored is one of its codecs; as the
 *         application
 *     *rehearse_slice: the application rehearses updates in slices of so many bytes of work, and
 *         the boot loader acts; 0: whoever installs does both
 *     *clock_hz: of the processor
 *     *timing: *hash_us_per_kib, *decode_us_per_kib, *signature_us
 *     *watchdog: {bytes: of work between two calls of `alive`, more resets the device (watchdog.h)}
 *     chips: list of {name, program_unit, *program_page, *erased_value 255, *single_program false,
 *         *size, *timing: {*program_us_per_unit, *read_us_per_kib, *erase_us_per_block: [{size,
 *         us}]}}
 *     areas: {package, journal, version, *staging, *scratch, *system, *trust}, each an area:
 *         {*chip: name, the first; *address; blocks: [{size, count}]}; version may be
 *         {shares: "journal"} instead: half of each erase block of the journal
 *     components: list of {name, role, layout: "in-place" or "ab", slots: list of areas}
 *
 * An area without an address lies after those before it: slots in the order of components, then
 * package, staging, scratch, journal, version, system, trust. */
#ifndef FWD_SIM_DEVICE_DESCRIPTION_H
#define FWD_SIM_DEVICE_DESCRIPTION_H

#include "sim/device/decoder.h"
#include "sim/flash/nor.h"
#include "verify/verify.h"

/* Ids of areas: those of struct fwd_flash_port and of the simulator. */
enum fwd_area_id {
    FWD_AREA_PACKAGE,
    FWD_AREA_STAGING,
    FWD_AREA_SCRATCH,
    FWD_AREA_JOURNAL,
    FWD_AREA_VERSION,
    FWD_AREA_SYSTEM, /* partition table, bad-block table, file store: see system.h */
    FWD_AREA_TRUST,  /* of a device whose keys change in the field */
    FWD_AREA_SLOTS,  /* slot s of component c: FWD_AREA_SLOTS + 2 * c + s */
    FWD_AREA_COUNT = FWD_AREA_SLOTS + 2 * FWD_COMPONENTS_MAX
};

#define FWD_AREA_SLOT(component, slot) ((uint16_t)(FWD_AREA_SLOTS + 2 * (component) + (slot)))
#define FWD_DEVICE_NAME_MAX            63u
#define FWD_AREA_RUNS_MAX              FWD_NOR_RUNS_MAX
#define FWD_DEVICE_FLASH_MAX           1073741824u /* of all chips */

/* What the application has for a clock. */
enum fwd_device_clock {
    FWD_DEVICE_CLOCK_NONE,
    FWD_DEVICE_CLOCK_UNSET, /* nobody has set it */
    FWD_DEVICE_CLOCK_HOST,  /* this machine's */
    FWD_DEVICE_CLOCK_STANDS
};

struct fwd_device_description {
    char name[FWD_DEVICE_NAME_MAX + 1];
    char product[FWD_PRODUCT_MAX + 1];
    uint32_t hardware_revision;
    char profile[FWD_NAME_MAX + 1];
    char resumer[FWD_NAME_MAX + 1]; /* component name or "immutable" */
    uint32_t ram_budget;
    struct fwd_decoder application, boot;
    uint32_t file_store_size;
    struct fwd_policy policy;
    uint32_t sigblock_max;
    bool expiry;         /* the application looks at the end that a package states */
    uint8_t clock;       /* FWD_DEVICE_CLOCK_* */
    uint64_t clock_time; /* at which FWD_DEVICE_CLOCK_STANDS; seconds since 1970 */
    uint32_t hash_us_per_kib, decode_us_per_kib, signature_us;
    uint32_t clock_hz;       /* 0: not stated */
    uint32_t watchdog_bytes; /* 0: no watchdog */
    uint32_t rehearse_slice; /* 0: nothing is rehearsed in slices */

    struct fwd_nor_chip chips[FWD_NOR_CHIPS_MAX];
    char chip_names[FWD_NOR_CHIPS_MAX][FWD_NAME_MAX + 1];
    uint16_t chip_count;

    /* By id; size 0: the device has no such area. blocks points to runs. */
    struct fwd_area areas[FWD_AREA_COUNT];
    struct fwd_blocks runs[FWD_AREA_COUNT][FWD_AREA_RUNS_MAX];
    bool placed[FWD_AREA_COUNT]; /* the file states the address */
    bool shared;                 /* the version area is in the journal's blocks: it has no area */

    struct fwd_place places[FWD_COMPONENTS_MAX]; /* name points to place_names */
    char place_names[FWD_COMPONENTS_MAX][FWD_NAME_MAX + 1];
    uint8_t place_count;
};

/* Reads and checks a description. *out: freed by fwd_description_free(); NULL on failure. It points
 * into itself: never copy it. FWD_FAIL_REFUSED: not a valid description. */
enum fwd_fail fwd_description_load(
    const char *file, struct fwd_device_description **out, struct fwd_error *err);
/* The same from memory; file: for sentences. */
enum fwd_fail fwd_description_parse(const char *file, const char *text, size_t size,
    struct fwd_device_description **out, struct fwd_error *err);
void fwd_description_free(struct fwd_device_description *description);

/* What the simulator is built from. Valid as long as the description. */
struct fwd_nor_setup fwd_description_setup(const struct fwd_device_description *description);

/* Fills what a description says about a device: areas, places, product, policy. Ports, codecs and
 * memory stay as they are. Points into the description. */
void fwd_description_device(
    const struct fwd_device_description *description, struct fwd_device *device);

/* Memory of the device's installer when this program runs: what the library needs and its decoder's
 * arena; never more than the ram_budget. */
uint32_t fwd_description_memory(
    const struct fwd_device_description *description, const struct fwd_decoder *decoder);
/* The arena alone; 0: the ram_budget leaves nothing. */
uint32_t fwd_description_arena(
    const struct fwd_device_description *description, const struct fwd_decoder *decoder);

/* The description as JSON with every optional member and address written out; reading it yields the
 * same description. Freed by free(); NULL: no memory. */
char *fwd_description_dump(const struct fwd_device_description *description);

/* "staging", "firmware", "firmware:1": for people. */
void fwd_description_area_name(
    const struct fwd_device_description *description, uint16_t id, char text[FWD_NAME_MAX + 3]);

/* "firmware", "carrier-profile", "boot", "rot", "data"; NULL beyond the last. */
const char *fwd_description_role_name(uint8_t role);

#endif
