#include "cli/common/image_file.h"

#include "keys/crypto_port.h"

#include <inttypes.h>
#include <stdio.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#define MEBIBYTE 1048576u

/* 0: not known. */
static uint64_t memory_of_computer(void)
{
    long pages = sysconf(_SC_PHYS_PAGES);
    long page = sysconf(_SC_PAGESIZE);
    return pages > 0 && page > 0 ? (uint64_t)pages * (uint64_t)page : 0;
}

static enum fwd_fail check_memory(const char *path, unsigned times, struct fwd_error *err)
{
    struct stat info;
    uint64_t memory = memory_of_computer();
    if (stat(path, &info) == 0 && S_ISREG(info.st_mode) && info.st_size <= UINT32_MAX &&
        memory > 0 && (uint64_t)info.st_size * times > memory)
        return fwd_error_fail(err, FWD_FAIL_ENVIRONMENT,
            "%s: has %" PRIu64 " MiB, for which about %" PRIu64
            " MiB of memory are needed, but this computer has %" PRIu64 " MiB",
            path, (uint64_t)info.st_size / MEBIBYTE, (uint64_t)info.st_size * times / MEBIBYTE,
            memory / MEBIBYTE);
    return FWD_FAIL_NONE;
}

static enum fwd_fail check_raw(const struct fwd_args *args, struct fwd_error *err)
{
    static const char *const others[] = {"range", "family", "fill"};
    for (size_t i = 0; fwd_args_has(args, "raw") && i < sizeof others / sizeof others[0]; i++) {
        if (fwd_args_has(args, others[i]))
            return fwd_error_fail(err, FWD_FAIL_USAGE,
                "--raw and --%s exclude each other: a raw image has no addresses", others[i]);
    }
    return FWD_FAIL_NONE;
}

enum fwd_fail fwd_image_file_options(
    const struct fwd_args *args, struct fwd_image_options *options, struct fwd_error *err)
{
    const char *range = fwd_args_text(args, "range");
    const char *family = fwd_args_text(args, "family");
    uint32_t fill = 0xFF;
    *options = (struct fwd_image_options){
        .raw = fwd_args_has(args, "raw"), .sha256 = fwd_crypto_port_sha256};
    if (range != NULL && !fwd_image_parse_range(range, &options->layout))
        return fwd_error_fail(err, FWD_FAIL_USAGE,
            "--range: expected two addresses as in 0x8004000-0x8010000, the second one past the "
            "end, found '%s'",
            range);
    options->has_family = family != NULL;
    if (family != NULL && !fwd_image_parse_family(family, &options->family))
        return fwd_error_fail(err, FWD_FAIL_USAGE,
            "--family: expected the number of a UF2 family as 0xE48BFF56, or a name as RP2040, "
            "found '%s'",
            family);
    enum fwd_fail fail = fwd_args_u32(args, "fill", 0, 255, &fill, err);
    options->layout.fill = (uint8_t)fill;
    options->layout.fill_known = true;
    return fail == FWD_FAIL_NONE ? check_raw(args, err) : fail;
}

void fwd_image_file_erased(const struct fwd_args *args, const struct fwd_device_description *device,
    const char *component, bool first, struct fwd_image_options *options)
{
    for (uint8_t i = 0; i < device->place_count && !fwd_args_has(args, "fill"); i++) {
        if (strcmp(device->place_names[i], component) != 0)
            continue;
        uint8_t erased = device->places[i].slots[0].erased;
        if (!first && options->layout.fill != erased)
            options->layout.fill_known = false;
        options->layout.fill = erased;
    }
}

enum fwd_fail fwd_image_file_load(const struct fwd_args *args, const char *path, unsigned times,
    const struct fwd_image_options *options, struct fwd_image_load *load, struct fwd_error *err)
{
    struct fwd_bytes file = {NULL, 0};
    struct fwd_error note;
    *load = (struct fwd_image_load){.format = FWD_IMAGE_RAW};
    enum fwd_fail fail = check_memory(path, times, err);
    if (fail == FWD_FAIL_NONE)
        fail = fwd_file_read_as("a firmware image", path, UINT32_MAX, &file, err);
    if (fail == FWD_FAIL_NONE)
        fail = fwd_image_load(path, &file, options, load, err);
    for (size_t i = 0; i < load->note_count && fail == FWD_FAIL_NONE; i++) {
        fwd_error_set(&note, "%s: %s", path, load->notes[i].text);
        fprintf(stderr, "fwdelta %s: note: %s\n", args->command->name, note.text);
    }
    return fail;
}

enum fwd_fail fwd_image_file_read(const struct fwd_args *args, const char *path, unsigned times,
    struct fwd_bytes *bytes, struct fwd_error *err)
{
    struct fwd_image_options options;
    struct fwd_image_load load = {.format = FWD_IMAGE_RAW};
    enum fwd_fail fail = fwd_image_file_options(args, &options, err);
    if (fail == FWD_FAIL_NONE)
        fail = fwd_image_file_load(args, path, times, &options, &load, err);
    *bytes = load.bytes;
    return fail;
}
