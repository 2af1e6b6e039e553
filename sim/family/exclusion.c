#include "sim/family/exclusion.h"

#include "sim/family/profiles.h"

bool fwd_exclusion_refuses(
    const struct fwd_profile *profile, enum fwd_method running, enum fwd_use use)
{
    return (profile->exclusion[running] & (unsigned)use) != 0;
}

bool fwd_exclusion_refused_by_all(enum fwd_method running, enum fwd_use use)
{
    const struct fwd_profile *profile;

    for (size_t i = 0; (profile = fwd_profile_at(i)) != NULL; i++) {
        bool has_it = profile->traits.model != NULL && profile->exclusion[running] != 0;
        if (has_it && !fwd_exclusion_refuses(profile, running, use))
            return false;
    }
    return running != FWD_METHOD_NONE;
}

const char *fwd_method_name(enum fwd_method method)
{
    static const char *const names[FWD_METHODS] = {"none", "lwm2m", "ftp", "http", "xmodem", "raw"};

    return names[method];
}
