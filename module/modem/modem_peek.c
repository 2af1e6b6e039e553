/* A look at a package that nobody has checked: it decides what is printed and what the simulation
 * plays, never what is installed. */
#include "format/header.h"
#include "format/manifest.h"
#include "module/modem/modem_internal.h"
#include "verify/flash/version.h"

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

bool fwd_modem_peek_manifest(const uint8_t *bytes, size_t size, struct fwd_manifest *manifest)
{
    struct fwd_header header;

    return size >= FWD_HEADER_SIZE && fwd_header_decode(bytes, size, &header) == FWD_OK &&
           header.manifest_size <= size - FWD_HEADER_SIZE &&
           fwd_manifest_decode(bytes + FWD_HEADER_SIZE, header.manifest_size, header.payload_size,
               manifest) == FWD_OK;
}

bool fwd_modem_peek_package(
    const struct fwd_modem *m, uint8_t bytes[FWD_SIGNED_MAX], struct fwd_manifest *manifest)
{
    struct fwd_status status;

    fwd_update_status(&m->update, &status);
    uint32_t size = status.stored < FWD_SIGNED_MAX ? status.stored : FWD_SIGNED_MAX;

    return m->update_ready && fwd_nor_peek(m->machine->nor, FWD_AREA_PACKAGE, 0, bytes, size) &&
           fwd_modem_peek_manifest(bytes, size, manifest);
}

bool fwd_modem_peek_installed(const struct fwd_modem *m)
{
    uint8_t bytes[FWD_SIGNED_MAX];
    struct fwd_manifest manifest;
    struct fwd_version_table versions;

    if (!fwd_modem_peek_package(m, bytes, &manifest))
        return false;
    fwd_version_load(&m->update, &versions);
    for (uint8_t i = 0; i < manifest.component_count; i++) {
        if (!same(&versions, &manifest.components[i]))
            return false;
    }
    return manifest.component_count > 0;
}

bool fwd_modem_peek_boot_code(const struct fwd_modem *m)
{
    uint8_t bytes[FWD_SIGNED_MAX];
    struct fwd_manifest manifest;
    struct fwd_status status;

    fwd_update_status(&m->update, &status);
    return status.state == FWD_STATUS_ACTING && fwd_modem_peek_package(m, bytes, &manifest) &&
           status.component < manifest.component_count &&
           manifest.components[status.component].role == FWD_ROLE_BOOT;
}
