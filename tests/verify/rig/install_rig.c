#include "tests/verify/rig/install_rig.h"

#include "format/record/version_record.h"
#include "keys/signature.h"

#include <check.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#define ARENA_BYTES  8192u
#define SIGBLOCK_MAX 512u

/* ---- the flash, with somebody looking -------------------------------------------------------- */

static void complain(struct lab *lab, const char *what, uint16_t area, uint32_t offset)
{
    if (lab->trouble[0] == '\0')
        (void)snprintf(lab->trouble, sizeof lab->trouble, "%s (area %u, offset %u, state %s)", what,
            (unsigned)area, (unsigned)offset, fwd_state_name(lab->update.journal.record.state));
}

/* In-place slots are written in state ACTING alone; of two slots never the one that runs. */
static void watch_write(struct lab *lab, uint16_t area, uint32_t offset)
{
    uint8_t state = lab->update.journal.record.state;

    if (area < LAB_AREA_SLOTS)
        return;
    const struct fwd_place *place = &lab->places[(area - LAB_AREA_SLOTS) / 2];
    if (place->layout == FWD_LAYOUT_IN_PLACE) {
        if (state != FWD_STATE_ACTING)
            complain(lab, "firmware in place is written before its time", area, offset);
        return;
    }
    if (state != FWD_STATE_REHEARSING)
        complain(lab, "an inactive slot is written at a wrong time", area, offset);
    for (uint8_t i = 0; i < lab->update.plan.count; i++) {
        const struct fwd_task *task = &lab->update.plan.tasks[i];
        if (&lab->places[task->place] == place && (area - LAB_AREA_SLOTS) % 2 == task->active)
            complain(lab, "the slot that runs is written", area, offset);
    }
}

static void watch_work(struct lab *lab, uint32_t bytes, uint16_t area, uint32_t offset)
{
    lab->quiet_bytes += bytes;
    if (lab->quiet_bytes > 8192)
        complain(lab, "the watchdog was not fed for 8 KiB", area, offset);
}

static bool forgotten(const struct lab *lab, const struct fwd_area *area)
{
    return lab->forgetful == area->id + 1u;
}

static enum fwd_io flash_read(
    void *ctx, const struct fwd_area *area, uint32_t offset, void *buf, uint32_t size)
{
    struct lab *lab = ctx;

    watch_work(lab, size, area->id, offset);
    if (area->id == LAB_AREA_PACKAGE && offset < lab->signed_size)
        lab->signed_reads += size;
    if (forgotten(lab, area)) {
        memcpy(buf, lab->shadow + offset, size);
        return FWD_IO_OK;
    }
    return lab->nor_port.read(lab->nor_port.ctx, area, offset, buf, size);
}

static enum fwd_io flash_program(
    void *ctx, const struct fwd_area *area, uint32_t offset, const void *buf, uint32_t size)
{
    struct lab *lab = ctx;

    watch_write(lab, area->id, offset);
    watch_work(lab, size, area->id, offset);
    if (forgotten(lab, area)) {
        memcpy(lab->shadow + offset, buf, size);
        return FWD_IO_OK;
    }
    return lab->nor_port.program(lab->nor_port.ctx, area, offset, buf, size);
}

static enum fwd_io flash_erase(
    void *ctx, const struct fwd_area *area, uint32_t offset, uint32_t size)
{
    struct lab *lab = ctx;

    watch_write(lab, area->id, offset);
    if (forgotten(lab, area)) {
        memset(lab->shadow + offset, area->erased, size);
        return FWD_IO_OK;
    }
    return lab->nor_port.erase(lab->nor_port.ctx, area, offset, size);
}

static enum fwd_io flash_sync(void *ctx)
{
    struct lab *lab = ctx;

    return lab->nor_port.sync(lab->nor_port.ctx);
}

/* ---- the other ports ------------------------------------------------------------------------- */

/* A signature that was checked once need not be computed again: what takes longest in a test. */
static struct {
    const void *key;
    uint8_t message[FWD_SIGNED_MAX];
    size_t message_size;
    uint8_t signature[FWD_SIGNATURE_ROOM];
    size_t signature_size;
} known;

