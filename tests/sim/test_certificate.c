/* Certificates: what they state is what the simulator counts, on every geometry; a device of that
 * geometry with less refuses at once. */
#include "format/cursor.h"
#include "sim/cost/certify.h"
#include "sim/cost/decode_cost.h"
#include "sim/cost/start_cost.h"
#include "tests/hostio/scratch_folder.h"
#include "tests/sim/torture_rig.h"
#include "verify/trust/geometry.h"

#include <check.h>
#include <stdlib.h>
#include <string.h>

#define CODECS (sizeof torture_codecs / sizeof torture_codecs[0])

static struct fwd_update update;
static struct fwd_machine *machine;

static void power_on(const struct torture_rig *rig)
{
    struct fwd_error err = {""};

    ck_assert_msg(
        fwd_machine_new(&rig->recipe, torture_codecs, CODECS, &machine, &err) == FWD_FAIL_NONE,
        "%s", err.text);
    fwd_machine_power_cycle(machine);
    ck_assert_int_eq(fwd_update_init(&update, &machine->device), FWD_OK);
}

static void download(const struct torture_rig *rig)
{
    ck_assert_int_eq(fwd_download_begin(&update, 0), FWD_OK);
    ck_assert_int_eq(
        fwd_download_write(&update, rig->package.data, (uint32_t)rig->package.size), FWD_OK);
    ck_assert_int_eq(fwd_download_end(&update), FWD_OK);
}

static struct fwd_flash_meter *progress;

static void reached(void *ctx, enum fwd_point point)
{
    (void)ctx;
    if (point == FWD_POINT_INSTALLATION)
        fwd_flash_cost_mark(progress, FWD_FLASH_ACTS, machine, &update);
}

static struct fwd_flash_cost count(const struct torture_rig *rig)
{
    struct fwd_flash_cost cost;

    power_on(rig);
    progress = fwd_flash_cost_begin(machine);
    ck_assert_ptr_nonnull(progress);
    machine->reached = reached;
    download(rig);
    fwd_flash_cost_mark(progress, FWD_FLASH_ASKED, machine, &update);
    struct fwd_boot_choice choice;
    ck_assert_int_eq(fwd_update_install(&update, FWD_COMMAND_ANY), FWD_OK);
    ck_assert_int_eq(fwd_boot_decide(&update, &choice), FWD_OK); /* its first start */
    ck_assert_int_eq(fwd_update_reported(&update), FWD_OK);
    fwd_flash_cost_end(progress, machine, &update, &cost);
    fwd_flash_cost_free(progress);
    return cost;
}

static void check_exact(struct torture_rig *rig, const char *name)
{
    struct fwd_certificate stated, found;

    torture_rig_certify(rig, &stated);
    struct fwd_flash_cost cost = count(rig);
    const char *differs = fwd_certify_compare(&update, &cost, &found);
    ck_assert_msg(differs != NULL, "%s: the certificate is not for this device", name);
    ck_assert_msg(*differs == 0, "%s: %s", name, differs);
    /* and that is what was measured, not only what is compared */
    ck_assert_uint_eq(stated.erases, cost.erases);
    ck_assert_uint_eq(stated.erases_max, cost.erases_max);
    ck_assert(stated.programmed == cost.programmed - cost.version);
    ck_assert_uint_eq(stated.milliseconds, (cost.nanoseconds - cost.version_ns) / 1000000);
    ck_assert(cost.acts);
    ck_assert_uint_eq(stated.rehearsal_ms, cost.rehearsal.nanoseconds / 1000000);
    ck_assert_uint_eq(stated.action_ms, cost.action.nanoseconds / 1000000);
    ck_assert_uint_le(stated.rehearsal_ms + stated.action_ms, stated.milliseconds);
    ck_assert_uint_gt(stated.memory, update.plan.tasks[0].component->arena_size);
    ck_assert(cost.action.programmed < cost.programmed && cost.action.erases < cost.erases);
    ck_assert_uint_eq(stated.staged_bytes, cost.staged_bytes);
    ck_assert_uint_le(stated.staging_least, stated.staged_bytes);
    ck_assert_uint_eq(stated.scratch_copies, cost.scratch_uses);
    ck_assert_uint_gt(stated.erases, 0);
    fwd_machine_close(machine);
    torture_rig_free(rig);
}

