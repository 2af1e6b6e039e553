#include "cli/device/device_trust.h"

#include "cli/common/json_out.h"
#include "cli/device/cut_option.h"
#include "cli/device/decode_image.h"
#include "cli/device/device_show.h"
#include "cli/trust/trust_chain.h"
#include "gen/package/decoders.h"
#include "keys/algorithm.h"
#include "keys/keyid.h"
#include "keys/trust_package.h"

#include <inttypes.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

/* What runs on the device: nothing of it is on the heap, power may be cut. */
struct installation {
    struct fwd_machine *machine;
    struct fwd_update update;
    struct fwd_bytes package;
    enum fwd_reason reason;
};

static enum fwd_reason read_bytes(void *ctx, uint32_t offset, void *buf, uint32_t size)
{
    const struct fwd_bytes *bytes = ctx;

    memcpy(buf, bytes->data + offset, size);
    return FWD_OK;
}

static void work(void *arg)
{
    struct installation *i = arg;
    const struct fwd_input input = {&i->package, read_bytes, (uint32_t)i->package.size};
    struct fwd_boot_choice choice;

    i->reason = fwd_update_init(&i->update, &i->machine->device);
    if (i->reason == FWD_OK)
        i->reason = fwd_boot_decide(&i->update, &choice);
    if (i->reason == FWD_OK && choice.action == FWD_BOOT_RESUME)
        i->reason = FWD_E_UPDATE_PENDING;
    if (i->reason == FWD_OK)
        i->reason = fwd_keyring_install(&i->machine->keyring, &i->update, &input);
}

static enum fwd_fail check_built_in(const struct fwd_machine_recipe *recipe, struct fwd_error *err)
{
    enum fwd_fail fail = FWD_FAIL_NONE;

    for (size_t i = 0; i < recipe->trust_count && fail == FWD_FAIL_NONE; i++) {
        struct fwd_device_description *description = NULL;
        if (!fwd_trust_package_is_file(recipe->trust[i]))
            continue;
        fail = fwd_description_load(recipe->description, &description, err);
        if (fail == FWD_FAIL_NONE && description->areas[FWD_AREA_TRUST].size == 0)
            fail = fwd_error_fail(err, FWD_FAIL_REFUSED,
                "%s: is a trust package, but %s has no area \"trust\" to keep it in; give the "
                "public keys, or add the area",
                recipe->trust[i], recipe->description);
        if (fail == FWD_FAIL_NONE)
            fail = fwd_trust_chain_check(recipe->trust[i], err);
        fwd_description_free(description);
    }
    return fail;
}

enum fwd_fail fwd_device_check_trust(
    const struct fwd_machine_recipe *recipe, size_t *count, struct fwd_error *err)
{
    struct fwd_trust trust = {0};
    enum fwd_fail fail = check_built_in(recipe, err);

    *count = 0;
    for (size_t i = 0; i < recipe->trust_count && fail == FWD_FAIL_NONE; i++) {
        fail = fwd_trust_load(&trust, recipe->trust[i], FWD_TRUST_STRICT, err);
        if (fail == FWD_FAIL_NONE && trust.count == *count)
            fail = fwd_error_fail(err, FWD_FAIL_REFUSED,
                "%s: holds no public key; a folder needs files named *.pem", recipe->trust[i]);
        *count = trust.count;
    }
    fwd_trust_free(&trust);
    return fail;
}

static enum fwd_fail refuse(
    const char *folder, const char *path, enum fwd_reason reason, struct fwd_error *err)
{
    const struct fwd_reason_info *info = fwd_reason_info(reason);

    if (reason == FWD_E_UPDATE_PENDING)
        return fwd_error_fail(err, FWD_FAIL_REFUSED,
            "%s: an interrupted update is pending; finish it first with 'fwdelta boot %s'", folder,
            folder);
    return fwd_error_fail(err, FWD_FAIL_REFUSED,
        "%s: the device refuses it with code %u: %s (%s); what to do: %s", path, info->code,
        info->meaning, info->name, info->advice);
}

