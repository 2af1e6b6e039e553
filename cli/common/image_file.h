/* Images as files: read in whatever form gen/image knows, with a note on standard error of what was
 * converted. What is done with an image takes several times its size of memory; a file for which
 * this computer has not enough is refused before it is read, instead of being killed later. */
#ifndef FWD_CLI_COMMON_IMAGE_FILE_H
#define FWD_CLI_COMMON_IMAGE_FILE_H

#include "cli/common/args.h"
#include "gen/image/image.h"
#include "sim/device/description.h"

/* Memory that a command takes, in sizes of the image. */
#define FWD_IMAGE_READ  1u
#define FWD_IMAGE_DELTA 12u

#define FWD_IMAGE_FILE_OPTIONS                                                                     \
    {"raw", 0, NULL, false, "images are taken as they are, whatever the files look like"},         \
        {"range", 0, "START-END", false, "of HEX, S-record, ELF, UF2: only these addresses"},      \
        {"family", 0, "ID", false, "of a UF2 file for several chips: the family that is meant"},   \
    {                                                                                              \
        "fill", 0, "BYTE", false, "fills gaps; default: what the devices' erased flash reads"      \
    }

/* Their names, each between spaces. */
#define FWD_IMAGE_FILE_NAMES " raw range family fill "

/* What the options ask for; gaps are filled with 0xFF unless --fill says otherwise. */
enum fwd_fail fwd_image_file_options(
    const struct fwd_args *args, struct fwd_image_options *options, struct fwd_error *err);

/* Gaps of a component's image are to be filled with what the erased flash of its slot reads, on
 * this device and on those of earlier calls, unless --fill was given. Begin with options as
 * fwd_image_file_options() makes them, and first true. */
void fwd_image_file_erased(const struct fwd_args *args, const struct fwd_device_description *device,
    const char *component, bool first, struct fwd_image_options *options);

/* Reads an image of at most UINT32_MAX bytes. Notes go to standard error. load->bytes: freed by the
 * caller. FWD_FAIL_ENVIRONMENT also when the file's size times `times` exceeds the memory of this
 * computer. */
enum fwd_fail fwd_image_file_load(const struct fwd_args *args, const char *path, unsigned times,
    const struct fwd_image_options *options, struct fwd_image_load *load, struct fwd_error *err);

/* The same for who only wants the bytes, with the options of the command line. */
enum fwd_fail fwd_image_file_read(const struct fwd_args *args, const char *path, unsigned times,
    struct fwd_bytes *bytes, struct fwd_error *err);

#endif
