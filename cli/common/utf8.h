/* UTF-8, strictly: what names of files and texts for JSON are made of. */
#ifndef FWD_CLI_COMMON_UTF8_H
#define FWD_CLI_COMMON_UTF8_H

#include <stddef.h>

/* Bytes of the character at the beginning of a text that ends with a zero byte: 1 to 4; 0: none
 * begins there (the end of the text, or what is not UTF-8). */
size_t fwd_utf8_size(const char *text);

#endif
