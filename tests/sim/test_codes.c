/* Each documented final code from its real cause: one row breaks one thing. The rows are those of
 * the acceptance set, F1 to F30; what hooks there are stand where nothing else can reach the code.
 * Requirements R23, R24, R34, R107. */
#include "format/header.h"
#include "sim/device/system.h"
#include "tests/hostio/scratch_folder.h"
#include "tests/sim/codes_rig.h"

#include <check.h>
#include <stdlib.h>
#include <string.h>

#define SIZE 20000

/* ---- what is broken: before the device is made, and on the device ---------------------------- */

static void already_there(struct codes_rig *rig)
{
    rig->base.images[0].bytes = rig->base.new[0].data;
    rig->base.images[0].size = (uint32_t)rig->base.new[0].size;
    rig->base.images[0].version = "1.1";
}

static void other_firmware(struct codes_rig *rig)
{
    rig->other_firmware = true;
}

static void bad_magic(struct codes_rig *rig)
{
    codes_rig_flip(rig, 0);
}

/* the major version stands after magic and kind */
static void later_version(struct codes_rig *rig)
{
    struct fwd_header header;

    ck_assert_int_eq(fwd_header_decode(rig->package.data, rig->package.size, &header), FWD_OK);
    header.major++;
    fwd_header_encode(&header, rig->package.data);
    codes_rig_sign_again(rig, false);
}

static void flipped_signature(struct codes_rig *rig)
{
    codes_rig_flip(rig, codes_rig_signature(rig));
}

static void flipped_payload(struct codes_rig *rig)
{
    codes_rig_flip(rig, codes_rig_payload(rig) + 100);
}

static void forged(struct codes_rig *rig)
{
    codes_rig_sign_again(rig, true);
}

static void no_keys(struct codes_rig *rig)
{
    rig->no_keys = true;
}

static void byte_short(struct codes_rig *rig)
{
    rig->package.size--;
}

static void byte_long(struct codes_rig *rig)
{
    rig->package.data[rig->package.size++] = 0x1A;
}

static void xmodem(struct codes_rig *rig)
{
    while (rig->package.size % 128 != 0)
        rig->package.data[rig->package.size++] = 0x1A;
    rig->padding = 127;
}

static void short_parameters(struct fwd_manifest *manifest)
{
    manifest->components[0].codec_params_size--;
}

static void bad_section(struct codes_rig *rig)
{
    codes_rig_edit(rig, short_parameters);
}

static void bad_stream(struct codes_rig *rig)
{
    size_t payload = codes_rig_payload(rig);

    for (size_t i = payload + 40; i < payload + 60; i++)
        rig->package.data[i] ^= 0x55;
    codes_rig_edit(rig, NULL);
}

static void package_changes(struct codes_rig *rig)
{
    rig->change_package = true;
}

static void little_ram(struct codes_rig *rig)
{
    rig->ram = 40000;
}

static void no_ram(struct codes_rig *rig)
{
    rig->ram = 4000;
}

static void no_partitions(struct codes_rig *rig)
{
    codes_rig_destroy(rig, FWD_SYSTEM_PARTITIONS);
}

static void no_flash(struct codes_rig *rig)
{
    rig->no_flash = true;
}

static void no_bad_blocks(struct codes_rig *rig)
{
    codes_rig_destroy(rig, FWD_SYSTEM_BAD_BLOCKS);
}

static void no_file_store(struct codes_rig *rig)
{
    codes_rig_destroy(rig, FWD_SYSTEM_FILE_STORE);
}

static void other_component(struct codes_rig *rig)
{
    rig->component = "{\"name\": \"modem\"";
}

static void program_fails(struct codes_rig *rig)
{
    codes_rig_fault(rig, (struct fwd_nor_fault){.operation = FWD_NOR_PROGRAM,
                             .effect = FWD_NOR_FAIL,
                             .area = FWD_AREA_SLOT(0, 0),
                             .skip = 20});
}

static void erase_fails(struct codes_rig *rig)
{
    codes_rig_fault(rig, (struct fwd_nor_fault){.operation = FWD_NOR_ERASE,
                             .effect = FWD_NOR_FAIL,
                             .area = FWD_AREA_SLOT(0, 0),
                             .skip = 1});
}

static void journal_fails(struct codes_rig *rig)
{
    codes_rig_fault(
        rig, (struct fwd_nor_fault){
                 .operation = FWD_NOR_PROGRAM, .effect = FWD_NOR_FAIL, .area = FWD_AREA_JOURNAL});
}

