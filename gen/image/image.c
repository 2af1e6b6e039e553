#include "gen/image/image_internal.h"

#include <inttypes.h>
#include <limits.h>
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

/* ---- sentences ------------------------------------------------------------------------------- */

enum fwd_fail fwd_image_refuse(
    const struct fwd_image_input *in, struct fwd_error *err, const char *format, ...)
{
    char why[400];
    va_list arguments;

    va_start(arguments, format);
    (void)vsnprintf(why, sizeof why, format, arguments);
    va_end(arguments);
    return fwd_error_fail(err, FWD_FAIL_REFUSED, "%s: %s", in->name, why);
}

void fwd_image_note(const struct fwd_image_input *in, const char *format, ...)
{
    char note[400];
    va_list arguments;

    if (in->load->note_count == FWD_IMAGE_NOTES_MAX)
        return;
    va_start(arguments, format);
    (void)vsnprintf(note, sizeof note, format, arguments);
    va_end(arguments);
    fwd_error_set(&in->load->notes[in->load->note_count++], "%s", note);
}

/* "Intel HEX"; "raw" for FWD_IMAGE_RAW. */
static const char *format_name(enum fwd_image_format format)
{
    static const char *const names[FWD_IMAGE_FORMATS] = {
        [FWD_IMAGE_RAW] = "raw",
        [FWD_IMAGE_INTEL_HEX] = "Intel HEX",
        [FWD_IMAGE_SRECORD] = "S-record",
        [FWD_IMAGE_ELF] = "ELF file",
        [FWD_IMAGE_UF2] = "UF2",
        [FWD_IMAGE_DFUSE] = "DfuSe",
        [FWD_IMAGE_ESP] = "ESP image",
        [FWD_IMAGE_MCUBOOT] = "MCUboot image",
    };
    return names[format];
}

/* ---- options --------------------------------------------------------------------------------- */

static bool parse_address(const char *text, char stop, uint64_t *value)
{
    char *end = NULL;
    int base = text[0] == '0' && (text[1] == 'x' || text[1] == 'X') ? 16 : 10;

    if (text[0] < '0' || text[0] > '9')
        return false;
    unsigned long long number = strtoull(text, &end, base);
    *value = number;
    return number != ULLONG_MAX && *end == stop;
}

bool fwd_image_parse_range(const char *text, struct fwd_memory_layout *layout)
{
    const char *dash = strchr(text, '-');

    layout->has_range = dash != NULL && parse_address(text, '-', &layout->begin) &&
                        parse_address(dash + 1, 0, &layout->end) && layout->begin < layout->end;
    return layout->has_range;
}

/* ---- formats --------------------------------------------------------------------------------- */

/* Files that name addresses. */
static const struct {
    enum fwd_image_format format;
    bool (*is)(const uint8_t *data, size_t size);
    enum fwd_fail (*read)(struct fwd_image_input *in, struct fwd_error *err);
} readers[] = {
    {FWD_IMAGE_INTEL_HEX, fwd_image_hex_is, fwd_image_hex_read},
    {FWD_IMAGE_SRECORD, fwd_image_srecord_is, fwd_image_srecord_read},
    {FWD_IMAGE_ELF, fwd_image_elf_is, fwd_image_elf_read},
    {FWD_IMAGE_UF2, fwd_image_uf2_is, fwd_image_uf2_read},
    {FWD_IMAGE_DFUSE, fwd_image_dfuse_is, fwd_image_dfuse_read},
};

static void note_layout(const struct fwd_image_input *in, uint64_t filled)
{
    const struct fwd_image_load *load = in->load;
    const struct fwd_memory_layout *layout = &in->options->layout;
    uint64_t begin = layout->has_range ? layout->begin : in->map.chunks[0].load;

    if (filled > 0)
        fwd_image_note(in,
            "%s: %zu bytes from 0x%" PRIx64 " on, of which %" PRIu64
            " are gaps that were filled with 0x%02X",
            format_name(load->format), load->bytes.size, begin, filled, layout->fill);
    else
        fwd_image_note(in, "%s: %zu bytes from 0x%" PRIx64 " on", format_name(load->format),
            load->bytes.size, begin);
}

/* *bytes: those of the file; replaced. */
static enum fwd_fail convert(struct fwd_image_input *in,
    enum fwd_fail (*read)(struct fwd_image_input *in, struct fwd_error *err), struct fwd_error *err)
{
    uint64_t filled = 0;
    enum fwd_fail fail = read(in, err);

    if (fail == FWD_FAIL_NONE)
        fail = fwd_memory_map_flatten(&in->map, in->name, &in->options->layout, &in->load->bytes,
            &in->load->segments, &filled, err);
    if (fail == FWD_FAIL_NONE)
        note_layout(in, filled);
    fwd_memory_map_free(&in->map);
    return fail;
}

/* Bytes that are to be flashed: what they are by themselves, whatever file they came in. */
static enum fwd_fail look_inside(struct fwd_image_input *in, struct fwd_error *err)
{
    if (fwd_image_esp_is(in->data, in->size))
        return fwd_image_esp_keep(in, err);
    if (fwd_image_mcuboot_is(in->data, in->size))
        return fwd_image_mcuboot_keep(in, err);
    return fwd_image_foreign_refuse(in, err);
}

/* Bytes as they are; *file is taken over. */
static enum fwd_fail keep(
    const struct fwd_image_input *in, struct fwd_bytes *file, struct fwd_error *err)
{
    if (in->options->layout.has_range && !in->options->raw)
        return fwd_image_refuse(
            in, err, "is a raw image, which names no addresses, so --range does not apply to it");
    in->load->bytes = *file;
    *file = (struct fwd_bytes){NULL, 0};
    return FWD_FAIL_NONE;
}

static enum fwd_fail load_as(
    struct fwd_image_input *in, struct fwd_bytes *file, struct fwd_error *err)
{
    for (size_t i = 0; i < sizeof readers / sizeof readers[0]; i++) {
        if (!readers[i].is(in->data, in->size))
            continue;
        in->load->format = readers[i].format;
        return convert(in, readers[i].read, err);
    }
    return keep(in, file, err);
}

/* Either may have taken something off the end. */
static enum fwd_fail load_converted(
    struct fwd_image_input *in, struct fwd_bytes *file, struct fwd_error *err)
{
    enum fwd_fail fail = FWD_FAIL_NONE;

    if (fwd_image_dfu_is(in->data, in->size))
        fail = fwd_image_dfu_strip(in, err);
    file->size = in->size;
    if (fail == FWD_FAIL_NONE)
        fail = load_as(in, file, err);
    if (fail != FWD_FAIL_NONE)
        return fail;
    in->data = in->load->bytes.data;
    in->size = in->load->bytes.size;
    fail = look_inside(in, err);
    in->load->bytes.size = in->size;
    return fail;
}

enum fwd_fail fwd_image_load(const char *name, struct fwd_bytes *file,
    const struct fwd_image_options *options, struct fwd_image_load *load, struct fwd_error *err)
{
    struct fwd_image_input in = {
        .name = name, .data = file->data, .size = file->size, .options = options, .load = load};

    *load = (struct fwd_image_load){.format = FWD_IMAGE_RAW};
    enum fwd_fail fail = options->raw ? keep(&in, file, err) : load_converted(&in, file, err);
    if (fail != FWD_FAIL_NONE)
        fwd_bytes_free(&load->bytes);
    fwd_bytes_free(file);
    return fail;
}
