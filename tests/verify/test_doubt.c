/* Policy verify_start "in doubt", and the MAC that it rests on: without a doubt nothing is verified
 * and nothing is written; each doubt is one, and none of them is a loss. */
#include "format/crc32.h"
#include "format/cursor.h"
#include "format/record/version_record.h"
#include "tests/verify/rig/install_shapes.h"
#include "verify/flash/area.h"

#include <check.h>
#include <stdlib.h>
#include <string.h>

struct quiet {
    struct lab_case c;
    uint8_t key; /* of the MAC */
    bool broken; /* the MAC cannot be computed */
    bool unclean;
    struct fwd_crypto_port crypto; /* counts */
    const struct fwd_crypto_port *inner;
    struct fwd_mac_port mac;
    struct fwd_host_port host;
    unsigned verified, hashed;
};

/* ---- the ports ------------------------------------------------------------------------------- */

static bool compute(void *ctx, const void *bytes, size_t size, uint8_t mac[FWD_MAC_SIZE])
{
    const struct quiet *quiet = ctx;
    const uint8_t *at = bytes;

    memset(mac, quiet->key, FWD_MAC_SIZE);
    for (size_t i = 0; i < size; i++)
        mac[i % FWD_MAC_SIZE] = (uint8_t)(31 * mac[i % FWD_MAC_SIZE] + at[i]);
    return !quiet->broken;
}

static bool begin(void *ctx, enum fwd_hash_slot slot)
{
    struct quiet *quiet = ctx;

    quiet->hashed++;
    return quiet->inner->hash_begin(quiet->inner->ctx, slot);
}

static bool update(void *ctx, enum fwd_hash_slot slot, const void *bytes, size_t size)
{
    struct quiet *quiet = ctx;

    return quiet->inner->hash_update(quiet->inner->ctx, slot, bytes, size);
}

static bool end(void *ctx, enum fwd_hash_slot slot, uint8_t digest[FWD_DIGEST_SIZE])
{
    struct quiet *quiet = ctx;

    return quiet->inner->hash_end(quiet->inner->ctx, slot, digest);
}

static enum fwd_verdict verify(void *ctx, const struct fwd_key *key, const uint8_t *message,
    size_t message_size, const uint8_t *signature, size_t signature_size)
{
    struct quiet *quiet = ctx;

    quiet->verified++;
    return quiet->inner->verify(
        quiet->inner->ctx, key, message, message_size, signature, signature_size);
}

static bool unclean(void *ctx)
{
    return ((const struct quiet *)ctx)->unclean;
}

static void connect(struct quiet *quiet)
{
    struct lab *lab = quiet->c.lab;

    quiet->inner = lab->ports.crypto;
    quiet->crypto = (struct fwd_crypto_port){quiet, begin, update, end, verify};
    quiet->mac = (struct fwd_mac_port){quiet, compute, &fwd_mac_use};
    quiet->host = (struct fwd_host_port){.ctx = quiet, .unclean = unclean};
    lab->ports.crypto = &quiet->crypto;
    lab->ports.mac = &quiet->mac;
    lab->ports.host = &quiet->host;
    lab->device.policy.verify_start = FWD_VERIFY_START_IN_DOUBT;
}

/* ---- the device ------------------------------------------------------------------------------ */

/* One start. Which slot runs is for the caller to look at; that something runs is not. */
static void start(struct quiet *quiet)
{
    struct lab *lab = quiet->c.lab;

    quiet->verified = quiet->hashed = 0;
    ck_assert_int_eq(lab_start(lab), FWD_OK);
    ck_assert_int_eq(fwd_boot_decide(&lab->update, &lab->choice), FWD_OK);
    ck_assert_int_eq(lab->choice.action, FWD_BOOT_RUN);
    ck_assert_int_eq(lab->choice.start, FWD_OK);
    ck_assert(lab_runs(lab, 0, lab->new[0]));
}

static struct quiet *new_device(const char *shape)
{
    struct quiet *quiet = calloc(1, sizeof *quiet);

    ck_assert_ptr_nonnull(quiet);
    quiet->key = 7;
    quiet->c = lab_case_delta(lab_shape(shape), lab_pattern("three steps"), false);
    connect(quiet);
    ck_assert_int_eq(lab_install(quiet->c.lab, &quiet->c.package, FWD_COMMAND_ANY), FWD_OK);
    ck_assert_int_eq(fwd_update_reported(&quiet->c.lab->update), FWD_OK);
    return quiet;
}

static void free_device(struct quiet *quiet)
{
    lab_case_free(&quiet->c);
    free(quiet);
}

static bool doubted(const struct quiet *quiet)
{
    ck_assert((quiet->verified > 0) == (quiet->hashed > 0));
    return quiet->verified > 0;
}

static const char *const shapes[] = {
    "in place, unit 64", "in place, two journal blocks", "A/B, unit 64", "in place and A/B"};

