/* Wrong inputs: each is sent to a device that is fresh from the factory; it must refuse and go on
 * with what it had. */
#include "cli/common/json_out.h"
#include "cli/prove/prove.h"
#include "cli/prove/prove_trial.h"
#include "format/trust_set.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

/* A case while it is made ready. All that points elsewhere points into the subject, or is owned
 * here. */
struct wrong {
    const struct fwd_prove_subject *subject;
    struct fwd_bytes package; /* owned */
    struct fwd_machine_recipe recipe;
    struct fwd_machine_image images[FWD_COMPONENTS_MAX];
    uint8_t *image;                        /* owned: in place of one of theirs */
    struct fwd_device_description *device; /* owned */
    enum fwd_command command;
    uint32_t counter; /* of the first component with one; 0: as the factory leaves it */
    bool newer_set;   /* the device's counter knows a newer set of keys */
    bool twice;       /* the package comes a second time */
    bool back;        /* and then the set before it */
    struct fwd_error *err;
};

enum applies { FITS, DOES_NOT_APPLY, NO_MEMORY };

static size_t end_of_manifest(const struct wrong *w)
{
    return w->subject->divided.signed_size;
}

static size_t payload_at(const struct wrong *w)
{
    return (size_t)(w->subject->divided.payload - w->subject->package.data);
}

static enum applies flip(struct wrong *w, size_t at)
{
    if (at >= w->package.size)
        return DOES_NOT_APPLY;
    w->package.data[at] ^= 0x10;
    return FITS;
}

/* ---- the package ----------------------------------------------------------------------------- */

static enum applies no_package(struct wrong *w)
{
    memset(w->package.data, 0xFF, w->package.size);
    return FITS;
}

static enum applies cut_in_header(struct wrong *w)
{
    w->package.size = FWD_HEADER_SIZE / 2;
    return FITS;
}

static enum applies cut_in_manifest(struct wrong *w)
{
    w->package.size = end_of_manifest(w) - 1;
    return FITS;
}

static enum applies cut_at_end(struct wrong *w)
{
    w->package.size--;
    return FITS;
}

static enum applies one_byte_more(struct wrong *w)
{
    uint8_t *more = realloc(w->package.data, w->package.size + 1);
    if (more == NULL)
        return NO_MEMORY;
    w->package.data = more;
    more[w->package.size++] = 0;
    return FITS;
}

static enum applies magic_changed(struct wrong *w)
{
    return flip(w, 0);
}

static enum applies manifest_changed(struct wrong *w)
{
    return flip(w, (FWD_HEADER_SIZE + end_of_manifest(w)) / 2);
}

static enum applies signature_changed(struct wrong *w)
{
    return w->subject->divided.block.count > 0 ? flip(w, payload_at(w) - 1) : DOES_NOT_APPLY;
}

static enum applies first_of_payload_changed(struct wrong *w)
{
    return flip(w, payload_at(w));
}

static enum applies middle_of_payload_changed(struct wrong *w)
{
    return flip(w, (payload_at(w) + w->package.size) / 2);
}

static enum applies last_of_payload_changed(struct wrong *w)
{
    return flip(w, w->package.size - 1);
}

static enum applies take(struct wrong *w, struct fwd_bytes *made, enum fwd_fail fail)
{
    if (fail != FWD_FAIL_NONE)
        return NO_MEMORY;
    fwd_bytes_free(&w->package);
    w->package = *made;
    return FITS;
}

static enum applies not_signed(struct wrong *w)
{
    struct fwd_bytes bare = {NULL, 0};
    enum fwd_fail fail = fwd_signed_package_remove(&w->subject->divided, UINT32_MAX, &bare, w->err);
    return take(w, &bare, fail);
}

/* Signed by a key that everybody has. */
static enum applies signed_by_a_stranger(struct wrong *w)
{
    struct fwd_keypair key = {0};
    struct fwd_signed_package opened;
    struct fwd_bytes out = {NULL, 0};
    if (not_signed(w) != FITS)
        return NO_MEMORY;
    enum fwd_fail fail = fwd_keypair_simulated(0, &key, w->err);
    if (fail == FWD_FAIL_NONE)
        fail = fwd_signed_package_open(
            "the package", w->package.data, w->package.size, &opened, w->err);
    if (fail == FWD_FAIL_NONE)
        fail = fwd_signed_package_sign(&opened, &key, &out, w->err);
    fwd_keypair_free(&key);
    return take(w, &out, fail);
}

/* ---- the device ------------------------------------------------------------------------------ */

static enum applies other_command(struct wrong *w)
{
    if (w->subject->changes_keys)
        return DOES_NOT_APPLY;
    w->command =
        w->subject->divided.header.kind == FWD_KIND_FULL ? FWD_COMMAND_DELTA : FWD_COMMAND_FULL;
    return FITS;
}

