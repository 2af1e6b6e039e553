/* The key store of a simulated device beside its keys: what the factory pinned, and the keyring.
 * What was pinned is in factory.json:
 *
 *     {"firmware": {"size": 21408, "sha256": "5f0c...", "version": "1.0.0"}, "data": {"size": 0}}
 */
#include "format/header.h"
#include "hostio/host_file.h"
#include "keys/trust_package.h"
#include "sim/device/json.h"
#include "sim/device/machine_internal.h"

#include <inttypes.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#define HEX_SIZE (2 * FWD_DIGEST_SIZE + 1)

static bool digest_of(const char *hex, uint8_t digest[FWD_DIGEST_SIZE])
{
    if (strlen(hex) != HEX_SIZE - 1 || strspn(hex, "0123456789abcdef") != HEX_SIZE - 1)
        return false;
    for (size_t i = 0; i < FWD_DIGEST_SIZE; i++) {
        char pair[3] = {hex[2 * i], hex[2 * i + 1], '\0'};
        digest[i] = (uint8_t)strtoul(pair, NULL, 16);
    }
    return true;
}

static void load_pin(
    struct fwd_json *json, const struct fwd_json_node *object, struct fwd_trust_pin *pin)
{
    static const char *const members[] = {"size", "sha256", "counter", "version", NULL};
    char hex[HEX_SIZE] = "";

    fwd_json_only(json, object, members);
    pin->size = fwd_json_u32(json, object, "size", 0, UINT32_MAX);
    pin->counter = fwd_json_u32_or(json, object, "counter", 0, UINT32_MAX, 0);
    fwd_json_text(json, object, "sha256", hex, sizeof hex, pin->size > 0);
    if (json->fail == FWD_FAIL_NONE && pin->size > 0 && !digest_of(hex, pin->digest))
        fwd_json_refuse(json, object, "sha256", "64 lower case hexadecimal digits");
    fwd_json_text(json, object, "version", pin->version, sizeof pin->version, false);
    pin->set = true;
}

enum fwd_fail fwd_machine_load_pins(
    struct fwd_machine *machine, const char *folder, struct fwd_error *err)
{
    const struct fwd_device_description *d = machine->description;
    const char *names[FWD_COMPONENTS_MAX + 1] = {NULL};
    char path[FWD_MACHINE_PATH];
    struct fwd_json json;

    if (!fwd_machine_path(folder, "factory.json", path))
        return fwd_error_fail(err, FWD_FAIL_ENVIRONMENT, "%s: the name is too long", folder);
    if (access(path, F_OK) != 0)
        return FWD_FAIL_NONE;
    for (uint8_t i = 0; i < d->place_count; i++)
        names[i] = d->place_names[i];
    fwd_json_open(&json, path, err);
    struct fwd_json_node root = fwd_json_root(&json);
    fwd_json_only(&json, &root, names);
    for (uint8_t i = 0; i < d->place_count; i++) {
        struct fwd_json_node object = fwd_json_object(&json, &root, names[i], false);
        if (object.value != NULL)
            load_pin(&json, &object, &machine->trust.pins[i]);
    }
    fwd_json_close(&json);
    return json.fail;
}

static json_t *pin_of(const struct fwd_trust_pin *pin)
{
    char hex[HEX_SIZE];

    for (size_t i = 0; i < FWD_DIGEST_SIZE; i++)
        (void)snprintf(hex + 2 * i, 3, "%02x", pin->digest[i]);
    json_t *out = pin->size > 0
                      ? json_pack("{s:I, s:s}", "size", (json_int_t)pin->size, "sha256", hex)
                      : json_pack("{s:i}", "size", 0);
    if (pin->version[0] != '\0')
        (void)json_object_set_new(out, "version", json_string(pin->version));
    if (pin->counter > 0)
        (void)json_object_set_new(out, "counter", json_integer((json_int_t)pin->counter));
    return out;
}

enum fwd_fail fwd_machine_save_pins(
    const struct fwd_machine *machine, const char *folder, struct fwd_error *err)
{
    const struct fwd_device_description *d = machine->description;
    char path[FWD_MACHINE_PATH];

    if (!fwd_machine_path(folder, "factory.json", path))
        return fwd_error_fail(err, FWD_FAIL_ENVIRONMENT, "%s: the name is too long", folder);
    json_t *root = json_object();
    for (uint8_t i = 0; i < d->place_count; i++) {
        if (machine->trust.pins[i].set)
            (void)json_object_set_new(root, d->place_names[i], pin_of(&machine->trust.pins[i]));
    }
    char *text = json_dumps(root, JSON_INDENT(2));
    enum fwd_fail fail = text == NULL
                             ? fwd_error_memory(err, path)
                             : fwd_file_write_atomic(path, text, strlen(text), 0644, true, err);
    free(text);
    json_decref(root);
    return fail;
}

