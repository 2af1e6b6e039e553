/* keys/signing/envelope: signed statements, and that nothing but their own bytes is one. */
#include "keys/signing/envelope.h"
#include "tests/hostio/scratch_folder.h"
#include "tests/keys/keys_sample.h"

#include <check.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#define TYPE "application/vnd.example+json"

static const char text[] = "{\"a\": 1}\n";

struct sample {
    struct fwd_keypair key;
    struct fwd_trust trust;
    struct fwd_bytes file;
};

/* name: of the files of its key. */
static void setup_sample(struct sample *s, int algorithm, const char *name)
{
    const struct fwd_bytes payload = {(uint8_t *)(uintptr_t)text, sizeof text - 1};
    struct fwd_error err;
    memset(s, 0, sizeof *s);
    char file[64];
    (void)snprintf(file, sizeof file, "%s.pub.pem", name);
    s->key = sample_key_files(algorithm, name);
    ck_assert_int_eq(
        fwd_trust_load(&s->trust, scratch_path(file), FWD_TRUST_STRICT, &err), FWD_FAIL_NONE);
    ck_assert_int_eq(fwd_envelope_make(TYPE, &payload, &s->key, &s->file, &err), FWD_FAIL_NONE);
}

static void free_sample(struct sample *s)
{
    fwd_keypair_free(&s->key);
    fwd_trust_free(&s->trust);
    fwd_bytes_free(&s->file);
}

/* Is it refused, with a sentence and nothing left? */
static bool refused(const struct sample *s, const struct fwd_bytes *file, const char *type)
{
    struct fwd_bytes payload = {NULL, 0};
    struct fwd_error err = {""};
    uint8_t id[FWD_KEY_ID_SIZE];
    enum fwd_fail fail = fwd_envelope_open("x", file, type, &s->trust, &payload, id, &err);
    ck_assert(fail == FWD_FAIL_NONE || (payload.data == NULL && err.text[0] != 0));
    fwd_bytes_free(&payload);
    return fail == FWD_FAIL_REFUSED;
}

START_TEST(what_was_signed_comes_back)
{
    struct sample s;
    struct fwd_bytes payload = {NULL, 0};
    struct fwd_error err;
    uint8_t id[FWD_KEY_ID_SIZE];
    setup_sample(&s, _i, "signer");
    ck_assert_int_eq(
        fwd_envelope_open("x", &s.file, TYPE, &s.trust, &payload, id, &err), FWD_FAIL_NONE);
    ck_assert_uint_eq(payload.size, sizeof text - 1);
    ck_assert_mem_eq(payload.data, text, payload.size);
    ck_assert_mem_eq(id, s.key.id, sizeof id);
    fwd_bytes_free(&payload);
    free_sample(&s);
}
END_TEST

START_TEST(no_other_byte_passes)
{
    struct sample s;
    setup_sample(&s, _i, "signer");
    for (size_t at = 0; at < s.file.size; at++) {
        static const uint8_t changes[] = {0x01, 0x20, 0x80};
        for (size_t i = 0; i < sizeof changes; i++) {
            s.file.data[at] ^= changes[i];
            ck_assert_msg(refused(&s, &s.file, TYPE), "byte %zu ^ %02x", at, changes[i]);
            s.file.data[at] ^= changes[i];
        }
    }
    ck_assert(!refused(&s, &s.file, TYPE));
    free_sample(&s);
}
END_TEST

START_TEST(no_part_and_no_more_passes)
{
    struct sample s;
    setup_sample(&s, _i, "signer");
    for (size_t size = 0; size < s.file.size; size++) {
        const struct fwd_bytes part = {s.file.data, size};
        ck_assert_msg(refused(&s, &part, TYPE), "%zu bytes", size);
    }
    struct fwd_bytes more = {malloc(s.file.size + 1), s.file.size + 1};
    ck_assert_ptr_nonnull(more.data);
    memcpy(more.data, s.file.data, s.file.size);
    more.data[s.file.size] = '\n';
    ck_assert(refused(&s, &more, TYPE));
    fwd_bytes_free(&more);
    free_sample(&s);
}
END_TEST