static enum applies device_without_keys(struct wrong *w)
{
    w->recipe.trust_count = 0;
    return w->subject->changes_keys ? DOES_NOT_APPLY : FITS;
}

static enum applies other_product(struct wrong *w)
{
    struct fwd_device_description *d = w->device;
    if (w->subject->manifest.product_count == 0)
        return DOES_NOT_APPLY;
    (void)snprintf(d->product, sizeof d->product, "another product");
    return FITS;
}

static enum applies other_hardware(struct wrong *w)
{
    struct fwd_device_description *d = w->device;
    if (!w->subject->manifest.has_hardware || w->subject->manifest.hardware_max == UINT32_MAX)
        return DOES_NOT_APPLY;
    d->hardware_revision = w->subject->manifest.hardware_max + 1;
    return FITS;
}

static enum applies more_signatures_wanted(struct wrong *w)
{
    struct fwd_device_description *d = w->device;
    if (w->subject->changes_keys || d->policy.threshold >= FWD_SIGNATURES_MAX ||
        d->policy.threshold < w->subject->divided.block.count)
        return DOES_NOT_APPLY;
    d->policy.threshold++;
    return FITS;
}

/* One byte of the image before the update is not what the delta was made from. */
static enum applies other_source(struct wrong *w)
{
    const struct fwd_manifest *m = &w->subject->manifest;
    for (size_t i = 0; i < w->recipe.image_count; i++) {
        struct fwd_machine_image *image = &w->images[i];
        for (uint8_t j = 0; j < m->component_count; j++) {
            if ((m->components[j].flags & FWD_COMPONENT_HAS_SOURCE) == 0 ||
                !fwd_text_equal(m->components[j].name, fwd_text_of(image->component)))
                continue;
            w->image = malloc(image->size);
            if (w->image == NULL)
                return NO_MEMORY;
            memcpy(w->image, image->bytes, image->size);
            w->image[image->size / 2] ^= 0x10;
            image->bytes = w->image;
            return FITS;
        }
    }
    return DOES_NOT_APPLY;
}

static enum applies counter_is_higher(struct wrong *w)
{
    const struct fwd_manifest *m = &w->subject->manifest;
    for (uint8_t i = 0; i < m->component_count; i++) {
        if (!m->components[i].has_counter || m->components[i].counter == UINT32_MAX)
            continue;
        w->counter = m->components[i].counter + 1;
        return FITS;
    }
    return DOES_NOT_APPLY;
}

static enum applies newer_set_is_known(struct wrong *w)
{
    w->newer_set = true;
    return w->subject->changes_keys && w->subject->set_version < FWD_TRUST_VERSION_MAX
               ? FITS
               : DOES_NOT_APPLY;
}

static enum applies set_before_it_comes_back(struct wrong *w)
{
    w->twice = w->back = true;
    return w->subject->changes_keys && w->subject->divided.payload_size > 0 ? FITS : DOES_NOT_APPLY;
}

static enum applies sent_twice(struct wrong *w)
{
    w->twice = true;
    return FITS;
}

/* ---- all of them ----------------------------------------------------------------------------- */

static const struct {
    const char *what;
    enum applies (*make)(struct wrong *w);
    bool accepted; /* as what is installed already */
} inputs[] = {
    {"no package: as many erased bytes", no_package, false},
    {"cut off in the header", cut_in_header, false},
    {"cut off in the manifest", cut_in_manifest, false},
    {"the last byte is missing", cut_at_end, false},
    {"one byte more", one_byte_more, false},
    {"a bit of the first byte is changed", magic_changed, false},
    {"a bit of the manifest is changed", manifest_changed, false},
    {"a bit of the last signature is changed", signature_changed, false},
    {"a bit of the payload's first byte is changed", first_of_payload_changed, false},
    {"a bit in the middle of the payload is changed", middle_of_payload_changed, false},
    {"a bit of the last byte is changed", last_of_payload_changed, false},
    {"the signatures are taken off", not_signed, false},
    {"signed by a key that the device does not know", signed_by_a_stranger, false},
    {"sent with the command for the other kind of package", other_command, false},
    {"a device without keys", device_without_keys, false},
    {"a device of another product", other_product, false},
    {"a device of another hardware revision", other_hardware, false},
    {"a device that asks for one signature more", more_signatures_wanted, false},
    {"a device with one bit of another firmware", other_source, false},
    {"a device whose security counter is higher", counter_is_higher, false},
    {"a device that has counted a newer set of keys", newer_set_is_known, false},
    {"the set before it, once it is in force", set_before_it_comes_back, false},
    {"the same package once more", sent_twice, true},
};