static enum fwd_verdict memo_verify(void *ctx, const struct fwd_key *key, const uint8_t *message,
    size_t message_size, const uint8_t *signature, size_t signature_size)
{
    struct lab *lab = ctx;

    if (known.key == key->handle && known.message_size == message_size &&
        known.signature_size == signature_size &&
        memcmp(known.message, message, message_size) == 0 &&
        memcmp(known.signature, signature, signature_size) == 0)
        return FWD_SIGNATURE_VALID;
    enum fwd_verdict verdict = lab->crypto.port.verify(
        lab->crypto.port.ctx, key, message, message_size, signature, signature_size);
    if (verdict == FWD_SIGNATURE_VALID && message_size <= sizeof known.message &&
        signature_size <= sizeof known.signature) {
        known.key = key->handle;
        known.message_size = message_size;
        known.signature_size = signature_size;
        memcpy(known.message, message, message_size);
        memcpy(known.signature, signature, signature_size);
    }
    return verdict;
}

static bool memo_begin(void *ctx, enum fwd_hash_slot slot)
{
    struct lab *lab = ctx;

    return lab->crypto.port.hash_begin(lab->crypto.port.ctx, slot);
}

static bool memo_update(void *ctx, enum fwd_hash_slot slot, const void *bytes, size_t size)
{
    struct lab *lab = ctx;

    return lab->crypto.port.hash_update(lab->crypto.port.ctx, slot, bytes, size);
}

static bool memo_end(void *ctx, enum fwd_hash_slot slot, uint8_t digest[FWD_DIGEST_SIZE])
{
    struct lab *lab = ctx;

    return lab->crypto.port.hash_end(lab->crypto.port.ctx, slot, digest);
}

static bool counter_read(void *ctx, uint8_t component, uint32_t *value)
{
    struct lab *lab = ctx;

    *value = lab->counters[component];
    return true;
}

static bool counter_advance(void *ctx, uint8_t component, uint32_t at_least)
{
    struct lab *lab = ctx;

    if (!lab->update.journal.lost && lab->update.journal.record.state != FWD_STATE_DONE &&
        lab->update.journal.record.state != FWD_STATE_REPORTED)
        complain(lab, "a counter is advanced before the firmware of the update starts", 0, 0);
    if (lab->counters[component] < at_least)
        lab->counters[component] = at_least;
    return true;
}

static enum fwd_reason host_ready(void *ctx, enum fwd_point point)
{
    struct lab *lab = ctx;

    if (lab->inject != FWD_OK && point == lab->inject_at) {
        if (lab->inject_times == 1)
            lab->inject_at = (enum fwd_point) - 1; /* the last time */
        if (lab->inject_times > 0)
            lab->inject_times--;
        return lab->inject;
    }
    return lab->inject_also != FWD_OK && point == lab->inject_also_at ? lab->inject_also : FWD_OK;
}

static void host_progress(void *ctx, enum fwd_progress phase, uint32_t percent)
{
    struct lab *lab = ctx;
    const struct lab_line *last = lab->line_count > 0 ? &lab->lines[lab->line_count - 1] : NULL;

    if (percent > 100 || (phase == FWD_PROGRESS_INSTALLATION && percent == 0))
        complain(lab, "a progress value is out of its range", 0, percent);
    if (last != NULL && last->phase == phase && last->percent >= percent)
        complain(lab, "progress does not increase", 0, percent);
    if (last != NULL && last->phase == FWD_PROGRESS_INSTALLATION &&
        phase == FWD_PROGRESS_VALIDATION)
        complain(lab, "validation is told after installation", 0, percent);
    if (lab->line_count < LAB_LINES_MAX)
        lab->lines[lab->line_count++] = (struct lab_line){phase, percent};
}

static enum fwd_reset host_reset_cause(void *ctx)
{
    (void)ctx;
    return FWD_RESET_POWER;
}

static void host_alive(void *ctx)
{
    struct lab *lab = ctx;

    lab->quiet_bytes = 0;
}

/* ---- geometry -------------------------------------------------------------------------------- */

static void add_area(struct lab *lab, uint16_t id, const struct fwd_blocks *runs, uint32_t *address)
{
    struct fwd_area *area = &lab->areas[id];

    *area = (struct fwd_area){.id = id,
        .address = *address,
        .program_unit = lab->shape->unit,
        .erased = lab->shape->erased,
        .blocks = lab->runs[id]};
    for (int i = 0; i < 3 && runs[i].count > 0; i++) {
        lab->runs[id][i] = runs[i];
        area->size += runs[i].size * runs[i].count;
        area->blocks_count++;
    }
    *address += area->size;
}

