#include "gen/image/esp_header.h"

#define MAGIC 0xE9u
#define MAGIC_FLASH                                                                                \
    0xEAu /* ESP8266: one segment that runs from flash, then an image of the first kind */
#define HEAD_SHORT   8u  /* ESP8266 */
#define HEAD_LONG    24u /* later chips */
#define SEGMENT_HEAD 8u
#define SEGMENTS_MAX 16u
#define SECTOR       0x1000u
/* Memory and memory-mapped flash of all chips. */
#define ADDRESS_LOW  0x3C000000u
#define ADDRESS_HIGH 0x60000000u

static uint32_t word_at(const uint8_t *b)
{
    return (uint32_t)b[0] | (uint32_t)b[1] << 8 | (uint32_t)b[2] << 16 | (uint32_t)b[3] << 24;
}

/* Adds the segment whose head is at *at, and goes on after it. */
static bool add_segment(
    const uint8_t *bytes, uint32_t size, uint32_t *at, bool flash, struct fwd_segments *segments)
{
    if (size - *at < SEGMENT_HEAD)
        return false;
    uint32_t address = word_at(bytes + *at), length = word_at(bytes + *at + 4);
    *at += SEGMENT_HEAD;
    if (length == 0 || length % 4 != 0 || length > size - *at)
        return false;
    if (!flash && (address < ADDRESS_LOW || address >= ADDRESS_HIGH))
        return false;
    if (!fwd_segments_add(segments, *at, length, address))
        return false;
    *at += length;
    return true;
}

static bool add_image(
    const uint8_t *bytes, uint32_t size, uint32_t *at, uint32_t head, struct fwd_segments *segments)
{
    if (size - *at < head || bytes[*at] != MAGIC || bytes[*at + 1] == 0 ||
        bytes[*at + 1] > SEGMENTS_MAX)
        return false;
    uint32_t count = bytes[*at + 1];
    *at += head;
    for (uint32_t i = 0; i < count; i++)
        if (!add_segment(bytes, size, at, false, segments))
            return false;
    return true;
}

/* One header and what follows it, at *at. */
static bool add_header(
    const uint8_t *bytes, uint32_t size, uint32_t *at, struct fwd_segments *segments)
{
    const struct fwd_segments before = *segments;
    uint32_t start = *at;

    if (size - start >= HEAD_SHORT && bytes[start] == MAGIC_FLASH) {
        *at += HEAD_SHORT;
        if (add_segment(bytes, size, at, true, segments) &&
            add_image(bytes, size, at, HEAD_SHORT, segments))
            return true;
    }
    for (uint32_t head = HEAD_SHORT; head <= HEAD_LONG; head += HEAD_LONG - HEAD_SHORT) {
        *segments = before;
        *at = start;
        if (add_image(bytes, size, at, head, segments))
            return true;
    }
    *segments = before;
    return false;
}

bool fwd_esp_segments(const uint8_t *bytes, uint32_t size, struct fwd_segments *segments)
{
    segments->count = 0;
    for (uint32_t at = 0; at < size;) {
        uint32_t end = at;
        if (add_header(bytes, size, &end, segments))
            at = end - 1;
        if (at > UINT32_MAX - SECTOR)
            break;
        at = (at / SECTOR + 1) * SECTOR;
    }
    return segments->count > 0;
}
