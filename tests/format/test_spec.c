/* SPEC.md against the headers: the tables must say the same. */
#include "format/header.h"
#include "format/limits.h"
#include "format/reason.h"
#include "format/record/journal_record.h"
#include "format/record/step.h"
#include "format/record/version_record.h"
#include "tests/format/spec_table.h"

#include <check.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#define SPEC   FWD_SOURCE_DIR "/format/SPEC.md"
#define LIMITS FWD_SOURCE_DIR "/format/limits.h"

static bool is_limit(const char *name)
{
    size_t size = strlen(name);

    return strncmp(name, "FWD_FORMAT_", 11) == 0 || strcmp(name + size - 4, "_MAX") == 0 ||
           strcmp(name + size - 5, "_SIZE") == 0 || strcmp(name + size - 5, "_HEAD") == 0;
}

START_TEST(the_limits_are_those_of_limits_h)
{
    struct spec_table table = spec_table_read(SPEC, "## 11.");
    char *header = spec_file_read(LIMITS);
    size_t count = 0;

    for (char *at = header; (at = strstr(at, "#define ")) != NULL; at++) {
        char name[64];
        unsigned value;
        if (sscanf(at, "#define %63s %u", name, &value) != 2 || !is_limit(name))
            continue;
        const struct spec_row *row = spec_table_find(&table, 0, name);
        ck_assert_msg(row != NULL, "%s is missing in SPEC.md", name);
        ck_assert_msg(strtoul(row->cells[1], NULL, 0) == value, "%s", name);
        ck_assert_msg(strlen(row->cells[2]) > 0, "%s: why?", name);
        count++;
    }
    ck_assert_uint_eq(table.count, count);
    ck_assert_uint_ge(count, 19);
    free(header);
    spec_table_free(&table);
}
END_TEST

static const char phases[] = {
    [FWD_PHASE_START] = 'S',
    [FWD_PHASE_VALIDATION] = 'V',
    [FWD_PHASE_INSTALLATION] = 'I',
    [FWD_PHASE_FINALIZATION] = 'F',
    [FWD_PHASE_ANY] = 'A',
};

/* R35 to R48: number, name, phase, code and meaning of each reason. */
START_TEST(the_reasons_are_those_of_reasons_def)
{
    struct spec_table table = spec_table_read(SPEC, "## 12.");
    const struct fwd_reason_info *info;
    size_t count = 0;

    for (; (info = fwd_reason_at(count)) != NULL; count++) {
        const struct spec_row *row = spec_table_find(&table, 1, info->name);
        ck_assert_msg(row != NULL, "%s is missing in SPEC.md", info->name);
        ck_assert_int_eq(atoi(row->cells[0]), (int)info->reason);
        ck_assert_msg(
            row->cells[2][0] == phases[info->phase] && row->cells[2][1] == '\0', "%s", info->name);
        ck_assert_int_eq(atoi(row->cells[3]), info->code);
        ck_assert_str_eq(row->cells[4], info->meaning);
    }
    ck_assert_uint_eq(table.count, count);
    spec_table_free(&table);
}
END_TEST

/* R33 R34 [M96] */
START_TEST(the_codes_are_those_of_codes_def)
{
    struct spec_table table = spec_table_read(SPEC, "## 13.");
    const struct fwd_code_info *info;
    size_t count = 0;

    for (; (info = fwd_code_at(count)) != NULL; count++) {
        ck_assert_int_eq(atoi(table.rows[count].cells[0]), info->code);
        ck_assert_int_eq(atoi(table.rows[count].cells[1]), info->lwm2m_result);
        ck_assert_str_eq(table.rows[count].cells[2], info->meaning);
    }
    ck_assert_uint_eq(table.count, count);
    spec_table_free(&table);
}
END_TEST

