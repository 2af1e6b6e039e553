#include "sim/family/profiles.h"

#include "sim/family/family.h"

#include <stdio.h>
#include <string.h>

#define ENTRY(name) &fwd_family_##name,
static const struct fwd_profile *const profiles[] = {FWD_FAMILIES(ENTRY)};
#undef ENTRY

const struct fwd_profile *fwd_profile_at(size_t index)
{
    return index < sizeof profiles / sizeof *profiles ? profiles[index] : NULL;
}

const struct fwd_profile *fwd_profile_find(const char *name)
{
    for (size_t i = 0; i < sizeof profiles / sizeof *profiles; i++) {
        if (strcmp(profiles[i]->name, name) == 0)
            return profiles[i];
    }
    return NULL;
}

void fwd_profile_names(bool only_at, char *text, size_t room)
{
    size_t at = 0;

    text[0] = '\0';
    for (size_t i = 0; i < sizeof profiles / sizeof *profiles && at < room; i++) {
        if (only_at && profiles[i]->traits.model == NULL)
            continue;
        at += (size_t)snprintf(text + at, room - at, "%s%s", at > 0 ? ", " : "", profiles[i]->name);
    }
}

uint16_t fwd_profile_code(const struct fwd_profile *profile, enum fwd_reason reason, bool umbrella)
{
    const struct fwd_reason_info *info = fwd_reason_info(reason);
    uint16_t code = info->code;

    for (size_t i = 0; i < FWD_PROFILE_CHANGES; i++) {
        if (profile->reason_codes[i].code != 0 && profile->reason_codes[i].reason == reason)
            code = profile->reason_codes[i].code;
    }
    if (umbrella && info->phase == FWD_PHASE_VALIDATION)
        code = 247;
    for (size_t i = 0; i < FWD_PROFILE_CHANGES; i++) {
        if (profile->code_changes[i].from != 0 && profile->code_changes[i].from == code)
            return profile->code_changes[i].to;
    }
    return code;
}

uint8_t fwd_profile_lwm2m(const struct fwd_profile *profile, enum fwd_reason reason)
{
    uint16_t code = fwd_profile_code(profile, reason, false);

    /* Where 131 is not about memory, neither is the result. */
    for (size_t i = 0; i < FWD_PROFILE_CHANGES; i++) {
        if (profile->reason_codes[i].code == code && code == 131)
            return 8;
    }
    return fwd_code_lwm2m(code);
}

struct fwd_channel fwd_profile_channel(const struct fwd_profile *profile,
    enum fwd_profile_command command, uint16_t code, const struct fwd_channel *configured)
{
    struct fwd_channel primary = {1, 115200};

    if (configured == NULL)
        return primary;
    if (command == FWD_PROFILE_UPDATE)
        return profile->update_on_command_channel ? *configured : primary;
    return code >= 130 && code <= 132 ? primary : *configured;
}
