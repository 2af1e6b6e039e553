/* Which release this image is; each release has its own version.c. */
#ifndef DEMO_VERSION_H
#define DEMO_VERSION_H

#include <stdint.h>

/* Right after the vector table, for tools that look into an image. */
struct version_info {
    char magic[4];
    uint8_t major, minor, patch, reserved;
    char product[24];
};

extern const struct version_info version_info;
extern const char version_text[];

#endif
