#include "tests/fuzz/fuzz_device.h"

#include <stdio.h>
#include <stdlib.h>
#include <unistd.h>

static char folder[64], device[80];

static void require(bool what)
{
    if (!what)
        abort();
}

static void clean_up(void)
{
    char command[128];

    (void)snprintf(command, sizeof command, "rm -rf '%s'", folder);
    (void)!system(command);
}

const char *fuzz_device_folder(const char *version)
{
    static const uint8_t image[100] = "firmware";
    const struct fwd_machine_image first = {"firmware", NULL, image, sizeof image, version};
    const struct fwd_machine_recipe recipe = {
        .description = FWD_SOURCE_DIR "/tests/devices/inplace-4k.json",
        .images = &first,
        .image_count = 1};

    if (folder[0] != '\0')
        return device;
    /* in memory where that can be: each input writes some files, and waits for the disk */
    bool memory = access("/dev/shm", W_OK) == 0;
    (void)snprintf(folder, sizeof folder, "%s/fwdelta-fuzz-XXXXXX", memory ? "/dev/shm" : "/tmp");
    require(mkdtemp(folder) != NULL);
    (void)atexit(clean_up);
    (void)snprintf(device, sizeof device, "%s/device", folder);
    require(fwd_machine_create(device, &recipe, NULL) == FWD_FAIL_NONE);
    return device;
}

struct fwd_machine *fuzz_device_open(const char *version)
{
    static const struct fwd_codec *const codecs[] = {&fwd_codec_stored};
    struct fwd_machine *machine = NULL;

    require(
        fwd_machine_open(fuzz_device_folder(version), codecs, 1, &machine, NULL) == FWD_FAIL_NONE);
    return machine;
}
