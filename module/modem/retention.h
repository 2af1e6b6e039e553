/* What an update preserves and what it erases, per family and way of updating (R74..R90). */
#ifndef FWD_MODULE_MODEM_RETENTION_H
#define FWD_MODULE_MODEM_RETENTION_H

#include "module/modem/modem_internal.h"

/* After an update that changed the firmware: erases, resets, counts what the tables say. Doing it
 * twice does no harm. */
void fwd_retention_apply(struct fwd_modem *m);

#endif
