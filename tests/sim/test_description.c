/* Device descriptions: what they say, and every way in which they are refused. */
#include "sim/device/description.h"
#include "verify/flash/area.h"

#include <check.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

/* A small description; a test replaces one piece of it. */
static const char good[] =
    "{\n"
    " \"name\": \"small\", \"product\": \"demo\", \"hardware_revision\": 3,\n"
    " \"profile\": \"lara-r6-01b\", \"ram_budget\": 65536, \"resumer\": \"immutable\",\n"
    " \"chips\": [{\"name\": \"nor\", \"program_unit\": 8}],\n"
    " \"areas\": {\n"
    "  \"package\": {\"blocks\": [{\"size\": 4096, \"count\": 4}]},\n"
    "  \"staging\": {\"blocks\": [{\"size\": 4096, \"count\": 4}]},\n"
    "  \"scratch\": {\"blocks\": [{\"size\": 8192, \"count\": 2}]},\n"
    "  \"journal\": {\"blocks\": [{\"size\": 4096, \"count\": 2}]},\n"
    "  \"version\": {\"blocks\": [{\"size\": 4096, \"count\": 2}]}},\n"
    " \"components\": [{\"name\": \"firmware\", \"role\": \"firmware\",\n"
    "  \"layout\": \"in-place\", \"slots\": [{\"blocks\": [{\"size\": 4096, \"count\": 4},"
    " {\"size\": 8192, \"count\": 1}]}]}]\n"
    "}\n";

static enum fwd_fail parse(
    const char *text, struct fwd_device_description **out, struct fwd_error *err)
{
    return fwd_description_parse("device.json", text, strlen(text), out, err);
}

/* good with the first `from` replaced by `to`; freed by the caller. */
static char *changed(const char *from, const char *to)
{
    const char *at = strstr(good, from);
    size_t size = strlen(good) + strlen(to) + 1;
    char *text = malloc(size);

    ck_assert_msg(at != NULL, "%s", from);
    snprintf(text, size, "%.*s%s%s", (int)(at - good), good, to, at + strlen(from));
    return text;
}

START_TEST(a_description_gives_the_device)
{
    struct fwd_device_description *d;
    struct fwd_device device = {0};
    struct fwd_error err = {""};

    ck_assert_msg(parse(good, &d, &err) == FWD_FAIL_NONE, "%s", err.text);
    fwd_description_device(d, &device);
    ck_assert_str_eq(d->name, "small");
    ck_assert_str_eq(device.product, "demo");
    ck_assert_uint_eq(device.hardware_revision, 3);
    ck_assert_uint_eq(device.policy.threshold, 1);
    ck_assert_uint_eq(device.policy.max_attempts, 3);
    ck_assert_uint_eq(device.sigblock_max, 4096);
    ck_assert_uint_eq(device.place_count, 1);
    ck_assert_str_eq(device.places[0].name, "firmware");
    ck_assert_int_eq(device.places[0].layout, FWD_LAYOUT_IN_PLACE);
    ck_assert(!device.places[0].resumer_inside);
    ck_assert_uint_eq(device.places[0].slots[0].id, FWD_AREA_SLOTS);
    ck_assert_uint_eq(device.places[0].slots[0].size, 4 * 4096 + 8192);
    ck_assert_uint_eq(device.places[0].slots[0].program_unit, 8);
    ck_assert_uint_eq(device.places[0].slots[0].erased, 0xFF);
    ck_assert_uint_eq(fwd_area_blocks(&device.scratch), 2);
    fwd_description_free(d);
}
END_TEST

START_TEST(areas_without_addresses_follow_each_other)
{
    struct fwd_device_description *d;
    struct fwd_error err;

    ck_assert_int_eq(parse(good, &d, &err), FWD_FAIL_NONE);
    ck_assert_uint_eq(d->areas[FWD_AREA_SLOTS].address, 0);
    ck_assert_uint_eq(d->areas[FWD_AREA_PACKAGE].address, 24576);
    ck_assert_uint_eq(d->areas[FWD_AREA_STAGING].address, 40960);
    ck_assert_uint_eq(d->areas[FWD_AREA_SCRATCH].address, 57344);
    ck_assert_uint_eq(d->areas[FWD_AREA_JOURNAL].address, 73728);
    ck_assert_uint_eq(d->areas[FWD_AREA_VERSION].address, 81920);
    ck_assert_uint_eq(d->areas[FWD_AREA_SYSTEM].address, 90112);
    ck_assert_uint_eq(d->chips[0].size, 90112 + 3 * 4096);
    fwd_description_free(d);
}
END_TEST