/* [M103] */
START_TEST(a_certificate_is_exact_on_every_geometry)
{
    struct torture_rig rig;

    torture_rig_small(&rig, &torture_shapes[_i], 30000);
    check_exact(&rig, torture_shapes[_i].name);
}
END_TEST

static const struct {
    const char *device, *old_file, *new_file;
} pairs[] = {
    {"inplace-4k", "demo-1.0.0.bin", "demo-1.0.1.bin"},
    {"inplace-4k", "demo-1.0.1.bin", "demo-1.1.0.bin"},
    {"inplace-64k", "demo-1.0.0.bin", "demo-1.1.0.bin"},
    {"dual-slot", "demo-1.1.0.bin", "demo-1.0.0.bin"},
    {"two-component", "demo-1.0.0.bin", "demo-1.1.0.bin"},
};

/* [M103] */
START_TEST(a_certificate_is_exact_on_the_sample_firmware)
{
    struct torture_rig rig;
    char device[512], old_file[512], new_file[512];

    snprintf(device, sizeof device, FWD_SOURCE_DIR "/samples/devices/%s.json", pairs[_i].device);
    snprintf(old_file, sizeof old_file, FWD_SOURCE_DIR "/samples/images/%s", pairs[_i].old_file);
    snprintf(new_file, sizeof new_file, FWD_SOURCE_DIR "/samples/images/%s", pairs[_i].new_file);
    torture_rig_files(&rig, device, old_file, new_file);
    check_exact(&rig, pairs[_i].device);
}
END_TEST

/* What it does not state is not hidden: time is in it, and what is decoded again with two slots. */
START_TEST(the_time_of_hashing_and_decoding_is_in_it)
{
    struct torture_rig rig;
    struct fwd_certificate certificate;

    torture_rig_sample(&rig, "dual-slot");
    torture_rig_certify(&rig, &certificate);
    struct fwd_flash_cost cost = count(&rig);
    /* by instructions, 1.5 cycles each at 64 MHz; the rest of a KiB is left out */
    uint64_t instructions = fwd_decode_cost_instructions(update.plan.tasks[0].component);
    uint64_t ns = instructions * 1500 / 64;
    ck_assert_uint_gt(instructions, 100 * rig.new[0].size);
    ck_assert(cost.decode_ns > ns - ns / 20 && cost.decode_ns <= ns);
    ck_assert_uint_eq(update.decoded, rig.new[0].size);
    ck_assert_uint_gt(cost.hash_ns, 2 * rig.new[0].size * 60 * 1000 / 1024);
    ck_assert_uint_eq(certificate.decode_again_ms,
        (cost.decode_ns + (uint64_t)rig.new[0].size * 60 * 1000 / 1024) / 1000000);
    fwd_machine_close(machine);
    torture_rig_free(&rig);
}
END_TEST

/* Without a clock, or for a codec that was not counted, by the description's time for a KiB. */
START_TEST(decoding_that_was_not_counted_costs_what_the_description_says)
{
    const struct fwd_device_description stated = {.decode_us_per_kib = 600},
                                        clocked = {.decode_us_per_kib = 600, .clock_hz = 64000000},
                                        neither = {.clock_hz = 64000000};
    const struct fwd_component stored = {
        .codec = FWD_CODEC_STORED, .target = {.size = 4096}, .section_size = 4096};

    ck_assert_uint_eq(fwd_decode_cost_instructions(&stored), 0);
    ck_assert_uint_eq(fwd_decode_cost_ns(&stated, 400 * 1024, 2048), 1200000);
    ck_assert_uint_eq(fwd_decode_cost_ns(&clocked, 0, 2048), 1200000);
    ck_assert_uint_eq(fwd_decode_cost_ns(&clocked, 400 * 1024, 1024 * 1000), 9600000000u);
    ck_assert_uint_eq(fwd_decode_cost_ns(&neither, 0, 2048), 0);
    ck_assert_uint_gt(fwd_decode_cost_ns(&clocked, UINT64_MAX, UINT64_MAX), 0);
}
END_TEST

