/* Which journal state may follow which. The table in DESIGN.md is this one; a test compares them.
 */
#ifndef FWD_VERIFY_FLASH_STATES_H
#define FWD_VERIFY_FLASH_STATES_H

#include "format/record/journal_record.h"

/* What precedes the first record that is appended to a journal whose records cannot be read. */
#define FWD_STATE_LOST 0u

/* Whether a record of state `to` may be appended after one of state `from`. Every state may follow
 * itself: a record is repeated after power-on and with each step. */
bool fwd_states_allowed(uint8_t from, uint8_t to);

#endif