START_TEST(an_ordinary_start_verifies_and_writes_nothing)
{
    struct quiet *quiet = new_device(shapes[_i]);
    struct lab *lab = quiet->c.lab;

    start(quiet);
    ck_assert(doubted(quiet)); /* the first one after a commit */
    for (int i = 0; i < 3; i++) {
        uint64_t before = fwd_nor_operations(lab->nor);
        start(quiet);
        ck_assert_uint_eq(quiet->verified, 0);
        ck_assert_uint_eq(quiet->hashed, 0);
        ck_assert_uint_eq(fwd_nor_operations(lab->nor), before);
    }
    free_device(quiet);
}
END_TEST

START_TEST(without_the_policy_it_verifies_and_writes_nothing)
{
    struct quiet *quiet = new_device(shapes[_i]);
    struct lab *lab = quiet->c.lab;

    lab->device.policy.verify_start = FWD_VERIFY_START_ALWAYS;
    for (int i = 0; i < 3; i++) {
        uint64_t before = fwd_nor_operations(lab->nor);
        start(quiet);
        ck_assert(doubted(quiet));
        ck_assert_uint_eq(fwd_nor_operations(lab->nor), before);
    }
    free_device(quiet);
}
END_TEST

/* ---- the doubts ------------------------------------------------------------------------------ */

static void is_unclean(struct quiet *quiet)
{
    quiet->unclean = true;
}

static void has_a_new_key(struct quiet *quiet)
{
    quiet->key++;
}

static void cannot_compute(struct quiet *quiet)
{
    quiet->broken = true;
}

static void has_no_port(struct quiet *quiet)
{
    quiet->c.lab->ports.mac = NULL;
}

static void lost_its_journal(struct quiet *quiet)
{
    const struct fwd_area *area = &quiet->c.lab->areas[LAB_AREA_JOURNAL];

    for (uint32_t at = 0; at < area->size; at++)
        ck_assert(fwd_nor_poke(quiet->c.lab->nor, LAB_AREA_JOURNAL, at, &area->erased, 1));
}

static void began_a_download(struct quiet *quiet)
{
    ck_assert_int_eq(fwd_download_begin(&quiet->c.lab->update, 0), FWD_OK);
}

static uint32_t record_at(const struct quiet *quiet, uint8_t bank)
{
    return fwd_area_block_at(&quiet->c.lab->areas[LAB_AREA_VERSION], 0).size * bank;
}

static void lost_a_copy(struct quiet *quiet)
{
    lab_flip(quiet->c.lab, LAB_AREA_VERSION, record_at(quiet, 0) + 40, 0x01);
}

static void lost_the_other_copy(struct quiet *quiet)
{
    lab_flip(quiet->c.lab, LAB_AREA_VERSION, record_at(quiet, 1) + 40, 0x01);
}

/* Both copies with another MAC, or none, and a right CRC. */
static void put_mac(struct quiet *quiet, uint8_t value)
{
    struct fwd_nor *nor = quiet->c.lab->nor;
    uint8_t bytes[4096], mac[FWD_MAC_SIZE];
    uint32_t sequence, size;

    memset(mac, value, sizeof mac);
    for (uint8_t bank = 0; bank < 2; bank++) {
        uint32_t at = record_at(quiet, bank);
        ck_assert(fwd_nor_peek(nor, LAB_AREA_VERSION, at, bytes, FWD_VERSION_HEAD_SIZE));
        ck_assert(fwd_version_record_head(bytes, &sequence, &size) && size <= sizeof bytes);
        ck_assert(fwd_nor_peek(nor, LAB_AREA_VERSION, at, bytes, size));
        fwd_version_record_seal(bytes, size, mac);
        ck_assert(fwd_nor_poke(nor, LAB_AREA_VERSION, at, bytes, size));
    }
}

static void has_no_mac(struct quiet *quiet)
{
    put_mac(quiet, 0);
}

static void has_a_wrong_mac(struct quiet *quiet)
{
    put_mac(quiet, 0x5A);
}

/* So many journal records after those that there are: the newest one, changed. */
static void put_records(struct quiet *quiet, const struct fwd_record *record, uint32_t count)
{
    struct lab *lab = quiet->c.lab;
    struct fwd_record next = *record;
    uint8_t bytes[FWD_RECORD_SIZE];

    lost_its_journal(quiet);
    for (uint32_t i = 0; i < count; i++) {
        next.sequence = record->sequence + 10 + i;
        memset(next.mac, 0, sizeof next.mac);
        fwd_record_encode(&next, bytes);
        if (record->mac[0] != 0) {
            ck_assert(compute(quiet, bytes, FWD_RECORD_MAC_AT, next.mac));
            fwd_record_encode(&next, bytes);
        }
        ck_assert(
            fwd_nor_poke(lab->nor, LAB_AREA_JOURNAL, i * FWD_RECORD_SIZE, bytes, sizeof bytes));
    }
}

static void has_a_forged_journal(struct quiet *quiet)
{
    struct fwd_record record = quiet->c.lab->update.journal.record;

    record.mac[0] = 0;
    put_records(quiet, &record, 3);
}

