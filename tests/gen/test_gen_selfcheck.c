/* A package that was built installs on the trial devices; one that does not is found out. */
#include "gen/package/builder.h"
#include "gen/package/ram_flash.h"
#include "gen/package/selfcheck.h"
#include "keys/crypto_port.h"
#include "keys/signing/signed_package.h"
#include "keys/trust.h"
#include "tests/gen/gen_rig.h"

#include <check.h>
#include <string.h>

static struct fwd_host_crypto crypto;
static struct fwd_trust trust;
static struct fwd_keys_port keys;
static struct fwd_keypair key;
static struct fwd_error err;

static void setup(void)
{
    struct fwd_keypair twin;

    ck_assert_int_eq(fwd_crypto_port_init(&crypto, NULL), FWD_FAIL_NONE);
    ck_assert_int_eq(
        fwd_keypair_generate(fwd_algorithm_by_id(FWD_ALG_ED25519), &key, NULL), FWD_FAIL_NONE);
    twin = key;
    ck_assert(EVP_PKEY_up_ref(twin.pkey));
    ck_assert_int_eq(fwd_trust_add(&trust, &twin, "test", NULL, NULL), FWD_FAIL_NONE);
    keys = fwd_trust_port(&trust);
}

static void teardown(void)
{
    fwd_trust_free(&trust);
    fwd_keypair_free(&key);
    fwd_crypto_port_free(&crypto);
}

static struct fwd_bytes build_signed(
    const struct fwd_build_component *components, size_t count, bool full)
{
    const struct fwd_build_options options = {.components = components,
        .component_count = count,
        .full = full,
        .jobs = 1,
        .crypto = &crypto.port};
    struct fwd_signed_package package;
    struct fwd_build build;
    struct fwd_bytes out;

    ck_assert_msg(fwd_builder_make(&options, &build, &err) == FWD_FAIL_NONE, "%s", err.text);
    ck_assert_int_eq(
        fwd_signed_package_open("package", build.package.data, build.package.size, &package, NULL),
        FWD_FAIL_NONE);
    ck_assert_int_eq(fwd_signed_package_sign(&package, &key, &out, NULL), FWD_FAIL_NONE);
    fwd_builder_free(&build);
    return out;
}

struct geometry {
    enum fwd_layout layout;
    uint32_t block_size;
};

static const struct geometry geometries[] = {
    {FWD_LAYOUT_AB, 4096}, {FWD_LAYOUT_IN_PLACE, 4096}, {FWD_LAYOUT_IN_PLACE, 65536}};
#define GEOMETRIES 3

static const struct fwd_codec *const codecs[] = {
    &fwd_codec_stored, &fwd_codec_xz, &fwd_codec_bsdiff_xz, &fwd_codec_fwd};

/* What was decoded for the first geometry is played to the others: each component is decoded once.
 */
START_TEST(every_pair_installs_on_every_trial_device)
{
    const struct rig_case *c = &rig_cases[_i / 2];
    struct fwd_bytes source = rig_case_source(c), target = rig_case_target(c, &source);
    const struct fwd_build_component component = {
        .name = "firmware", .pair = rig_pair(&source, &target), .codec = FWD_BUILD_AUTO};
    const struct fwd_selfcheck_image image = {"firmware", FWD_ROLE_FIRMWARE, component.pair};
    struct fwd_bytes package = build_signed(&component, 1, _i % 2 == 1);
    struct fwd_decode_cache replay;

    fwd_decode_cache_init(&replay, codecs, 4);
    for (unsigned i = 0; i < 2 * GEOMETRIES; i++) {
        const struct geometry *g = &geometries[i % GEOMETRIES];
        const struct fwd_selfcheck check = {
            &package, &image, 1, &crypto.port, &keys, NULL, i < GEOMETRIES ? NULL : &replay};
        ck_assert_msg(fwd_selfcheck_layout(&check, g->layout, g->block_size, &err) == FWD_FAIL_NONE,
            "%s, geometry %u: %s", c->name, i, err.text);
    }
    /* what is there already, under the same version, is not decoded */
    bool same = source.size == target.size && memcmp(source.data, target.data, target.size) == 0;
    ck_assert_msg(replay.decodings == !same, "%s: decoded %u times", c->name, replay.decodings);
    fwd_decode_cache_free(&replay);
    fwd_bytes_free(&package);
    fwd_bytes_free(&source);
    fwd_bytes_free(&target);
}
END_TEST