START_TEST(the_version_area_may_be_in_the_journal)
{
    char *text = changed("\"version\": {\"blocks\": [{\"size\": 4096, \"count\": 2}]}",
        "\"version\": {\"shares\": \"journal\"}");
    struct fwd_device_description *d, *again;
    struct fwd_device device = {0};
    struct fwd_error err = {""};

    ck_assert_msg(parse(text, &d, &err) == FWD_FAIL_NONE, "%s", err.text);
    fwd_description_device(d, &device);
    ck_assert_ptr_eq(device.sharing, &fwd_sharing);
    ck_assert_uint_eq(device.version.address, device.journal.address);
    ck_assert_uint_eq(device.version.size, 8192);
    char *dump = fwd_description_dump(d);
    ck_assert_msg(parse(dump, &again, &err) == FWD_FAIL_NONE, "%s", err.text);
    ck_assert(again->shared);
    fwd_description_free(again);
    fwd_description_free(d);
    free(dump);
    free(text);
}
END_TEST

static const char *const samples[] = {"inplace-4k", "inplace-64k", "dual-slot", "two-component"};
#define SAMPLES (int)(sizeof samples / sizeof *samples)

static struct fwd_device_description *load_sample(const char *name)
{
    struct fwd_device_description *d = NULL;
    struct fwd_error err = {""};
    char path[256];

    snprintf(path, sizeof path, FWD_SOURCE_DIR "/samples/devices/%s.json", name);
    ck_assert_msg(fwd_description_load(path, &d, &err) == FWD_FAIL_NONE, "%s", err.text);
    return d;
}

START_TEST(the_samples_load_and_build_a_flash)
{
    struct fwd_device_description *d = load_sample(samples[_i]);
    struct fwd_nor_setup setup = fwd_description_setup(d);
    struct fwd_nor *nor = NULL;
    struct fwd_error err = {""};

    ck_assert_str_eq(d->name, samples[_i]);
    ck_assert_uint_eq(d->ram_budget, 2097152);
    ck_assert_uint_eq(d->areas[FWD_AREA_SLOTS].size, 2097152);
    ck_assert_uint_eq(d->areas[FWD_AREA_PACKAGE].size, 2097152);
    ck_assert_uint_eq(d->areas[FWD_AREA_STAGING].size, 2097152);
    ck_assert_uint_eq(fwd_area_blocks(&d->areas[FWD_AREA_SCRATCH]), 4);
    ck_assert_uint_eq(fwd_area_blocks(&d->areas[FWD_AREA_JOURNAL]), 3);
    ck_assert_uint_eq(fwd_area_blocks(&d->areas[FWD_AREA_VERSION]), 3);
    ck_assert_msg(fwd_nor_new(&setup, &nor, &err) == FWD_FAIL_NONE, "%s", err.text);
    ck_assert_uint_eq(fwd_nor_area(nor, FWD_AREA_SLOTS)->size, 2097152);
    fwd_nor_free(nor);
    fwd_description_free(d);
}
END_TEST

START_TEST(a_dump_reads_back_to_the_same_dump)
{
    struct fwd_device_description *d = load_sample(samples[_i]), *again = NULL;
    struct fwd_error err = {""};
    char *first = fwd_description_dump(d), *second;

    ck_assert_msg(parse(first, &again, &err) == FWD_FAIL_NONE, "%s", err.text);
    second = fwd_description_dump(again);
    ck_assert_str_eq(first, second);
    ck_assert_uint_eq(d->chips[0].size, again->chips[0].size);
    ck_assert_int_eq(memcmp(d->runs, again->runs, sizeof d->runs), 0);
    free(first);
    free(second);
    fwd_description_free(d);
    fwd_description_free(again);
}
END_TEST

