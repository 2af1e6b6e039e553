/* Small pieces of text that several commands print. */
#ifndef FWD_CLI_COMMON_PRINT_H
#define FWD_CLI_COMMON_PRINT_H

#include "format/manifest.h"

#include <stddef.h>
#include <stdint.h>

/* text: 2 * size + 1 characters. */
void fwd_print_hex(const uint8_t *bytes, size_t size, char *text);

/* Names of the format's numbers; "unknown" when there is none. */
const char *fwd_print_codec(uint16_t codec);
const char *fwd_print_kind(uint8_t kind);
const char *fwd_print_phase(enum fwd_phase phase);

/* part as percent of whole with one decimal: "12.3 %". text: 24 characters. */
void fwd_print_percent(uint64_t part, uint64_t whole, char *text);

#endif
