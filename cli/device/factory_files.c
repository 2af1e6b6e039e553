#include "cli/device/factory_files.h"

#include "hostio/host_file.h"
#include "sim/device/json.h"

#include <errno.h>
#include <inttypes.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#define PATH_SIZE FWD_FACTORY_PATH
#define HEX_SIZE  (2 * FWD_DIGEST_SIZE + 1)

/* folder/name; false when it is too long. */
static bool path_of(const char *folder, const char *name, char path[PATH_SIZE])
{
    int size = snprintf(path, PATH_SIZE, "%s/%s", folder, name);

    return size > 0 && (unsigned)size < PATH_SIZE;
}

static void hex_of(const uint8_t digest[FWD_DIGEST_SIZE], char hex[HEX_SIZE])
{
    for (size_t i = 0; i < FWD_DIGEST_SIZE; i++)
        (void)snprintf(hex + 2 * i, 3, "%02x", digest[i]);
}

/* ---- writing --------------------------------------------------------------------------------- */

struct program {
    const struct fwd_machine *machine;
    const char *description;
    json_t *list;
};

/* "firmware.bin"; the second slot's is "firmware-1.bin". */
static void file_name(
    const struct fwd_device_description *d, uint16_t area, char name[FWD_NAME_MAX + 8])
{
    char text[FWD_NAME_MAX + 3];

    fwd_description_area_name(d, area, text);
    char *colon = strchr(text, ':');
    if (colon != NULL)
        *colon = '-';
    (void)snprintf(name, FWD_NAME_MAX + 8, "%s.bin", text);
}

/* Up to the last byte that is not erased, in whole program units. */
static uint32_t used_size(const struct fwd_area *area, const uint8_t *bytes)
{
    uint32_t size = area->size;

    while (size > 0 && bytes[size - 1] == area->erased)
        size--;
    return size == 0 ? 0
                     : (size + area->program_unit - 1) / area->program_unit * area->program_unit;
}

static enum fwd_fail save_bytes(struct program *program, const char *folder, uint16_t area,
    const struct fwd_bytes *bytes, struct fwd_error *err)
{
    const struct fwd_device_description *d = program->machine->description;
    char path[PATH_SIZE], name[FWD_NAME_MAX + 8], text[FWD_NAME_MAX + 3], hex[HEX_SIZE];
    uint8_t digest[FWD_DIGEST_SIZE];

    file_name(d, area, name);
    fwd_description_area_name(d, area, text);
    if (!path_of(folder, name, path))
        return fwd_error_fail(err, FWD_FAIL_ENVIRONMENT, "%s: the name is too long", folder);
    if (!fwd_crypto_port_sha256(bytes->data, bytes->size, digest))
        return fwd_error_fail(err, FWD_FAIL_ENVIRONMENT, "SHA-256 cannot be computed");
    hex_of(digest, hex);
    json_t *entry = json_pack("{s:s, s:s, s:I, s:I, s:s, s:s}", "area", text, "chip",
        d->chip_names[d->areas[area].chip], "address", (json_int_t)d->areas[area].address, "size",
        (json_int_t)bytes->size, "file", name, "sha256", hex);
    if (json_array_append_new(json_object_get(program->list, "areas"), entry) != 0)
        return fwd_error_memory(err, folder);
    return fwd_file_write_atomic(path, bytes->data, bytes->size, 0644, false, err);
}

static enum fwd_fail save_area(
    struct program *program, const char *folder, uint16_t id, struct fwd_error *err)
{
    const struct fwd_area *area = &program->machine->description->areas[id];
    struct fwd_bytes bytes = {malloc(area->size), area->size};
    enum fwd_fail fail = FWD_FAIL_NONE;

    if (bytes.data == NULL)
        return fwd_error_memory(err, folder);
    if (!fwd_nor_peek(program->machine->nor, id, 0, bytes.data, area->size))
        fail = fwd_error_fail(err, FWD_FAIL_ENVIRONMENT, "the simulated flash cannot be read");
    bytes.size = used_size(area, bytes.data);
    if (fail == FWD_FAIL_NONE && bytes.size > 0)
        fail = save_bytes(program, folder, id, &bytes, err);
    fwd_bytes_free(&bytes);
    return fail;
}

static enum fwd_fail save_keys(struct program *program, const char *folder, struct fwd_error *err)
{
    const struct fwd_trust *trust = &program->machine->trust;
    char path[PATH_SIZE];