START_TEST(areas_have_names_for_people)
{
    struct fwd_device_description *d = load_sample("two-component");
    char name[FWD_NAME_MAX + 3];

    fwd_description_area_name(d, FWD_AREA_SCRATCH, name);
    ck_assert_str_eq(name, "scratch");
    fwd_description_area_name(d, FWD_AREA_SLOT(0, 0), name);
    ck_assert_str_eq(name, "firmware");
    fwd_description_area_name(d, FWD_AREA_SLOT(1, 1), name);
    ck_assert_str_eq(name, "boot:1");
    fwd_description_area_name(d, FWD_AREA_SLOT(2, 0), name);
    ck_assert_str_eq(name, "?");
    ck_assert(d->places[1].resumer_inside);
    ck_assert(!d->places[0].resumer_inside);
    fwd_description_free(d);
}
END_TEST

/* Which codecs and how much memory each of a device's programs has. */
static const struct {
    const char *members;
    const char *application, *boot; /* ids in their order */
    uint32_t application_arena, boot_arena;
} decoders[] = {
    {"", "3210", "3210", 0, 0},
    {"\"codecs\": [\"stored\", \"fwd\"], ", "03", "03", 0, 0},
    {"\"codecs\": [\"fwd\"], \"arena\": 30000, ", "3", "30", 30000, 30000},
    {"\"boot\": {\"codecs\": [\"stored\"], \"arena\": 4096}, ", "3210", "0", 0, 4096},
    {"\"boot\": {\"codecs\": [\"xz\", \"stored\"]}, \"arena\": 9, ", "32104", "10", 9, 9},
    {"\"boot\": {\"arena\": 7}, \"codecs\": [\"xz\"], ", "1", "10", 0, 7},
};

static void assert_decoder(const struct fwd_device_description *d,
    const struct fwd_decoder *decoder, const char *ids, uint32_t arena)
{
    struct fwd_device device = {0};

    ck_assert_uint_eq(decoder->count, strlen(ids));
    for (uint8_t i = 0; i < decoder->count; i++)
        ck_assert_int_eq(decoder->codecs[i], ids[i] - '0');
    ck_assert_uint_eq(decoder->arena, arena);
    fwd_description_device(d, &device);
    uint32_t need = fwd_update_memory(&device);
    ck_assert_uint_eq(fwd_description_memory(d, decoder), arena > 0 ? need + arena : d->ram_budget);
    ck_assert_uint_eq(fwd_description_arena(d, decoder), arena > 0 ? arena : d->ram_budget - need);
}

START_TEST(the_programs_of_a_device_have_their_own_decoders)
{
    char members[200];
    struct fwd_device_description *d;
    struct fwd_error err = {""};

    snprintf(members, sizeof members, "%s\"resumer\"", decoders[_i].members);
    char *text = changed("\"resumer\"", members);
    ck_assert_msg(parse(text, &d, &err) == FWD_FAIL_NONE, "%s", err.text);
    assert_decoder(d, &d->application, decoders[_i].application, decoders[_i].application_arena);
    assert_decoder(d, &d->boot, decoders[_i].boot, decoders[_i].boot_arena);
    fwd_description_free(d);
    free(text);
}
END_TEST

#define JOURNAL "\"journal\": {\"blocks\": [{\"size\": 4096, \"count\": 2}]}"
#define VERSION "\"version\": {\"blocks\": [{\"size\": 4096, \"count\": 2}]}"
#define CHIP    "{\"name\": \"nor\", \"program_unit\": 8}"

