#include "gen/isa/isa_host.h"

#include <string.h>

#define ROW(number, NAME, name) &fwd_host_##name,
static const struct fwd_isa_host *const hosts[] = {FWD_ISAS(ROW)};

#define HOSTS (sizeof hosts / sizeof hosts[0])

const struct fwd_isa_host *fwd_isa_host_at(unsigned index)
{
    return index < HOSTS ? hosts[index] : NULL;
}

const struct fwd_isa_host *fwd_isa_host_find(uint8_t id)
{
    for (size_t i = 0; i < HOSTS; i++)
        if (hosts[i]->isa->id == id)
            return hosts[i];
    return NULL;
}

const struct fwd_isa_host *fwd_isa_host_by_name(const char *name)
{
    for (size_t i = 0; i < HOSTS; i++)
        if (strcmp(hosts[i]->name, name) == 0)
            return hosts[i];
    return NULL;
}

void fwd_host_embed_word(const struct fwd_ref *ref, uint32_t value, uint8_t *bytes)
{
    (void)ref;
    fwd_word_put(bytes, value);
}
