#include "hostio/host_time.h"
#include "sim/device/description_internal.h"
#include "sim/family/profiles.h"

#include <stdlib.h>
#include <string.h>

#define DEFAULT_SIGBLOCK_MAX 4096u
#define DEFAULT_ATTEMPTS     3u

const char *const fwd_description_layout_words[2] = {
    [FWD_LAYOUT_IN_PLACE] = "in-place", [FWD_LAYOUT_AB] = "ab"};

static void read_policy(
    struct fwd_json *json, const struct fwd_json_node *root, struct fwd_device_description *d)
{
    static const char *const names[] = {"threshold", "max_attempts", "trial_starts",
        "refuse_downgrade", "expiry", "package_max", "sigblock_max", NULL};
    static const char *const without_clock[] = {"accept", "refuse"};
    struct fwd_json_node node = fwd_json_object(json, root, "policy", false);

    fwd_json_only(json, &node, names);
    d->policy.threshold =
        (uint8_t)fwd_json_u32_or(json, &node, "threshold", 1, FWD_SIGNATURES_MAX, 1);
    d->policy.max_attempts =
        (uint8_t)fwd_json_u32_or(json, &node, "max_attempts", 1, 255, DEFAULT_ATTEMPTS);
    d->policy.trial_starts =
        (uint8_t)fwd_json_u32_or(json, &node, "trial_starts", 0, UINT8_MAX - 1, 0);
    d->policy.refuse_downgrade = fwd_json_bool_or(json, &node, "refuse_downgrade", false);
    int expiry = fwd_json_choice(json, &node, "expiry", without_clock, 2, 2);
    d->expiry = expiry < 2;
    d->policy.refuse_without_clock = expiry == 1;
    d->policy.package_max = fwd_json_u32_or(json, &node, "package_max", 0, UINT32_MAX, 0);
    d->sigblock_max =
        fwd_json_u32_or(json, &node, "sigblock_max", 64, FWD_SIGBLOCK_MAX, DEFAULT_SIGBLOCK_MAX);
}

static void read_timing(
    struct fwd_json *json, const struct fwd_json_node *root, struct fwd_device_description *d)
{
    static const char *const names[] = {
        "hash_us_per_kib", "decode_us_per_kib", "signature_us", NULL};
    struct fwd_json_node node = fwd_json_object(json, root, "timing", false);

    fwd_json_only(json, &node, names);
    d->hash_us_per_kib = fwd_json_u32_or(json, &node, "hash_us_per_kib", 0, 1000000, 0);
    d->decode_us_per_kib = fwd_json_u32_or(json, &node, "decode_us_per_kib", 0, 1000000, 0);
    d->signature_us = fwd_json_u32_or(json, &node, "signature_us", 0, 100000000, 0);
    d->clock_hz = fwd_json_u32_or(json, root, "clock_hz", 0, 4000000000u, 0);
}

static void read_watchdog(
    struct fwd_json *json, const struct fwd_json_node *root, struct fwd_device_description *d)
{
    static const char *const names[] = {"bytes", NULL};
    struct fwd_json_node node = fwd_json_object(json, root, "watchdog", false);

    fwd_json_only(json, &node, names);
    d->watchdog_bytes = fwd_json_u32_or(json, &node, "bytes", 0, FWD_DEVICE_FLASH_MAX, 0);
}

static void read_clock(
    struct fwd_json *json, const struct fwd_json_node *root, struct fwd_device_description *d)
{
    char text[FWD_HOST_TIME_TEXT] = "";

    fwd_json_text(json, root, "clock", text, sizeof text, false);
    if (text[0] == '\0')
        return;
    if (strcmp(text, "host") == 0)
        d->clock = FWD_DEVICE_CLOCK_HOST;
    else if (strcmp(text, "unset") == 0)
        d->clock = FWD_DEVICE_CLOCK_UNSET;
    else if (fwd_host_time_parse(text, FWD_HOST_TIME_FIRST, &d->clock_time))
        d->clock = FWD_DEVICE_CLOCK_STANDS;
    else
        fwd_json_refuse(json, root, "clock", "\"host\", \"unset\", or " FWD_HOST_TIME_EXPECTED);
}

/* Such a device would refuse every package that states an end, or none. */
static void check_expiry(struct fwd_json *json, const struct fwd_device_description *d)
{
    if (json->fail == FWD_FAIL_NONE && d->expiry && d->clock == FWD_DEVICE_CLOCK_NONE)
        json->fail = fwd_error_fail(json->err, FWD_FAIL_REFUSED,
            "%s: member \"policy.expiry\" is \"%s\", but there is no \"clock\" that tells the "
            "time: "
            "add it (\"host\", \"unset\", or a time), or leave \"expiry\" out",
            json->file, d->policy.refuse_without_clock ? "refuse" : "accept");
}

static void read_profile(
    struct fwd_json *json, const struct fwd_json_node *root, struct fwd_device_description *d)
{
    char expected[256] = "one of";
    size_t at = strlen(expected);

