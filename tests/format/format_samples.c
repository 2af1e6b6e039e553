#include "tests/format/format_samples.h"

#include <stdlib.h>
#include <string.h>

const uint8_t *sample_digest(uint8_t number)
{
    static uint8_t digests[8][FWD_DIGEST_SIZE];

    memset(digests[number], 0x10 + number, FWD_DIGEST_SIZE);
    return digests[number];
}

struct fwd_component sample_delta(void)
{
    static const uint8_t params[11] = {1, 2, 3, 4, 5, 6, 7, 8, 9, 10, 11};

    return (struct fwd_component){
        .name = fwd_text_of("firmware"),
        .role = FWD_ROLE_FIRMWARE,
        .flags = FWD_COMPONENT_HAS_SOURCE | FWD_COMPONENT_DESCENDING,
        .codec = FWD_CODEC_BSDIFF_XZ,
        .codec_params = params,
        .codec_params_size = sizeof params,
        .section_offset = 0,
        .section_size = 1000,
        .source = {70000, sample_digest(1), FWD_SOURCE_DIGEST_SIZE, fwd_text_of("1.0.0")},
        .target = {71000, sample_digest(2), FWD_DIGEST_SIZE, fwd_text_of("1.1.0-rc1")},
        .has_counter = true,
        .counter = 7,
        .release = 300,
    };
}

struct fwd_component sample_full(void)
{
    return (struct fwd_component){
        .name = fwd_text_of("profile_A.1-x"),
        .role = FWD_ROLE_CARRIER_PROFILE,
        .codec = FWD_CODEC_STORED,
        .section_offset = 1000,
        .section_size = 300,
        .target = {.size = 300, .digest = sample_digest(3), .digest_size = FWD_DIGEST_SIZE},
    };
}

/* boot of release 3, profile of release 130 */
static const uint8_t sample_dependencies[] = {
    4, 'b', 'o', 'o', 't', 3, 7, 'p', 'r', 'o', 'f', 'i', 'l', 'e', 0x82, 1};

struct fwd_manifest sample_manifest(void)
{
    return (struct fwd_manifest){
        .products = {fwd_text_of("board-7"), fwd_text_of("board 8 ~")},
        .product_count = 2,
        .has_hardware = true,
        .hardware_min = 2,
        .hardware_max = 5,
        .label = fwd_text_of("release 2026.11"),
        .min_tool = fwd_text_of("fwdelta 1.0.0"),
        .has_timestamp = true,
        .timestamp = 0x0102030405060708,
        .tool = fwd_text_of("fwdelta 1.0.0, liblzma 5.4.1"),
        .dependencies = sample_dependencies,
        .dependencies_size = sizeof sample_dependencies,
        .expires = true,
        .not_after = 0x0807060504030201,
        .components = {sample_delta(), sample_full()},
        .component_count = 2,
    };
}

const struct fwd_signature *sample_signatures(void)
{
    static const uint8_t ids[SAMPLE_SIGNATURES][FWD_KEY_ID_SIZE] = {{1, 2, 3}, {4, 5, 6}, {7}};
    static const uint8_t bytes[384] = {0xA0, 0xA1, 0xA2};
    static const struct fwd_signature signatures[SAMPLE_SIGNATURES] = {
        {FWD_ALG_ED25519, ids[0], bytes, 64},
        {FWD_ALG_ECDSA_P256, ids[1], bytes, 71},
        {FWD_ALG_RSA3072_PSS, ids[2], bytes, 384},
    };

    return signatures;
}

uint8_t *exact_copy(const void *bytes, size_t size)
{
    uint8_t *copy = malloc(size > 0 ? size : 1);

    if (copy == NULL)
        abort();
    if (size > 0)
        memcpy(copy, bytes, size);
    return copy;
}

enum fwd_reason decode_exactly(const void *bytes, size_t size, struct fwd_manifest *decoded)
{
    uint8_t *copy = exact_copy(bytes, size);
    enum fwd_reason reason = fwd_manifest_decode(copy, size, SAMPLE_PAYLOAD, decoded);

    free(copy);
    return reason;
}

int run_suite(Suite *suite)
{
    SRunner *runner = srunner_create(suite);

    srunner_run_all(runner, CK_NORMAL);
    int failed = srunner_ntests_failed(runner);
    srunner_free(runner);
    return failed == 0 ? EXIT_SUCCESS : EXIT_FAILURE;
}