START_TEST(several_components_install_together)
{
    struct fwd_bytes old = rig_image(RIG_FIRMWARE, 30000, 1);
    struct fwd_bytes new_ = rig_release(&old, 30300, 2);
    struct fwd_bytes carrier = rig_image(RIG_FIRMWARE, 5000, 3);
    const struct fwd_build_component components[] = {
        {.name = "firmware", .pair = rig_pair(&old, &new_), .codec = FWD_BUILD_AUTO},
        {.name = "carrier",
            .role = FWD_ROLE_CARRIER_PROFILE,
            .pair = {NULL, carrier.data, 0, (uint32_t)carrier.size},
            .codec = FWD_BUILD_AUTO}};
    const struct fwd_selfcheck_image images[] = {
        {"firmware", FWD_ROLE_FIRMWARE, components[0].pair},
        {"carrier", FWD_ROLE_CARRIER_PROFILE, components[1].pair}};
    struct fwd_bytes package = build_signed(components, 2, false);
    struct fwd_decode_cache replay;
    const struct fwd_selfcheck check = {&package, images, 2, &crypto.port, &keys, NULL, &replay};

    fwd_decode_cache_init(&replay, codecs, 4);
    for (unsigned i = 0; i < GEOMETRIES; i++)
        ck_assert_msg(fwd_selfcheck_layout(&check, geometries[i].layout, geometries[i].block_size,
                          &err) == FWD_FAIL_NONE,
            "%s", err.text);
    ck_assert_uint_eq(replay.decodings, 2);
    fwd_decode_cache_free(&replay);
    fwd_bytes_free(&package);
    fwd_bytes_free(&old);
    fwd_bytes_free(&new_);
    fwd_bytes_free(&carrier);
}
END_TEST

enum defect { WRONG_SOURCE, WRONG_TARGET, WRONG_NAME, WRONG_ROLE, UNKNOWN_KEY, DEFECTS };

static const char *const expected[] = {
    [WRONG_SOURCE] = "source-digest",
    [WRONG_TARGET] = "is not the new image",
    [WRONG_NAME] = "component-absent",
    [WRONG_ROLE] = "role",
    [UNKNOWN_KEY] = "no-keys",
};

START_TEST(a_package_that_does_not_install_is_refused_with_the_reason)
{
    enum defect defect = (enum defect)(_i % DEFECTS);
    struct fwd_bytes old = rig_image(RIG_FIRMWARE, 30000, 1);
    struct fwd_bytes new_ = rig_release(&old, 30300, 2);
    const struct fwd_build_component component = {
        .name = "firmware", .pair = rig_pair(&old, &new_), .codec = FWD_BUILD_AUTO};
    struct fwd_selfcheck_image image = {"firmware", FWD_ROLE_FIRMWARE, component.pair};
    struct fwd_bytes package = build_signed(&component, 1, false);
    const struct fwd_trust nobody = {0};
    const struct fwd_keys_port no_keys = fwd_trust_port(&nobody);
    struct fwd_decode_cache replay;
    const struct fwd_selfcheck check = {&package, &image, 1, &crypto.port,
        defect == UNKNOWN_KEY ? &no_keys : &keys, NULL, _i < DEFECTS ? NULL : &replay};

    fwd_decode_cache_init(&replay, codecs, 4);

    if (defect == WRONG_SOURCE)
        old.data[100] ^= 1;
    if (defect == WRONG_TARGET)
        new_.data[100] ^= 1;
    if (defect == WRONG_NAME)
        image.name = "radio";
    if (defect == WRONG_ROLE)
        image.role = FWD_ROLE_DATA;
    ck_assert_int_eq(fwd_selfcheck_layout(&check, FWD_LAYOUT_AB, 4096, &err), FWD_FAIL_REFUSED);
    ck_assert_msg(strstr(err.text, expected[defect]) != NULL, "%s", err.text);
    ck_assert_msg(strstr(err.text, "trial device, two slots, 4 KiB") != NULL, "%s", err.text);
    fwd_decode_cache_free(&replay);
    fwd_bytes_free(&package);
    fwd_bytes_free(&old);
    fwd_bytes_free(&new_);
}
END_TEST

