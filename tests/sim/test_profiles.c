/* Module profiles: codes, channels and lines against the documented behaviour. */
#include "sim/family/line_sink.h"

#include <check.h>
#include <stdlib.h>
#include <string.h>

static const struct fwd_profile *profile(const char *name)
{
    const struct fwd_profile *found = fwd_profile_find(name);

    ck_assert_msg(found != NULL, "%s", name);
    return found;
}

static const char *const names[] = {"sara-r4", "sara-r410m-02b-00", "lara-r6-00b", "lara-r6-01b",
    "lara-r6001d-00b", "lara-r6004d-00b", "lara-l6", "sara-r5", "telit-pfm", "ryz014"};
#define NAMES (int)(sizeof names / sizeof *names)

START_TEST(every_documented_module_has_a_profile)
{
    ck_assert_str_eq(profile(names[_i])->name, names[_i]);
    ck_assert_str_eq(fwd_profile_at((size_t)_i)->name, names[_i]);
    ck_assert_ptr_null(fwd_profile_at((size_t)NAMES));
    ck_assert_ptr_null(fwd_profile_find("lara"));
    ck_assert_uint_le(profile(names[_i])->package_min, profile(names[_i])->package_max);
}
END_TEST

/* Guidelines for the size of a delta, bytes, and the longest documented times, minutes. */
static const struct {
    const char *profile;
    uint32_t package_min, package_max, update_minutes, install_minutes;
} figures[] = {
    {"sara-r4", 2000, 6000000, 0, 20},         /* R11, R51 */
    {"lara-r6-00b", 2000000, 9000000, 65, 20}, /* R12, R52 */
    {"lara-r6-01b", 2000000, 9000000, 3, 20}, {"lara-r6001d-00b", 2000000, 9000000, 65, 20},
    {"lara-r6004d-00b", 2000000, 9000000, 65, 20}, {"lara-l6", 2000000, 9000000, 3, 20},
    {"sara-r5", 400000, 6000000, 0, 25}, /* R13, R50 */
    {"ryz014", 0, 0, 0, 0},              /* R14: its examples are no limits */
};

START_TEST(sizes_and_times_are_the_documented_ones)
{
    const struct fwd_profile *p = profile(figures[_i].profile);

    ck_assert_uint_eq(p->package_min, figures[_i].package_min);
    ck_assert_uint_eq(p->package_max, figures[_i].package_max);
    ck_assert_uint_eq(p->update_minutes, figures[_i].update_minutes);
    ck_assert_uint_eq(p->install_minutes, figures[_i].install_minutes);
}
END_TEST

/* R33: every code is that of its reason, except where a module is documented to differ. */
START_TEST(reasons_map_to_their_documented_codes)
{
    const struct fwd_profile *p = profile(names[_i]);
    bool no_validation = strcmp(p->name, "lara-r6001d-00b") == 0;
    bool r5 = strcmp(p->name, "sara-r5") == 0;

    for (size_t i = 0; fwd_reason_at(i) != NULL; i++) {
        const struct fwd_reason_info *info = fwd_reason_at(i);
        uint16_t expected = info->code;

        if (no_validation && expected == 247)
            expected = 129;
        if (r5 && info->reason == FWD_E_PACKAGE_UNREADABLE)
            expected = 131;
        if (r5 && info->reason == FWD_E_WORKSPACE)
            expected = 141;
        ck_assert_msg(
            fwd_profile_code(p, info->reason, false) == expected, "%s: %s", p->name, info->name);
        ck_assert_ptr_nonnull(fwd_code_info(fwd_profile_code(p, info->reason, false)));
    }
}
END_TEST

