#include "tests/fuzz/image_repair.h"

#include "format/crc32.h"
#include "keys/crypto_port.h"

#include <stdio.h>
#include <string.h>

#define LINE_MAX_BYTES 260u

static uint32_t le(const uint8_t *at, size_t size)
{
    uint32_t value = 0;

    while (size-- > 0)
        value = value << 8 | at[size];
    return value;
}

static void put_le(uint8_t *at, uint32_t value, size_t size)
{
    for (size_t i = 0; i < size; i++)
        at[i] = (uint8_t)(value >> 8 * i);
}

/* ---- lines of hexadecimal digits ------------------------------------------------------------- */

static int digit(uint8_t c)
{
    static const char digits[] = "0123456789ABCDEF";
    const char *at = c != 0 ? strchr(digits, c >= 'a' && c <= 'f' ? c - 32 : c) : NULL;

    return at != NULL ? (int)(at - digits) : -1;
}

/* Pairs of digits from `at` on; returns how many. */
static size_t read_pairs(const uint8_t *at, const uint8_t *end, uint8_t *bytes)
{
    size_t count = 0;

    while (end - at >= 2 && digit(at[0]) >= 0 && digit(at[1]) >= 0 && count < LINE_MAX_BYTES) {
        bytes[count++] = (uint8_t)(digit(at[0]) << 4 | digit(at[1]));
        at += 2;
    }
    return count;
}

static void put_pair(uint8_t *at, uint8_t byte)
{
    static const char digits[] = "0123456789ABCDEF";

    at[0] = (uint8_t)digits[byte >> 4];
    at[1] = (uint8_t)digits[byte & 15];
}

static uint8_t sum(const uint8_t *bytes, size_t count)
{
    uint8_t total = 0;

    for (size_t i = 0; i < count; i++)
        total = (uint8_t)(total + bytes[i]);
    return total;
}

void repair_hex(uint8_t *data, size_t size)
{
    uint8_t bytes[LINE_MAX_BYTES], *end = data + size;

    for (uint8_t *at = data; at < end; at++) {
        size_t count = *at == ':' ? read_pairs(at + 1, end, bytes) : 0;
        if (count < 5)
            continue;
        bytes[0] = (uint8_t)(count - 5);
        put_pair(at + 1, bytes[0]);
        put_pair(at + 2 * count - 1, (uint8_t)-sum(bytes, count - 1));
    }
}

void repair_srec(uint8_t *data, size_t size)
{
    uint8_t bytes[LINE_MAX_BYTES], *end = data + size;

    for (uint8_t *at = data; end - at > 2; at++) {
        size_t count = *at == 'S' ? read_pairs(at + 2, end, bytes) : 0;
        if (count < 3)
            continue;
        bytes[0] = (uint8_t)(count - 1);
        put_pair(at + 2, bytes[0]);
        put_pair(at + 2 * count, (uint8_t)~sum(bytes, count - 1));
    }
}

/* ---- binary files ---------------------------------------------------------------------------- */

void repair_uf2(uint8_t *data, size_t size)
{
    for (size_t i = 0; i < size / 512; i++) {
        uint8_t *block = data + 512 * i;
        put_le(block, 0x0A324655, 4);
        put_le(block + 4, 0x9E5D5157, 4);
        put_le(block + 20, (uint32_t)i, 4);
        put_le(block + 24, (uint32_t)(size / 512), 4);
        put_le(block + 508, 0x0AB16F30, 4);
    }
}

void repair_dfu(uint8_t *data, size_t size)
{
    if (size < 17)
        return;
    uint8_t length = data[size - 5];
    if (size > 285u + length && memcmp(data, "DfuSe", 5) == 0) {
        put_le(data + 6, (uint32_t)size - length, 4);
        data[10] = 1;
        put_le(data + 277, (uint32_t)size - length - 285, 4);
    }
    memcpy(data + size - 8, "UFD", 3);
    put_le(data + size - 4, ~fwd_crc32(0, data, size - 4), 4);
}

void repair_esp(uint8_t *data, size_t size)
{
    size_t at = 24, body;
    uint8_t check = 0xEF;

    if (size < 40 || data[0] != 0xE9)
        return;
    for (uint8_t i = 0; i < data[1]; i++) {
        if (size - at < 8)
            return;
        uint32_t length = le(data + at + 4, 4);
        at += 8;
        if (length > size - at)
            return;
        for (uint32_t j = 0; j < length; j++)
            check ^= data[at + j];
        at += length;
    }
    body = (at | 15u) + 1;
    if (body > size)
        return;
    data[body - 1] = check;
    if (data[23] == 1 && size - body >= 32)
        (void)fwd_crypto_port_sha256(data, body, data + body);
}

/* The digest covers everything before the unprotected TLVs. */
static void set_digest(uint8_t *data, size_t size, size_t tlvs)
{
    size_t end = tlvs + 4;

    if (tlvs > size || size - tlvs < 4)
        return;
    while (end <= size && size - end >= 4) {
        uint32_t type = le(data + end, 2), length = le(data + end + 2, 2);
        if (length > size - end - 4)
            return;
        if (type == 0x10 && length == 32)
            (void)fwd_crypto_port_sha256(data, tlvs, data + end + 4);
        end += 4 + length;
    }
}

void repair_mcuboot(uint8_t *data, size_t size)
{
    if (size < 32)
        return;
    put_le(data, 0x96F3B83D, 4);
    uint64_t tlvs = (uint64_t)le(data + 8, 2) + le(data + 12, 4) + le(data + 10, 2);
    if (tlvs < size)
        set_digest(data, size, (size_t)tlvs);
}

void repair_elf(uint8_t *data, size_t size)
{
    if (size > 7)
        memcpy(data,
            "\x7F"
            "ELF",
            4);
}