    fwd_json_text(json, root, "profile", d->profile, sizeof d->profile, true);
    if (json->fail != FWD_FAIL_NONE || fwd_profile_find(d->profile) != NULL)
        return;
    for (size_t i = 0; fwd_profile_at(i) != NULL; i++) {
        const char *name = fwd_profile_at(i)->name;

        if (at + strlen(name) + 5 > sizeof expected)
            break;
        at += strlen(strcat(strcat(strcat(expected + at, i > 0 ? ", \"" : " \""), name), "\""));
    }
    fwd_json_refuse(json, root, "profile", expected);
}

static void read_all(struct fwd_json *json, struct fwd_device_description *d)
{
    static const char *const names[] = {"name", "product", "hardware_revision", "profile",
        "ram_budget", "file_store_size", "resumer", "policy", "codecs", "arena", "boot", "clock",
        "rehearse_slice", "clock_hz", "timing", "watchdog", "chips", "areas", "components", NULL};
    struct fwd_json_node root = fwd_json_root(json);

    fwd_json_only(json, &root, names);
    fwd_json_text(json, &root, "name", d->name, sizeof d->name, true);
    fwd_json_text(json, &root, "product", d->product, sizeof d->product, true);
    d->hardware_revision = fwd_json_u32(json, &root, "hardware_revision", 0, UINT32_MAX);
    read_profile(json, &root, d);
    d->ram_budget = fwd_json_u32(json, &root, "ram_budget", 1, FWD_DEVICE_FLASH_MAX);
    d->file_store_size = fwd_json_u32_or(json, &root, "file_store_size", 0, UINT32_MAX, 0);
    fwd_json_text(json, &root, "resumer", d->resumer, sizeof d->resumer, true);
    read_policy(json, &root, d);
    fwd_description_read_decoders(json, &root, d);
    read_timing(json, &root, d);
    read_watchdog(json, &root, d);
    read_clock(json, &root, d);
    check_expiry(json, d);
    d->rehearse_slice = fwd_json_u32_or(json, &root, "rehearse_slice", 0, FWD_DEVICE_FLASH_MAX, 0);
    fwd_description_read_chips(json, &root, d);
    fwd_description_read_areas(json, &root, d);
    fwd_description_read_components(json, &root, d);
    if (json->fail == FWD_FAIL_NONE)
        fwd_description_lay_out(json, d);
    fwd_description_check_arenas(json, &root, d);
}

/* Closes json. */
static enum fwd_fail finish(
    struct fwd_json *json, struct fwd_device_description **out, struct fwd_error *err)
{
    struct fwd_device_description *d = calloc(1, sizeof *d);

    if (d == NULL)
        json->fail = fwd_error_memory(err, json->file);
    else if (json->fail == FWD_FAIL_NONE)
        read_all(json, d);
    fwd_json_close(json);
    if (json->fail != FWD_FAIL_NONE) {
        fwd_description_free(d);
        d = NULL;
    }
    *out = d;
    return json->fail;
}

enum fwd_fail fwd_description_load(
    const char *file, struct fwd_device_description **out, struct fwd_error *err)
{
    struct fwd_json json;

    fwd_json_open(&json, file, err);
    return finish(&json, out, err);
}

enum fwd_fail fwd_description_parse(const char *file, const char *text, size_t size,
    struct fwd_device_description **out, struct fwd_error *err)
{
    struct fwd_json json;

    fwd_json_parse(&json, file, text, size, err);
    return finish(&json, out, err);
}

void fwd_description_free(struct fwd_device_description *description)
{
    free(description);
}

struct fwd_nor_setup fwd_description_setup(const struct fwd_device_description *description)
{
    struct fwd_nor_setup setup = {
        description->chips, description->chip_count, description->areas, FWD_AREA_COUNT};

    return setup;
}

static bool in_place(const struct fwd_device_description *description)
{
    for (uint8_t i = 0; i < description->place_count; i++) {
        if (description->places[i].layout == FWD_LAYOUT_IN_PLACE)
            return true;
    }
    return false;
}

void fwd_description_device(
    const struct fwd_device_description *description, struct fwd_device *device)
{
    device->package = description->areas[FWD_AREA_PACKAGE];
    device->staging = description->areas[FWD_AREA_STAGING];
    device->scratch = description->areas[FWD_AREA_SCRATCH];
    device->journal = description->areas[FWD_AREA_JOURNAL];
    device->version = description->areas[description->shared ? FWD_AREA_JOURNAL : FWD_AREA_VERSION];
    device->sharing = description->shared ? &fwd_sharing : NULL;
    device->places = description->places;
    device->place_count = description->place_count;
    device->product = description->product;
    device->hardware_revision = description->hardware_revision;
    device->policy = description->policy;
    device->trial = description->policy.trial_starts > 0 ? &fwd_trial : NULL;
    device->undo = device->trial != NULL && in_place(description) ? &fwd_undo : NULL;
    device->pinned = &fwd_pinned;
    device->certified = &fwd_certified;
    device->releases = &fwd_releases;
    device->expiry = description->expiry ? &fwd_expiry : NULL;
    device->slices = description->rehearse_slice > 0 ? &fwd_slices : NULL;
    device->sigblock_max = description->sigblock_max;
}
