/* The manifest, as it is read after its signature was verified. What is decoded stays in its
 * bytes, but a name that is left out. */
#include "format/certificate.h"
#include "format/dependency.h"
#include "format/manifest.h"

#include <stdlib.h>

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

#define PAYLOAD 100000u

static const uint8_t *first, *past;

static void require(bool what)
{
    if (!what)
        abort();
}

static void require_inside(struct fwd_text text)
{
    require(text.size == 0 || ((const uint8_t *)text.bytes >= first &&
                                  (const uint8_t *)text.bytes + text.size <= past));
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
    struct fwd_manifest manifest;
    struct fwd_certificate certificate;
    struct fwd_entry entry;
    size_t at = 0;

    first = data;
    past = data + size;
    while (fwd_manifest_walk(data, size, &at, &entry))
        require(at <= size);
    for (at = 0; fwd_certificate_next(data, size, &at, &certificate);)
        require(at <= size);
    if (fwd_manifest_decode(data, size, PAYLOAD, &manifest) != FWD_OK)
        return 0;
    require(manifest.component_count <= FWD_COMPONENTS_MAX);
    require(manifest.product_count <= FWD_PRODUCTS_MAX);
    require_inside(manifest.label);
    struct fwd_dependency dependency;
    uint16_t done = 0;
    while (manifest.dependencies != NULL && fwd_dependency_next(manifest.dependencies,
                                                manifest.dependencies_size, &done, &dependency)) {
        require(done <= manifest.dependencies_size && dependency.release > 0);
        require_inside(dependency.name);
    }
    for (uint8_t i = 0; i < manifest.product_count; i++)
        require_inside(manifest.products[i]);
    for (uint8_t i = 0; i < manifest.component_count; i++) {
        const struct fwd_component *c = &manifest.components[i];
        require_inside(c->source.version);
        require_inside(c->target.version);
        if (manifest.sections == FWD_OK)
            require((uint64_t)c->section_offset + c->section_size <= PAYLOAD);
    }
    return 0;
}