static void names_another_record(struct quiet *quiet)
{
    struct fwd_record record = quiet->c.lab->update.journal.record;

    record.mac[0] = 1;
    record.version_number++;
    put_records(quiet, &record, 3);
}

/* For the test itself: the same record again is no doubt. */
static void names_the_same_record(struct quiet *quiet)
{
    struct fwd_record record = quiet->c.lab->update.journal.record;

    record.mac[0] = 1;
    put_records(quiet, &record, 3);
}

static const struct {
    const char *name;
    void (*raise)(struct quiet *quiet);
    bool doubt;
} doubts[] = {
    {"an unclean start", is_unclean, true},
    {"a new device key", has_a_new_key, true},
    {"a MAC that cannot be computed", cannot_compute, true},
    {"no MAC port", has_no_port, true},
    {"a lost journal", lost_its_journal, true},
    {"an update since", began_a_download, true},
    {"a copy of the version record that does not read", lost_a_copy, true},
    {"the other copy", lost_the_other_copy, true},
    {"a version record without a MAC", has_no_mac, true},
    {"a version record with a wrong MAC", has_a_wrong_mac, true},
    {"a journal record without a MAC", has_a_forged_journal, true},
    {"a version record that the journal does not name", names_another_record, true},
    {"no doubt", names_the_same_record, false},
};

static void install_full(struct quiet *quiet)
{
    struct lab_recipe recipe = quiet->c.recipe;

    recipe.parts[0].delta = false;
    recipe.parts[0].target_version = "3.0";
    struct fwd_bytes package = lab_package(&recipe);
    ck_assert_int_eq(lab_install(quiet->c.lab, &package, FWD_COMMAND_ANY), FWD_OK);
    fwd_bytes_free(&package);
}

START_TEST(each_doubt_is_verified_and_none_is_a_loss)
{
    struct quiet *quiet = new_device("in place, unit 64");
    struct lab *lab = quiet->c.lab;

    start(quiet);
    start(quiet);
    ck_assert(!doubted(quiet));
    doubts[_i].raise(quiet);
    for (int i = 0; i < 2; i++) {
        start(quiet);
        ck_assert_msg(doubted(quiet) == doubts[_i].doubt, "%s", doubts[_i].name);
        /* whoever writes the slot is noticed then */
        lab_flip(lab, LAB_AREA_SLOTS, 100, 0x01);
        ck_assert_int_eq(lab_start(lab), FWD_OK);
        ck_assert_int_eq(fwd_boot_decide(&lab->update, &lab->choice), FWD_OK);
        ck_assert_int_eq(lab->choice.action, doubts[_i].doubt ? FWD_BOOT_RECOVERY : FWD_BOOT_RUN);
        lab_flip(lab, LAB_AREA_SLOTS, 100, 0x01);
    }
    /* and the next update ends it */
    quiet->unclean = quiet->broken = false;
    lab->ports.mac = &quiet->mac;
    install_full(quiet);
    ck_assert_int_eq(fwd_update_reported(&lab->update), FWD_OK);
    start(quiet);
    ck_assert(doubted(quiet));
    start(quiet);
    ck_assert(!doubted(quiet));
    free_device(quiet);
}
END_TEST

/* A single record, which is no journal, though its MAC is right: the update that begins a new one
 * does not make it believed in the same start. */
START_TEST(a_journal_that_was_given_up_is_a_doubt_until_the_next_start)
{
    struct quiet *quiet = new_device("in place, unit 64");
    struct lab *lab = quiet->c.lab;
    struct fwd_record record = lab->update.journal.record;

    put_records(quiet, &record, 1);
    install_full(quiet);
    for (int i = 0; i < 2; i++) {
        quiet->verified = quiet->hashed = 0;
        ck_assert_int_eq(fwd_boot_decide(&lab->update, &lab->choice), FWD_OK);
        ck_assert_int_eq(lab->choice.action, FWD_BOOT_RUN);
        ck_assert(doubted(quiet));
    }
    start(quiet);
    ck_assert(!doubted(quiet));
    free_device(quiet);
}
END_TEST

int main(void)
{
    Suite *suite = suite_create("doubt");
    TCase *tests = tcase_create("doubt");
    SRunner *runner = srunner_create(suite);
    const int shape_count = (int)(sizeof shapes / sizeof shapes[0]);

    tcase_add_loop_test(tests, an_ordinary_start_verifies_and_writes_nothing, 0, shape_count);
    tcase_add_loop_test(tests, without_the_policy_it_verifies_and_writes_nothing, 0, shape_count);
    tcase_add_loop_test(tests, each_doubt_is_verified_and_none_is_a_loss, 0,
        (int)(sizeof doubts / sizeof doubts[0]));
    tcase_add_test(tests, a_journal_that_was_given_up_is_a_doubt_until_the_next_start);
    suite_add_tcase(suite, tests);
    srunner_run_all(runner, CK_ENV);
    int failed = srunner_ntests_failed(runner);
    srunner_free(runner);
    lab_keys_free();
    return failed == 0 ? EXIT_SUCCESS : EXIT_FAILURE;
}
