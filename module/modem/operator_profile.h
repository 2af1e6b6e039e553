/* Operator profiles that a host sends with the tag PROFILE (R17): a package with one component of
 * role carrier-profile, signed as any other. A component called mno-<number> is the profile of that
 * number of +UMNOPROF. They are kept as files of the tag MNO, which some updates erase. */
#ifndef FWD_MODULE_MODEM_OPERATOR_PROFILE_H
#define FWD_MODULE_MODEM_OPERATOR_PROFILE_H

#include "module/modem/modem_internal.h"

/* Is it such a package, for this device, and signed? FWD_OK, or why not. */
enum fwd_reason fwd_operator_profile_check(
    const struct fwd_modem *m, const uint8_t *bytes, size_t size);

/* The version that came for profile `number`; false: none came, text is untouched. */
bool fwd_operator_profile_version(
    const struct fwd_modem *m, unsigned number, char text[FWD_VERSION_MAX + 1]);

/* Those that belong to no number: fn gets name and version. */
void fwd_operator_profile_others(struct fwd_modem *m,
    void (*fn)(struct fwd_modem *m, void *ctx, const char *name, const char *version), void *ctx);

#endif
