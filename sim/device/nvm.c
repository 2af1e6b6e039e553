#include "sim/device/nvm.h"

#include "hostio/host_file.h"
#include "sim/device/json.h"

#include <stdlib.h>
#include <string.h>

const char *const fwd_nvm_point_words[FWD_NVM_POINTS] = {
    [FWD_POINT_FLASH] = "flash",
    [FWD_POINT_PARTITIONS] = "partitions",
    [FWD_POINT_CONFIG] = "config",
    [FWD_POINT_BAD_BLOCKS] = "bad-blocks",
    [FWD_POINT_FILE_SYSTEM] = "file-system",
    [FWD_POINT_PACKAGE] = "package",
    [FWD_POINT_VALIDATION] = "validation",
    [FWD_POINT_INSTALLATION] = "installation",
    [FWD_POINT_FINALIZATION] = "finalization",
};
const char *const fwd_nvm_operation_words[FWD_NOR_OPERATIONS] = {
    [FWD_NOR_READ] = "read",
    [FWD_NOR_PROGRAM] = "program",
    [FWD_NOR_ERASE] = "erase",
    [FWD_NOR_WRITE] = "write",
};
const char *const fwd_nvm_effect_words[FWD_NOR_EFFECTS] = {
    [FWD_NOR_FAIL] = "fail",
    [FWD_NOR_UNREADABLE] = "unreadable",
    [FWD_NOR_SILENT] = "silent",
    [FWD_NOR_BLANK] = "blank",
};

void fwd_nvm_init(struct fwd_nvm *nvm)
{
    memset(nvm, 0, sizeof *nvm);
    nvm->channel.port = 1;
    nvm->channel.baud = 115200;
    nvm->channel_readable = true;
}

bool fwd_nvm_reason(const char *name, enum fwd_reason *reason)
{
    for (size_t i = 0; fwd_reason_at(i) != NULL; i++) {
        if (strcmp(fwd_reason_at(i)->name, name) == 0) {
            *reason = fwd_reason_at(i)->reason;
            return true;
        }
    }
    return false;
}

bool fwd_nvm_area(const struct fwd_device_description *description, const char *name, uint16_t *id)
{
    char text[FWD_NAME_MAX + 3];

    for (uint16_t i = 0; i < FWD_AREA_COUNT; i++) {
        if (description->areas[i].size == 0)
            continue;
        fwd_description_area_name(description, i, text);
        if (strcmp(text, name) == 0) {
            *id = i;
            return true;
        }
    }
    return false;
}

/* ---- reading --------------------------------------------------------------------------------- */

static void read_counters(struct fwd_json *json, const struct fwd_json_node *root,
    const struct fwd_device_description *d, struct fwd_nvm *nvm)
{
    const char *names[FWD_COMPONENTS_MAX + 1] = {NULL};
    struct fwd_json_node node = fwd_json_object(json, root, "counters", false);

    for (uint8_t i = 0; i < d->place_count; i++)
        names[i] = d->place_names[i];
    fwd_json_only(json, &node, names);
    for (uint8_t i = 0; i < d->place_count; i++)
        nvm->counters[i] = fwd_json_u32_or(json, &node, names[i], 0, UINT32_MAX, 0);
}

static void read_trust(struct fwd_json *json, const struct fwd_json_node *root, struct fwd_nvm *nvm)
{
    static const char *const names[] = {"newest", "starts", NULL};
    struct fwd_json_node node = fwd_json_object(json, root, "trust", false);

    fwd_json_only(json, &node, names);
    for (size_t i = 0; i < 2; i++)
        nvm->trust[i] = fwd_json_u32_or(json, &node, names[i], 0, UINT32_MAX, 0);
}

static void read_channel(
    struct fwd_json *json, const struct fwd_json_node *root, struct fwd_nvm *nvm)
{
    static const char *const names[] = {"port", "baud", "readable", NULL};
    struct fwd_json_node node = fwd_json_object(json, root, "channel", false);

    fwd_json_only(json, &node, names);
    nvm->channel.port = (uint8_t)fwd_json_u32_or(json, &node, "port", 1, 9, 1);
    nvm->channel.baud = fwd_json_u32_or(json, &node, "baud", 300, 10000000, 115200);
    nvm->channel_readable = fwd_json_bool_or(json, &node, "readable", true);
}

static void read_hooks(struct fwd_json *json, const struct fwd_json_node *root, struct fwd_nvm *nvm)
{
    static const char *const names[] = {"point", "reason", NULL};
    struct fwd_json_node list = fwd_json_array(json, root, "hooks", 0, FWD_NVM_HOOKS_MAX, false);

    for (size_t i = 0; i < json_array_size(list.value); i++) {
        struct fwd_json_node item = fwd_json_item(json, &list, i);
        struct fwd_nvm_hook *hook = &nvm->hooks[i];
        char reason[64];

        fwd_json_only(json, &item, names);
        hook->point = (enum fwd_point)fwd_json_choice(
            json, &item, "point", fwd_nvm_point_words, FWD_NVM_POINTS, -1);
        fwd_json_text(json, &item, "reason", reason, sizeof reason, true);
        if (json->fail == FWD_FAIL_NONE && !fwd_nvm_reason(reason, &hook->reason))
            fwd_json_refuse(json, &item, "reason", "the name of a reason");
        nvm->hook_count++;
    }
}

