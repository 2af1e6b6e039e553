/* An image file as it comes, and the same with its checksums mended. REPAIR is the function of
 * image_repair.h for the format: each format is a target of its own, with a corpus of its own. */
#include "gen/image/image.h"
#include "keys/crypto_port.h"
#include "tests/fuzz/image_repair.h"

#include <stdlib.h>
#include <string.h>

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

static void require(bool what)
{
    if (!what)
        abort();
}

/* Whatever the file is: an image whose segments lie in it, or one sentence. */
static void load(const uint8_t *data, size_t size)
{
    const struct fwd_image_options options = {
        .layout = {.fill = 0xFF}, .sha256 = fwd_crypto_port_sha256};
    struct fwd_image_load image;
    struct fwd_error err = {""};
    struct fwd_bytes file = {malloc(size > 0 ? size : 1), size};

    require(file.data != NULL);
    memcpy(file.data, data, size);
    enum fwd_fail fail = fwd_image_load("file", &file, &options, &image, &err);
    require(file.data == NULL && (fail == FWD_FAIL_NONE) == (image.bytes.data != NULL));
    require(fail == FWD_FAIL_NONE ? err.text[0] == 0 : strncmp(err.text, "file: ", 6) == 0);
    for (uint32_t i = 0; fail == FWD_FAIL_NONE && i < image.segments.count; i++) {
        const struct fwd_segment *s = &image.segments.list[i];
        require((uint64_t)s->offset + s->size <= image.bytes.size);
    }
    fwd_bytes_free(&image.bytes);
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
    uint8_t *mended = malloc(size > 0 ? size : 1);

    require(mended != NULL);
    load(data, size);
    memcpy(mended, data, size);
    REPAIR(mended, size);
    if (memcmp(mended, data, size) != 0)
        load(mended, size);
    free(mended);
    return 0;
}