/* ---- what a start costs ---------------------------------------------------------------------- */

START_TEST(a_verifying_start_is_stated_by_the_description)
{
    struct torture_rig rig;
    struct fwd_certificate certificate;

    torture_rig_sample(&rig, "dual-slot");
    torture_rig_certify(&rig, &certificate);
    uint64_t size = rig.new[0].size;
    uint64_t us = 94000 + size * (60 + 80) / 1024;
    ck_assert_uint_eq(certificate.start_signatures, 1);
    ck_assert_uint_eq(certificate.start_hashed, size);
    ck_assert_uint_eq(certificate.start_ms, us / 1000);
    ck_assert_uint_eq(certificate.start_kilo_cycles, us * 64 / 1000);
    torture_rig_free(&rig);
}
END_TEST

static const struct {
    const char *name;
    uint32_t clock_hz, signature_us, hash_us, read_us;
    uint8_t threshold;
    uint32_t sets, chain;
    uint64_t hashed;
    struct fwd_start_cost expected; /* signatures, hashed, milliseconds, kilo cycles */
} starts[] = {
    {"nothing is known", 0, 0, 0, 0, 1, 1, 0, 1024, {1, 1024, 0, 0}},
    {"times without a clock", 0, 5000, 1000, 500, 1, 1, 0, 2048, {1, 2048, 8, 0}},
    {"times and a clock", 100000000, 5000, 1000, 500, 1, 1, 0, 2048, {1, 2048, 8, 800}},
    {"a clock alone", 64000000, 0, 0, 0, 1, 1, 0, 1048576, {1, 1048576, 749, 47943}},
    {"sets, signers and chain", 1000000, 1000, 1, 0, 2, 3, 1, 0, {7, 0, 7, 7}},
    {"the largest", 4000000000u, 100000000, 1000000, 10000000, 4, 16, 8, 1u << 30,
        {72, 1u << 30, 11534336000u + 7200000u, 46166144000000u}},
};

START_TEST(a_start_costs_what_the_formula_says)
{
    struct fwd_device_description *d = calloc(1, sizeof *d);

    ck_assert_ptr_nonnull(d);
    d->place_count = 1;
    d->clock_hz = starts[_i].clock_hz;
    d->signature_us = starts[_i].signature_us;
    d->hash_us_per_kib = starts[_i].hash_us;
    d->chips[0].read_us_per_kib = starts[_i].read_us;
    d->policy.threshold = starts[_i].threshold;
    const struct fwd_start_cost *expected = &starts[_i].expected;
    const struct fwd_start_cost cost =
        fwd_start_cost_of(d, starts[_i].sets, starts[_i].chain, starts[_i].hashed);
    ck_assert_uint_eq(cost.signatures, expected->signatures);
    ck_assert_uint_eq(cost.hashed, expected->hashed);
    ck_assert_msg(cost.milliseconds == expected->milliseconds, "%s: %llu ms", starts[_i].name,
        (unsigned long long)cost.milliseconds);
    ck_assert_msg(cost.kilo_cycles == expected->kilo_cycles, "%s: %llu kilo cycles",
        starts[_i].name, (unsigned long long)cost.kilo_cycles);
    free(d);
}
END_TEST

/* Data never keeps firmware from starting. */
START_TEST(data_is_not_hashed_at_a_start)
{
    for (uint8_t role = 0; role < FWD_ROLE_COUNT; role++) {
        const struct fwd_place place = {.role = role};
        ck_assert(fwd_start_cost_counts(&place) == (role != FWD_ROLE_DATA));
    }
}
END_TEST

/* ---- refusing early -------------------------------------------------------------------------- */

