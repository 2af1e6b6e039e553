/* Images of MCUboot: a header, the firmware, and TLVs with digest, signature and counter. They are
 * in the slot as they are here; what only the slot has (padding, the trailer that MCUboot writes)
 * is cut off, and what the header states is offered for the package. */
#include "format/cursor.h"
#include "gen/image/image_internal.h"

#include <inttypes.h>
#include <stdio.h>
#include <string.h>

#define MAGIC          0x96F3B83Du
#define HEADER         32u
#define TLV_INFO       0x6907u
#define TLV_PROTECTED  0x6908u
#define TLV_SHA256     0x10u
#define TLV_COUNTER    0x50u
#define FLAG_ENCRYPTED 0x0000000Cu
#define FLAG_RAM_LOAD  0x00000020u
#define FLAG_ROM_FIXED 0x00000100u
#define FLAG_PACKED    0x00000C00u
#define SHA256         32u
#define TRAILER        16u /* its magic, at the very end of a slot */

struct mcuboot {
    uint32_t load_address, image_size, flags, build;
    uint16_t header_size, protected_size, revision;
    uint8_t major, minor;
    const uint8_t *digest; /* of the TLVs; NULL: none */
    size_t digested;       /* bytes from the beginning that it covers */
    size_t end;
};

static bool read_header(const uint8_t *data, size_t size, struct mcuboot *m)
{
    struct fwd_reader r = fwd_reader_over(data, size);

    *m = (struct mcuboot){0};
    if (fwd_read_le32(&r) != MAGIC)
        return false;
    m->load_address = fwd_read_le32(&r);
    m->header_size = fwd_read_le16(&r);
    m->protected_size = fwd_read_le16(&r);
    m->image_size = fwd_read_le32(&r);
    m->flags = fwd_read_le32(&r);
    m->major = fwd_read_u8(&r);
    m->minor = fwd_read_u8(&r);
    m->revision = fwd_read_le16(&r);
    m->build = fwd_read_le32(&r);
    return !r.failed && size >= HEADER;
}

bool fwd_image_mcuboot_is(const uint8_t *data, size_t size)
{
    struct mcuboot m;
    return read_header(data, size, &m);
}

/* One area of TLVs at `at`. Returns where it ends; 0: it is cut off or damaged. */
static size_t read_area(
    const struct fwd_image_input *in, size_t at, uint16_t magic, struct mcuboot *m)
{
    struct fwd_reader r = fwd_reader_over(in->data + at, in->size - at);
    uint16_t found = fwd_read_le16(&r);
    uint16_t total = fwd_read_le16(&r);

    if (r.failed || found != magic || total < 4 || total > in->size - at)
        return 0;
    r = fwd_reader_over(in->data + at + 4, total - 4u);
    while (fwd_reader_left(&r) > 0) {
        uint16_t type = fwd_read_le16(&r);
        uint16_t length = fwd_read_le16(&r);
        const uint8_t *value = fwd_read_bytes(&r, length);
        if (r.failed)
            return 0;
        if (type == TLV_SHA256 && length == SHA256)
            m->digest = value;
        if (type == TLV_COUNTER && length == 4) {
            struct fwd_reader counter = fwd_reader_over(value, 4);
            in->load->has_counter = true;
            in->load->counter = fwd_read_le32(&counter);
        }
    }
    return at + total;
}

static enum fwd_fail read_areas(
    const struct fwd_image_input *in, struct mcuboot *m, struct fwd_error *err)
{
    uint64_t at = (uint64_t)m->header_size + m->image_size;

    if (m->header_size < HEADER || at > in->size)
        return fwd_image_refuse(in, err,
            "is an MCUboot image of %" PRIu64 " bytes and more, of which %zu are here: it is cut "
            "off or damaged",
            at, in->size);
    m->end = (size_t)at;
    if (m->protected_size > 0)
        m->end = read_area(in, m->end, TLV_PROTECTED, m);
    m->digested = m->end;
    if (m->end > 0)
        m->end = read_area(in, m->end, TLV_INFO, m);
    if (m->end == 0)
        return fwd_image_refuse(in, err,
            "is an MCUboot image whose TLVs after the firmware are missing or damaged; was it "
            "signed with imgtool?");
    return FWD_FAIL_NONE;
}