static const struct {
    const char *from, *to;
    const char *sentence; /* part of it */
} refused[] = {
    {"{\n \"name\"", "[\n \"name\"", "line "},
    {VERSION, "\"version\": {\"shares\": \"staging\"}",
        "member \"areas.version.shares\": \"journal\" is expected, but found \"staging\""},
    {VERSION, "\"version\": {\"shares\": \"journal\", \"address\": 0}",
        "\"areas.version.address\""},
    {JOURNAL, "\"journal\": {\"shares\": \"journal\"}", "\"areas.journal.shares\""},
    {JOURNAL ",\n  " VERSION,
        "\"journal\": {\"blocks\": [{\"size\": 4096, \"count\": 4}]}, "
        "\"version\": {\"shares\": \"journal\"}",
        "area \"journal\" at address 73728: an area with two or three erase blocks, because the "
        "version area shares them is expected, but it has more"},
    {"\"name\": \"small\", ", "",
        "member \"name\": a text of 1 to 63 printable characters is expected, but found nothing"},
    {"\"name\": \"small\"", "\"name\": 7", "but found 7"},
    {"\"name\": \"small\"", "\"name\": \"\"", "but found \"\""},
    {"\"name\": \"small\"", "\"name\": \"a\\u0001\"", "printable"},
    {"\"name\": \"small\"", "\"name\": \"small\", \"nmae\": 1",
        "member \"nmae\": no member of this name is expected, but found 1"},
    {"\"name\": \"small\"", "\"name\": \"small\", \"name\": \"x\"", "duplicate"},
    {"\"hardware_revision\": 3", "\"hardware_revision\": -1",
        "a whole number from 0 to 4294967295 is expected, but found -1"},
    {"\"hardware_revision\": 3", "\"hardware_revision\": 4294967296", "but found 4294967296"},
    {"\"hardware_revision\": 3", "\"hardware_revision\": 1.5", "but found 1.5"},
    {"\"profile\": \"lara-r6-01b\"", "\"profile\": \"lara\"", "\"lara-r6-01b\", "},
    {"\"ram_budget\": 65536", "\"ram_budget\": 0", "\"ram_budget\""},
    {"\"resumer\": \"immutable\"", "\"resumer\": \"boot\"",
        "member \"resumer\": the name of a component, or \"immutable\", is expected, but found "
        "\"boot\""},
    {"\"chips\": [" CHIP "]", "\"chips\": []",
        "member \"chips\": a list of 1 to 8 is expected, but found a list of 0"},
    {CHIP, "7", "member \"chips[0]\": an object is expected, but found 7"},
    {CHIP, CHIP ", " CHIP, "member \"chips[1].name\": a name that no other chip has"},
    {"\"program_unit\": 8", "\"program_unit\": 3", "chips[0].program_unit"},
    {"\"program_unit\": 8", "\"program_unit\": 8192", "from 1 to 4096 is expected"},
    {"\"program_unit\": 8", "\"program_unit\": 8, \"program_page\": 4",
        "a power of two from 8 to 4096"},
    {"\"program_unit\": 8", "\"program_unit\": 8, \"erased_value\": 254",
        "255 or 0 is expected, but found 254"},
    {"\"program_unit\": 8", "\"program_unit\": 8, \"single_program\": 1",
        "true or false is expected"},
    {"\"program_unit\": 8", "\"program_unit\": 8, \"size\": 4096", "it ends behind the chip"},
    {"\"program_unit\": 8", "\"program_unit\": 8, \"size\": 1000001",
        "multiple of the program unit"},
    {"\"resumer\"", "\"codecs\": [], \"resumer\"", "codecs\": a list of 1 to 8"},
    {"\"resumer\"", "\"codecs\": [\"fwd\", \"fwd\"], \"resumer\"",
        "a list of codecs, each once, of \"stored\", \"xz\", \"bsdiff-xz\", \"fwd\", \"lite\" is "
        "expected"},
    {"\"resumer\"", "\"codecs\": [\"lzma\"], \"resumer\"", "a list of codecs"},
    {"\"resumer\"", "\"codecs\": [3], \"resumer\"", "a list of codecs"},
    {"\"resumer\"", "\"boot\": {\"codecs\": [\"xz\"]}, \"resumer\"",
        "member \"boot.codecs\": a list with \"stored\""},
    {"\"resumer\"", "\"boot\": {\"ram\": 1}, \"resumer\"", "boot.ram"},
    {"\"resumer\"", "\"arena\": 65000, \"resumer\"", "member \"arena\": at most "},
    {"\"resumer\"", "\"boot\": {\"arena\": 65000}, \"resumer\"", "member \"boot.arena\": at most "},
    {"\"resumer\"", "\"clock_hz\": -1, \"resumer\"", "clock_hz"},
    {"\"resumer\"", "\"rehearse_slice\": -1, \"resumer\"", "rehearse_slice"},
    {"\"resumer\"", "\"policy\": {\"expiry\": \"refuse\"}, \"resumer\"",
        "member \"policy.expiry\" is \"refuse\", but there is no \"clock\""},
    {"\"resumer\"", "\"policy\": {\"expiry\": \"accept\"}, \"resumer\"",
        "member \"policy.expiry\" is \"accept\", but there is no \"clock\""},
    {"\"resumer\"", "\"policy\": {\"expiry\": \"never\"}, \"resumer\"", "policy.expiry"},
    {"\"resumer\"", "\"timing\": {\"signature_us\": \"1\"}, \"resumer\"", "timing.signature_us"},
    {"\"resumer\"", "\"watchdog\": {\"seconds\": 1}, \"resumer\"", "watchdog.seconds"},
    {"\"resumer\"", "\"watchdog\": {\"bytes\": -1}, \"resumer\"", "watchdog.bytes"},
    {"\"program_unit\": 8", "\"program_unit\": 8, \"timing\": {\"fast\": true}",
        "chips[0].timing.fast"},
    {"\"program_unit\": 8",
        "\"program_unit\": 8, \"timing\": {\"erase_us_per_block\": [{\"size\": 4096}]}",
        "chips[0].timing.erase_us_per_block[0].us"},
    {JOURNAL, "\"journal\": 1", "member \"areas.journal\": an object is expected, but found 1"},
    {JOURNAL ",", "", "member \"areas.journal\": an object is expected, but found nothing"},
    {JOURNAL, "\"diary\": {}, " JOURNAL, "areas.diary"},
    {JOURNAL, "\"journal\": {\"blocks\": [{\"size\": 4096, \"count\": 1}]}",
        "area \"journal\" at address 73728: an area with two erase blocks or more"},
    {JOURNAL, "\"journal\": {\"blocks\": [{\"size\": 4097, \"count\": 2}]}",
        "a multiple of the chip's program unit"},
    {JOURNAL, "\"journal\": {\"blocks\": [{\"size\": 4096, \"count\": 1073741824}]}",
        "at most 1 GiB together"},
    {JOURNAL, "\"journal\": {\"blocks\": [{\"size\": 4096, \"count\": 0}]}",
        "areas.journal.blocks[0].count"},
    {JOURNAL, "\"journal\": {\"blocks\": []}", "areas.journal.blocks"},
    {JOURNAL, "\"journal\": {\"chip\": \"x\", \"blocks\": [{\"size\": 4096, \"count\": 2}]}",
        "the name of a chip is expected, but found \"x\""},
    {JOURNAL, "\"journal\": {\"address\": 2048, \"blocks\": [{\"size\": 4096, \"count\": 2}]}",
        "at a multiple of its size"},
    {"\"staging\": {\"blocks\": [{\"size\": 4096, \"count\": 4}]},", "",
        "area \"staging\" at address 0: an area, because a component is updated in place"},
    {"\"scratch\": {\"blocks\": [{\"size\": 8192, \"count\": 2}]},", "", "area \"scratch\""},
    {"\"version\": {\"blocks\": [{\"size\": 4096, \"count\": 2}]}",
        "\"version\": {\"blocks\": [{\"size\": 4096, \"count\": 2}]}, \"system\": {\"blocks\": "
        "[{\"size\": 4096, \"count\": 2}]}",
        "three erase blocks"},
    {"\"name\": \"firmware\"", "\"name\": \"firm ware\"", "components[0].name"},
    {"\"role\": \"firmware\"", "\"role\": \"modem\"",
        "one of \"firmware\", \"carrier-profile\", \"boot\", \"rot\", \"data\" is expected"},
    {"\"layout\": \"in-place\"", "\"layout\": \"ab\"", "components[0].slots\": a list of 2 to 2"},
    {"\"layout\": \"in-place\"", "\"layout\": \"in-place\", \"resumer_inside\": true",
        "components[0].resumer_inside"},
    {"\"count\": 4}, {\"size\": 8192", "\"count\": 3}, {\"size\": 8192",
        "at a multiple of its size"},
    {"\"resumer\": \"immutable\"", "\"resumer\": \"immutable\", \"policy\": {\"threshold\": 5}",
        "policy.threshold"},
    {"\"resumer\": \"immutable\"",
        "\"resumer\": \"immutable\", \"policy\": {\"sigblock_max\": 16385}", "policy.sigblock_max"},
};

