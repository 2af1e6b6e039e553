/* Ctrl-C and its kin while something half done lies on the disk: a signal is noted, the work ends
 * as after any other failure, and only then does the signal end the program. */
#ifndef FWD_HOSTIO_HOST_SIGNAL_H
#define FWD_HOSTIO_HOST_SIGNAL_H

#include <stdbool.h>

/* From here on SIGINT, SIGTERM and SIGHUP only set what fwd_signal_seen() tells; the same signal a
 * second time ends the program at once. One that is ignored stays ignored. Calls nest. For one
 * thread, with no other running. */
void fwd_signal_hold(void);

/* Did a signal come since fwd_signal_hold()? Then stop soon, and remove what is half done. */
bool fwd_signal_seen(void);

/* Ends the outermost hold: a signal that came takes effect now, so this may not return. */
void fwd_signal_release(void);

#endif
