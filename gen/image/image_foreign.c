/* What is no firmware image, by its bytes: archives, compressed files, file systems, patches,
 * documents. Headers of other boot loaders are no reason to refuse: they are part of what is in the
 * flash. Every mark is long enough, or checked further, that an image does not have it by chance.
 */
#include "format/cursor.h"
#include "format/header.h"
#include "gen/image/image_internal.h"

#include <stdio.h>
#include <string.h>

static uint32_t le32_at(const uint8_t *at)
{
    struct fwd_reader r = fwd_reader_over(at, 4);
    return fwd_read_le32(&r);
}

/* ---- marks that are short -------------------------------------------------------------------- */

/* The header of a tar archive has the sum of its bytes in octal digits, which count as spaces. */
static bool is_tar(const uint8_t *data, size_t size)
{
    unsigned long stated = 0;
    unsigned long sum = 8 * ' ';
    bool digits = false;

    if (size < 512 || data[0] == 0)
        return false;
    for (size_t i = 0; i < 512; i++)
        sum += i >= 148 && i < 156 ? 0 : data[i];
    for (size_t i = 148; i < 156 && data[i] != 0; i++) {
        if (data[i] == ' ')
            continue;
        if (data[i] < '0' || data[i] > '7')
            return false;
        stated = stated * 8 + (data[i] - '0');
        digits = true;
    }
    return digits && stated == sum;
}

/* The old binary cpio, in either order of bytes: the mark, and a name that ends where it should. */
static bool is_cpio(const uint8_t *data, size_t size)
{
    static const uint8_t little[] = {0xC7, 0x71}, big[] = {0x71, 0xC7};
    if (size < 28 || (memcmp(data, little, 2) != 0 && memcmp(data, big, 2) != 0))
        return false;
    size_t low = data[0] == 0xC7 ? 20 : 21;
    size_t name = data[low] | (size_t)data[low ^ 1u] << 8;
    return name >= 2 && name <= 4096 && 26 + name <= size && data[26 + name - 1] == 0 &&
           memchr(data + 26, 0, name - 1) == NULL;
}

/* .lzma: properties, a dictionary of 2^n or 2^n + 2^(n-1), the size or -1, then a zero. */
static bool is_lzma(const uint8_t *data, size_t size)
{
    if (size < 14 || data[0] != 0x5D || data[13] != 0)
        return false;
    uint32_t dictionary = le32_at(data + 1);
    uint32_t high = le32_at(data + 9);
    bool plain = dictionary >= 4096;
    for (uint32_t rest = dictionary; plain && rest > 3; rest >>= 1)
        plain = rest == 0x80000000u || (rest & 1u) == 0;
    return plain && (high < 64 || (high == UINT32_MAX && le32_at(data + 5) == UINT32_MAX));
}

static bool is_package(const uint8_t *data, size_t size)
{
    struct fwd_header header;
    return fwd_header_decode(data, size, &header) == FWD_OK;
}

/* .Z: the mark, then 9 to 16 bits and no flag but that of blocks. */
static bool is_compress(const uint8_t *data, size_t size)
{
    return size >= 3 && data[0] == 0x1F && data[1] == 0x9D && (data[2] & 0x60) == 0 &&
           (data[2] & 0x1F) >= 9 && (data[2] & 0x1F) <= 16;
}

/* ext2, 3 and 4: magic, state, error behaviour, size of blocks and revision. */
static bool is_ext(const uint8_t *data, size_t size)
{
    const uint8_t *super = data + 1024;
    return size >= 2048 && super[56] == 0x53 && super[57] == 0xEF && super[58] < 8 &&
           super[59] == 0 && le32_at(super + 24) <= 6 && le32_at(super + 76) <= 1 &&
           le32_at(super) > 0 && le32_at(super + 4) > 0;
}

/* A PE file: its second header begins where the first one says. */
static bool is_pe(const uint8_t *data, size_t size)
{
    uint32_t at = size >= 64 ? le32_at(data + 60) : 0;
    return size >= 64 && memcmp(data, "MZ", 2) == 0 && at >= 4 && at <= size - 4 &&
           memcmp(data + at, "PE\0\0", 4) == 0;
}