static const struct {
    const char *profile;
    enum fwd_reason reason;
    bool umbrella;
    uint16_t code;
    uint8_t lwm2m;
} codes[] = {
    {"lara-r6-01b", FWD_OK, false, 128, 1},                /* R32 */
    {"lara-r6-01b", FWD_E_SOURCE_DIGEST, false, 168, 8},   /* R35 */
    {"lara-r6-01b", FWD_E_BAD_SIGNATURE, false, 173, 5},   /* R36 */
    {"lara-r6-01b", FWD_E_FORMAT_VERSION, false, 174, 6},  /* R37 */
    {"lara-r6-01b", FWD_E_BAD_MAGIC, false, 158, 6},       /* R38 */
    {"lara-r6-01b", FWD_E_STORED_LENGTH, false, 180, 5},   /* R39 */
    {"lara-r6-01b", FWD_E_MANIFEST_SYNTAX, false, 148, 5}, /* R40 */
    {"lara-r6-01b", FWD_E_NO_KEYS, false, 227, 5},         /* R41 */
    {"lara-r6-01b", FWD_E_PRODUCT, false, 247, 5},         /* R42 */
    {"lara-r6-01b", FWD_E_FLASH_OPEN, false, 130, 8},      /* R43 */
    {"lara-r6-01b", FWD_E_PROGRAM_FAILED, false, 160, 8},  /* R43 */
    {"lara-r6-01b", FWD_E_BAD_BLOCKS, false, 134, 8},      /* R43 */
    {"lara-r6-01b", FWD_E_PARTITION_TABLE, false, 132, 8}, /* R43 */
    {"lara-r6-01b", FWD_E_WORKSPACE, false, 131, 3},       /* R44 */
    {"lara-r6-01b", FWD_E_DECODER_MEMORY, false, 141, 3},  /* R44 */
    {"lara-r6-01b", FWD_E_CANARY, false, 178, 8},          /* R44 */
    {"lara-r6-01b", FWD_E_PACKAGE_ABSENT, false, 144, 8},  /* R45 */
    {"lara-r6-01b", FWD_E_FILE_SYSTEM, false, 145, 8},     /* R45 */
    {"lara-r6-01b", FWD_E_JOURNAL_IO, false, 230, 8},      /* R45 */
    {"lara-r6-01b", FWD_E_STREAM_INVALID, false, 140, 8},  /* R46 */
    {"lara-r6-01b", FWD_E_TARGET_CORRUPT, false, 195, 8},  /* R47 */
    {"lara-r6-01b", FWD_E_FINALIZE, false, 224, 8},        /* R48 */
    {"lara-r6-01b", FWD_E_INTERNAL, false, 129, 8},        /* R48 */
    {"lara-r6-01b", FWD_E_BAD_SIGNATURE, true, 247, 5},
    {"lara-r6-01b", FWD_E_JOURNAL_IO, true, 230, 8},
    {"lara-r6-01b", FWD_E_FLASH_OPEN, true, 130, 8},
    {"lara-r6001d-00b", FWD_E_PRODUCT, false, 129, 8}, /* R20 */
    {"lara-r6001d-00b", FWD_E_BAD_SIGNATURE, false, 173, 5},
    {"lara-r6001d-00b", FWD_E_BAD_SIGNATURE, true, 129, 8},
    {"sara-r5", FWD_E_PACKAGE_UNREADABLE, false, 131, 8},
    {"sara-r5", FWD_E_WORKSPACE, false, 141, 3},
};

START_TEST(a_reason_gives_this_code_and_result)
{
    const struct fwd_profile *p = profile(codes[_i].profile);

    ck_assert_uint_eq(fwd_profile_code(p, codes[_i].reason, codes[_i].umbrella), codes[_i].code);
    if (!codes[_i].umbrella)
        ck_assert_uint_eq(fwd_profile_lwm2m(p, codes[_i].reason), codes[_i].lwm2m);
}
END_TEST

static const struct {
    const char *profile;
    enum fwd_profile_command command;
    uint16_t code;
    bool configured;
    uint8_t port;
    uint32_t baud;
} channels[] = {
    {"lara-r6-01b", FWD_PROFILE_INSTALL, 128, true, 2, 921600}, /* R108 */
    {"lara-r6-01b", FWD_PROFILE_INSTALL, 129, true, 2, 921600},
    {"lara-r6-01b", FWD_PROFILE_INSTALL, 130, true, 1, 115200},
    {"lara-r6-01b", FWD_PROFILE_INSTALL, 131, true, 1, 115200},
    {"lara-r6-01b", FWD_PROFILE_INSTALL, 132, true, 1, 115200},
    {"lara-r6-01b", FWD_PROFILE_INSTALL, 134, true, 2, 921600},
    {"lara-r6-01b", FWD_PROFILE_INSTALL, 128, false, 1, 115200}, /* R109 */
    {"lara-r6-01b", FWD_PROFILE_UPDATE, 128, true, 1, 115200},   /* R107 */
    {"sara-r5", FWD_PROFILE_UPDATE, 128, true, 2, 921600},       /* R110 */
    {"sara-r5", FWD_PROFILE_INSTALL, 128, true, 2, 921600},
    {"sara-r5", FWD_PROFILE_UPDATE, 128, false, 1, 115200},
};