/* ---- keys that change in the field ----------------------------------------------------------- */

enum { LINK_MAX = 4096 };

static bool has_area(const struct fwd_machine *machine)
{
    return machine->description->areas[FWD_AREA_TRUST].size > 0;
}

enum fwd_fail fwd_machine_take_built_in(
    struct fwd_machine *machine, const char *path, bool *taken, struct fwd_error *err)
{
    struct fwd_bytes file = {NULL, 0};

    *taken = false;
    if (!has_area(machine) ||
        fwd_file_read(path, FWD_TRUST_PACKAGE_MAX, &file, NULL) != FWD_FAIL_NONE)
        return FWD_FAIL_NONE; /* a folder; or the keys never change */
    *taken = fwd_trust_package_is(file.data, file.size);
    if (!*taken) {
        fwd_bytes_free(&file);
        return FWD_FAIL_NONE;
    }
    (void)err;
    machine->built_in = file;
    return FWD_FAIL_NONE;
}

enum fwd_fail fwd_machine_load_built_in(
    struct fwd_machine *machine, const char *folder, struct fwd_error *err)
{
    char path[FWD_MACHINE_PATH];

    if (!has_area(machine) || !fwd_machine_path(folder, FWD_MACHINE_BUILT_IN, path) ||
        access(path, F_OK) != 0)
        return FWD_FAIL_NONE;
    enum fwd_fail fail =
        fwd_file_read_as("a trust package", path, FWD_TRUST_PACKAGE_MAX, &machine->built_in, err);
    if (fail == FWD_FAIL_NONE &&
        !fwd_trust_package_is(machine->built_in.data, machine->built_in.size))
        fail = fwd_error_fail(err, FWD_FAIL_REFUSED,
            "%s: the trust package of this device is expected, found something else", path);
    return fail;
}

enum fwd_fail fwd_machine_save_built_in(
    const struct fwd_machine *machine, const char *folder, struct fwd_error *err)
{
    char path[FWD_MACHINE_PATH];

    if (machine->built_in.size == 0)
        return FWD_FAIL_NONE;
    if (!fwd_machine_path(folder, FWD_MACHINE_BUILT_IN, path))
        return fwd_error_fail(err, FWD_FAIL_ENVIRONMENT, "%s: the name is too long", folder);
    return fwd_file_write_atomic(
        path, machine->built_in.data, machine->built_in.size, 0644, false, err);
}

void fwd_machine_open_keyring(struct fwd_machine *machine)
{
    struct fwd_update *update;

    if (!machine->has_keyring)
        return;
    update = calloc(1, sizeof *update);
    if (update == NULL)
        return; /* without keys: everything is refused */
    update->device = &machine->device;
    enum fwd_reason reason = fwd_keyring_open(&machine->keyring, &machine->keyring_config, update);
    if (reason != FWD_OK)
        machine->keyring.lost = true;
    free(update);
}

enum fwd_fail fwd_machine_connect_keyring(struct fwd_machine *machine, struct fwd_error *err)
{
    struct fwd_header header;

    if (machine->built_in.size == 0 ||
        fwd_header_decode(machine->built_in.data, machine->built_in.size, &header) != FWD_OK)
        return FWD_FAIL_NONE;
    machine->keyring_config = (struct fwd_keyring_config){.device = &machine->device,
        .built_in = machine->built_in.data,
        .built_in_size = FWD_HEADER_SIZE + (uint32_t)header.manifest_size,
        .factory = &machine->keys_port,
        .area = machine->description->areas[FWD_AREA_TRUST],
        .newest_counter = FWD_MACHINE_TRUST_NEWEST,
        .starts_counter = FWD_MACHINE_TRUST_STARTS,
        .link_max = LINK_MAX,
        .memory = malloc(3 * LINK_MAX)};
    if (machine->keyring_config.memory == NULL)
        return fwd_error_memory(err, "the keys");
    fwd_crypto_port_trust_keys(&machine->crypto);
    machine->has_keyring = true;
    machine->ports.keys = &machine->keyring.port;
    machine->watchdog.ports.keys = &machine->keyring.port;
    fwd_machine_open_keyring(machine);
    return FWD_FAIL_NONE;
}

void fwd_machine_started(struct fwd_machine *machine, struct fwd_update *update)
{
    if (machine->has_keyring)
        fwd_keyring_settle(&machine->keyring, update);
}
