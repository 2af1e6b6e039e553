#include "samples/firmware/common/version.h"

__attribute__((section(".image_info"), used)) const struct version_info version_info = {
    .magic = {'D', 'E', 'M', 'O'},
    .major = 1,
    .minor = 0,
    .patch = 1,
    .product = "field-node",
};

const char version_text[] = "1.0.1";