static void staging_fails(struct codes_rig *rig)
{
    codes_rig_fault(
        rig, (struct fwd_nor_fault){
                 .operation = FWD_NOR_PROGRAM, .effect = FWD_NOR_FAIL, .area = FWD_AREA_STAGING});
}

static void spoiled_late(struct codes_rig *rig)
{
    rig->spoil_late = true;
}

static void stuck_bit(struct codes_rig *rig)
{
    codes_rig_fault(rig, (struct fwd_nor_fault){.operation = FWD_NOR_PROGRAM,
                             .effect = FWD_NOR_SILENT,
                             .area = FWD_AREA_SLOT(0, 0),
                             .skip = 20});
}

static void unfinished(struct codes_rig *rig)
{
    codes_rig_hook(rig, FWD_POINT_FINALIZATION, FWD_E_FINALIZE);
}

static void canary(struct codes_rig *rig)
{
    codes_rig_hook(rig, FWD_POINT_VALIDATION, FWD_E_CANARY);
}

static void generic(struct codes_rig *rig)
{
    codes_rig_hook(rig, FWD_POINT_VALIDATION, FWD_E_INTERNAL);
}

/* A second component that shares the section of the first. */
static void share_section(struct fwd_manifest *manifest)
{
    manifest->components[1] = manifest->components[0];
    manifest->components[1].name = fwd_text_of("zmodem");
    manifest->component_count = 2;
}

static void overlapping(struct codes_rig *rig)
{
    codes_rig_edit(rig, share_section);
}

static void full_package(struct codes_rig *rig)
{
    codes_rig_full(rig);
    rig->command = FWD_COMMAND_DELTA;
}

static void full_command(struct codes_rig *rig)
{
    codes_rig_full(rig);
    rig->command = FWD_COMMAND_FULL;
}

static void for_other_product(struct fwd_manifest *manifest)
{
    manifest->products[0] = fwd_text_of("another");
    manifest->product_count = 1;
}

static void other_product(struct codes_rig *rig)
{
    codes_rig_edit(rig, for_other_product);
}

static void source_unreadable(struct codes_rig *rig)
{
    ck_assert(fwd_nor_spoil(rig->machine->nor, FWD_AREA_SLOT(0, 0), 5000, 1));
}

static void source_flipped(struct codes_rig *rig)
{
    uint8_t byte = (uint8_t)(rig->base.old[0].data[5000] ^ 0x01);

    ck_assert(fwd_nor_poke(rig->machine->nor, FWD_AREA_SLOT(0, 0), 5000, &byte, 1));
}

static void low_counter(struct codes_rig *rig)
{
    rig->machine->nvm.counters[0] = 4; /* the package has 3 */
}

/* ---- the table ------------------------------------------------------------------------------- */

enum phase_seen { NOTHING, VALIDATED, INSTALLED }; /* progress lines before the result */