/* The digest is that of the plain firmware. */
static enum fwd_fail check_digest(
    const struct fwd_image_input *in, const struct mcuboot *m, struct fwd_error *err)
{
    uint8_t digest[SHA256];

    if (m->digest == NULL || (m->flags & (FLAG_ENCRYPTED | FLAG_PACKED)) != 0 ||
        in->options->sha256 == NULL || !in->options->sha256(in->data, m->digested, digest) ||
        memcmp(digest, m->digest, SHA256) == 0)
        return FWD_FAIL_NONE;
    return fwd_image_refuse(in, err,
        "is an MCUboot image whose SHA-256 is not that of its content: it is damaged; --raw "
        "insists");
}

/* ---- what follows ---------------------------------------------------------------------------- */

static bool has_trailer(const struct fwd_image_input *in)
{
    static const uint8_t magic[TRAILER] = {0x77, 0xC2, 0x95, 0xF3, 0x60, 0xD2, 0xEF, 0x7F, 0x35,
        0x52, 0x50, 0x0F, 0x2C, 0xB6, 0x79, 0x80};
    /* with an alignment of more than 8 bytes, that takes the place of the first two */
    static const uint8_t wide[TRAILER - 2] = {
        0x2D, 0xE1, 0x5D, 0x29, 0x41, 0x0B, 0x8D, 0x77, 0x67, 0x9C, 0x11, 0x0F, 0x1F, 0x8A};
    const uint8_t *at = in->data + in->size - TRAILER;

    return memcmp(at, magic, sizeof magic) == 0 || memcmp(at + 2, wide, sizeof wide) == 0;
}

static bool is_erased(const struct fwd_image_input *in, size_t from)
{
    uint8_t erased = in->data[from];

    for (size_t i = from; i < in->size; i++) {
        if (in->data[i] != erased)
            return false;
    }
    return erased == 0xFF || erased == 0x00;
}

static void cut_off(struct fwd_image_input *in, const struct mcuboot *m)
{
    size_t more = in->size - m->end;

    if (more == 0)
        return;
    if (more >= TRAILER && has_trailer(in)) {
        fwd_image_note(
            in, "%zu bytes of padding and MCUboot's trailer after the image were cut off", more);
        in->size = m->end;
    } else if (is_erased(in, m->end)) {
        fwd_image_note(in, "%zu bytes of padding after the image were cut off", more);
        in->size = m->end;
    } else {
        fwd_image_note(in, "%zu more bytes after the image are kept", more);
    }
}

static void state_version(const struct fwd_image_input *in, const struct mcuboot *m)
{
    char *version = in->load->version;
    size_t room = sizeof in->load->version;

    if (m->build != 0)
        (void)snprintf(
            version, room, "%u.%u.%u+%" PRIu32, m->major, m->minor, m->revision, m->build);
    else
        (void)snprintf(version, room, "%u.%u.%u", m->major, m->minor, m->revision);
}

enum fwd_fail fwd_image_mcuboot_keep(struct fwd_image_input *in, struct fwd_error *err)
{
    struct mcuboot m;
    char counter[40] = "";

    if (!read_header(in->data, in->size, &m))
        return FWD_FAIL_NONE;
    enum fwd_fail fail = read_areas(in, &m, err);
    if (fail == FWD_FAIL_NONE)
        fail = check_digest(in, &m, err);
    if (fail != FWD_FAIL_NONE)
        return fail;
    in->load->format = FWD_IMAGE_MCUBOOT;
    state_version(in, &m);
    if (in->load->has_counter)
        (void)snprintf(counter, sizeof counter, ", security counter %" PRIu32, in->load->counter);
    fwd_image_note(in, "MCUboot image, version %s%s%s", in->load->version, counter,
        (m.flags & FLAG_ENCRYPTED) != 0
            ? "; it is encrypted, so two of them have nothing in common: give the images that are "
              "not, and let the device encrypt"
        : (m.flags & FLAG_PACKED) != 0
            ? "; it is compressed, so a small change changes all of it: give the images that are "
              "not"
            : "");
    cut_off(in, &m);
    if ((m.flags & (FLAG_RAM_LOAD | FLAG_ROM_FIXED)) != 0 && in->size <= UINT32_MAX)
        (void)fwd_segments_add(&in->load->segments, 0, (uint32_t)in->size, m.load_address);
    return FWD_FAIL_NONE;
}
