/* Where old blocks are saved: every place of many geometries, against a walk over single blocks. */
#include "verify/rehearse/backup.h"

#include <check.h>
#include <stdlib.h>

static const struct fwd_blocks none[] = {{0, 0}};
static const struct fwd_blocks equal[] = {{4096, 12}};
static const struct fwd_blocks small[] = {{1024, 40}};
static const struct fwd_blocks odd[] = {{3072, 9}};
static const struct fwd_blocks large[] = {{16384, 5}};
static const struct fwd_blocks rising[] = {{256, 5}, {1024, 3}, {4096, 2}, {16384, 2}};
static const struct fwd_blocks falling[] = {{16384, 2}, {4096, 3}, {1024, 7}, {256, 30}};
static const struct fwd_blocks mixed[] = {{512, 3}, {8192, 1}, {256, 7}, {1024, 1}, {2048, 6}};

static const struct geometry {
    const struct fwd_blocks *blocks;
    uint8_t count;
} geometries[] = {
    {equal, 1}, {small, 1}, {odd, 1}, {large, 1}, {rising, 4}, {falling, 4}, {mixed, 5}};

static struct fwd_area area_of(const struct fwd_blocks *blocks, uint8_t count)
{
    struct fwd_area area = {
        .program_unit = 4, .erased = 0xFF, .blocks = blocks, .blocks_count = count};

    for (uint8_t i = 0; i < count; i++)
        area.size += blocks[i].size * blocks[i].count;
    return area;
}

static struct fwd_device device_of(
    struct fwd_place *place, const struct geometry *staging, uint32_t block, uint32_t scratch)
{
    static struct fwd_blocks slot, saved;

    slot = (struct fwd_blocks){block, 8};
    saved = (struct fwd_blocks){block, scratch};
    *place = (struct fwd_place){.layout = FWD_LAYOUT_IN_PLACE};
    place->slots[0] = area_of(&slot, 1);
    return (struct fwd_device){.places = place,
        .place_count = 1,
        .staging = area_of(staging->blocks, staging->count),
        .scratch = scratch > 0 ? area_of(&saved, 1) : area_of(none, 0)};
}

/* Neighbours after `end` are put together until they hold `size` bytes. */
static uint32_t plain_places(
    const struct fwd_area *area, uint32_t end, uint32_t size, uint32_t *places)
{
    uint32_t count = 0, have = 0, begin = 0;

    for (uint32_t i = 0; end > 0 && i < fwd_area_blocks(area); i++) {
        struct fwd_block block = fwd_area_block(area, i);
        if (block.offset < end)
            continue;
        begin = have == 0 ? block.offset : begin;
        have += block.size;
        if (have < size)
            continue;
        places[count++] = begin;
        have = 0;
    }
    return count;
}

static void check_places(const struct fwd_device *device, uint32_t end, uint32_t size)
{
    uint32_t places[256];
    uint32_t spare = plain_places(&device->staging, end, size, places);
    uint32_t scratch = fwd_area_blocks(&device->scratch);

    ck_assert_uint_eq(fwd_backup_count(device, end), scratch + spare);
    for (uint32_t i = 0; i < scratch + spare; i++) {
        struct fwd_backup place = fwd_backup_place(device, end, i);
        ck_assert_ptr_eq(place.area, i < scratch ? &device->scratch : &device->staging);
        ck_assert_uint_eq(place.offset, i < scratch ? i * size : places[i - scratch]);
    }
}

START_TEST(places_are_those_of_a_walk_over_blocks)
{
    static const uint32_t sizes[] = {256, 1024, 3072, 4096, 5120, 16384, 65536};
    const struct geometry *staging = &geometries[_i];
    struct fwd_place place;

    for (uint32_t s = 0; s < sizeof sizes / sizeof *sizes; s++) {
        struct fwd_device device = device_of(&place, staging, sizes[s], s % 3);
        for (uint32_t end = 0; end <= device.staging.size; end += end < 20 ? 1 : 252)
            check_places(&device, end, sizes[s]);
        check_places(&device, device.staging.size, sizes[s]);
    }
}
END_TEST

START_TEST(an_action_begins_in_spare_room_or_where_the_last_one_ended)
{
    struct fwd_place place;
    struct fwd_device device = device_of(&place, &geometries[0], 4096, 3);

    ck_assert_uint_eq(fwd_backup_first(&device, 8192, 7), 3);
    ck_assert_uint_eq(fwd_backup_first(&device, device.staging.size, 7), 7 % 3);
    device = device_of(&place, &geometries[0], 4096, 0);
    ck_assert_uint_eq(fwd_backup_first(&device, device.staging.size, 7), 0);
}
END_TEST

int main(void)
{
    Suite *suite = suite_create("backup");
    TCase *tests = tcase_create("places");
    SRunner *runner = srunner_create(suite);
    int failed;

    tcase_add_loop_test(tests, places_are_those_of_a_walk_over_blocks, 0,
        (int)(sizeof geometries / sizeof *geometries));
    tcase_add_test(tests, an_action_begins_in_spare_room_or_where_the_last_one_ended);
    suite_add_tcase(suite, tests);
    srunner_run_all(runner, CK_ENV);
    failed = srunner_ntests_failed(runner);
    srunner_free(runner);
    return failed == 0 ? EXIT_SUCCESS : EXIT_FAILURE;
}