static const struct {
    const char *name;
    void (*before)(struct codes_rig *rig); /* on the package and the recipe */
    void (*after)(struct codes_rig *rig);  /* on the device */
    uint16_t code;
    enum phase_seen seen;
    bool primary; /* on the primary UART at 115200, whatever the command's channel */
    enum codes_firmware firmware;
} rows[] = {
    {"F1", NULL, NULL, 128, INSTALLED, false, CODES_NEW},
    {"F2", already_there, NULL, 128, NOTHING, false, CODES_NEW},
    {"F3", other_firmware, NULL, 168, VALIDATED, false, CODES_OLD},
    {"F4", bad_magic, NULL, 158, NOTHING, false, CODES_OLD},
    {"F5", later_version, NULL, 174, NOTHING, false, CODES_OLD},
    {"F6", flipped_signature, NULL, 173, NOTHING, false, CODES_OLD},
    {"F7", flipped_payload, NULL, 173, NOTHING, false, CODES_OLD},
    {"F8", forged, NULL, 173, NOTHING, false, CODES_OLD},
    {"F9", no_keys, NULL, 227, NOTHING, false, CODES_OLD},
    {"F10 short", byte_short, NULL, 180, NOTHING, false, CODES_OLD},
    {"F10 long", byte_long, NULL, 180, NOTHING, false, CODES_OLD},
    {"F11", xmodem, NULL, 128, INSTALLED, false, CODES_NEW},
    {"F12", bad_section, NULL, 148, NOTHING, false, CODES_OLD},
    {"F12 changed after validation", package_changes, NULL, 148, VALIDATED, false, CODES_OLD},
    {"F13", bad_stream, NULL, 140, VALIDATED, false, CODES_OLD},
    {"F14", little_ram, NULL, 141, VALIDATED, false, CODES_OLD},
    {"F15", no_ram, NULL, 131, NOTHING, true, CODES_OLD},
    {"F16", NULL, no_partitions, 132, NOTHING, true, CODES_OLD},
    {"F17", no_flash, NULL, 130, NOTHING, true, CODES_NEITHER},
    {"F18", NULL, no_bad_blocks, 134, NOTHING, false, CODES_OLD},
    {"F19", NULL, no_file_store, 145, NOTHING, false, CODES_OLD},
    {"F20", other_component, NULL, 144, VALIDATED, false, CODES_OLD},
    {"F21", NULL, program_fails, 160, INSTALLED, false, CODES_NEITHER},
    {"F21 erase", NULL, erase_fails, 160, INSTALLED, false, CODES_NEITHER},
    {"F22", NULL, journal_fails, 230, NOTHING, false, CODES_OLD},
    {"F22 staging", NULL, staging_fails, 230, VALIDATED, false, CODES_OLD},
    {"F23", NULL, spoiled_late, 195, INSTALLED, false, CODES_NEITHER},
    {"F23 stuck bit", NULL, stuck_bit, 195, INSTALLED, false, CODES_NEITHER},
    {"F24", NULL, unfinished, 224, INSTALLED, false, CODES_NEW},
    {"F25", NULL, canary, 178, NOTHING, false, CODES_OLD},
    {"F26", NULL, generic, 129, NOTHING, false, CODES_OLD},
    {"F27", overlapping, NULL, 247, NOTHING, false, CODES_OLD},
    {"F28", full_package, NULL, 158, NOTHING, false, CODES_OLD},
    {"F28 right command", full_command, NULL, 128, INSTALLED, false, CODES_NEW},
    {"F30", other_product, NULL, 247, NOTHING, false, CODES_OLD},
    {"source unreadable", NULL, source_unreadable, 144, VALIDATED, false, CODES_NEITHER},
    {"source flipped", NULL, source_flipped, 168, VALIDATED, false, CODES_NEITHER},
    {"counter", NULL, low_counter, 247, NOTHING, false, CODES_OLD},
};
#define ROWS (int)(sizeof rows / sizeof rows[0])

static uint16_t run_row(struct codes_rig *rig, int row)
{
    if (rows[row].before != NULL)
        rows[row].before(rig);
    codes_rig_device(rig);
    if (rows[row].after != NULL)
        rows[row].after(rig);
    return codes_rig_install(rig);
}

/* Every line but those of the validation is one of the installation; the last is the code. */
static void progress_stops_where_the_check_stands(const struct codes_rig *rig, int row)
{
    uint16_t code = rows[row].code;
    int validation = codes_rig_lines(rig, "+UFWPREVAL"), lines = rig->line_count;
    bool installing = lines - validation > 1;

    ck_assert_msg((validation > 0) == (rows[row].seen >= VALIDATED), "%s: %d validation lines",
        rows[row].name, validation);
    ck_assert_msg(
        installing == (rows[row].seen == INSTALLED), "%s: %d lines", rows[row].name, lines);
    struct fwd_channel chosen = {3, 57600};
    struct fwd_channel channel =
        fwd_profile_channel(rig->machine->profile, FWD_PROFILE_INSTALL, code, &chosen);
    ck_assert_uint_eq(channel.port, rows[row].primary ? 1 : 3);
    ck_assert_uint_eq(channel.baud, rows[row].primary ? 115200 : 57600);
}

static void nothing_is_written_before_the_outcome_is_known(const struct codes_rig *rig, int row)
{
    if (rows[row].seen != INSTALLED)
        ck_assert_uint_eq(rig->slot_operations, 0);
    if (rows[row].code == 128 && rows[row].seen == NOTHING)
        ck_assert_uint_eq(rig->operations, 0); /* F2: already installed */
}