/* Keys and certificates: one ASN.1 sequence that is as long as the file. */
static bool is_der(const uint8_t *data, size_t size)
{
    if (size < 32 || data[0] != 0x30)
        return false;
    if (data[1] < 0x80)
        return data[1] + 2u == size && (data[2] == 0x02 || data[2] == 0x30);
    if (data[1] == 0x81)
        return data[2] + 3u == size && (data[3] == 0x02 || data[3] == 0x30);
    return data[1] == 0x82 && ((uint32_t)data[2] << 8 | data[3]) + 4u == size &&
           (data[4] == 0x02 || data[4] == 0x30);
}

/* FAT: a jump, a number of bytes in a sector, and the name of the type. */
static bool is_fat(const uint8_t *data, size_t size)
{
    return size >= 512 && data[510] == 0x55 && data[511] == 0xAA &&
           (memcmp(data + 54, "FAT", 3) == 0 || memcmp(data + 82, "FAT32", 5) == 0);
}

static bool is_partitioned(const uint8_t *data, size_t size)
{
    return size >= 1024 && memcmp(data + 512, "EFI PART", 8) == 0;
}

static bool is_riff(const uint8_t *data, size_t size)
{
    return size >= 12 && memcmp(data, "RIFF", 4) == 0 && le32_at(data + 4) <= size;
}

static bool is_pack(const uint8_t *data, size_t size)
{
    return size >= 12 && memcmp(data, "PACK\0\0\0", 7) == 0 && (data[7] == 2 || data[7] == 3);
}

/* Four kinds, from two sums and two hashes. */
static bool is_rdiff(const uint8_t *data, size_t size)
{
    return size >= 12 && memcmp(data, "rs\x01", 3) == 0 &&
           (data[3] == 0x36 || data[3] == 0x37 || data[3] == 0x46 || data[3] == 0x47);
}

static bool is_bmp(const uint8_t *data, size_t size)
{
    return size >= 26 && memcmp(data, "BM", 2) == 0 && le32_at(data + 2) == size &&
           le32_at(data + 6) == 0;
}

/* ---- the list -------------------------------------------------------------------------------- */

#define UNPACK  "unpack it first"
#define CONTENT "give the image that is in it"
#define GIVE    "give the image itself"

