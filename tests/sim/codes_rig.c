#include "tests/sim/codes_rig.h"

#include "keys/keyfile.h"
#include "keys/signature.h"
#include "keys/signing/signed_package.h"
#include "sim/device/system.h"
#include "tests/hostio/scratch_folder.h"
#include "tests/keys/keys_sample.h"

#include <check.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

void codes_rig_new(struct codes_rig *rig, const char *shape, size_t size)
{
    memset(rig, 0, sizeof *rig);
    torture_rig_small(&rig->base, torture_shape(shape), size);
    rig->package.size = rig->base.package.size;
    rig->package.data = malloc(rig->package.size + 128);
    ck_assert_ptr_nonnull(rig->package.data);
    memcpy(rig->package.data, rig->base.package.data, rig->package.size);
    snprintf(rig->folder, sizeof rig->folder, "%s", scratch_path("device"));
}

void codes_rig_free(struct codes_rig *rig)
{
    fwd_machine_close(rig->machine);
    fwd_bytes_free(&rig->package);
    torture_rig_free(&rig->base);
}

/* ---- packages -------------------------------------------------------------------------------- */

static struct fwd_signed_package divide(const struct codes_rig *rig)
{
    struct fwd_signed_package package;

    ck_assert_int_eq(
        fwd_signed_package_divide("update.upd", rig->package.data, rig->package.size, &package),
        FWD_OK);
    return package;
}

void codes_rig_flip(struct codes_rig *rig, size_t offset)
{
    rig->package.data[offset] ^= 0x01;
}

size_t codes_rig_payload(const struct codes_rig *rig)
{
    return (size_t)(divide(rig).payload - rig->package.data);
}

size_t codes_rig_signature(const struct codes_rig *rig)
{
    return codes_rig_payload(rig) - 1;
}

static void assemble(struct codes_rig *rig, const uint8_t *head, size_t head_size,
    const uint8_t *payload, size_t payload_size, bool forged)
{
    struct fwd_keypair key, other = sample_key(0);
    uint8_t bytes[FWD_SIGNATURE_ROOM];
    size_t size;
    struct fwd_error err = {""};

    ck_assert_msg(
        fwd_keyfile_read_private(scratch_path("key.pem"), NULL, &key, NULL, &err) == FWD_FAIL_NONE,
        "%s", err.text);
    ck_assert_int_eq(
        fwd_signature_make(forged ? &other : &key, head, head_size, bytes, &size, &err),
        FWD_FAIL_NONE);
    struct fwd_signature signature = {key.algorithm->id, key.id, bytes, (uint32_t)size};
    uint32_t block = fwd_sigblock_size(&signature, 1);
    struct fwd_bytes out = {NULL, head_size + block + payload_size};
    out.data = malloc(out.size + 128);
    ck_assert_ptr_nonnull(out.data);
    memcpy(out.data, head, head_size);
    ck_assert(fwd_sigblock_encode(&signature, 1, out.data + head_size, block));
    memcpy(out.data + head_size + block, payload, payload_size);
    fwd_keypair_free(&key);
    fwd_keypair_free(&other);
    fwd_bytes_free(&rig->package);
    rig->package = out;
}

void codes_rig_sign_again(struct codes_rig *rig, bool forged)
{
    /* where things are is taken from the package as it was built */
    struct fwd_signed_package was;
    const uint8_t *now = rig->package.data;

    ck_assert_int_eq(fwd_signed_package_divide(
                         "update.upd", rig->base.package.data, rig->base.package.size, &was),
        FWD_OK);
    assemble(rig, now, was.signed_size, now + (was.payload - rig->base.package.data),
        was.payload_size, forged);
}

void codes_rig_edit(struct codes_rig *rig, void (*edit)(struct fwd_manifest *manifest))
{
    struct fwd_signed_package package = divide(rig);
    struct fwd_manifest manifest;
    uint8_t digest[FWD_DIGEST_SIZE], head[FWD_SIGNED_MAX];

    ck_assert_int_eq(
        fwd_manifest_decode(package.signed_bytes + FWD_HEADER_SIZE,
            package.signed_size - FWD_HEADER_SIZE, package.header.payload_size, &manifest),
        FWD_OK);
    ck_assert(fwd_crypto_port_sha256(package.payload, package.payload_size, digest));
    package.header.payload_digest = digest;
    if (edit != NULL)
        edit(&manifest);
    size_t size =
        fwd_manifest_encode(&manifest, head + FWD_HEADER_SIZE, sizeof head - FWD_HEADER_SIZE);
    ck_assert_uint_gt(size, 0);
    package.header.manifest_size = (uint16_t)size;
    fwd_header_encode(&package.header, head);
    assemble(rig, head, FWD_HEADER_SIZE + size, package.payload, package.payload_size, false);
}

static const struct fwd_bytes *full_image;