START_TEST(each_cause_gives_its_documented_code)
{
    struct codes_rig rig;

    codes_rig_new(&rig, "4 KiB, unit 256", SIZE);
    uint16_t code = run_row(&rig, _i);
    ck_assert_msg(
        code == rows[_i].code, "%s: code %u, expected %u", rows[_i].name, code, rows[_i].code);
    progress_stops_where_the_check_stands(&rig, _i);
    nothing_is_written_before_the_outcome_is_known(&rig, _i);
    /* a failure that may go away is tried again at the next starts, and then has this code */
    if (code != 128 && rig.update.journal.record.state >= FWD_STATE_REHEARSING &&
        rig.update.journal.record.state <= FWD_STATE_SWITCHED)
        ck_assert_uint_eq(codes_rig_boot(&rig), code);
    ck_assert_msg(codes_rig_firmware(&rig) == rows[_i].firmware, "%s: firmware %d", rows[_i].name,
        (int)codes_rig_firmware(&rig));
    codes_rig_free(&rig);
}
END_TEST

START_TEST(all_documented_codes_have_a_row)
{
    static const uint16_t codes[] = {128, 129, 130, 131, 132, 134, 140, 141, 144, 145, 148, 158,
        160, 168, 173, 174, 178, 180, 195, 224, 227, 230, 247};

    for (size_t i = 0; i < sizeof codes / sizeof codes[0]; i++) {
        bool found = false;
        for (int row = 0; row < ROWS; row++)
            found = found || rows[row].code == codes[i];
        ck_assert_msg(found, "no row for code %u", codes[i]);
    }
    ck_assert_ptr_null(fwd_code_at(sizeof codes / sizeof codes[0]));
}
END_TEST

/* F29: power fails at every write, the device is started each time. */
START_TEST(power_that_fails_at_every_write_ends_in_128)
{
    struct codes_rig rig;

    codes_rig_new(&rig, "4 KiB, unit 256", SIZE);
    rig.base.options.tears = 1u << FWD_NOR_BEFORE;
    struct fwd_torture_report report = torture_rig_run(&rig.base);
    torture_rig_all_well(&report, "F29");
    codes_rig_free(&rig);
}
END_TEST

/* ---- module families ------------------------------------------------------------------------- */

static const struct {
    const char *profile;
    void (*before)(struct codes_rig *rig);
    uint16_t code;
    bool validation_lines, install_lines, result_line;
} families[] = {
    {"lara-r6-01b", NULL, 128, true, true, true},
    {"lara-r6-01b", other_product, 247, false, false, true},
    {"lara-r6001d-00b", NULL, 128, false, true, true},
    {"lara-r6001d-00b", other_product, 129, false, false, true}, /* no validation to fail */
    {"lara-r6001d-00b", other_firmware, 168, false, false, true},
    {"sara-r4", NULL, 128, false, false, false}, /* tells nothing: the version does */
    {"sara-r4", forged, 173, false, false, false},
    {"sara-r5", NULL, 128, true, true, true},
    {"sara-r5", no_ram, 141, false, false, true}, /* 131 means something else there */
    {"lara-l6", NULL, 128, true, true, true},
};

START_TEST(each_module_family_tells_it_in_its_way)
{
    struct codes_rig rig;

    codes_rig_new(&rig, "4 KiB, unit 256", SIZE);
    rig.profile = families[_i].profile;
    if (families[_i].before != NULL)
        families[_i].before(&rig);
    codes_rig_device(&rig);
    ck_assert_uint_eq(codes_rig_install(&rig), families[_i].code);
    int validation = codes_rig_lines(&rig, "+UFWPREVAL");
    int install = codes_rig_lines(&rig, "+UUFWINSTALL");
    ck_assert_int_eq(validation > 0, families[_i].validation_lines);
    ck_assert_int_eq(install > 1, families[_i].install_lines);
    ck_assert_int_eq(install > 0, families[_i].result_line);
    codes_rig_free(&rig);
}
END_TEST

int main(void)
{
    Suite *suite = suite_create("codes");
    TCase *tests = tcase_create("codes");
    SRunner *runner = srunner_create(suite);

    tcase_set_timeout(tests, 120);
    tcase_add_checked_fixture(tests, scratch_setup, scratch_teardown);
    tcase_add_loop_test(tests, each_cause_gives_its_documented_code, 0, ROWS);
    tcase_add_test(tests, all_documented_codes_have_a_row);
    tcase_add_test(tests, power_that_fails_at_every_write_ends_in_128);
    tcase_add_loop_test(tests, each_module_family_tells_it_in_its_way, 0,
        (int)(sizeof families / sizeof families[0]));
    suite_add_tcase(suite, tests);
    srunner_run_all(runner, CK_ENV);
    int failed = srunner_ntests_failed(runner);
    srunner_free(runner);
    return failed == 0 ? EXIT_SUCCESS : EXIT_FAILURE;
}
