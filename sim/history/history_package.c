/* Packages of a past: built and signed in memory. */
#include "gen/package/builder.h"
#include "sim/history/history_internal.h"

#include <stdlib.h>
#include <string.h>

/* Texts of the manifest with a zero byte after them. */
struct texts {
    char names[FWD_COMPONENTS_MAX][FWD_NAME_MAX + 1];
    char products[FWD_PRODUCTS_MAX][FWD_PRODUCT_MAX + 1];
    const char *product_list[FWD_PRODUCTS_MAX];
    struct fwd_build_component components[FWD_COMPONENTS_MAX];
};

static bool is_full(const struct fwd_bytes *from)
{
    for (uint8_t i = 0; i < FWD_COMPONENTS_MAX; i++) {
        if (from[i].size > 0)
            return false;
    }
    return true;
}

/* The package that is proven raises the counters. What comes after it must be above them where a
 * device asks for that. */
static void set_counter(const struct maker *maker, const struct fwd_component *component, bool full,
    struct fwd_build_component *out)
{
    out->has_counter = full && component->has_counter;
    out->counter = component->counter;
    if (maker->machine->description->policy.refuse_downgrade && out->counter < UINT32_MAX)
        out->counter++;
}

static size_t fill_components(const struct maker *maker, const struct fwd_bytes *from,
    const struct fwd_bytes *to, struct texts *texts)
{
    bool full = is_full(from);
    size_t count = 0;

    for (uint8_t i = 0; i < maker->manifest.component_count; i++) {
        const struct fwd_component *component = &maker->manifest.components[i];
        struct fwd_build_component *out = &texts->components[count];
        if (to[i].size == 0 || (!full && from[i].size == 0))
            continue;
        snprintf(texts->names[i], sizeof texts->names[i], "%.*s", (int)component->name.size,
            component->name.bytes);
        *out = (struct fwd_build_component){.name = texts->names[i],
            .role = component->role,
            .pair = {.source = from[i].data,
                .target = to[i].data,
                .source_size = (uint32_t)from[i].size,
                .target_size = (uint32_t)to[i].size},
            .codec = full ? FWD_CODEC_STORED : FWD_BUILD_AUTO,
            .force_delta = !full};
        set_counter(maker, component, full, out);
        count++;
    }
    return count;
}

static void fill_products(const struct maker *maker, struct texts *texts)
{
    for (uint8_t i = 0; i < maker->manifest.product_count; i++) {
        struct fwd_text product = maker->manifest.products[i];
        snprintf(texts->products[i], sizeof texts->products[i], "%.*s", (int)product.size,
            product.bytes);
        texts->product_list[i] = texts->products[i];
    }
}

/* As many signatures as the device asks for. Takes over the unsigned package. */
static enum fwd_fail sign(const struct maker *maker, struct fwd_bytes *package)
{
    unsigned threshold = maker->machine->description->policy.threshold;
    enum fwd_fail fail = FWD_FAIL_NONE;

    for (unsigned i = 0; i < threshold && fail == FWD_FAIL_NONE; i++) {
        struct fwd_keypair key;
        struct fwd_signed_package opened;
        struct fwd_bytes out = {NULL, 0};
        fail = fwd_keypair_simulated(i, &key, maker->err);
        if (fail == FWD_FAIL_NONE)
            fail = fwd_signed_package_open(
                "a package of the past", package->data, package->size, &opened, maker->err);
        if (fail == FWD_FAIL_NONE)
            fail = fwd_signed_package_sign(&opened, &key, &out, maker->err);
        fwd_keypair_free(&key);
        if (fail != FWD_FAIL_NONE)
            break;
        fwd_bytes_free(package);
        *package = out;
    }
    return fail;
}

enum fwd_fail fwd_history_package(const struct maker *maker, const struct fwd_bytes *from,
    const struct fwd_bytes *to, struct fwd_bytes *package)
{
    const struct fwd_device *device = &maker->machine->device;
    struct texts *texts = calloc(1, sizeof *texts);
    struct fwd_build built = {.kind = 0};

    if (texts == NULL)
        return fwd_error_memory(maker->err, "a package of the past");
    fill_products(maker, texts);
    struct fwd_build_options options = {.components = texts->components,
        .component_count = fill_components(maker, from, to, texts),
        .products = texts->product_list,
        .product_count = maker->manifest.product_count,
        .full = is_full(from),
        .arena_max = device->memory_size - fwd_update_memory(device),
        .jobs = 1,
        .crypto = &maker->machine->crypto.port};
    enum fwd_fail fail = fwd_builder_make(&options, &built, maker->err);
    if (fail == FWD_FAIL_NONE) {
        *package = built.package;
        built.package = (struct fwd_bytes){NULL, 0};
        fail = sign(maker, package);
    }
    fwd_builder_free(&built);
    free(texts);
    return fail;
}