START_TEST(another_type_or_key_is_refused)
{
    struct sample s, other;
    setup_sample(&s, _i, "signer");
    ck_assert(refused(&s, &s.file, "application/vnd.other+json"));
    setup_sample(&other, _i, "other");
    ck_assert(refused(&other, &s.file, TYPE));
    /* the right key id, but a signature by another key */
    memcpy(other.key.id, s.key.id, sizeof other.key.id);
    const struct fwd_bytes payload = {(uint8_t *)(uintptr_t)text, sizeof text - 1};
    struct fwd_error err;
    fwd_bytes_free(&other.file);
    ck_assert_int_eq(
        fwd_envelope_make(TYPE, &payload, &other.key, &other.file, &err), FWD_FAIL_NONE);
    ck_assert(refused(&s, &other.file, TYPE));
    free_sample(&s);
    free_sample(&other);
}
END_TEST

static const struct {
    const char *name, *json;
} others[] = {
    {"nothing", ""},
    {"no JSON", "{"},
    {"a list", "[]"},
    {"no signatures", "{\"payloadType\": \"" TYPE "\", \"payload\": \"e30=\", \"signatures\": []}"},
    {"no payload", "{\"payloadType\": \"" TYPE "\", \"payload\": \"\", \"signatures\": "
                   "[{\"keyid\": \"0011223344556677\", \"sig\": \"AAAA\"}]}"},
    {"a payload that is no base64",
        "{\"payloadType\": \"" TYPE "\", \"payload\": \"a\", \"signatures\": "
        "[{\"keyid\": \"0011223344556677\", \"sig\": \"AAAA\"}]}"},
    {"only padding", "{\"payloadType\": \"" TYPE "\", \"payload\": \"====\", \"signatures\": "
                     "[{\"keyid\": \"0011223344556677\", \"sig\": \"====\"}]}"},
    {"a key id that is none",
        "{\"payloadType\": \"" TYPE "\", \"payload\": \"e30=\", \"signatures\": "
        "[{\"keyid\": \"00\", \"sig\": \"AAAA\"}]}"},
};

START_TEST(what_is_no_envelope_is_refused)
{
    struct sample s;
    const struct fwd_bytes file = {(uint8_t *)(uintptr_t)others[_i].json, strlen(others[_i].json)};
    setup_sample(&s, 0, "signer");
    ck_assert_msg(refused(&s, &file, TYPE), "%s", others[_i].name);
    free_sample(&s);
}
END_TEST

int main(void)
{
    Suite *suite = suite_create("envelope");
    TCase *tc = tcase_create("envelope");
    tcase_set_timeout(tc, 120);
    tcase_add_checked_fixture(tc, scratch_setup, scratch_teardown);
    tcase_add_loop_test(tc, what_was_signed_comes_back, 0, SAMPLE_ALGORITHMS);
    tcase_add_loop_test(tc, no_other_byte_passes, 0, SAMPLE_ALGORITHMS);
    tcase_add_loop_test(tc, no_part_and_no_more_passes, 0, SAMPLE_ALGORITHMS);
    tcase_add_loop_test(tc, another_type_or_key_is_refused, 0, SAMPLE_ALGORITHMS);
    tcase_add_loop_test(
        tc, what_is_no_envelope_is_refused, 0, (int)(sizeof others / sizeof others[0]));
    suite_add_tcase(suite, tc);
    SRunner *runner = srunner_create(suite);
    srunner_run_all(runner, CK_NORMAL);
    int failed = srunner_ntests_failed(runner);
    srunner_free(runner);
    return failed == 0 ? EXIT_SUCCESS : EXIT_FAILURE;
}
