/* What the programs of a device decode: codecs and memory, of the application and the boot loader.
 */
#include "sim/device/description_internal.h"

#include <stdio.h>
#include <string.h>

#define EXPECTED_SIZE 160u

/* "a list of codecs, each once: "stored", "xz", ..." */
static void say_expected(char expected[EXPECTED_SIZE], const char *what)
{
    size_t at = (size_t)snprintf(expected, EXPECTED_SIZE, "%s", what);

    for (uint16_t codec = 0; fwd_decoder_codec_name(codec) != NULL; codec++)
        at += (size_t)snprintf(expected + at, EXPECTED_SIZE - at, "%s\"%s\"", codec > 0 ? ", " : "",
            fwd_decoder_codec_name(codec));
}

static void read_codecs(
    struct fwd_json *json, const struct fwd_json_node *node, struct fwd_decoder *decoder)
{
    struct fwd_json_node list =
        fwd_json_array(json, node, "codecs", 1, FWD_DECODER_CODECS_MAX, false);
    char expected[EXPECTED_SIZE];
    uint16_t codec;

    if (list.value == NULL || json->fail != FWD_FAIL_NONE)
        return;
    say_expected(expected, "a list of codecs, each once, of ");
    decoder->count = 0;
    for (size_t i = 0; i < json_array_size(list.value); i++) {
        const char *name = json_string_value(json_array_get(list.value, i));

        if (name == NULL || !fwd_decoder_codec_parse(name, &codec) ||
            fwd_decoder_has(decoder, codec)) {
            fwd_json_refuse(json, node, "codecs", expected);
            return;
        }
        decoder->codecs[decoder->count++] = codec;
    }
}

static void add_stored(struct fwd_decoder *decoder)
{
    if (!fwd_decoder_has(decoder, FWD_CODEC_STORED) && decoder->count < FWD_DECODER_CODECS_MAX)
        decoder->codecs[decoder->count++] = FWD_CODEC_STORED;
}

void fwd_description_read_decoders(
    struct fwd_json *json, const struct fwd_json_node *root, struct fwd_device_description *d)
{
    static const char *const names[] = {"codecs", "arena", NULL};
    struct fwd_json_node boot = fwd_json_object(json, root, "boot", false);

    d->application =
        fwd_decoder_usual(fwd_json_u32_or(json, root, "arena", 0, FWD_DEVICE_FLASH_MAX, 0));
    read_codecs(json, root, &d->application);
    d->boot = d->application;
    add_stored(&d->boot);
    fwd_json_only(json, &boot, names);
    read_codecs(json, &boot, &d->boot);
    d->boot.arena =
        fwd_json_u32_or(json, &boot, "arena", 0, FWD_DEVICE_FLASH_MAX, d->application.arena);
    if (!fwd_decoder_has(&d->boot, FWD_CODEC_STORED))
        fwd_json_refuse(json, &boot, "codecs",
            "a list with \"stored\", which any full image can be sent in when firmware is lost,");
}

static void check_arena(struct fwd_json *json, const struct fwd_json_node *node,
    const struct fwd_device_description *d, uint32_t arena)
{
    struct fwd_device device = {0};
    char expected[EXPECTED_SIZE];

    if (json->fail != FWD_FAIL_NONE || arena == 0)
        return;
    fwd_description_device(d, &device);
    uint32_t need = fwd_update_memory(&device);
    if ((uint64_t)need + arena <= d->ram_budget)
        return;
    uint32_t most = d->ram_budget > need ? d->ram_budget - need : 0;
    snprintf(expected, sizeof expected,
        "at most %u, what the ram_budget leaves (the installer needs %u),", (unsigned)most,
        (unsigned)need);
    fwd_json_refuse(json, node, "arena", expected);
}

void fwd_description_check_arenas(
    struct fwd_json *json, const struct fwd_json_node *root, const struct fwd_device_description *d)
{
    struct fwd_json_node boot = fwd_json_object(json, root, "boot", false);

    check_arena(json, root, d, d->application.arena);
    if (json_object_get(boot.value, "arena") != NULL)
        check_arena(json, &boot, d, d->boot.arena);
}

uint32_t fwd_description_memory(
    const struct fwd_device_description *description, const struct fwd_decoder *decoder)
{
    struct fwd_device device = {0};

    fwd_description_device(description, &device);
    uint64_t wanted = (uint64_t)fwd_update_memory(&device) + decoder->arena;
    return decoder->arena == 0 || wanted > description->ram_budget ? description->ram_budget
                                                                   : (uint32_t)wanted;
}

uint32_t fwd_description_arena(
    const struct fwd_device_description *description, const struct fwd_decoder *decoder)
{
    struct fwd_device device = {0};

    fwd_description_device(description, &device);
    uint32_t need = fwd_update_memory(&device);
    uint32_t memory = fwd_description_memory(description, decoder);
    return need > 0 && memory > need ? memory - need : 0;
}

void fwd_description_dump_decoder(json_t *out, const struct fwd_decoder *decoder)
{
    json_t *codecs = json_array();

    for (uint8_t i = 0; i < decoder->count; i++)
        (void)json_array_append_new(
            codecs, json_string(fwd_decoder_codec_name(decoder->codecs[i])));
    (void)json_object_set_new(out, "codecs", codecs);
    (void)json_object_set_new(out, "arena", json_integer((json_int_t)decoder->arena));
}