/* In the order in which they are looked for. */
static const struct {
    uint32_t offset;
    uint8_t size;
    const char *magic; /* NULL: is() decides alone */
    bool (*is)(const uint8_t *data, size_t size);
    const char *what, *advice;
    const char *packed; /* what it is called inside an image, whose bytes no delta can follow */
} foreigners[] = {
    {0, 0, NULL, is_package, "a package that 'fwdelta gen' has made",
        "give the image, not a package", NULL},
    {0, 3, "\x1F\x8B\x08", NULL, "compressed with gzip", "unpack it first, with gzip -d", "gzip"},
    {0, 6, "\xFD\x37zXZ\0", NULL, "compressed with xz", "unpack it first, with xz -d", "xz"},
    {0, 4, "\x28\xB5\x2F\xFD", NULL, "compressed with zstd", "unpack it first, with zstd -d",
        "zstd"},
    {0, 4, "\x04\x22\x4D\x18", NULL, "compressed with LZ4", "unpack it first, with lz4 -d", "LZ4"},
    {0, 4, "\x02\x21\x4C\x18", NULL, "compressed with LZ4", "unpack it first, with lz4 -d", NULL},
    {0, 6, "\x89LZO\0\r", NULL, "compressed with lzop", "unpack it first, with lzop -d", NULL},
    {0, 4, "LZIP", NULL, "compressed with lzip", UNPACK, NULL},
    {0, 0, NULL, is_compress, "compressed with compress", UNPACK, NULL},
    {0, 0, NULL, is_lzma, "compressed with LZMA", "unpack it first, with xz -d --format=lzma",
        "LZMA"},
    {0, 4, "BZh9", NULL, "compressed with bzip2", "unpack it first, with bzip2 -d", NULL},
    {4, 6, "1AY&SY", NULL, "compressed with bzip2", "unpack it first, with bzip2 -d", "bzip2"},
    {0, 4, "PK\x03\x04", NULL, "a zip archive", UNPACK, "ZIP"},
    {0, 4, "PK\x05\x06", NULL, "an empty zip archive", GIVE, NULL},
    {0, 6, "7z\xBC\xAF\x27\x1C", NULL, "a 7z archive", UNPACK, NULL},
    {0, 6, "Rar!\x1A\x07", NULL, "a RAR archive", UNPACK, NULL},
    {0, 4, "MSCF", NULL, "a cabinet archive", UNPACK, NULL},
    {0, 8, "!<arch>\n", NULL, "an ar archive (a library or a Debian package)", GIVE, NULL},
    {0, 4, "\xED\xAB\xEE\xDB", NULL, "an RPM package", GIVE, NULL},
    {0, 6, "070701", NULL, "a cpio archive (as SWUpdate's packages are)", CONTENT, NULL},
    {0, 6, "070702", NULL, "a cpio archive (as SWUpdate's packages are)", CONTENT, NULL},
    {0, 6, "070707", NULL, "a cpio archive", CONTENT, NULL},
    {0, 0, NULL, is_cpio, "a cpio archive", CONTENT, NULL},
    {0, 0, NULL, is_tar, "a tar archive (as Mender's artifacts are)", CONTENT, NULL},
    {0, 4, "hsqs", NULL, "a squashfs file system (as RAUC's bundles are)", CONTENT, "SquashFS"},
    {0, 4, "sqsh", NULL, "a squashfs file system", CONTENT, NULL},
    {0, 4, "\x45\x3D\xCD\x28", NULL, "a cramfs file system", CONTENT, NULL},
    {0, 4, "\x28\xCD\x3D\x45", NULL, "a cramfs file system", CONTENT, NULL},
    {0, 8, "-rom1fs-", NULL, "a romfs file system", CONTENT, NULL},
    {0, 4, "UBI#", NULL, "a UBI image", CONTENT, NULL},
    {0, 4, "\x31\x18\x10\x06", NULL, "a UBIFS file system", CONTENT, NULL},
    {1024, 4, "\xE2\xE1\xF5\xE0", NULL, "an EROFS file system", CONTENT, NULL},
    {1024, 4, "\x10\x20\xF5\xF2", NULL, "an F2FS file system", CONTENT, NULL},
    {65600, 8, "_BHRfS_M", NULL, "a btrfs file system", CONTENT, NULL},
    {32769, 5, "CD001", NULL, "an image of a CD (ISO 9660)", CONTENT, NULL},
    {0, 0, NULL, is_ext, "an ext2, ext3 or ext4 file system", CONTENT, NULL},
    {0, 0, NULL, is_fat, "a FAT file system", CONTENT, NULL},
    {0, 0, NULL, is_partitioned, "the image of a disk with a partition table", CONTENT, NULL},
    {0, 4, "\x3A\xFF\x26\xED", NULL, "an Android sparse image", "unpack it first, with simg2img",
        NULL},
    {0, 4, "CrAU", NULL, "an Android update payload", CONTENT, NULL},
    {0, 4, "QFI\xFB", NULL, "a QEMU disk image", CONTENT, NULL},
    {0, 6, "LUKS\xBA\xBE", NULL, "an encrypted disk (LUKS)", GIVE, NULL},
    {0, 8, "Salted__", NULL, "encrypted with openssl", "decrypt it first", NULL},
    {0, 8, "BSDIFF40", NULL, "a patch of bsdiff", "package it with 'fwdelta import-bsdiff40'",
        NULL},
    {0, 8, "BSDIFF4N", NULL, "a patch of bsdiff", "give the new image, not a patch", NULL},
    {0, 14, "ENDSLEY/BSDIFF", NULL, "a patch of bsdiff", "give the new image, not a patch", NULL},
    {0, 3, "\xD6\xC3\xC4", NULL, "a patch in the VCDIFF format", "give the new image, not a patch",
        NULL},
    {0, 5, "HDIFF", NULL, "a patch of HDiffPatch", "give the new image, not a patch", NULL},
    {0, 8, "IMGDIFF2", NULL, "a patch of imgdiff", "give the new image, not a patch", NULL},
    {0, 4, "\x72\x73\x02\x36", NULL, "a patch of rdiff", "give the new image, not a patch", NULL},
    {0, 0, NULL, is_rdiff, "a signature of rdiff", GIVE, NULL},
    {0, 5, "%PDF-", NULL, "a PDF document", GIVE, NULL},
    {0, 8, "\xD0\xCF\x11\xE0\xA1\xB1\x1A\xE1", NULL, "a document of Microsoft Office", GIVE, NULL},
    {0, 8, "\x89PNG\r\n\x1A\n", NULL, "a picture (PNG)", GIVE, "PNG"},
    {0, 4, "\xFF\xD8\xFF\xE0", NULL, "a picture (JPEG)", GIVE, "JPEG"},
    {0, 4, "\xFF\xD8\xFF\xE1", NULL, "a picture (JPEG)", GIVE, "JPEG"},
    {0, 6, "GIF87a", NULL, "a picture (GIF)", GIVE, NULL},
    {0, 6, "GIF89a", NULL, "a picture (GIF)", GIVE, NULL},
    {0, 0, NULL, is_bmp, "a picture (BMP)", GIVE, NULL},
    {0, 0, NULL, is_riff, "sound or video (RIFF)", GIVE, NULL},
    {0, 4, "OggS", NULL, "sound or video (Ogg)", GIVE, NULL},
    {0, 4, "fLaC", NULL, "sound (FLAC)", GIVE, NULL},
    {0, 16, "SQLite format 3\0", NULL, "a SQLite database", GIVE, NULL},
    {0, 4, "\xD4\xC3\xB2\xA1", NULL, "recorded network traffic (pcap)", GIVE, NULL},
    {0, 4, "\x0A\x0D\x0D\x0A", NULL, "recorded network traffic (pcapng)", GIVE, NULL},
    {0, 0, NULL, is_pack, "a pack file of git", GIVE, NULL},
    {0, 15, "# v2 git bundle", NULL, "a bundle of git", GIVE, NULL},
    {0, 15, "# v3 git bundle", NULL, "a bundle of git", GIVE, NULL},
    {0, 0, NULL, is_pe, "a program for Windows or EFI (PE)", GIVE, NULL},
    {0, 4, "\xCF\xFA\xED\xFE", NULL, "a program for macOS (Mach-O)", GIVE, NULL},
    {0, 4, "\xCE\xFA\xED\xFE", NULL, "a program for macOS (Mach-O)", GIVE, NULL},
    {0, 4, "\xCA\xFE\xBA\xBE", NULL, "a Java class or a program for macOS", GIVE, NULL},
    {0, 4, "\0asm", NULL, "a WebAssembly module", GIVE, NULL},
    {0, 0, NULL, is_der, "a key, a certificate or another ASN.1 file (DER)", GIVE, NULL},
};

