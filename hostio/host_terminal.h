/* What a terminal can show. */
#ifndef FWD_HOSTIO_HOST_TERMINAL_H
#define FWD_HOSTIO_HOST_TERMINAL_H

#include <stdbool.h>
#include <stdio.h>

/* Characters in a line of a stream, 20 to 200: of the terminal, or the number in COLUMNS; 80 when
 * neither says it or the stream goes elsewhere. */
unsigned fwd_terminal_width(FILE *stream);

enum fwd_terminal_colour { FWD_COLOUR_GOOD, FWD_COLOUR_BAD, FWD_COLOUR_WARN, FWD_COLOUR_FAINT };

/* What begins a colour, and what ends it; "" when the stream is no terminal, TERM is missing or
 * "dumb", or NO_COLOR is set to anything. */
const char *fwd_terminal_begin(FILE *stream, enum fwd_terminal_colour colour);
const char *fwd_terminal_end(FILE *stream);

#endif