static void make_full(struct fwd_manifest *manifest)
{
    struct fwd_component *component = &manifest->components[0];

    component->flags &= (uint8_t)~FWD_COMPONENT_HAS_SOURCE;
    component->source = (struct fwd_image){.size = 0};
    component->codec = FWD_CODEC_STORED;
    component->codec_params = NULL;
    component->codec_params_size = 0;
    component->section_offset = 0;
    component->section_size = (uint32_t)full_image->size;
    component->arena_size = 4096;
}

void codes_rig_full(struct codes_rig *rig)
{
    struct fwd_signed_package package = divide(rig);
    uint8_t head[FWD_SIGNED_MAX];

    full_image = &rig->base.new[0];
    package.header.kind = FWD_KIND_FULL;
    package.header.payload_size = (uint32_t)full_image->size;
    memcpy(head, package.signed_bytes, package.signed_size);
    fwd_header_encode(&package.header, head);
    assemble(rig, head, package.signed_size, full_image->data, full_image->size, false);
    codes_rig_edit(rig, make_full);
}

/* ---- the device ------------------------------------------------------------------------------ */

static void replace(struct fwd_bytes *text, const char *from, const char *to)
{
    char *at = strstr((char *)text->data, from);

    ck_assert_msg(at != NULL, "%s is not in the description", from);
    size_t before = (size_t)(at - (char *)text->data), tail = text->size - before - strlen(from);
    uint8_t *out = malloc(text->size + strlen(to) + 1);
    ck_assert_ptr_nonnull(out);
    memcpy(out, text->data, before);
    memcpy(out + before, to, strlen(to));
    memcpy(out + before + strlen(to), at + strlen(from), tail + 1);
    text->size = before + strlen(to) + tail;
    free(text->data);
    text->data = out;
}

static void describe(struct codes_rig *rig)
{
    struct fwd_bytes text;
    struct fwd_error err = {""};
    char number[64];

    ck_assert_int_eq(fwd_file_read(rig->base.description, 1u << 20, &text, &err), FWD_FAIL_NONE);
    if (rig->ram > 0) {
        snprintf(number, sizeof number, "\"ram_budget\": %u", (unsigned)rig->ram);
        replace(&text, "\"ram_budget\": 400000", number);
    }
    if (rig->profile != NULL)
        replace(&text, "lara-r6-01b", rig->profile);
    if (rig->product != NULL)
        replace(&text, "demo", rig->product);
    if (rig->component != NULL)
        replace(&text, "{\"name\": \"firmware\"", rig->component);
    scratch_write("device.json", text.data, text.size);
    fwd_bytes_free(&text);
}

static void open_machine(struct codes_rig *rig)
{
    struct fwd_error err = {""};

    ck_assert_msg(
        fwd_machine_open(rig->folder, torture_codecs, 4, &rig->machine, &err) == FWD_FAIL_NONE,
        "%s", err.text);
}

void codes_rig_device(struct codes_rig *rig)
{
    struct fwd_error err = {""};

    describe(rig);
    if (rig->no_keys)
        rig->base.recipe.trust_count = 0;
    if (rig->other_firmware) {
        rig->base.old[0].data[1000] ^= 0x10;
        rig->base.images[0].version = "0.9";
    }
    if (rig->component != NULL)
        rig->base.images[0].component = "modem";
    ck_assert_msg(
        fwd_machine_create(rig->folder, &rig->base.recipe, &err) == FWD_FAIL_NONE, "%s", err.text);
    if (rig->no_flash) {
        char path[600];
        snprintf(path, sizeof path, "%s/flash.img", rig->folder);
        ck_assert_int_eq(unlink(path), 0);
    }
    open_machine(rig);
}

void codes_rig_hook(struct codes_rig *rig, enum fwd_point point, enum fwd_reason reason)
{
    struct fwd_nvm *nvm = &rig->machine->nvm;

    nvm->hooks[nvm->hook_count++] = (struct fwd_nvm_hook){point, reason};
}

void codes_rig_fault(struct codes_rig *rig, struct fwd_nor_fault fault)
{
    struct fwd_error err = {""};

    rig->machine->nvm.faults[rig->machine->nvm.fault_count++] = fault;
    ck_assert_int_eq(fwd_machine_save(rig->machine, &err), FWD_FAIL_NONE);
}

void codes_rig_destroy(struct codes_rig *rig, int table)
{
    const uint8_t rubbish[4] = {1, 2, 3, 4};
    uint32_t offset = fwd_system_offset(rig->machine->description, (enum fwd_system_table)table);

    ck_assert(fwd_nor_poke(rig->machine->nor, FWD_AREA_SYSTEM, offset, rubbish, sizeof rubbish));
}

/* ---- installing ------------------------------------------------------------------------------ */