static uint32_t largest_slot_block(const struct lab_shape *shape)
{
    uint32_t size = 0;

    for (int i = 0; i < 3 && shape->slot[i].count > 0; i++)
        size = shape->slot[i].size > size ? shape->slot[i].size : size;
    return size;
}

static void lay_out(struct lab *lab, uint32_t *end)
{
    const struct lab_shape *shape = lab->shape;
    uint32_t block = shape->service_block;
    uint32_t staging = shape->staging_size ? shape->staging_size / block
                                           : (shape->place_count * 7168u + block - 1) / block;
    struct fwd_blocks service[LAB_AREA_SLOTS][3] = {
        [LAB_AREA_PACKAGE] = {{block, (shape->place_count * 6144u + block - 1) / block}},
        [LAB_AREA_STAGING] = {{block, staging}},
        [LAB_AREA_SCRATCH] = {{largest_slot_block(shape), shape->scratch_blocks}},
        [LAB_AREA_JOURNAL] = {{block, shape->journal_blocks ? shape->journal_blocks : 3}},
        [LAB_AREA_VERSION] = {{block, shape->version_blocks ? shape->version_blocks
                                      : block < 1024        ? 2048 / block
                                                            : 2}},
    };

    *end = 0;
    for (uint16_t i = 0; i < LAB_AREAS; i++) {
        uint8_t place = (uint8_t)((i - LAB_AREA_SLOTS) / 2);
        bool second = (i - LAB_AREA_SLOTS) % 2 == 1;
        lab->areas[i] = (struct fwd_area){.id = i};
        if (i < LAB_AREA_SLOTS)
            add_area(lab, i, service[i], end);
        else if (place < shape->place_count &&
                 (!second || shape->places[place].layout == FWD_LAYOUT_AB))
            add_area(lab, i, shape->slot, end);
    }
}

static void make_flash(struct lab *lab)
{
    struct fwd_nor_chip chip = {.program_unit = lab->shape->unit,
        .erased = lab->shape->erased,
        .single_program = lab->shape->single_program,
        .program_us = 10};
    struct fwd_nor_setup setup = {&chip, 1, lab->areas, LAB_AREAS};
    struct fwd_error err = {""};

    lay_out(lab, &chip.size);
    chip.size = (chip.size + 4095) & ~4095u;
    enum fwd_fail fail = fwd_nor_new(&setup, &lab->nor, &err);
    ck_assert_msg(fail == FWD_FAIL_NONE, "%s", err.text);
    lab->nor_port = fwd_nor_port(lab->nor);
}

/* ---- the device ------------------------------------------------------------------------------ */

static const struct fwd_codec *const codecs[] = {&fwd_codec_stored, &lab_codec};

static void make_ports(struct lab *lab)
{
    struct fwd_error err = {""};
    enum fwd_fail fail = fwd_crypto_port_init(&lab->crypto, &err);

    ck_assert_msg(fail == FWD_FAIL_NONE, "%s", err.text);
    lab->flash = (struct fwd_flash_port){lab, flash_read, flash_program, flash_erase, flash_sync};
    lab->memo = (struct fwd_crypto_port){lab, memo_begin, memo_update, memo_end, memo_verify};
    lab->counter = (struct fwd_counter_port){lab, counter_read, counter_advance};
    lab->host = (struct fwd_host_port){.ctx = lab,
        .ready = host_ready,
        .progress = host_progress,
        .alive = host_alive,
        .reset_cause = host_reset_cause};
    lab->ports = (struct fwd_ports){.flash = &lab->flash,
        .crypto = &lab->memo,
        .keys = &lab->keys,
        .counter = &lab->counter,
        .host = &lab->host};
}