START_TEST(a_result_appears_on_its_channel)
{
    struct fwd_channel configured = {2, 921600};
    struct fwd_channel channel = fwd_profile_channel(profile(channels[_i].profile),
        channels[_i].command, channels[_i].code, channels[_i].configured ? &configured : NULL);

    ck_assert_uint_eq(channel.port, channels[_i].port);
    ck_assert_uint_eq(channel.baud, channels[_i].baud);
}
END_TEST

static char printed[512];

static void collect(void *ctx, const char *line)
{
    (void)ctx;
    strcat(strcat(printed, line), "\n");
}

static struct fwd_line_sink sink_of(const char *name, enum fwd_profile_command command)
{
    struct fwd_line_sink sink = {
        profile(name), command, FWD_LINES_CANONICAL, false, false, "1.1.0", NULL, collect};

    printed[0] = '\0';
    return sink;
}

static void run_well(const struct fwd_line_sink *sink)
{
    fwd_line_sink_begin(sink);
    fwd_line_sink_progress(sink, FWD_PROGRESS_VALIDATION, 0);
    fwd_line_sink_progress(sink, FWD_PROGRESS_VALIDATION, 100);
    fwd_line_sink_progress(sink, FWD_PROGRESS_INSTALLATION, 1);
    fwd_line_sink_progress(sink, FWD_PROGRESS_INSTALLATION, 100);
    ck_assert_uint_eq(fwd_line_sink_final(sink, FWD_OK), 128);
}

#define RYZ_BEGUN "+SQNFOTA: \"downloaded\"\n+SQNFOTA: 6\n+SQNFOTA: 7\n+SQNFOTA: \"install\"\n"
#define RYZ_DONE  "+SQNFOTA: 8\n+SQNFOTA: \"installed\",\"1.1.0\"\n"

#define INSTALL_LINES                                                                              \
    "+UFWPREVAL: 0\n+UFWPREVAL: 100\n+UUFWINSTALL: 1\n+UUFWINSTALL: 100\n+UUFWINSTALL: 128\n"
#define UPDATE_LINES "+UFWPREVAL: 0\n+UFWPREVAL: 100\n+UFWUPD: 1\n+UFWUPD: 100\n+UFWUPD: 128\n"

static const struct {
    const char *profile;
    enum fwd_profile_command command;
    const char *expected;
} good_runs[] = {
    {"sara-r4", FWD_PROFILE_INSTALL, ""}, /* R31 */
    {"sara-r4", FWD_PROFILE_UPDATE, ""},
    {"lara-r6-00b", FWD_PROFILE_INSTALL, INSTALL_LINES}, /* R25, R29 */
    {"lara-r6-01b", FWD_PROFILE_INSTALL, INSTALL_LINES},
    {"lara-r6-01b", FWD_PROFILE_UPDATE, UPDATE_LINES}, /* R30 */
    {"lara-r6001d-00b", FWD_PROFILE_INSTALL,
        "+UUFWINSTALL: 1\n+UUFWINSTALL: 100\n+UUFWINSTALL: 128\n"}, /* R20 */
    {"lara-r6004d-00b", FWD_PROFILE_INSTALL, INSTALL_LINES},
    {"lara-l6", FWD_PROFILE_INSTALL, INSTALL_LINES},
    {"sara-r5", FWD_PROFILE_INSTALL, INSTALL_LINES}, {"sara-r5", FWD_PROFILE_UPDATE, UPDATE_LINES},
    {"telit-pfm", FWD_PROFILE_INSTALL,
        "progress: 1\nprogress: 100\n#OTAEV: Module Upgraded To New FW\n"},
    {"ryz014", FWD_PROFILE_INSTALL, RYZ_BEGUN RYZ_DONE}, /* R212 */
};

