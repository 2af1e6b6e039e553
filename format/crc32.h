/* CRC-32 as in ISO 3309 / zlib (reflected 0xEDB88320, initial and final complement). */
#ifndef FWD_FORMAT_CRC32_H
#define FWD_FORMAT_CRC32_H

#include <stddef.h>
#include <stdint.h>

/* Continues `crc` (0 to begin). */
uint32_t fwd_crc32(uint32_t crc, const void *bytes, size_t size);

#endif
