/* What is authenticated with the device's own key (ports.h). Only a device whose MAC port names
 * `fwd_mac_use` links it. */
#ifndef FWD_VERIFY_FLASH_MAC_H
#define FWD_VERIFY_FLASH_MAC_H

#include "verify/verify.h"

struct fwd_start; /* trust/start_test.h */

struct fwd_mac_use {
    /* Is the record's MAC the device's? */
    bool (*right)(const struct fwd_mac_port *mac, const struct fwd_record *record);
    /* Puts it into a record and its encoded bytes, and into an encoded version record of `size`
     * bytes; a hardware that fails leaves them without. */
    void (*seal)(const struct fwd_mac_port *mac, struct fwd_record *record, uint8_t *bytes);
    void (*seal_version)(const struct fwd_mac_port *mac, uint8_t *bytes, uint32_t size);
    /* Policy verify_start "in doubt". True: the current record starts as it is recorded, without a
     * signature check and without a hash; *start is set. Never with policy ALWAYS, with a lost
     * journal, while something is in progress, at the first start after an update, when a copy of
     * the version record does not read, or has no right MAC, or is not the one that the journal
     * names. */
    bool (*no_doubt)(struct fwd_update *update, struct fwd_start *start);
};

/* NULL: nothing is authenticated. */
static inline const struct fwd_mac_use *fwd_mac(const struct fwd_ports *ports)
{
    return ports->mac != NULL ? ports->mac->use : NULL;
}

#endif
