/* DFU files: any content with a suffix (USB DFU 1.1, appendix B), and ST's DfuSe (UM0391) inside.
 */
#include "format/crc32.h"
#include "format/cursor.h"
#include "gen/image/image_internal.h"

#include <inttypes.h>
#include <string.h>

#define SUFFIX      16u
#define PREFIX      11u  /* of DfuSe */
#define TARGET      274u /* its head */
#define ELEMENT     8u   /* its head */
#define DFUSE_NAME  "DfuSe"
#define TARGET_NAME "Target"

bool fwd_image_dfu_is(const uint8_t *data, size_t size)
{
    return size > SUFFIX && memcmp(data + size - 8, "UFD", 3) == 0 && data[size - 5] >= SUFFIX;
}

enum fwd_fail fwd_image_dfu_strip(struct fwd_image_input *in, struct fwd_error *err)
{
    const uint8_t *end = in->data + in->size;
    uint8_t length = end[-5];
    struct fwd_reader r = fwd_reader_over(end - 4, 4);
    uint32_t stated = fwd_read_le32(&r);
    uint32_t found = ~fwd_crc32(0, in->data, in->size - 4);

    if (stated != found)
        return fwd_image_refuse(in, err,
            "is a DFU file whose checksum is wrong (0x%08" PRIX32 " is stated, 0x%08" PRIX32
            " found): it is damaged",
            stated, found);
    if (length >= in->size)
        return fwd_image_refuse(in, err, "is a DFU file without content");
    in->size -= length;
    fwd_image_note(in, "DFU file: its suffix of %u bytes is no part of the image", length);
    return FWD_FAIL_NONE;
}

bool fwd_image_dfuse_is(const uint8_t *data, size_t size)
{
    return size >= PREFIX && memcmp(data, DFUSE_NAME, 5) == 0 && data[5] == 1;
}

/* The elements of the only target. */
static enum fwd_fail take_elements(
    struct fwd_image_input *in, struct fwd_reader *r, uint32_t elements, struct fwd_error *err)
{
    for (uint32_t i = 0; i < elements; i++) {
        uint32_t address = fwd_read_le32(r);
        uint32_t size = fwd_read_le32(r);
        const uint8_t *bytes = fwd_read_bytes(r, size);
        if (r->failed || size > UINT64_C(0x100000000) - address)
            return fwd_image_refuse(
                in, err, "is a DfuSe file whose element %" PRIu32 " is cut off or damaged", i + 1);
        if (size > 0 && !fwd_memory_map_add(&in->map, address, address, bytes, size))
            return fwd_error_memory(err, in->name);
    }
    return FWD_FAIL_NONE;
}

enum fwd_fail fwd_image_dfuse_read(struct fwd_image_input *in, struct fwd_error *err)
{
    struct fwd_reader r = fwd_reader_over(in->data, in->size);

    fwd_read_bytes(&r, 6);
    uint32_t size = fwd_read_le32(&r);
    uint8_t targets = fwd_read_u8(&r);
    if (size != in->size)
        return fwd_image_refuse(in, err,
            "is a DfuSe file of %" PRIu32 " bytes, of which %zu are here: it is cut off or damaged",
            size, in->size);
    if (targets != 1)
        return fwd_image_refuse(in, err,
            "is a DfuSe file for %u targets, and an image is for one; give the image of one",
            targets);
    const uint8_t *head = fwd_read_bytes(&r, TARGET - 8);
    uint32_t target_size = fwd_read_le32(&r);
    uint32_t elements = fwd_read_le32(&r);
    if (r.failed || memcmp(head, TARGET_NAME, 6) != 0 || target_size != fwd_reader_left(&r))
        return fwd_image_refuse(in, err, "is a DfuSe file whose target is damaged");
    return take_elements(in, &r, elements, err);
}
