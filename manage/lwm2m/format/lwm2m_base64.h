/* Base64 (RFC 4648), for opaque values in texts. */
#ifndef FWD_MANAGE_LWM2M_FORMAT_LWM2M_BASE64_H
#define FWD_MANAGE_LWM2M_FORMAT_LWM2M_BASE64_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

/* Both alphabets, with or without "=". out may be text itself. False: not Base64. */
bool fwd_lwm2m_base64_decode(const uint8_t *text, size_t size, uint8_t *out, size_t *out_size);

/* Bytes of the text of so many bytes. */
#define FWD_LWM2M_BASE64_SIZE(size) (((size) + 2) / 3 * 4)

/* The alphabet for URLs, without "=", ended by a zero; text: FWD_LWM2M_BASE64_SIZE(size) + 1. */
void fwd_lwm2m_base64_encode(const uint8_t *bytes, size_t size, char *text);

#endif