/* The firmware of the device is as new as its counter says: it starts. */
static void set_counters(const struct wrong *w, struct fwd_machine *machine)
{
    const struct fwd_manifest *m = &w->subject->manifest;
    if (w->newer_set)
        machine->nvm.trust[0] = w->subject->set_version + 1;
    for (uint8_t i = 0; i < machine->description->place_count && w->counter > 0; i++) {
        for (uint8_t j = 0; j < m->component_count; j++) {
            if (fwd_text_equal(
                    m->components[j].name, fwd_text_of(machine->description->place_names[i])) &&
                m->components[j].has_counter)
                machine->nvm.counters[i] = machine->trust.pins[i].counter =
                    m->components[j].counter + 1;
        }
    }
}

static enum fwd_fail judge(const struct wrong *w, const char *what, bool accepted,
    const struct fwd_prove_trial *trial, enum fwd_prove_runs before, json_t *list)
{
    const struct fwd_reason_info *info = fwd_reason_info(trial->reason);
    enum fwd_prove_runs expected = accepted || w->back ? FWD_PROVE_NEW : before;
    if ((trial->reason == FWD_OK) != accepted || trial->runs != expected)
        return fwd_error_fail(w->err, FWD_FAIL_REFUSED,
            "%s: there is no proof: %s: the device answers code %u (%s), and then %s runs",
            w->subject->args->operands[0], what, trial->code, info->name,
            fwd_prove_runs_text(w->subject, trial->runs));
    json_array_append_new(
        list, json_pack("{s:s, s:i, s:s, s:s, s:s}", "input", what, "code", (int)trial->code,
                  "reason", info->name, "meaning", info->meaning, "runs_afterwards",
                  fwd_prove_runs_text(w->subject, trial->runs)));
    return FWD_FAIL_NONE;
}

/* What such a device starts before anything is sent to it: nothing, where a full package is proven
 * on an empty one. */
static enum fwd_prove_runs before(struct fwd_prove_trial *trial)
{
    static const struct fwd_bytes nothing = {NULL, 0};
    fwd_prove_trial_run(trial, &nothing, FWD_COMMAND_ANY);
    return trial->runs;
}

static enum fwd_fail try_one(struct wrong *w, size_t index, json_t *list)
{
    const struct fwd_bytes before_it = {
        (uint8_t *)(uintptr_t)w->subject->divided.payload, w->subject->divided.payload_size};
    struct fwd_prove_trial trial;
    enum fwd_fail fail = fwd_prove_trial_make(&trial, w->subject, &w->recipe, w->err);
    if (fail != FWD_FAIL_NONE) {
        fwd_prove_trial_free(&trial);
        return fail;
    }
    set_counters(w, trial.machine);
    enum fwd_prove_runs was = before(&trial);
    fwd_prove_trial_free(&trial);
    fail = fwd_prove_trial_make(&trial, w->subject, &w->recipe, w->err);
    if (fail == FWD_FAIL_NONE) {
        set_counters(w, trial.machine);
        fwd_prove_trial_run(&trial, &w->package, w->command);
        if (w->twice) {
            fwd_prove_trial_settle(&trial);
            fwd_prove_trial_run(&trial, w->back ? &before_it : &w->package, w->command);
        }
        fail = judge(w, inputs[index].what, inputs[index].accepted, &trial, was, list);
    }
    fwd_prove_trial_free(&trial);
    return fail;
}

static enum fwd_fail make_and_try(struct wrong *w, size_t index, json_t *list)
{
    const struct fwd_prove_subject *s = w->subject;
    w->package = (struct fwd_bytes){malloc(s->package.size), s->package.size};
    if (w->package.data == NULL)
        return fwd_error_memory(w->err, "the proof");
    memcpy(w->package.data, s->package.data, s->package.size);
    memcpy(w->images, s->recipe.images, sizeof w->images);
    w->recipe = s->recipe.recipe;
    w->recipe.images = w->images;
    enum fwd_fail fail = fwd_description_load(w->recipe.description, &w->device, w->err);
    if (fail != FWD_FAIL_NONE)
        return fail;
    w->recipe.described = w->device;
    enum applies applies = inputs[index].make(w);
    if (applies == NO_MEMORY)
        return fwd_error_memory(w->err, "the proof");
    return applies == FITS ? try_one(w, index, list) : FWD_FAIL_NONE;
}

enum fwd_fail fwd_prove_wrong(
    const struct fwd_prove_subject *subject, json_t **out, struct fwd_error *err)
{
    enum fwd_fail fail = FWD_FAIL_NONE;
    *out = json_array();
    for (size_t i = 0; i < sizeof inputs / sizeof inputs[0] && fail == FWD_FAIL_NONE; i++) {
        struct wrong w = {.subject = subject, .command = FWD_COMMAND_ANY, .err = err};
        fail = make_and_try(&w, i, *out);
        fwd_bytes_free(&w.package);
        free(w.image);
        fwd_description_free(w.device);
    }
    if (fail != FWD_FAIL_NONE) {
        json_decref(*out);
        *out = NULL;
    }
    return fail;
}