static const struct {
    const char *heading;
    size_t number_column;
    const char *number;
    unsigned value;
    size_t name_column;
    const char *name;
} numbers[] = {
    {"### 4.2", 0, "0x01", FWD_ENTRY_PRODUCT, 1, "product"},
    {"### 4.2", 0, "0x02", FWD_ENTRY_HARDWARE, 1, "hardware"},
    {"### 4.2", 0, "0x03", FWD_ENTRY_LABEL, 1, "label"},
    {"### 4.2", 0, "0x05", FWD_ENTRY_MIN_TOOL, 1, "minimum tool"},
    {"### 4.2", 0, "0x06", FWD_ENTRY_TIMESTAMP, 1, "time stamp"},
    {"### 4.2", 0, "0x07", FWD_ENTRY_TOOL, 1, "tool"},
    {"### 4.2", 0, "0x09", FWD_ENTRY_DEPENDENCIES, 1, "dependencies"},
    {"### 4.2", 0, "0x0A", FWD_ENTRY_EXPIRY, 1, "not after"},
    {"### 4.2", 0, "0x0D", FWD_ENTRY_TRUST, 1, "trust set"},
    {"### 4.2", 0, "0x10", FWD_ENTRY_COMPONENT, 1, "component"},
    {"### 4.2", 0, "0x20", FWD_ENTRY_CERTIFICATE, 1, "certificate"},
    {"### 4.2", 0, "0x70..0x7F", FWD_ENTRY_VENDOR_FIRST, 1, "vendor"},
    {"### 4.3", 0, "0", FWD_ROLE_FIRMWARE, 1, "firmware"},
    {"### 4.3", 0, "1", FWD_ROLE_CARRIER_PROFILE, 1, "carrier profile"},
    {"### 4.3", 0, "2", FWD_ROLE_BOOT, 1, "boot code"},
    {"### 4.3", 0, "3", FWD_ROLE_ROT, 1, "root of trust"},
    {"### 4.3", 0, "4", FWD_ROLE_DATA, 1, "data"},
    {"### 4.4", 0, "0x01", FWD_EXT_COUNTER, 1, "security counter"},
    {"### 4.4", 0, "0x02", FWD_EXT_ALTERNATIVE, 1, "alternative"},
    {"### 4.4", 0, "0x03", FWD_EXT_RELEASE, 1, "release number"},
    {"### 5.1", 0, "1", FWD_ALG_ED25519, 1, "Ed25519 (RFC 8032), pure"},
    {"### 5.1", 0, "2", FWD_ALG_ECDSA_P256, 1, "ECDSA, P-256, SHA-256 (FIPS 186-5)"},
    {"### 5.1", 0, "3", FWD_ALG_ECDSA_P384, 1, "ECDSA, P-384, SHA-384"},
    {"### 5.1", 0, "4", FWD_ALG_RSA3072_PSS, 1,
        "RSASSA-PSS (RFC 8017), 3072 bits, SHA-256, MGF1 with SHA-256, salt 32"},
    {"## 6.", 0, "0", FWD_CODEC_STORED, 1, "stored"},
    {"## 6.", 0, "1", FWD_CODEC_XZ, 1, "xz"},
    {"## 6.", 0, "2", FWD_CODEC_BSDIFF_XZ, 1, "bsdiff-xz"},
    {"## 6.", 0, "3", FWD_CODEC_FWD, 1, "fwd"},
    {"## 6.", 0, "4", FWD_CODEC_LITE, 1, "lite"},
    {"### 7.3", 0, "0", FWD_OP_COPY, 1, "COPY"},
    {"### 7.3", 0, "1", FWD_OP_LITERAL, 1, "LITERAL"},
    {"### 7.3", 0, "2", FWD_OP_SEEK, 1, "SEEK"},
    {"## 14.", 1, "0x08", FWD_ENTRY_ENCRYPTION, 0, "manifest"},
    {"## 14.", 1, "0x0B", FWD_ENTRY_SUIT, 0, "manifest"},
    {"## 14.", 1, "0x0C", FWD_ENTRY_TRIAL, 0, "manifest"},
    {"## 14.", 1, "5", FWD_ALG_LMS, 0, "algorithm"},
    {"## 14.", 1, "6", FWD_ALG_ML_DSA, 0, "algorithm"},
    {"## 14.", 1, "7", FWD_ALG_SLH_DSA, 0, "algorithm"},
    {"## 14.", 1, "8", FWD_ALG_HYBRID, 0, "algorithm"},
};

