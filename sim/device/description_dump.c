#include "hostio/host_time.h"
#include "sim/device/description_internal.h"

static void set(json_t *object, const char *name, json_t *value)
{
    /* A failure shows as a missing member; json_dumps of the whole is checked by the caller. */
    (void)json_object_set_new(object, name, value);
}

static void set_number(json_t *object, const char *name, uint32_t value)
{
    set(object, name, json_integer((json_int_t)value));
}

static json_t *dump_chip(const struct fwd_device_description *d, uint16_t index)
{
    const struct fwd_nor_chip *chip = &d->chips[index];
    json_t *out = json_object();
    json_t *timing = json_object();
    json_t *erases = json_array();

    set(out, "name", json_string(d->chip_names[index]));
    set_number(out, "size", chip->size);
    set_number(out, "program_unit", chip->program_unit);
    set_number(out, "program_page", chip->program_page);
    set_number(out, "erased_value", chip->erased);
    set(out, "single_program", json_boolean(chip->single_program));
    set_number(timing, "program_us_per_unit", chip->program_us);
    set_number(timing, "read_us_per_kib", chip->read_us_per_kib);
    for (uint8_t i = 0; i < chip->erase_us_count; i++) {
        json_t *item = json_object();
        set_number(item, "size", chip->erase_us[i].size);
        set_number(item, "us", chip->erase_us[i].us);
        (void)json_array_append_new(erases, item);
    }
    set(timing, "erase_us_per_block", erases);
    set(out, "timing", timing);
    return out;
}

static json_t *dump_area(const struct fwd_device_description *d, uint16_t id)
{
    const struct fwd_area *area = &d->areas[id];
    json_t *out = json_object();
    json_t *blocks = json_array();

    set(out, "chip", json_string(d->chip_names[area->chip]));
    set_number(out, "address", area->address);
    for (uint8_t i = 0; i < area->blocks_count; i++) {
        json_t *run = json_object();
        set_number(run, "size", area->blocks[i].size);
        set_number(run, "count", area->blocks[i].count);
        (void)json_array_append_new(blocks, run);
    }
    set(out, "blocks", blocks);
    return out;
}

static json_t *dump_component(const struct fwd_device_description *d, uint8_t index)
{
    const struct fwd_place *place = &d->places[index];
    json_t *out = json_object();
    json_t *slots = json_array();
    uint16_t count = place->layout == FWD_LAYOUT_AB ? 2 : 1;

    set(out, "name", json_string(place->name));
    set(out, "role", json_string(fwd_description_role_words[place->role]));
    set(out, "layout", json_string(fwd_description_layout_words[place->layout]));
    for (uint16_t slot = 0; slot < count; slot++)
        (void)json_array_append_new(slots, dump_area(d, FWD_AREA_SLOT(index, slot)));
    set(out, "slots", slots);
    return out;
}

static json_t *dump_policy(const struct fwd_device_description *d)
{
    json_t *out = json_object();

    set_number(out, "threshold", d->policy.threshold);
    set_number(out, "max_attempts", d->policy.max_attempts);
    set_number(out, "trial_starts", d->policy.trial_starts);
    set(out, "refuse_downgrade", json_boolean(d->policy.refuse_downgrade));
    if (d->expiry)
        set(out, "expiry", json_string(d->policy.refuse_without_clock ? "refuse" : "accept"));
    set_number(out, "package_max", d->policy.package_max);
    set_number(out, "sigblock_max", d->sigblock_max);
    return out;
}

static void dump_clock(json_t *out, const struct fwd_device_description *d)
{
    char text[FWD_HOST_TIME_TEXT];

    fwd_host_time_text(d->clock_time, text);
    if (d->clock != FWD_DEVICE_CLOCK_NONE)
        set(out, "clock",
            json_string(d->clock == FWD_DEVICE_CLOCK_HOST    ? "host"
                        : d->clock == FWD_DEVICE_CLOCK_UNSET ? "unset"
                                                             : text));
}

static json_t *dump_timing(const struct fwd_device_description *d)
{
    json_t *out = json_object();

    set_number(out, "hash_us_per_kib", d->hash_us_per_kib);
    set_number(out, "decode_us_per_kib", d->decode_us_per_kib);
    set_number(out, "signature_us", d->signature_us);
    return out;
}

static json_t *dump_lists(const struct fwd_device_description *d, json_t *out)
{
    json_t *chips = json_array();
    json_t *areas = json_object();
    json_t *components = json_array();

    for (uint16_t i = 0; i < d->chip_count; i++)
        (void)json_array_append_new(chips, dump_chip(d, i));
    for (uint16_t id = 0; id < FWD_AREA_SLOTS; id++) {
        if (d->areas[id].size > 0)
            set(areas, fwd_description_area_words[id], dump_area(d, id));
    }
    if (d->shared) {
        json_t *shares = json_object();
        set(shares, "shares", json_string("journal"));
        set(areas, "version", shares);
    }
    for (uint8_t i = 0; i < d->place_count; i++)
        (void)json_array_append_new(components, dump_component(d, i));
    set(out, "chips", chips);
    set(out, "areas", areas);
    set(out, "components", components);
    return out;
}

char *fwd_description_dump(const struct fwd_device_description *description)
{
    const struct fwd_device_description *d = description;
    json_t *out = json_object();
    json_t *boot = json_object();
    char *text;

    fwd_description_dump_decoder(boot, &d->boot);
    set(out, "name", json_string(d->name));
    set(out, "product", json_string(d->product));
    set_number(out, "hardware_revision", d->hardware_revision);
    set(out, "profile", json_string(d->profile));
    set_number(out, "ram_budget", d->ram_budget);
    set_number(out, "file_store_size", d->file_store_size);
    set(out, "resumer", json_string(d->resumer));
    set(out, "policy", dump_policy(d));
    fwd_description_dump_decoder(out, &d->application);
    set(out, "boot", boot);
    dump_clock(out, d);
    set_number(out, "rehearse_slice", d->rehearse_slice);
    set_number(out, "clock_hz", d->clock_hz);
    set(out, "timing", dump_timing(d));
    set(out, "watchdog", json_pack("{s:I}", "bytes", (json_int_t)d->watchdog_bytes));
    text = json_dumps(dump_lists(d, out), JSON_INDENT(2));
    json_decref(out);
    return text;
}