static void read_fault(struct fwd_json *json, const struct fwd_json_node *item,
    const struct fwd_device_description *d, struct fwd_nor_fault *fault)
{
    static const char *const names[] = {"operation", "effect", "area", "offset", "size", "skip",
        "times", "until_write", "power_cycle", NULL};
    char area[FWD_NAME_MAX + 3];

    fwd_json_only(json, item, names);
    fault->operation = (enum fwd_nor_operation)fwd_json_choice(
        json, item, "operation", fwd_nvm_operation_words, FWD_NOR_OPERATIONS, -1);
    fault->effect = (enum fwd_nor_effect)fwd_json_choice(
        json, item, "effect", fwd_nvm_effect_words, FWD_NOR_EFFECTS, FWD_NOR_FAIL);
    fwd_json_text(json, item, "area", area, sizeof area, false);
    fault->everywhere = area[0] == '\0';
    if (json->fail == FWD_FAIL_NONE && !fault->everywhere && !fwd_nvm_area(d, area, &fault->area))
        fwd_json_refuse(json, item, "area", "the name of an area of this device");
    fault->offset = fwd_json_u32_or(json, item, "offset", 0, UINT32_MAX, 0);
    fault->size = fwd_json_u32_or(json, item, "size", 0, UINT32_MAX, 0);
    fault->skip = fwd_json_u32_or(json, item, "skip", 0, UINT32_MAX, 0);
    fault->times = fwd_json_u32_or(json, item, "times", 0, UINT32_MAX, 0);
    fault->until_write = fwd_json_bool_or(json, item, "until_write", false);
    fault->cycle = fwd_json_u32_or(json, item, "power_cycle", 0, UINT32_MAX, 0);
}

enum fwd_fail fwd_nvm_load(const char *file, const struct fwd_device_description *description,
    struct fwd_nvm *nvm, struct fwd_error *err)
{
    static const char *const names[] = {"counters", "trust", "channel", "hooks", "faults", NULL};
    struct fwd_json json;

    fwd_nvm_init(nvm);
    fwd_json_open(&json, file, err);
    struct fwd_json_node root = fwd_json_root(&json);
    fwd_json_only(&json, &root, names);
    read_counters(&json, &root, description, nvm);
    read_trust(&json, &root, nvm);
    read_channel(&json, &root, nvm);
    read_hooks(&json, &root, nvm);
    struct fwd_json_node list =
        fwd_json_array(&json, &root, "faults", 0, FWD_NOR_FAULTS_MAX, false);
    for (size_t i = 0; i < json_array_size(list.value); i++) {
        struct fwd_json_node item = fwd_json_item(&json, &list, i);
        read_fault(&json, &item, description, &nvm->faults[nvm->fault_count++]);
    }
    fwd_json_close(&json);
    return json.fail;
}

/* ---- writing --------------------------------------------------------------------------------- */

static json_t *counters_of(const struct fwd_device_description *d, const struct fwd_nvm *nvm)
{
    json_t *out = json_object();

    for (uint8_t i = 0; i < d->place_count; i++)
        (void)json_object_set_new(
            out, d->place_names[i], json_integer((json_int_t)nvm->counters[i]));
    return out;
}

static json_t *hooks_of(const struct fwd_nvm *nvm)
{
    json_t *out = json_array();

    for (uint32_t i = 0; i < nvm->hook_count; i++)
        (void)json_array_append_new(
            out, json_pack("{s:s, s:s}", "point", fwd_nvm_point_words[nvm->hooks[i].point],
                     "reason", fwd_reason_info(nvm->hooks[i].reason)->name));
    return out;
}

static json_t *faults_of(const struct fwd_device_description *d, const struct fwd_nvm *nvm)
{
    json_t *out = json_array();

    for (uint32_t i = 0; i < nvm->fault_count; i++) {
        const struct fwd_nor_fault *fault = &nvm->faults[i];
        char area[FWD_NAME_MAX + 3];
        json_t *item = json_pack("{s:s, s:s, s:I, s:I, s:I, s:I, s:b, s:I}", "operation",
            fwd_nvm_operation_words[fault->operation], "effect",
            fwd_nvm_effect_words[fault->effect], "offset", (json_int_t)fault->offset, "size",
            (json_int_t)fault->size, "skip", (json_int_t)fault->skip, "times",
            (json_int_t)fault->times, "until_write", (int)fault->until_write, "power_cycle",
            (json_int_t)fault->cycle);

        fwd_description_area_name(d, fault->area, area);
        if (!fault->everywhere)
            (void)json_object_set_new(item, "area", json_string(area));
        (void)json_array_append_new(out, item);
    }
    return out;
}

enum fwd_fail fwd_nvm_save(const char *file, const struct fwd_device_description *description,
    const struct fwd_nvm *nvm, struct fwd_error *err)
{
    json_t *root = json_pack("{s:o, s:{s:i, s:I, s:b}, s:o, s:o}", "counters",
        counters_of(description, nvm), "channel", "port", (int)nvm->channel.port, "baud",
        (json_int_t)nvm->channel.baud, "readable", (int)nvm->channel_readable, "hooks",
        hooks_of(nvm), "faults", faults_of(description, nvm));
    if (description->areas[FWD_AREA_TRUST].size > 0)
        (void)json_object_set_new(root, "trust",
            json_pack("{s:I, s:I}", "newest", (json_int_t)nvm->trust[0], "starts",
                (json_int_t)nvm->trust[1]));
    char *text = json_dumps(root, JSON_INDENT(2));
    enum fwd_fail fail = text == NULL
                             ? fwd_error_memory(err, file)
                             : fwd_file_write_atomic(file, text, strlen(text), 0644, true, err);

    free(text);
    json_decref(root);
    return fail;
}
