/* Is what the package names installed already? A look at bytes that nobody has checked: it decides
 * only whether a first progress line is printed, never what is done. */
#include "module/modem_internal.h"

#include "format/header.h"
#include "format/manifest.h"
#include "verify/version.h"

#include <string.h>

static bool same(const struct fwd_version_table *versions, const struct fwd_component *component)
{
    char name[FWD_NAME_MAX + 1];

    if (component->name.size > FWD_NAME_MAX)
        return false;
    memcpy(name, component->name.bytes, component->name.size);
    name[component->name.size] = '\0';
    const struct fwd_version_entry *entry = fwd_version_find(versions, name);
    return entry != NULL && entry->size == component->target.size &&
           memcmp(entry->digest, component->target.digest, FWD_DIGEST_SIZE) == 0;
}

bool fwd_modem_peek_installed(struct fwd_modem *m)
{
    uint8_t bytes[FWD_SIGNED_MAX];
    uint32_t stored = m->update.journal.record.stored;
    uint32_t size = stored < sizeof bytes ? stored : (uint32_t)sizeof bytes;
    struct fwd_header header;
    struct fwd_manifest manifest;
    struct fwd_version_table versions;

    if (!m->update_ready || !fwd_nor_peek(m->machine->nor, FWD_AREA_PACKAGE, 0, bytes, size) ||
        fwd_header_decode(bytes, size, &header) != FWD_OK ||
        header.manifest_size > size - FWD_HEADER_SIZE ||
        fwd_manifest_decode(bytes + FWD_HEADER_SIZE, header.manifest_size, &manifest) != FWD_OK)
        return false;
    fwd_version_load(&m->update, &versions);
    for (uint8_t i = 0; i < manifest.component_count; i++) {
        if (!same(&versions, &manifest.components[i]))
            return false;
    }
    return manifest.component_count > 0;
}