START_TEST(a_good_run_prints_the_lines_of_its_module)
{
    struct fwd_line_sink sink = sink_of(good_runs[_i].profile, good_runs[_i].command);

    run_well(&sink);
    ck_assert_str_eq(printed, good_runs[_i].expected);
}
END_TEST

static const struct {
    const char *profile;
    const char *expected;
} interrupted[] = {
    {"lara-r6-01b", "+UUFWINSTALL: 1\n+UUFWINSTALL: 43\n+UUFWINSTALL: 128\n"},
    {"sara-r5", "+UUFWINSTALL: 1\n+UUFWINSTALL: 43\n+UUFWINSTALL: 128\n"}, {"sara-r4", ""},
    {"telit-pfm", "progress: 43\n#OTAEV: Module Upgraded To New FW\n"},
    {"ryz014", RYZ_DONE}, /* R63 */
};

/* R58 R59 R61: the library begins a phase with its first value, and goes on where it was. One
 * module family shows that as a new start, the other as a continuation. */
START_TEST(an_interrupted_installation_starts_again_or_continues)
{
    struct fwd_line_sink sink = sink_of(interrupted[_i].profile, FWD_PROFILE_INSTALL);

    sink.resumed = true;
    fwd_line_sink_progress(&sink, FWD_PROGRESS_INSTALLATION, 1);
    fwd_line_sink_progress(&sink, FWD_PROGRESS_INSTALLATION, 43);
    ck_assert_uint_eq(fwd_line_sink_final(&sink, FWD_OK), 128);
    ck_assert_str_eq(printed, interrupted[_i].expected);
}
END_TEST

START_TEST(a_result_in_words_has_a_code_all_the_same)
{
    struct fwd_line_sink sink = sink_of("telit-pfm", FWD_PROFILE_INSTALL);

    ck_assert_uint_eq(fwd_line_sink_final(&sink, FWD_E_SOURCE_VERSION), 168);
    ck_assert_str_eq(printed, "#OTAEV: OTA FW Upgrade Failed\n");
}
END_TEST

static const struct {
    enum fwd_reason reason;
    uint16_t code;
    const char *last;
} ryz_failures[] = {
    {FWD_E_SOURCE_VERSION, 168, "+SQNFOTA: 3\n+SQNFOTA: 3,8\n"}, /* the documented one */
    {FWD_E_BAD_SIGNATURE, 173, "+SQNFOTA: 3\n+SQNFOTA: 3,5\n"},
    {FWD_E_WORKSPACE, 131, "+SQNFOTA: 3\n+SQNFOTA: 3,3\n"},
};

/* R28: a wrong image is found out only when it is to be installed. */
START_TEST(a_failure_of_ryz014_is_told_with_its_update_result)
{
    struct fwd_line_sink sink = sink_of("ryz014", FWD_PROFILE_INSTALL);
    size_t begun = strlen(RYZ_BEGUN);

    fwd_line_sink_begin(&sink);
    fwd_line_sink_progress(&sink, FWD_PROGRESS_VALIDATION, 0);
    ck_assert_str_eq(printed, RYZ_BEGUN);
    ck_assert_uint_eq(fwd_line_sink_final(&sink, ryz_failures[_i].reason), ryz_failures[_i].code);
    ck_assert_str_eq(printed + begun, ryz_failures[_i].last);
}
END_TEST

/* R23, R24 */
START_TEST(a_failed_validation_is_told_by_the_line_of_the_installation)
{
    struct fwd_line_sink sink = sink_of("lara-r6-01b", (enum fwd_profile_command)_i);

    fwd_line_sink_progress(&sink, FWD_PROGRESS_VALIDATION, 0);
    ck_assert_uint_eq(fwd_line_sink_final(&sink, FWD_E_SOURCE_VERSION), 168);
    ck_assert_str_eq(printed, _i == FWD_PROFILE_INSTALL ? "+UFWPREVAL: 0\n+UUFWINSTALL: 168\n"
                                                        : "+UFWPREVAL: 0\n+UFWUPD: 168\n");
}
END_TEST

