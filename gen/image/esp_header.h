/* The segments that ESP images name in their headers: application images of ESP8266, ESP32 and
 * later chips (first byte 0xE9, or 0xEA with a flash segment before), also inside a merged flash
 * image. */
#ifndef FWD_GEN_IMAGE_ESP_HEADER_H
#define FWD_GEN_IMAGE_ESP_HEADER_H

#include "gen/image/segments.h"

/* False: there is no such header, or its segments do not fit; then segments has none. A segment
 * whose address the image does not state (code in the flash of an ESP8266) has address 0. */
bool fwd_esp_segments(const uint8_t *bytes, uint32_t size, struct fwd_segments *segments);

#endif