START_TEST(a_wrong_description_is_refused_with_a_clear_sentence)
{
    char *text = changed(refused[_i].from, refused[_i].to);
    struct fwd_device_description *d = NULL;
    struct fwd_error err = {""};

    ck_assert_msg(parse(text, &d, &err) == FWD_FAIL_REFUSED, "accepted: %s", refused[_i].to);
    ck_assert_ptr_null(d);
    ck_assert_msg(strncmp(err.text, "device.json: ", 13) == 0, "%s", err.text);
    ck_assert_msg(strstr(err.text, refused[_i].sentence) != NULL, "%s", err.text);
    free(text);
}
END_TEST

static const struct {
    const char *journal, *version;
} overlaps[] = {
    {"\"address\": 1048576,", "\"address\": 1048576,"},
    {"\"address\": 1048576,", "\"address\": 1052672,"},
    {"\"address\": 1052672,", "\"address\": 1048576,"},
};

START_TEST(overlapping_areas_are_refused)
{
    char text[2048];
    struct fwd_device_description *d = NULL;
    struct fwd_error err = {""};
    const char *journal = strstr(good, "\"journal\": {"), *version = strstr(good, "\"version\": {");
    int start = (int)(journal - good) + 12, middle = (int)(version - journal);

    snprintf(text, sizeof text, "%.*s%s%.*s%s%s", start, good, overlaps[_i].journal, middle,
        journal + 12, overlaps[_i].version, version + 12);
    ck_assert_int_eq(parse(text, &d, &err), FWD_FAIL_REFUSED);
    ck_assert_msg(strstr(err.text, "overlaps area \"journal\"") != NULL, "%s", err.text);
}
END_TEST