/* The description of the rig's device with a staging area of so many blocks. */
static void shrink_staging(struct torture_rig *rig, uint32_t blocks)
{
    struct fwd_bytes file = {NULL, 0};
    struct fwd_error err = {""};
    char text[4096], *at, rest[4096];

    ck_assert_int_eq(fwd_file_read(rig->description, sizeof text - 1, &file, &err), FWD_FAIL_NONE);
    memcpy(text, file.data, file.size);
    text[file.size] = 0;
    at = strstr(text, "\"staging\"");
    ck_assert_ptr_nonnull(at);
    at = strstr(at, "\"count\": ");
    ck_assert_ptr_nonnull(at);
    at += strlen("\"count\": ");
    strcpy(rest, at + strspn(at, "0123456789"));
    snprintf(at, sizeof text - (size_t)(at - text), "%u%s", (unsigned)blocks, rest);
    scratch_write("device.json", text, strlen(text));
    fwd_bytes_free(&file);
}

/* [M104]: nothing but the download is written. [M100]: a device of another geometry decodes, and
 * finds it out by itself. */
START_TEST(a_device_with_less_staging_room_refuses_before_it_writes)
{
    struct torture_rig rig;
    struct fwd_certificate certificate;

    torture_rig_small(&rig, torture_shape("1 KiB, unit 1"), 50000);
    torture_rig_certify(&rig, &certificate);
    uint32_t blocks = (certificate.staging_least + 1023) / 1024;
    ck_assert_uint_gt(blocks, 1);
    for (uint32_t less = 0; less < 2; less++) {
        shrink_staging(&rig, blocks - less);
        power_on(&rig);
        download(&rig);
        uint64_t before = fwd_nor_operations(machine->nor);
        enum fwd_reason reason = fwd_update_install(&update, FWD_COMMAND_ANY);
        ck_assert_int_eq(reason, less == 0 ? FWD_OK : FWD_E_STAGING_TOO_SMALL);
        if (less > 0) {
            ck_assert_uint_eq(fwd_nor_operations(machine->nor), before);
            ck_assert_uint_eq(update.decoded, 0);
            ck_assert_int_eq(fwd_reason_info(reason)->code, 247);
        }
        fwd_machine_close(machine);
    }
    torture_rig_free(&rig);
}
END_TEST

START_TEST(without_a_certificate_it_is_found_out_by_decoding)
{
    struct torture_rig rig;
    struct fwd_certificate certificate;

    torture_rig_small(&rig, torture_shape("1 KiB, unit 1"), 50000);
    torture_rig_certify(&rig, &certificate);
    certificate.geometry[0] ^= 1; /* [M100]: of another device */
    torture_rig_recertify(&rig, &certificate);
    shrink_staging(&rig, (certificate.staging_least + 1023) / 1024 - 1);
    power_on(&rig);
    download(&rig);
    uint64_t before = fwd_nor_operations(machine->nor);
    ck_assert_int_eq(fwd_update_install(&update, FWD_COMMAND_ANY), FWD_E_STAGING_TOO_SMALL);
    ck_assert_uint_gt(update.decoded, 0);
    ck_assert_uint_gt(fwd_nor_operations(machine->nor), before);
    fwd_machine_close(machine);
    torture_rig_free(&rig);
}
END_TEST

/* ---- geometry -------------------------------------------------------------------------------- */

static void put_area(struct fwd_writer *w, uint32_t unit, uint32_t erased, uint32_t size,
    uint32_t count, uint32_t size2, uint32_t count2)
{
    fwd_write_le32(w, unit);
    fwd_write_le32(w, erased);
    fwd_write_le32(w, size);
    fwd_write_le32(w, count);
    if (size2 > 0) {
        fwd_write_le32(w, size2);
        fwd_write_le32(w, count2);
    }
    fwd_write_le64(w, 0);
}

