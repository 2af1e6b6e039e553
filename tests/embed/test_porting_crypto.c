/* A crypto port of samples/porting against OpenSSL. usage: test_porting_crypto_NAME ed25519|p256:
 * what the port knows. */
#include "verify/ports.h"

#include <check.h>
#include <openssl/evp.h>
#include <openssl/x509.h>
#include <stdlib.h>
#include <string.h>

extern const struct fwd_crypto_port product_crypto;
/* For ports that the product has to begin. */
void porting_crypto_start(void);

static bool known_is_p256;
static EVP_PKEY *key_pair;
static uint8_t point[128];
static size_t point_size;

static const uint8_t message[] = "what header and manifest say";
static uint8_t signature[128];
static size_t signature_size;

static void make_key(void)
{
    uint8_t *der = NULL;

    key_pair = known_is_p256 ? EVP_EC_gen("P-256") : EVP_PKEY_Q_keygen(NULL, NULL, "ED25519");
    ck_assert_ptr_nonnull(key_pair);
    int size = i2d_PUBKEY(key_pair, &der);
    point_size = known_is_p256 ? 65 : 32;
    ck_assert_int_gt(size, (int)point_size);
    memcpy(point, der + (size_t)size - point_size, point_size);
    OPENSSL_free(der);
}

static void setup(void)
{
    EVP_MD_CTX *sign = EVP_MD_CTX_new();

    porting_crypto_start();
    make_key();
    signature_size = sizeof signature;
    ck_assert_int_eq(
        EVP_DigestSignInit(sign, NULL, known_is_p256 ? EVP_sha256() : NULL, NULL, key_pair), 1);
    ck_assert_int_eq(EVP_DigestSign(sign, signature, &signature_size, message, sizeof message), 1);
    EVP_MD_CTX_free(sign);
}

static void teardown(void)
{
    EVP_PKEY_free(key_pair);
}

static struct fwd_key the_key(void)
{
    return (struct fwd_key){
        .algorithm = known_is_p256 ? FWD_ALG_ECDSA_P256 : FWD_ALG_ED25519, .handle = point};
}

static enum fwd_verdict verdict_on(const uint8_t *bytes, size_t size)
{
    struct fwd_key key = the_key();

    return product_crypto.verify(NULL, &key, message, sizeof message, bytes, size);
}

START_TEST(three_hashes_go_on_at_the_same_time)
{
    uint8_t bytes[1000], expected[FWD_DIGEST_SIZE], digest[FWD_DIGEST_SIZE];

    memset(bytes, 'x', sizeof bytes);
    for (int slot = 0; slot < FWD_HASH_SLOTS; slot++) {
        ck_assert(product_crypto.hash_begin(NULL, (enum fwd_hash_slot)slot));
        ck_assert(
            product_crypto.hash_update(NULL, (enum fwd_hash_slot)slot, "begun and dropped", 17));
        ck_assert(product_crypto.hash_begin(NULL, (enum fwd_hash_slot)slot));
    }
    for (size_t piece = 0; piece < 10; piece++)
        for (size_t slot = 0; slot < FWD_HASH_SLOTS; slot++)
            ck_assert(
                product_crypto.hash_update(NULL, (enum fwd_hash_slot)slot, bytes, 10 * slot + 7));
    for (size_t slot = 0; slot < FWD_HASH_SLOTS; slot++) {
        ck_assert(product_crypto.hash_end(NULL, (enum fwd_hash_slot)slot, digest));
        ck_assert(EVP_Digest(bytes, 10 * (10 * slot + 7), expected, NULL, EVP_sha256(), NULL) == 1);
        ck_assert_mem_eq(digest, expected, sizeof digest);
    }
}
END_TEST

START_TEST(a_signature_of_the_key_is_valid)
{
    ck_assert_int_eq(verdict_on(signature, signature_size), FWD_SIGNATURE_VALID);
}
END_TEST

START_TEST(a_signature_with_a_bit_changed_is_invalid)
{
    for (size_t bit = 0; bit < 8 * signature_size; bit += 11) {
        signature[bit / 8] ^= (uint8_t)(1u << bit % 8);
        ck_assert_int_eq(verdict_on(signature, signature_size), FWD_SIGNATURE_INVALID);
        signature[bit / 8] ^= (uint8_t)(1u << bit % 8);
    }
}
END_TEST

START_TEST(a_signature_of_another_length_is_invalid)
{
    uint8_t longer[sizeof signature + 1] = {0};

    memcpy(longer, signature, signature_size);
    for (size_t size = 0; size <= signature_size + 1; size++)
        if (size != signature_size)
            ck_assert_int_eq(verdict_on(longer, size), FWD_SIGNATURE_INVALID);
}
END_TEST

START_TEST(another_message_is_not_signed)
{
    struct fwd_key key = the_key();

    ck_assert_int_eq(
        product_crypto.verify(NULL, &key, message, sizeof message - 1, signature, signature_size),
        FWD_SIGNATURE_INVALID);
}
END_TEST

START_TEST(a_key_of_another_algorithm_is_unusable)
{
    for (uint16_t algorithm = 0; algorithm < 9; algorithm++) {
        struct fwd_key key = the_key();
        if (algorithm == key.algorithm)
            continue;
        key.algorithm = algorithm;
        ck_assert_int_eq(
            product_crypto.verify(NULL, &key, message, sizeof message, signature, signature_size),
            FWD_SIGNATURE_KEY_UNUSABLE);
    }
}
END_TEST

/* A point that is not on the curve never makes a signature valid. */
START_TEST(a_damaged_key_verifies_nothing)
{
    for (size_t at = 0; at < point_size; at += 5) {
        point[at] ^= 0x10;
        ck_assert_int_ne(verdict_on(signature, signature_size), FWD_SIGNATURE_VALID);
        point[at] ^= 0x10;
    }
}
END_TEST

int main(int argc, char **argv)
{
    if (argc != 2)
        return EXIT_FAILURE;
    known_is_p256 = strcmp(argv[1], "p256") == 0;
    TCase *tcase = tcase_create("port");
    tcase_set_timeout(tcase, 300);
    tcase_add_checked_fixture(tcase, setup, teardown);
    tcase_add_test(tcase, three_hashes_go_on_at_the_same_time);
    tcase_add_test(tcase, a_signature_of_the_key_is_valid);
    tcase_add_test(tcase, a_signature_with_a_bit_changed_is_invalid);
    tcase_add_test(tcase, a_signature_of_another_length_is_invalid);
    tcase_add_test(tcase, another_message_is_not_signed);
    tcase_add_test(tcase, a_key_of_another_algorithm_is_unusable);
    tcase_add_test(tcase, a_damaged_key_verifies_nothing);
    Suite *suite = suite_create("porting_crypto");
    suite_add_tcase(suite, tcase);
    SRunner *runner = srunner_create(suite);
    srunner_run_all(runner, CK_NORMAL);
    int failed = srunner_ntests_failed(runner);
    srunner_free(runner);
    return failed == 0 ? EXIT_SUCCESS : EXIT_FAILURE;
}