START_TEST(every_truncation_is_refused)
{
    struct fwd_device_description *d = NULL;
    struct fwd_error err = {""};

    for (size_t size = 0; size < strlen(good) - 2; size++) {
        char *text = malloc(size + 1);

        memcpy(text, good, size);
        text[size] = '\0';
        ck_assert_int_eq(
            fwd_description_parse("device.json", text, size, &d, &err), FWD_FAIL_REFUSED);
        free(text);
    }
}
END_TEST

START_TEST(a_missing_file_is_named)
{
    struct fwd_device_description *d = NULL;
    struct fwd_error err = {""};

    ck_assert_int_eq(
        fwd_description_load("/nonexistent/device.json", &d, &err), FWD_FAIL_ENVIRONMENT);
    ck_assert_ptr_nonnull(strstr(err.text, "/nonexistent/device.json"));
}
END_TEST

static Suite *suite(void)
{
    Suite *s = suite_create("description");
    TCase *t = tcase_create("description");

    tcase_add_test(t, a_description_gives_the_device);
    tcase_add_test(t, the_version_area_may_be_in_the_journal);
    tcase_add_test(t, areas_without_addresses_follow_each_other);
    tcase_add_loop_test(t, the_samples_load_and_build_a_flash, 0, SAMPLES);
    tcase_add_loop_test(t, a_dump_reads_back_to_the_same_dump, 0, SAMPLES);
    tcase_add_test(t, areas_have_names_for_people);
    tcase_add_loop_test(t, the_programs_of_a_device_have_their_own_decoders, 0,
        (int)(sizeof decoders / sizeof *decoders));
    tcase_add_loop_test(t, a_wrong_description_is_refused_with_a_clear_sentence, 0,
        (int)(sizeof refused / sizeof *refused));
    tcase_add_loop_test(
        t, overlapping_areas_are_refused, 0, (int)(sizeof overlaps / sizeof *overlaps));
    tcase_add_test(t, every_truncation_is_refused);
    tcase_add_test(t, a_missing_file_is_named);
    suite_add_tcase(s, t);
    return s;
}

int main(void)
{
    SRunner *runner = srunner_create(suite());

    srunner_run_all(runner, CK_ENV);
    int failed = srunner_ntests_failed(runner);
    srunner_free(runner);
    return failed == 0 ? EXIT_SUCCESS : EXIT_FAILURE;
}