static void make_device(struct lab *lab)
{
    const struct lab_shape *shape = lab->shape;

    for (uint8_t i = 0; i < shape->place_count; i++)
        lab->places[i] = (struct fwd_place){.name = shape->places[i].name,
            .role = shape->places[i].role,
            .layout = shape->places[i].layout,
            .slots = {lab->areas[LAB_AREA_SLOTS + 2 * i], lab->areas[LAB_AREA_SLOTS + 2 * i + 1]}};
    lab->device = (struct fwd_device){.ports = &lab->ports,
        .pinned = &fwd_pinned,
        .certified = &fwd_certified,
        .package = lab->areas[LAB_AREA_PACKAGE],
        .staging = lab->areas[LAB_AREA_STAGING],
        .scratch = lab->areas[LAB_AREA_SCRATCH],
        .journal = lab->areas[LAB_AREA_JOURNAL],
        .version = lab->areas[shape->shared ? LAB_AREA_JOURNAL : LAB_AREA_VERSION],
        .sharing = shape->shared ? &fwd_sharing : NULL,
        .places = lab->places,
        .place_count = shape->place_count,
        .codecs = codecs,
        .codec_count = 2,
        .product = LAB_PRODUCT,
        .hardware_revision = LAB_HARDWARE,
        .policy = {.threshold = 1},
        .sigblock_max = SIGBLOCK_MAX};
    lab->device.slices = &fwd_slices;
    lab->device.memory_size = fwd_update_memory(&lab->device) + ARENA_BYTES;
    lab->memory = malloc(lab->device.memory_size);
    ck_assert_ptr_nonnull(lab->memory);
    lab->device.memory = lab->memory;
}

/* The old images are pinned, as by a factory that has no package of them. */
static void pin(struct lab *lab)
{
    for (uint8_t i = 0; i < lab->shape->place_count; i++) {
        const struct lab_image *image = lab->old[i];
        struct fwd_trust_pin *pinned = &lab->trust.pins[i];
        pinned->set = true;
        pinned->size = image != NULL ? image->size : 0;
        if (image != NULL)
            memcpy(pinned->digest, image->digest, FWD_DIGEST_SIZE);
    }
}

static bool put(
    void *ctx, const struct fwd_area *area, uint32_t offset, const void *bytes, uint32_t size)
{
    const struct lab *lab = ctx;

    return fwd_nor_poke(lab->nor, area->id, offset, bytes, size);
}

/* As a factory does it: images in slot 0, the version record twice, an idle journal. */
static void provision(struct lab *lab)
{
    struct fwd_version_record record = {.sequence = 1};
    static const uint8_t none[FWD_DIGEST_SIZE];
    uint8_t bytes[4096];

    for (uint8_t i = 0; i < lab->shape->place_count; i++) {
        const struct lab_image *image = lab->old[i];
        record.entries[record.count++] =
            (struct fwd_version_entry){.name = fwd_text_of(lab->places[i].name),
                .version = fwd_text_of(image != NULL ? "1.0" : NULL),
                .set = FWD_VERSION_NO_SET,
                .size = image != NULL ? image->size : 0,
                .digest = image != NULL ? image->digest : none};
        if (image != NULL)
            ck_assert(fwd_nor_poke(
                lab->nor, (uint16_t)(LAB_AREA_SLOTS + 2 * i), 0, image->bytes, image->size));
    }
    ck_assert_int_eq(
        fwd_provision_factory(&lab->device, &record, bytes, sizeof bytes, put, lab), FWD_OK);
}

void lab_trust(struct lab *lab, const int *keys, int count, const struct fwd_trust_limits *limits)
{
    struct fwd_error err = {""};

    fwd_trust_free(&lab->trust);
    for (int i = 0; i < count; i++) {
        struct fwd_keypair copy = *lab_key(keys[i]);
        char name[16];
        (void)snprintf(name, sizeof name, "key%d.pem", keys[i]);
        ck_assert_int_eq(EVP_PKEY_up_ref(copy.pkey), 1);
        enum fwd_fail fail =
            fwd_trust_add(&lab->trust, &copy, name, limits != NULL ? &limits[i] : NULL, &err);
        ck_assert_msg(fail == FWD_FAIL_NONE, "%s", err.text);
    }
    lab->keys = fwd_trust_port(&lab->trust);
    pin(lab);
    known.key = NULL;
}

struct lab *lab_new(const struct lab_shape *shape, const struct lab_image *const *old)
{
    static const int all_known[LAB_KNOWN] = {0, 1, 2};
    struct lab *lab = calloc(1, sizeof *lab);

    ck_assert_ptr_nonnull(lab);
    lab->shape = shape;
    lab->command = FWD_COMMAND_ANY;
    lab->new_version = "2.0";
    make_flash(lab);
    make_ports(lab);
    make_device(lab);
    for (uint8_t i = 0; i < shape->place_count; i++)
        lab->old[i] = old[i];
    lab_trust(lab, all_known, LAB_KNOWN, NULL);
    provision(lab);
    fwd_nor_power_on(lab->nor);
    return lab;
}

void lab_free(struct lab *lab)
{
    fwd_nor_free(lab->nor);
    fwd_crypto_port_free(&lab->crypto);
    fwd_trust_free(&lab->trust);
    free(lab->memory);
    free(lab->shadow);
    free(lab);
    known.key = NULL;
}