static bool matches(size_t i, const uint8_t *data, size_t size)
{
    size_t end = (size_t)foreigners[i].offset + foreigners[i].size;

    if (foreigners[i].magic == NULL)
        return foreigners[i].is(data, size);
    return size >= end &&
           memcmp(data + foreigners[i].offset, foreigners[i].magic, foreigners[i].size) == 0;
}

const char *fwd_image_packed(const uint8_t *data, size_t size)
{
    for (size_t i = 0; i < sizeof foreigners / sizeof foreigners[0]; i++) {
        if (foreigners[i].packed != NULL && matches(i, data, size))
            return foreigners[i].packed;
    }
    return NULL;
}

static enum fwd_fail refuse(
    const struct fwd_image_input *in, const char *what, const char *advice, struct fwd_error *err)
{
    return fwd_image_refuse(
        in, err, "is %s, not a firmware image; %s, or insist with --raw", what, advice);
}

enum fwd_fail fwd_image_foreign_refuse(const struct fwd_image_input *in, struct fwd_error *err)
{
    const char *advice = NULL;

    for (size_t i = 0; i < sizeof foreigners / sizeof foreigners[0]; i++) {
        if (matches(i, in->data, in->size))
            return refuse(in, foreigners[i].what, foreigners[i].advice, err);
    }
    const char *what = fwd_image_text_kind(in->data, in->size, &advice);
    return what != NULL ? refuse(in, what, advice, err) : FWD_FAIL_NONE;
}
