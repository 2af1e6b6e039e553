#include "tests/verify/rig/install_shapes.h"

#include <check.h>
#include <stdlib.h>
#include <string.h>

#define APP(layout_)                                                                               \
    {                                                                                              \
        {                                                                                          \
            "app", FWD_ROLE_FIRMWARE, layout_                                                      \
        }                                                                                          \
    }

const struct lab_shape lab_shapes[] = {
    {.name = "in place, unit 64",
        .slot = {{256, 16}},
        .unit = 64,
        .erased = 0xFF,
        .service_block = 1024,
        .scratch_blocks = 2,
        .places = APP(FWD_LAYOUT_IN_PLACE),
        .place_count = 1},
    {.name = "A/B, unit 64",
        .slot = {{256, 16}},
        .unit = 64,
        .erased = 0xFF,
        .service_block = 1024,
        .scratch_blocks = 1,
        .places = APP(FWD_LAYOUT_AB),
        .place_count = 1},
    {.name = "in place, unit 8, ECC",
        .slot = {{256, 16}},
        .unit = 8,
        .erased = 0xFF,
        .single_program = true,
        .service_block = 1024,
        .scratch_blocks = 1,
        .places = APP(FWD_LAYOUT_IN_PLACE),
        .place_count = 1},
    {.name = "in place, unit 1, erased 0",
        .slot = {{512, 8}},
        .unit = 1,
        .erased = 0x00,
        .service_block = 1024,
        .scratch_blocks = 2,
        .places = APP(FWD_LAYOUT_IN_PLACE),
        .place_count = 1},
    {.name = "in place, unit 256",
        .slot = {{256, 16}},
        .unit = 256,
        .erased = 0xFF,
        .service_block = 2048,
        .scratch_blocks = 3,
        .places = APP(FWD_LAYOUT_IN_PLACE),
        .place_count = 1},
    {.name = "in place, mixed blocks, unit 4",
        .slot = {{256, 4}, {1024, 1}, {512, 4}},
        .unit = 4,
        .erased = 0xFF,
        .service_block = 1024,
        .scratch_blocks = 1,
        .places = APP(FWD_LAYOUT_IN_PLACE),
        .place_count = 1},
    {.name = "in place, two journal blocks",
        .slot = {{256, 16}},
        .unit = 64,
        .erased = 0xFF,
        .service_block = 1024,
        .scratch_blocks = 2,
        .journal_blocks = 2,
        .places = APP(FWD_LAYOUT_IN_PLACE),
        .place_count = 1},
    {.name = "A/B, mixed blocks, unit 256, ECC",
        .slot = {{256, 4}, {1024, 1}, {512, 4}},
        .unit = 256,
        .erased = 0xFF,
        .single_program = true,
        .service_block = 2048,
        .scratch_blocks = 1,
        .places = APP(FWD_LAYOUT_AB),
        .place_count = 1},
    {.name = "in place and A/B",
        .slot = {{256, 16}},
        .unit = 64,
        .erased = 0xFF,
        .service_block = 1024,
        .scratch_blocks = 2,
        .places = {{"app", FWD_ROLE_FIRMWARE, FWD_LAYOUT_IN_PLACE},
            {"radio", FWD_ROLE_FIRMWARE, FWD_LAYOUT_AB}},
        .place_count = 2},
    {.name = "boot and app in place",
        .slot = {{256, 16}},
        .unit = 64,
        .erased = 0xFF,
        .service_block = 1024,
        .scratch_blocks = 2,
        .places = {{"boot", FWD_ROLE_BOOT, FWD_LAYOUT_IN_PLACE},
            {"app", FWD_ROLE_FIRMWARE, FWD_LAYOUT_IN_PLACE}},
        .place_count = 2},
};

const size_t lab_shape_count = sizeof lab_shapes / sizeof lab_shapes[0];

const struct lab_shape *lab_shape(const char *name)
{
    for (size_t i = 0; i < lab_shape_count; i++) {
        if (strcmp(lab_shapes[i].name, name) == 0)
            return &lab_shapes[i];
    }
    ck_abort_msg("no geometry is called \"%s\"", name);
    return NULL;
}

static struct lab_case make_case(const struct lab_shape *shape, const struct lab_pattern *pattern)
{
    struct lab_case c = {.recipe = {.part_count = shape->place_count}};
    const struct lab_image *old[LAB_PLACES_MAX] = {NULL};

    c.images = calloc(2u * shape->place_count, sizeof *c.images);
    ck_assert_ptr_nonnull(c.images);
    for (uint8_t i = 0; i < shape->place_count; i++) {
        struct lab_image *source = &c.images[2 * i], *target = &c.images[2 * i + 1];
        lab_pattern_images(pattern, 10u + i, source, target);
        c.recipe.parts[i] = (struct lab_part){.name = shape->places[i].name,
            .role = shape->places[i].role,
            .delta = true,
            .pattern = pattern,
            .source = source,
            .target = target,
            .source_version = "1.0",
            .target_version = "2.0"};
        old[i] = source;
    }
    c.lab = lab_new(shape, old);
    for (uint8_t i = 0; i < shape->place_count; i++)
        c.lab->new[i] = c.recipe.parts[i].target;
    return c;
}

void lab_case_rebuild(struct lab_case *c)
{
    fwd_bytes_free(&c->package);
    c->package = lab_package(&c->recipe);
    c->lab->package = c->package;
}

static struct lab_case finish_case(struct lab_case c)
{
    lab_case_rebuild(&c);
    return c;
}

struct lab_case lab_case_delta(
    const struct lab_shape *shape, const struct lab_pattern *pattern, bool descending)
{
    struct lab_case c = make_case(shape, pattern);

    for (uint8_t i = 0; i < c.recipe.part_count; i++)
        c.recipe.parts[i].descending = descending;
    return finish_case(c);
}

struct lab_case lab_case_full(const struct lab_shape *shape, const struct lab_pattern *pattern)
{
    struct lab_case c = make_case(shape, pattern);

    for (uint8_t i = 0; i < c.recipe.part_count; i++)
        c.recipe.parts[i].delta = false;
    return finish_case(c);
}

void lab_case_free(struct lab_case *c)
{
    lab_free(c->lab);
    fwd_bytes_free(&c->package);
    free(c->images);
}

void lab_case_download(struct lab_case *c)
{
    ck_assert_int_eq(lab_start(c->lab), FWD_OK);
    ck_assert_int_eq(lab_download(c->lab, &c->package, 0), FWD_OK);
}

void lab_case_rehearse(struct lab_case *c)
{
    lab_case_download(c);
    ck_assert_int_eq(fwd_update_rehearse(&c->lab->update, FWD_COMMAND_ANY), FWD_OK);
}

void lab_case_runs(const struct lab_case *c, bool new)
{
    for (uint8_t i = 0; i < c->lab->device.place_count; i++)
        ck_assert(lab_runs(c->lab, i, new ? c->lab->new[i] : c->lab->old[i]));
}
