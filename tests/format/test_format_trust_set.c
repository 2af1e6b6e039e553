/* Trust sets (SPEC.md section 5.3): what is none. */
#include "format/trust_set.h"

#include <check.h>
#include <stdlib.h>
#include <string.h>

#define ROOM 256

static const uint8_t der[] = {0x30, 0x2A, 0x30, 0x05};

/* Two keys, either of which may do anything. */
static struct fwd_trust_set sample(void)
{
    struct fwd_trust_set set = {.version = 7, .threshold = 1, .key_count = 2};

    for (int i = 0; i < 2; i++)
        set.keys[i] = (struct fwd_trust_key){.algorithm = FWD_ALG_ED25519,
            .der_size = sizeof der,
            .der = der,
            .roles = 1u << FWD_ROLE_FIRMWARE | 1u << FWD_ROLE_TRUST};
    set.products[0] = (struct fwd_text){"demo", 4};
    return set;
}

static bool stands(const struct fwd_trust_set *set)
{
    uint8_t bytes[ROOM];
    struct fwd_trust_set again;
    size_t size = fwd_trust_set_encode(set, bytes, sizeof bytes);

    if (size == 0)
        return false;
    ck_assert(fwd_trust_set_decode(bytes, size, &again));
    ck_assert_uint_eq(again.version, set->version);
    ck_assert_uint_eq(again.threshold, set->threshold);
    ck_assert_uint_eq(again.key_count, set->key_count);
    ck_assert(!fwd_trust_set_decode(bytes, size - 1, &again));
    bytes[size] = 0;
    ck_assert(!fwd_trust_set_decode(bytes, size + 1, &again));
    return true;
}

/* The version above the last is what a counter is said to be that cannot be read. */
START_TEST(versions_have_their_limits)
{
    static const struct {
        uint32_t version;
        bool stands;
    } versions[] = {{0, false}, {1, true}, {7, true}, {UINT32_MAX - 1, true}, {UINT32_MAX, false}};

    for (size_t i = 0; i < sizeof versions / sizeof versions[0]; i++) {
        struct fwd_trust_set set = sample();
        set.version = versions[i].version;
        ck_assert_msg(stands(&set) == versions[i].stands, "version %u", (unsigned)set.version);
    }
}
END_TEST

/* From a set that stands a way leads on: enough keys install something, and as many change keys. */
START_TEST(a_set_leads_on)
{
    static const struct {
        uint8_t threshold, keys;
        uint32_t first, second; /* roles */
        bool stands;
    } sets[] = {
        {0, 2, 1u << FWD_ROLE_FIRMWARE | 1u << FWD_ROLE_TRUST, 1u << FWD_ROLE_FIRMWARE, false},
        {1, 0, 0, 0, false},
        {1, 1, 1u << FWD_ROLE_FIRMWARE, 0, false},
        {1, 1, 1u << FWD_ROLE_TRUST, 0, false},
        {1, 1, 1u << FWD_ROLE_DATA | 1u << FWD_ROLE_TRUST, 0, true},
        {1, 2, 1u << FWD_ROLE_FIRMWARE, 1u << FWD_ROLE_TRUST, true},
        {2, 2, 1u << FWD_ROLE_FIRMWARE | 1u << FWD_ROLE_TRUST, 1u << FWD_ROLE_FIRMWARE, false},
        {2, 2, 1u << FWD_ROLE_FIRMWARE | 1u << FWD_ROLE_TRUST,
            1u << FWD_ROLE_FIRMWARE | 1u << FWD_ROLE_TRUST, true},
        {3, 2, 1u << FWD_ROLE_FIRMWARE | 1u << FWD_ROLE_TRUST,
            1u << FWD_ROLE_FIRMWARE | 1u << FWD_ROLE_TRUST, false},
        {FWD_SIGNATURES_MAX + 1, 2, 1u << FWD_ROLE_FIRMWARE | 1u << FWD_ROLE_TRUST,
            1u << FWD_ROLE_FIRMWARE | 1u << FWD_ROLE_TRUST, false},
    };

    for (size_t i = 0; i < sizeof sets / sizeof sets[0]; i++) {
        struct fwd_trust_set set = sample();
        set.threshold = sets[i].threshold;
        set.key_count = sets[i].keys;
        set.keys[0].roles = sets[i].first;
        set.keys[1].roles = sets[i].second;
        ck_assert_msg(stands(&set) == sets[i].stands, "set %u", (unsigned)i);
    }
}
END_TEST

/* A value outside its limits in one key. */
START_TEST(a_key_keeps_to_its_limits)
{
    static uint8_t long_der[FWD_TRUST_DER_MAX + 1];
    uint8_t bytes[2 * ROOM + FWD_TRUST_DER_MAX];

    for (int i = 0; i < 6; i++) {
        struct fwd_trust_set set = sample();
        struct fwd_trust_key *key = &set.keys[1];
        key->der = i > 3 ? long_der : der;
        if (i == 1)
            key->roles |= 1u << FWD_ROLE_COUNT;
        if (i == 2)
            key->roles = 0;
        if (i == 3)
            key->der_size = 0;
        if (i > 3)
            key->der_size = (uint16_t)(i == 4 ? FWD_TRUST_DER_MAX : FWD_TRUST_DER_MAX + 1);
        bool right = i == 0 || i == 4;
        ck_assert_msg((fwd_trust_set_encode(&set, bytes, sizeof bytes) > 0) == right, "%d", i);
    }
}
END_TEST

int main(void)
{
    Suite *suite = suite_create("trust set");
    TCase *tests = tcase_create("trust set");
    SRunner *runner = srunner_create(suite);

    tcase_add_test(tests, versions_have_their_limits);
    tcase_add_test(tests, a_set_leads_on);
    tcase_add_test(tests, a_key_keeps_to_its_limits);
    suite_add_tcase(suite, tests);
    srunner_run_all(runner, CK_ENV);
    int failed = srunner_ntests_failed(runner);
    srunner_free(runner);
    return failed == 0 ? EXIT_SUCCESS : EXIT_FAILURE;
}
