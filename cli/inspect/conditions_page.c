#include "cli/inspect/conditions_page.h"

#include "format/dependency.h"
#include "hostio/host_time.h"

#include <inttypes.h>
#include <stdio.h>

static bool next(const struct fwd_manifest *m, uint16_t *at, struct fwd_dependency *needed)
{
    return m->dependencies != NULL &&
           fwd_dependency_next(m->dependencies, m->dependencies_size, at, needed);
}

void fwd_conditions_page_print(const struct fwd_manifest *manifest)
{
    struct fwd_dependency needed;
    char text[FWD_HOST_TIME_TEXT];
    uint16_t at = 0;

    for (uint8_t i = 0; i < manifest->component_count; i++) {
        const struct fwd_component *c = &manifest->components[i];
        if (c->release > 0)
            printf("%.*s has release number %" PRIu32 "\n", (int)c->name.size, c->name.bytes,
                c->release);
    }
    while (next(manifest, &at, &needed))
        printf("requires %.*s of release number %" PRIu32 " or higher\n", (int)needed.name.size,
            needed.name.bytes, needed.release);
    fwd_host_time_text(manifest->not_after, text);
    if (manifest->expires)
        printf("not to be installed after %s\n", text);
}

json_t *fwd_conditions_page_requires(const struct fwd_manifest *manifest)
{
    struct fwd_dependency needed;
    json_t *list = json_array();
    uint16_t at = 0;

    while (next(manifest, &at, &needed))
        json_array_append_new(list, json_pack("{s:o, s:I}", "name", fwd_json_out_text(needed.name),
                                        "release", (json_int_t)needed.release));
    return list;
}