/* [M101]: the bytes of the specification, written down by hand. */
START_TEST(the_geometry_is_the_digest_of_the_specified_bytes)
{
    static const struct fwd_blocks even[] = {{4096, 3}, {4096, 5}},
                                   mixed[] = {{4096, 4}, {8192, 2}};
    struct fwd_area area = {
        .size = 32768, .program_unit = 256, .erased = 0xFF, .blocks = even, .blocks_count = 2};
    struct fwd_area other = {
        .size = 32768, .program_unit = 8, .erased = 0, .blocks = mixed, .blocks_count = 2};
    struct fwd_place places[2] = {{.name = "ab", .role = 0, .layout = FWD_LAYOUT_IN_PLACE},
        {.name = "boot", .role = 2, .layout = FWD_LAYOUT_AB, .slots = {{0}}}};
    struct fwd_device device = {.package = area,
        .staging = other,
        .journal = area,
        .version = area,
        .places = places,
        .place_count = 2};
    uint8_t bytes[400], digest[FWD_DIGEST_SIZE], id[FWD_GEOMETRY_SIZE];
    struct fwd_writer w = fwd_writer_over(bytes, sizeof bytes);
    struct fwd_host_crypto crypto;
    struct fwd_error err = {""};

    places[0].slots[0] = other;
    places[1].slots[0] = places[1].slots[1] = area;
    fwd_write_bytes(&w, "FWG1", 4);
    put_area(&w, 256, 255, 4096, 8, 0, 0);
    put_area(&w, 8, 0, 4096, 4, 8192, 0); /* staging: without the count of its last run */
    fwd_write_le64(&w, 0);                /* no scratch */
    put_area(&w, 256, 255, 4096, 8, 0, 0);
    put_area(&w, 256, 255, 4096, 8, 0, 0);
    fwd_write_bytes(&w, "\2\0\1ab", 5);
    put_area(&w, 8, 0, 4096, 4, 8192, 2);
    fwd_write_bytes(&w, "\4\2\2boot", 7);
    put_area(&w, 256, 255, 4096, 8, 0, 0);
    put_area(&w, 256, 255, 4096, 8, 0, 0);
    ck_assert(!w.failed);
    ck_assert(fwd_crypto_port_sha256(bytes, w.at, digest));
    ck_assert_int_eq(fwd_crypto_port_init(&crypto, &err), FWD_FAIL_NONE);
    ck_assert(fwd_geometry_id(&device, &crypto.port, id));
    ck_assert_mem_eq(id, digest, sizeof id);
    device.staging.program_unit = 16;
    ck_assert(fwd_geometry_id(&device, &crypto.port, id));
    ck_assert_mem_ne(id, digest, sizeof id);
    fwd_crypto_port_free(&crypto);
}
END_TEST

int main(void)
{
    Suite *suite = suite_create("certificate");
    TCase *tests = tcase_create("certificate");
    SRunner *runner = srunner_create(suite);

    tcase_set_timeout(tests, 120);
    tcase_add_checked_fixture(tests, scratch_setup, scratch_teardown);
    tcase_add_loop_test(tests, a_certificate_is_exact_on_every_geometry, 0, torture_shape_count);
    tcase_add_loop_test(tests, a_certificate_is_exact_on_the_sample_firmware, 0,
        (int)(sizeof pairs / sizeof pairs[0]));
    tcase_add_test(tests, the_time_of_hashing_and_decoding_is_in_it);
    tcase_add_test(tests, decoding_that_was_not_counted_costs_what_the_description_says);
    tcase_add_test(tests, a_verifying_start_is_stated_by_the_description);
    tcase_add_loop_test(
        tests, a_start_costs_what_the_formula_says, 0, (int)(sizeof starts / sizeof starts[0]));
    tcase_add_test(tests, data_is_not_hashed_at_a_start);
    tcase_add_test(tests, a_device_with_less_staging_room_refuses_before_it_writes);
    tcase_add_test(tests, without_a_certificate_it_is_found_out_by_decoding);
    tcase_add_test(tests, the_geometry_is_the_digest_of_the_specified_bytes);
    suite_add_tcase(suite, tests);
    srunner_run_all(runner, CK_ENV);
    int failed = srunner_ntests_failed(runner);
    srunner_free(runner);
    return failed == 0 ? EXIT_SUCCESS : EXIT_FAILURE;
}
