/* Table-driven checksums of the frame formats and of the stored configuration. */
#ifndef DEMO_CHECKSUM_H
#define DEMO_CHECKSUM_H

#include <stddef.h>
#include <stdint.h>

uint32_t checksum_crc32(uint32_t crc, const void *bytes, size_t size);
uint16_t checksum_crc16_modbus(const void *bytes, size_t size);
uint16_t checksum_crc16_ccitt(uint16_t crc, const void *bytes, size_t size);
uint8_t checksum_xor(const char *text, size_t size);
uint16_t checksum_fletcher16(const void *bytes, size_t size);
uint32_t checksum_adler32(const void *bytes, size_t size);

#endif