    if (program->machine->has_keyring)
        return fwd_machine_save_built_in(program->machine, folder, err);
    if (!path_of(folder, "trust", path) || mkdir(path, 0755) != 0)
        return fwd_error_fail(err, FWD_FAIL_ENVIRONMENT, "%s/trust: the folder cannot be made: %s",
            folder, fwd_error_cause(errno));
    return fwd_trust_save(trust, path, err);
}

static enum fwd_fail copy_file(
    const char *from, const char *folder, const char *name, struct fwd_error *err)
{
    struct fwd_bytes text = {NULL, 0};
    char path[PATH_SIZE];

    if (!path_of(folder, name, path))
        return fwd_error_fail(err, FWD_FAIL_ENVIRONMENT, "%s: the name is too long", folder);
    enum fwd_fail fail =
        fwd_file_read_as("a device description (JSON)", from, FWD_JSON_FILE_MAX, &text, err);
    if (fail == FWD_FAIL_NONE)
        fail = fwd_file_write_atomic(path, text.data, text.size, 0644, false, err);
    fwd_bytes_free(&text);
    return fail;
}

static enum fwd_fail save_list(const json_t *list, const char *folder, struct fwd_error *err)
{
    char path[PATH_SIZE];
    char *text = json_dumps(list, JSON_INDENT(2));

    if (text == NULL)
        return fwd_error_memory(err, folder);
    enum fwd_fail fail =
        path_of(folder, "program.json", path)
            ? fwd_file_write_atomic(path, text, strlen(text), 0644, false, err)
            : fwd_error_fail(err, FWD_FAIL_ENVIRONMENT, "%s: the name is too long", folder);
    free(text);
    return fail;
}

static enum fwd_fail fill(void *ctx, const char *path, struct fwd_error *err)
{
    struct program *program = ctx;
    const struct fwd_device_description *d = program->machine->description;
    enum fwd_fail fail = copy_file(program->description, path, "description.json", err);

    for (uint16_t i = 0; i < 2u * d->place_count && fail == FWD_FAIL_NONE; i++) {
        if (d->areas[FWD_AREA_SLOTS + i].size > 0)
            fail = save_area(program, path, (uint16_t)(FWD_AREA_SLOTS + i), err);
    }
    if (fail == FWD_FAIL_NONE)
        fail = save_area(program, path, FWD_AREA_JOURNAL, err);
    if (fail == FWD_FAIL_NONE && !d->shared)
        fail = save_area(program, path, FWD_AREA_VERSION, err);
    if (fail == FWD_FAIL_NONE)
        fail = save_keys(program, path, err);
    return fail == FWD_FAIL_NONE ? save_list(program->list, path, err) : fail;
}

enum fwd_fail fwd_factory_files_save(const struct fwd_machine *machine, const char *description,
    const char *folder, json_t **list, struct fwd_error *err)
{
    struct program program = {machine, description,
        json_pack("{s:s, s:[], s:s, s:I}", "device", machine->description->name, "areas", "keys",
            machine->has_keyring ? FWD_MACHINE_BUILT_IN : "trust", "trusted_keys",
            (json_int_t)machine->trust.count)};

    *list = program.list;
    if (program.list == NULL)
        return fwd_error_memory(err, folder);
    return fwd_machine_new_folder(folder, fill, &program, err);
}

/* ---- reading --------------------------------------------------------------------------------- */

static bool find_area(const struct fwd_device_description *d, const char *name, uint16_t *area)
{
    char text[FWD_NAME_MAX + 3];

    for (*area = 0; *area < FWD_AREA_COUNT; (*area)++) {
        if (d->areas[*area].size == 0)
            continue;
        fwd_description_area_name(d, *area, text);
        if (strcmp(text, name) == 0)
            return true;
    }
    return false;
}

/* What the list says of one file. */
struct entry {
    char area[FWD_NAME_MAX + 3], chip[FWD_NAME_MAX + 1], file[FWD_NAME_MAX + 8], hex[HEX_SIZE];
    uint32_t address, size;
};

