#include "samples/firmware/common/checksum.h"

#include "samples/firmware/common/tables.h"

uint32_t checksum_crc32(uint32_t crc, const void *bytes, size_t size)
{
    const uint8_t *p = bytes;

    crc = ~crc;
    while (size-- > 0)
        crc = crc >> 8 ^ table_crc32[(crc ^ *p++) & 0xFF];
    return ~crc;
}

uint16_t checksum_crc16_modbus(const void *bytes, size_t size)
{
    const uint8_t *p = bytes;
    uint16_t crc = 0xFFFF;

    while (size-- > 0)
        crc = (uint16_t)(crc >> 8 ^ table_crc16_modbus[(crc ^ *p++) & 0xFF]);
    return crc;
}

uint16_t checksum_crc16_ccitt(uint16_t crc, const void *bytes, size_t size)
{
    const uint8_t *p = bytes;

    while (size-- > 0)
        crc = (uint16_t)(crc << 8 ^ table_crc16_ccitt[(crc >> 8 ^ *p++) & 0xFF]);
    return crc;
}

uint8_t checksum_xor(const char *text, size_t size)
{
    uint8_t sum = 0;

    while (size-- > 0)
        sum ^= (uint8_t)*text++;
    return sum;
}

uint16_t checksum_fletcher16(const void *bytes, size_t size)
{
    const uint8_t *p = bytes;
    uint32_t a = 0, b = 0;

    while (size-- > 0) {
        a = (a + *p++) % 255;
        b = (b + a) % 255;
    }
    return (uint16_t)(b << 8 | a);
}

uint32_t checksum_adler32(const void *bytes, size_t size)
{
    const uint8_t *p = bytes;
    uint32_t a = 1, b = 0;

    while (size-- > 0) {
        a = (a + *p++) % 65521;
        b = (b + a) % 65521;
    }
    return b << 16 | a;
}