/* What the cells of a forgetful area hold comes back. */
static void remember_cells(struct lab *lab)
{
    if (lab->forgetful > 0) {
        const struct fwd_area *area = &lab->areas[lab->forgetful - 1];
        (void)fwd_nor_peek(lab->nor, area->id, 0, lab->shadow, area->size);
    }
}

void lab_forget(struct lab *lab, enum lab_area area)
{
    lab->forgetful = (uint16_t)(area + 1);
    lab->shadow = malloc(lab->areas[area].size);
    ck_assert_ptr_nonnull(lab->shadow);
    remember_cells(lab);
}

/* ---- using it -------------------------------------------------------------------------------- */

enum fwd_reason lab_start(struct lab *lab)
{
    if (!fwd_nor_powered(lab->nor)) {
        fwd_nor_power_on(lab->nor);
        remember_cells(lab);
    }
    /* Nothing of the last power cycle is in memory. */
    memset(lab->memory, 0xA5, lab->device.memory_size);
    lab->line_count = 0;
    lab->quiet_bytes = 0;
    return fwd_update_init(&lab->update, &lab->device);
}

enum fwd_reason lab_boot(struct lab *lab)
{
    enum fwd_reason reason = lab_start(lab), resumed = FWD_OK;

    if (reason == FWD_OK)
        reason = fwd_boot_decide(&lab->update, &lab->choice);
    while (reason == FWD_OK && lab->choice.action == FWD_BOOT_RESUME) {
        lab->line_count = 0;
        resumed = fwd_update_resume(&lab->update);
        reason = fwd_boot_decide(&lab->update, &lab->choice);
    }
    return reason == FWD_OK ? resumed : reason;
}

void lab_count(struct lab *lab, uint8_t place, uint32_t counter)
{
    lab->counters[place] = lab->trust.pins[place].counter = counter;
}

enum fwd_reason lab_download(struct lab *lab, const struct fwd_bytes *package, uint32_t padding)
{
    enum fwd_reason reason = fwd_download_begin(&lab->update, padding);

    for (size_t done = 0; done < package->size && reason == FWD_OK;) {
        size_t piece = 61 + done % 190;
        piece = piece < package->size - done ? piece : package->size - done;
        reason = fwd_download_write(&lab->update, package->data + done, (uint32_t)piece);
        done += piece;
    }
    return reason == FWD_OK ? fwd_download_end(&lab->update) : reason;
}

enum fwd_reason lab_install(
    struct lab *lab, const struct fwd_bytes *package, enum fwd_command command)
{
    enum fwd_reason reason = lab_start(lab);

    if (reason == FWD_OK)
        reason = lab_download(lab, package, 0);
    return reason == FWD_OK ? fwd_update_install(&lab->update, command) : reason;
}

static bool decide(struct lab *lab)
{
    enum fwd_reason reason = fwd_boot_decide(&lab->update, &lab->choice);
    const char *insane = reason == FWD_OK ? lab_insane(lab) : NULL;

    if (insane != NULL)
        complain(lab, insane, 0, 0);
    if (reason != FWD_OK)
        lab->result = reason;
    return reason == FWD_OK && insane == NULL;
}

static void cycle(void *arg)
{
    struct lab *lab = arg;

    lab->resumed = false;
    lab->result = lab_start(lab);
    if (lab->result != FWD_OK || !decide(lab))
        return;
    if (!lab->faulty && lab->update.journal.record.attempts > 0)
        complain(lab, "a power cut was counted as an attempt", LAB_AREA_JOURNAL, 0);
    if (lab->choice.action == FWD_BOOT_RESUME) {
        lab->resumed = true;
        lab->result = fwd_update_resume(&lab->update);
        if (lab->result != FWD_OK || !decide(lab))
            return;
    }
    if (lab->choice.action == FWD_BOOT_RUN && !lab_version_new(lab)) {
        lab->result = lab_download(lab, &lab->package, 0);
        if (lab->result == FWD_OK)
            lab->result = fwd_update_install(&lab->update, lab->command);
        if (lab->result != FWD_OK || !decide(lab))
            return;
    }
    lab->result = fwd_update_reported(&lab->update);
    (void)decide(lab);
}

bool lab_cycle(struct lab *lab)
{
    return fwd_nor_run(lab->nor, cycle, lab);
}