static int run_device(struct installation *i, const struct fwd_args *args, const char *folder,
    const char *path, struct fwd_error *err)
{
    struct fwd_nor_cut cut;
    char id[FWD_NOR_CUT_TEXT];
    bool has_cut = false;
    enum fwd_fail fail = fwd_cut_option_read(args, &has_cut, &cut, err);

    if (fail != FWD_FAIL_NONE)
        return (int)fail;
    if (has_cut)
        fwd_nor_arm(i->machine->nor, &cut);
    if (!fwd_nor_run(i->machine->nor, work, i) || fwd_nor_fired(i->machine->nor)) {
        fwd_nor_cut_print(&cut, id);
        fwd_error_set(err,
            "power was cut at flash operation %" PRIu64 " (%s); the old or the new set of keys is "
            "in force: 'fwdelta device show %s' says which",
            cut.operation, id, folder);
        return FWD_EXIT_CUT;
    }
    return i->reason == FWD_OK ? FWD_EXIT_DONE : (int)refuse(folder, path, i->reason, err);
}

static int give(struct installation *i, const struct fwd_args *args, const char *folder,
    const char *path, struct fwd_error *err)
{
    int status = run_device(i, args, folder, path, err);

    if (status != FWD_EXIT_DONE)
        return status;
    if (fwd_args_has(args, "json"))
        return (int)fwd_device_show(i->machine, &i->update, true, err);
    fwd_device_trust_print(i->machine);
    return FWD_EXIT_DONE;
}

int fwd_device_trust(const struct fwd_args *args, const char *folder, struct fwd_error *err)
{
    struct installation *i = calloc(1, sizeof *i);
    const char *path = args->operands[2];
    int status;

    if (i == NULL)
        return (int)fwd_error_memory(err, path);
    enum fwd_fail fail =
        fwd_file_read_as("a trust package", path, FWD_TRUST_PACKAGE_MAX, &i->package, err);
    if (fail == FWD_FAIL_NONE)
        fail = fwd_machine_open(folder, fwd_decoders, fwd_decoders_count, &i->machine, err);
    if (fail == FWD_FAIL_NONE && !i->machine->has_keyring)
        fail = fwd_error_fail(err, FWD_FAIL_REFUSED,
            "%s: the keys of this device never change: its description has no area \"trust\", or "
            "it was not made with --trust FILE, a trust package",
            folder);
    if (fail == FWD_FAIL_NONE)
        fwd_machine_power_cycle(i->machine);
    status = fail == FWD_FAIL_NONE ? give(i, args, folder, path, err) : (int)fail;
    fwd_machine_close(i->machine);
    fwd_bytes_free(&i->package);
    free(i);
    return status;
}

/* ---- showing --------------------------------------------------------------------------------- */

void fwd_device_trust_print(const struct fwd_machine *machine)
{
    const struct fwd_keyring *keyring = &machine->keyring;
    char id[FWD_KEYID_TEXT_SIZE];

    if (!machine->has_keyring)
        return;
    if (keyring->lost) {
        printf("trust set  lost: nothing is accepted but a trust package\n");
        return;
    }
    printf("trust set  version %" PRIu32 ", %u of %u keys must sign%s\n",
        keyring->newest.set.version, keyring->newest.set.threshold, keyring->newest.set.key_count,
        keyring->links == 1 ? " (built in)" : "");
    if (keyring->links > 1)
        printf("           %s\n", machine->nvm.trust[1] >= keyring->newest.set.version
                                      ? "keys that it leaves out are revoked"
                                      : "keys that it leaves out are retired: they start what "
                                        "they signed, and install nothing");
    for (uint8_t i = 0; i < keyring->newest.set.key_count; i++) {
        const struct fwd_algorithm *algorithm =
            fwd_algorithm_by_id(keyring->newest.set.keys[i].algorithm);
        fwd_keyid_text(keyring->newest.ids[i], id);
        printf(
            "key        %s (%s)\n", id, algorithm != NULL ? algorithm->title : "unknown algorithm");
    }
}

json_t *fwd_device_trust_json(const struct fwd_machine *machine)
{
    const struct fwd_keyring *keyring = &machine->keyring;
    json_t *keys;

    if (!machine->has_keyring)
        return json_null();
    keys = json_array();
    for (uint8_t i = 0; i < keyring->newest.set.key_count; i++)
        json_array_append_new(keys, fwd_json_out_hex(keyring->newest.ids[i], FWD_KEY_ID_SIZE));
    return json_pack("{s:I, s:i, s:o, s:b, s:b, s:b}", "version",
        (json_int_t)keyring->newest.set.version, "threshold", keyring->newest.set.threshold, "keys",
        keys, "lost", (int)keyring->lost, "built_in", (int)(keyring->links == 1), "revoked",
        (int)(machine->nvm.trust[1] >= keyring->newest.set.version));
}