START_TEST(the_numbers_are_those_of_limits_h)
{
    struct spec_table table = spec_table_read(SPEC, numbers[_i].heading);
    const struct spec_row *row =
        spec_table_find(&table, numbers[_i].number_column, numbers[_i].number);

    ck_assert_uint_eq(strtoul(numbers[_i].number, NULL, 0), numbers[_i].value);
    ck_assert_msg(row != NULL, "%s %s", numbers[_i].heading, numbers[_i].number);
    ck_assert_str_eq(row->cells[numbers[_i].name_column], numbers[_i].name);
    spec_table_free(&table);
}
END_TEST

START_TEST(the_journal_states_are_those_of_the_header)
{
    struct spec_table table = spec_table_read(SPEC, "## 8.");

    for (uint8_t state = FWD_STATE_IDLE; state <= FWD_STATE_REVERTING; state++) {
        char number[4];
        if (state == 8) /* no release used it */
            continue;
        snprintf(number, sizeof number, "%u", state);
        const struct spec_row *row = spec_table_find(&table, 0, number);
        ck_assert_ptr_nonnull(row);
        ck_assert_str_eq(row->cells[1], fwd_state_name(state));
        ck_assert((strcmp(row->cells[2], "reserved") == 0) == (state > FWD_STATE_LAST));
    }
    spec_table_free(&table);
}
END_TEST

/* The sizes that the drawings show. */
START_TEST(the_layouts_have_the_sizes_of_the_headers)
{
    ck_assert_uint_eq(FWD_HEADER_SIZE, 3 + 2 * 1 + 2 + 4 + FWD_DIGEST_SIZE);
    ck_assert_uint_eq(FWD_SIGBLOCK_HEAD, 2 + 4);
    ck_assert_uint_eq(FWD_SIGNATURE_HEAD, 1 + FWD_KEY_ID_SIZE + 2);
    ck_assert_uint_eq(FWD_STAGING_HEAD_SIZE, 4 + 2 * 2 + 2 * 4 + FWD_SESSION_SIZE + 4);
    ck_assert_uint_eq(FWD_STEP_HEAD_SIZE, 3 * 4 + 1 + 3);
    ck_assert_uint_eq(FWD_STEP_TAIL_SIZE, 4 + 1 + 3 + FWD_DIGEST_SIZE);
    ck_assert_uint_eq(FWD_STAGED_SIZE, 1 + 1 + 2 + 3 * 4);
    ck_assert_uint_eq(FWD_RECORD_SIZE, 124 + 4);
    ck_assert_uint_eq(FWD_VERSION_HEAD_SIZE, 3 * 4 + 1 + 3);
}
END_TEST

/* Each clause has a number of its own and none is left out; a clause that is added later takes the
 * next free number wherever it stands. */
START_TEST(the_clauses_are_numbered_without_gaps)
{
    bool seen[256] = {false};
    char *spec = spec_file_read(SPEC);
    unsigned count = 0;

    for (char *at = spec; (at = strstr(at, "\n- [M")) != NULL; at++) {
        unsigned long number = strtoul(at + 5, NULL, 10);
        ck_assert_uint_lt(number, 256);
        ck_assert_msg(!seen[number], "[M%lu] stands twice", number);
        seen[number] = true;
        count++;
    }
    for (unsigned number = 1; number <= count; number++)
        ck_assert_msg(seen[number], "[M%u] is missing", number);
    ck_assert_uint_gt(count, 60);
    free(spec);
}
END_TEST

int main(void)
{
    Suite *suite = suite_create("spec");
    TCase *tc = tcase_create("spec");

    tcase_add_test(tc, the_limits_are_those_of_limits_h);
    tcase_add_test(tc, the_reasons_are_those_of_reasons_def);
    tcase_add_test(tc, the_codes_are_those_of_codes_def);
    tcase_add_loop_test(
        tc, the_numbers_are_those_of_limits_h, 0, sizeof numbers / sizeof numbers[0]);
    tcase_add_test(tc, the_journal_states_are_those_of_the_header);
    tcase_add_test(tc, the_layouts_have_the_sizes_of_the_headers);
    tcase_add_test(tc, the_clauses_are_numbered_without_gaps);
    suite_add_tcase(suite, tc);
    SRunner *runner = srunner_create(suite);
    srunner_run_all(runner, CK_NORMAL);
    int failed = srunner_ntests_failed(runner);
    srunner_free(runner);
    return failed == 0 ? EXIT_SUCCESS : EXIT_FAILURE;
}