static enum fwd_fail load_file(struct fwd_machine *machine, const char *folder,
    const struct entry *entry, struct fwd_error *err)
{
    struct fwd_bytes bytes = {NULL, 0};
    char path[PATH_SIZE], hex[HEX_SIZE];
    uint8_t digest[FWD_DIGEST_SIZE];
    uint16_t area;

    if (strchr(entry->file, '/') != NULL || !path_of(folder, entry->file, path))
        return fwd_error_fail(err, FWD_FAIL_REFUSED,
            "%s/program.json: file \"%s\" is no name of a file in the folder", folder, entry->file);
    if (!find_area(machine->description, entry->area, &area))
        return fwd_error_fail(err, FWD_FAIL_REFUSED,
            "%s/program.json: the device has no area \"%s\"", folder, entry->area);
    enum fwd_fail fail =
        fwd_file_read_as("bytes to be programmed", path, FWD_DEVICE_FLASH_MAX, &bytes, err);
    if (fail != FWD_FAIL_NONE)
        return fail;
    hex[0] = '\0';
    if (fwd_crypto_port_sha256(bytes.data, bytes.size, digest))
        hex_of(digest, hex);
    if (bytes.size != entry->size || strcmp(hex, entry->hex) != 0)
        fail = fwd_error_fail(err, FWD_FAIL_REFUSED,
            "%s: %" PRIu32
            " bytes with SHA-256 %s are expected, as program.json says, but the file "
            "has %zu with %s",
            path, entry->size, entry->hex, bytes.size, hex);
    else if (!fwd_nor_poke(machine->nor, area, 0, bytes.data, (uint32_t)bytes.size))
        fail = fwd_error_fail(err, FWD_FAIL_REFUSED,
            "%s: at most %" PRIu32 " bytes fit the area \"%s\" of the device, but it has %zu", path,
            machine->description->areas[area].size, entry->area, bytes.size);
    fwd_bytes_free(&bytes);
    return fail;
}

static void read_entry(
    struct fwd_json *json, const struct fwd_json_node *object, struct entry *entry)
{
    static const char *const members[] = {
        "area", "chip", "address", "size", "file", "sha256", NULL};

    fwd_json_only(json, object, members);
    fwd_json_text(json, object, "area", entry->area, sizeof entry->area, true);
    fwd_json_text(json, object, "chip", entry->chip, sizeof entry->chip, true);
    entry->address = fwd_json_u32(json, object, "address", 0, UINT32_MAX);
    entry->size = fwd_json_u32(json, object, "size", 1, FWD_DEVICE_FLASH_MAX);
    fwd_json_text(json, object, "file", entry->file, sizeof entry->file, true);
    fwd_json_text(json, object, "sha256", entry->hex, sizeof entry->hex, true);
}

enum fwd_fail fwd_factory_files_keys(
    const char *folder, char path[FWD_FACTORY_PATH], struct fwd_error *err)
{
    if (!path_of(folder, "program.json", path))
        return fwd_error_fail(err, FWD_FAIL_USAGE, "--factory: the name is too long");
    if (access(folder, F_OK) != 0)
        return fwd_error_fail(err, FWD_FAIL_ENVIRONMENT,
            "%s: a folder that 'fwdelta device factory' made is expected, but: %s", folder,
            fwd_error_cause(errno));
    if (access(path, F_OK) != 0)
        return fwd_error_fail(err, FWD_FAIL_REFUSED,
            "%s: is no folder that 'fwdelta device factory' made: it has no program.json", folder);
    if (path_of(folder, FWD_MACHINE_BUILT_IN, path) && access(path, F_OK) == 0)
        return FWD_FAIL_NONE;
    return path_of(folder, "trust", path)
               ? FWD_FAIL_NONE
               : fwd_error_fail(err, FWD_FAIL_USAGE, "--factory: the name is too long");
}

enum fwd_fail fwd_factory_files_load(
    struct fwd_machine *machine, const void *ctx, struct fwd_error *err)
{
    const char *folder = ctx;
    static const char *const members[] = {"device", "areas", "keys", "trusted_keys", NULL};
    char path[PATH_SIZE];
    struct fwd_json json;

    if (!path_of(folder, "program.json", path))
        return fwd_error_fail(err, FWD_FAIL_ENVIRONMENT, "%s: the name is too long", folder);
    fwd_json_open(&json, path, err);
    struct fwd_json_node root = fwd_json_root(&json);
    fwd_json_only(&json, &root, members);
    struct fwd_json_node areas = fwd_json_array(&json, &root, "areas", 1, FWD_AREA_COUNT, true);
    for (size_t i = 0; json.fail == FWD_FAIL_NONE && i < json_array_size(areas.value); i++) {
        struct entry entry;
        memset(&entry, 0, sizeof entry);
        struct fwd_json_node object = fwd_json_item(&json, &areas, i);
        read_entry(&json, &object, &entry);
        if (json.fail == FWD_FAIL_NONE)
            json.fail = load_file(machine, folder, &entry, err);
    }
    fwd_json_close(&json);
    return json.fail;
}