/* R49 */
START_TEST(an_installed_target_prints_128_only)
{
    struct fwd_line_sink sink = sink_of("lara-r6-01b", FWD_PROFILE_INSTALL);

    ck_assert_uint_eq(fwd_line_sink_final(&sink, FWD_OK), 128);
    ck_assert_str_eq(printed, "+UUFWINSTALL: 128\n");
}
END_TEST

START_TEST(a_silent_module_still_has_a_code)
{
    struct fwd_line_sink sink = sink_of("sara-r4", FWD_PROFILE_INSTALL);

    ck_assert_uint_eq(fwd_line_sink_final(&sink, FWD_E_BAD_SIGNATURE), 173);
    ck_assert_str_eq(printed, "");
}
END_TEST

/* R121, R122 */
START_TEST(other_spellings_of_the_lines_can_be_chosen)
{
    struct fwd_line_sink sink = sink_of("lara-r6-01b", FWD_PROFILE_INSTALL);

    sink.spelling = FWD_LINES_ONE_U;
    fwd_line_sink_progress(&sink, FWD_PROGRESS_VALIDATION, 3);
    fwd_line_sink_progress(&sink, FWD_PROGRESS_INSTALLATION, 7);
    sink.spelling = FWD_LINES_TWO_U;
    fwd_line_sink_progress(&sink, FWD_PROGRESS_VALIDATION, 3);
    fwd_line_sink_progress(&sink, FWD_PROGRESS_INSTALLATION, 7);
    ck_assert_str_eq(printed, "+UFWPREVAL: 3\n+UFWINSTALL: 7\n+UUFWPREVAL: 3\n+UUFWINSTALL: 7\n");
}
END_TEST

START_TEST(lines_outside_the_ranges_are_not_printed)
{
    struct fwd_line_sink sink = sink_of("lara-r6-01b", FWD_PROFILE_INSTALL);

    fwd_line_sink_progress(&sink, FWD_PROGRESS_INSTALLATION, 0);
    fwd_line_sink_progress(&sink, FWD_PROGRESS_INSTALLATION, 101);
    fwd_line_sink_progress(&sink, FWD_PROGRESS_VALIDATION, 101);
    ck_assert_str_eq(printed, "");
}
END_TEST

static Suite *suite(void)
{
    Suite *s = suite_create("profiles");
    TCase *t = tcase_create("profiles");

    tcase_add_loop_test(t, every_documented_module_has_a_profile, 0, NAMES);
    tcase_add_loop_test(
        t, sizes_and_times_are_the_documented_ones, 0, (int)(sizeof figures / sizeof *figures));
    tcase_add_loop_test(t, reasons_map_to_their_documented_codes, 0, NAMES);
    tcase_add_loop_test(
        t, a_reason_gives_this_code_and_result, 0, (int)(sizeof codes / sizeof *codes));
    tcase_add_loop_test(
        t, a_result_appears_on_its_channel, 0, (int)(sizeof channels / sizeof *channels));
    tcase_add_loop_test(t, a_good_run_prints_the_lines_of_its_module, 0,
        (int)(sizeof good_runs / sizeof *good_runs));
    tcase_add_loop_test(t, a_failed_validation_is_told_by_the_line_of_the_installation, 0, 2);
    tcase_add_loop_test(t, an_interrupted_installation_starts_again_or_continues, 0,
        (int)(sizeof interrupted / sizeof *interrupted));
    tcase_add_test(t, a_result_in_words_has_a_code_all_the_same);
    tcase_add_loop_test(t, a_failure_of_ryz014_is_told_with_its_update_result, 0,
        (int)(sizeof ryz_failures / sizeof *ryz_failures));
    tcase_add_test(t, an_installed_target_prints_128_only);
    tcase_add_test(t, a_silent_module_still_has_a_code);
    tcase_add_test(t, other_spellings_of_the_lines_can_be_chosen);
    tcase_add_test(t, lines_outside_the_ranges_are_not_printed);
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
