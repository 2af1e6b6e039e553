/* Constant tables; tables.py beside build.sh writes their definitions at build time. */
#ifndef DEMO_TABLES_H
#define DEMO_TABLES_H

#include <stdint.h>

extern const uint32_t table_crc32[256];
extern const uint16_t table_crc16_modbus[256];
extern const uint16_t table_crc16_ccitt[256];
extern const uint32_t table_sha256_round[64];
extern const uint32_t table_sha256_start[8];
extern const int16_t table_sine[1024];
extern const int16_t table_hann[256];
extern const int16_t table_ntc10k[4096];
extern const int16_t table_ntc100k[4096];
extern const uint16_t table_pt100[501];
extern const int32_t table_altitude[801];
extern const uint16_t table_vapour[1051];
extern const uint16_t table_gamma[256];
extern const int16_t table_fir_low_pass[63];
extern const int16_t table_calibration[1536];

#endif