static void print_line(void *ctx, const char *line)
{
    struct codes_rig *rig = ctx;

    if (rig->line_count < CODES_LINES_MAX)
        snprintf(rig->lines[rig->line_count++], sizeof rig->lines[0], "%s", line);
}

static void flip(struct fwd_nor *nor, uint16_t area, uint32_t offset)
{
    uint8_t byte;

    ck_assert(fwd_nor_peek(nor, area, offset, &byte, 1));
    byte ^= 0x80;
    ck_assert(fwd_nor_poke(nor, area, offset, &byte, 1));
}

static void on_progress(void *ctx, enum fwd_progress phase, uint32_t percent)
{
    struct codes_rig *rig = ctx;

    fwd_line_sink_progress(&rig->sink, phase, percent);
    if (rig->spoil_late && phase == FWD_PROGRESS_INSTALLATION && percent >= 50) {
        rig->spoil_late = false;
        /* blocks are written upwards or downwards: one of these two is done */
        flip(rig->machine->nor, FWD_AREA_SLOT(0, 0), 10);
        flip(rig->machine->nor, FWD_AREA_SLOT(0, 0), (uint32_t)rig->base.new[0].size - 10);
    }
    if (rig->change_package && percent > 80) { /* the first pass has read it all */
        rig->change_package = false;
        flip(rig->machine->nor, FWD_AREA_PACKAGE, (uint32_t)rig->package.size - 1);
    }
}

static uint64_t slot_operations(const struct codes_rig *rig)
{
    struct fwd_nor_counts counts = fwd_nor_area_counts(rig->machine->nor, FWD_AREA_SLOT(0, 0));

    return counts.programs + counts.erases;
}

static enum fwd_reason download(struct codes_rig *rig)
{
    enum fwd_reason reason = fwd_download_begin(&rig->update, rig->padding);

    if (reason == FWD_OK)
        reason = fwd_download_write(&rig->update, rig->package.data, (uint32_t)rig->package.size);
    return reason == FWD_OK ? fwd_download_end(&rig->update) : reason;
}

static void connect(struct codes_rig *rig)
{
    rig->sink = (struct fwd_line_sink){.profile = rig->machine->profile,
        .command = rig->command == FWD_COMMAND_FULL ? FWD_PROFILE_UPDATE : FWD_PROFILE_INSTALL,
        .ctx = rig,
        .print = print_line};
    rig->machine->progress = on_progress;
    rig->machine->progress_ctx = rig;
    rig->line_count = 0;
    fwd_machine_power_cycle(rig->machine);
}

uint16_t codes_rig_install(struct codes_rig *rig)
{
    connect(rig);
    enum fwd_reason reason = fwd_update_init(&rig->update, &rig->machine->device);
    if (reason == FWD_OK)
        reason = download(rig);
    uint64_t before = fwd_nor_operations(rig->machine->nor), slot = slot_operations(rig);
    if (reason == FWD_OK)
        reason = fwd_update_install(&rig->update, rig->command);
    rig->operations = fwd_nor_operations(rig->machine->nor) - before;
    rig->slot_operations = slot_operations(rig) - slot;
    return fwd_line_sink_final(&rig->sink, reason);
}

uint16_t codes_rig_boot(struct codes_rig *rig)
{
    struct fwd_boot_choice choice = {.action = FWD_BOOT_RESUME};
    enum fwd_reason reason = FWD_OK;

    for (int starts = 0; starts < 8 && choice.action == FWD_BOOT_RESUME; starts++) {
        connect(rig);
        reason = fwd_update_init(&rig->update, &rig->machine->device);
        if (reason != FWD_OK || fwd_boot_decide(&rig->update, &choice) != FWD_OK)
            break;
        if (choice.action == FWD_BOOT_RESUME) {
            reason = fwd_update_resume(&rig->update);
            ck_assert_int_eq(fwd_boot_decide(&rig->update, &choice), FWD_OK);
        }
    }
    if (reason == FWD_OK && choice.outcome_pending)
        reason = choice.outcome;
    return fwd_line_sink_final(&rig->sink, reason);
}

enum codes_firmware codes_rig_firmware(const struct codes_rig *rig)
{
    const struct torture_rig *base = &rig->base;
    struct fwd_nor *nor = rig->machine->nor;

    if (fwd_nor_holds(nor, FWD_AREA_SLOT(0, 0), 0, base->new[0].data, (uint32_t)base->new[0].size))
        return CODES_NEW;
    return fwd_nor_holds(
               nor, FWD_AREA_SLOT(0, 0), 0, base->old[0].data, (uint32_t)base->old[0].size)
               ? CODES_OLD
               : CODES_NEITHER;
}

int codes_rig_lines(const struct codes_rig *rig, const char *begin)
{
    int count = 0;

    for (int i = 0; i < rig->line_count; i++)
        count += strncmp(rig->lines[i], begin, strlen(begin)) == 0;
    return count;
}