/* ---- flash in memory ------------------------------------------------------------------------- */

START_TEST(flash_in_memory_keeps_the_rules_of_nor)
{
    static const struct fwd_blocks blocks[] = {{512, 2}, {1024, 1}};
    const struct fwd_area area = {.id = 3,
        .size = 2048,
        .program_unit = 16,
        .erased = 0xFF,
        .blocks = blocks,
        .blocks_count = 2};
    const struct fwd_area unknown = {.id = 4, .size = 2048, .program_unit = 16};
    uint8_t bytes[32] = {1, 2, 3}, back[32];
    struct fwd_ram_flash flash;

    fwd_ram_flash_init(&flash);
    const struct fwd_flash_port *port = &flash.port;
    ck_assert_int_eq(fwd_ram_flash_add(&flash, &area, &err), FWD_FAIL_NONE);
    ck_assert_int_eq(fwd_ram_flash_add(&flash, &area, &err), FWD_FAIL_REFUSED);
    ck_assert_int_eq(port->program(port->ctx, &area, 16, bytes, 32), FWD_IO_OK);
    ck_assert_int_eq(port->read(port->ctx, &area, 16, back, 32), FWD_IO_OK);
    ck_assert_mem_eq(bytes, back, 32);
    ck_assert_int_eq(port->program(port->ctx, &area, 32, bytes, 16), FWD_IO_ERROR); /* again */
    ck_assert_int_eq(port->program(port->ctx, &area, 72, bytes, 16), FWD_IO_ERROR);
    ck_assert_int_eq(port->program(port->ctx, &area, 64, bytes, 8), FWD_IO_ERROR);
    ck_assert_int_eq(port->program(port->ctx, &area, 2048, bytes, 16), FWD_IO_ERROR);
    ck_assert_int_eq(port->read(port->ctx, &area, 2040, back, 16), FWD_IO_ERROR);
    ck_assert_int_eq(port->read(port->ctx, &unknown, 0, back, 16), FWD_IO_ERROR);
    ck_assert_int_eq(port->erase(port->ctx, &area, 0, 1024), FWD_IO_ERROR); /* two blocks */
    ck_assert_int_eq(port->erase(port->ctx, &area, 256, 512), FWD_IO_ERROR);
    ck_assert_int_eq(port->erase(port->ctx, &area, 1024, 1024), FWD_IO_OK);
    ck_assert_int_eq(port->erase(port->ctx, &area, 0, 512), FWD_IO_OK);
    ck_assert_int_eq(port->program(port->ctx, &area, 32, bytes, 16), FWD_IO_OK);
    ck_assert_uint_eq(fwd_ram_flash_bytes(&flash, 3)[33], 2);
    ck_assert_ptr_null(fwd_ram_flash_bytes(&flash, 4));
    fwd_ram_flash_free(&flash);
}
END_TEST

int main(void)
{
    Suite *suite = suite_create("selfcheck");
    TCase *tcase = tcase_create("selfcheck");
    SRunner *runner = srunner_create(suite);

    suite_add_tcase(suite, tcase);
    tcase_set_timeout(tcase, 120);
    tcase_add_checked_fixture(tcase, setup, teardown);
    tcase_add_test(tcase, flash_in_memory_keeps_the_rules_of_nor);
    tcase_add_loop_test(tcase, every_pair_installs_on_every_trial_device, 0, rig_case_count * 2);
    tcase_add_test(tcase, several_components_install_together);
    tcase_add_loop_test(
        tcase, a_package_that_does_not_install_is_refused_with_the_reason, 0, 2 * DEFECTS);
    srunner_run_all(runner, CK_ENV);
    int failed = srunner_ntests_failed(runner);
    srunner_free(runner);
    return failed != 0;
}
