/* Keys that change in the field: what is accepted, what is refused, and what runs. */
#include "tests/verify/rig/keyring_rig.h"

#include <check.h>
#include <stdlib.h>
#include <string.h>

#define FIRST 0x11

static struct keyring_device d;

static void open_device(void)
{
    keyring_device_open(&d, &keyring_shapes[0]);
}

static void close_device(void)
{
    keyring_device_close(&d);
}

/* Version 2: key 0 is stolen, key 3 takes its place. */
static struct fwd_bytes second_set(void)
{
    return keyring_set(&d.built_in,
        (struct keyring_recipe){.version = 2, .threshold = 2, .keys = "123", .signers = "12"});
}

static void expect_update(
    uint8_t fill, uint32_t counter, const char *signers, enum fwd_reason reason)
{
    struct fwd_bytes firmware = keyring_firmware(fill, counter, signers);

    ck_assert_int_eq(keyring_update(&d, &firmware), reason);
    fwd_bytes_free(&firmware);
}

static void expect_set(struct fwd_bytes package, enum fwd_reason reason)
{
    uint32_t before = keyring_version(&d);

    ck_assert_int_eq(keyring_give(&d, &package), reason);
    if (reason != FWD_OK)
        ck_assert_uint_eq(keyring_version(&d), before);
    fwd_bytes_free(&package);
}

/* [M108] [M110]: the whole life of a stolen key. */
START_TEST(a_stolen_key_is_retired_then_revoked)
{
    uint8_t version_area[12288];

    expect_update(0x22, 1, "01", FWD_OK);
    ck_assert_int_eq(keyring_start(&d), FWD_BOOT_RUN);
    ck_assert_uint_eq(keyring_runs(&d), 0x22);
    expect_set(second_set(), FWD_OK);
    ck_assert_uint_eq(keyring_version(&d), 2);
    ck_assert_uint_eq(d.machine->nvm.trust[0], 2);
    /* it installs nothing, whatever the version */
    expect_update(0x66, 9, "01", FWD_E_TOO_FEW_SIGNATURES);
    expect_update(0x66, 9, "0", FWD_E_UNKNOWN_SIGNER);
    /* what it signed goes on running */
    for (int i = 0; i < 3; i++) {
        ck_assert_int_eq(keyring_start(&d), FWD_BOOT_RUN);
        ck_assert_uint_eq(keyring_runs(&d), 0x22);
        ck_assert_uint_eq(d.machine->nvm.trust[1], 0);
    }
    ck_assert(fwd_nor_peek(d.machine->nor, FWD_AREA_VERSION, 0, version_area, sizeof version_area));
    uint8_t slot[8192];
    ck_assert(fwd_nor_peek(d.machine->nor, FWD_AREA_SLOT(0, 0), 0, slot, sizeof slot));
    /* until firmware by the new keys runs */
    expect_update(0x33, 1, "13", FWD_OK);
    ck_assert_int_eq(keyring_start(&d), FWD_BOOT_RUN);
    ck_assert_uint_eq(keyring_runs(&d), 0x33);
    ck_assert_uint_eq(d.machine->nvm.trust[1], 2);
    /* somebody who writes the flash cannot bring the old firmware back, though its counter would do
     */
    ck_assert(fwd_nor_poke(d.machine->nor, FWD_AREA_VERSION, 0, version_area, sizeof version_area));
    ck_assert(fwd_nor_poke(d.machine->nor, FWD_AREA_SLOT(0, 0), 0, slot, sizeof slot));
    ck_assert_int_eq(keyring_start(&d), FWD_BOOT_RECOVERY);
    expect_update(0x44, 1, "23", FWD_OK);
    ck_assert_int_eq(keyring_start(&d), FWD_BOOT_RUN);
    ck_assert_uint_eq(keyring_runs(&d), 0x44);
}
END_TEST

/* Firmware that the stolen key signed runs: its removal is not hindered. */
START_TEST(firmware_of_a_stolen_key_does_not_keep_it)
{
    struct fwd_bytes all = keyring_set(&d.built_in,
        (struct keyring_recipe){.version = 2, .threshold = 2, .keys = "345", .signers = "12"});

    expect_update(0x66, 1, "01", FWD_OK);
    ck_assert_int_eq(keyring_start(&d), FWD_BOOT_RUN);
    fwd_bytes_free(&all);
    /* all keys at once: signed by two of the old ones and two of the new ones */
    expect_set(keyring_set(&d.built_in,
                   (struct keyring_recipe){
                       .version = 2, .threshold = 2, .keys = "345", .signers = "1234"}),
        FWD_OK);
    ck_assert_int_eq(keyring_start(&d), FWD_BOOT_RUN);
    ck_assert_uint_eq(keyring_runs(&d), 0x66);
    expect_update(0x22, 1, "12", FWD_E_UNKNOWN_SIGNER);
    expect_update(0x33, 1, "45", FWD_OK);
    ck_assert_int_eq(keyring_start(&d), FWD_BOOT_RUN);
    ck_assert_uint_eq(keyring_runs(&d), 0x33);
    ck_assert_uint_eq(d.machine->nvm.trust[1], 2);
}
END_TEST

/* A rotation never stops a fleet: other threshold, other roles, two rotations in a row. */
START_TEST(what_runs_goes_on_running)
{
    expect_update(0x22, 1, "01", FWD_OK);
    ck_assert_int_eq(keyring_start(&d), FWD_BOOT_RUN);
    struct fwd_bytes two = keyring_set(&d.built_in,
        (struct keyring_recipe){.version = 2, .threshold = 3, .keys = "1234", .signers = "1234"});
    struct fwd_bytes seven = keyring_set(&two,
        (struct keyring_recipe){.version = 7, .threshold = 1, .keys = "5", .signers = "1235"});
    ck_assert_int_eq(keyring_give(&d, _i == 0 ? &seven : &two), FWD_OK);
    ck_assert_int_eq(keyring_start(&d), FWD_BOOT_RUN);
    ck_assert_uint_eq(keyring_runs(&d), 0x22);
    ck_assert_int_eq(keyring_give(&d, &seven), FWD_OK);
    ck_assert_int_eq(keyring_give(&d, &seven), FWD_OK); /* again: it is in force */
    ck_assert_int_eq(keyring_give(&d, &two), FWD_E_TRUST_OLD);
    ck_assert_int_eq(keyring_start(&d), FWD_BOOT_RUN);
    ck_assert_uint_eq(keyring_version(&d), 7);
    ck_assert_uint_eq(keyring_runs(&d), 0x22);
    expect_update(0x33, 1, "5", FWD_OK);
    ck_assert_int_eq(keyring_start(&d), FWD_BOOT_RUN);
    ck_assert_uint_eq(keyring_runs(&d), 0x33);
    ck_assert_uint_eq(d.machine->nvm.trust[1], 7);
    fwd_bytes_free(&two);
    fwd_bytes_free(&seven);
}
END_TEST

/* ---- refusals -------------------------------------------------------------------------------- */

static const struct {
    const char *name;
    struct keyring_recipe recipe;
    enum fwd_reason reason;
} refusals[] = {
    {"nobody signed it", {2, 2, "123", NULL, NULL, 0}, FWD_E_UNSIGNED},
    {"one key alone", {2, 1, "0", "0", NULL, 0}, FWD_E_TOO_FEW_SIGNATURES},
    {"strangers", {2, 2, "345", "345", NULL, 0}, FWD_E_UNKNOWN_SIGNER},
    {"not signed by its own", {2, 2, "345", "01", NULL, 0}, FWD_E_UNKNOWN_SIGNER},
    {"one of its own is not enough", {2, 2, "145", "01", NULL, 0}, FWD_E_TOO_FEW_SIGNATURES},
    {"two of both", {2, 2, "145", "014", NULL, 0}, FWD_OK},
    {"other product", {2, 2, "123", "12", "other", 0}, FWD_E_PRODUCT},
    {"this product", {2, 2, "123", "12", "demo", 0}, FWD_OK},
    {"version of the one before", {1, 2, "123", "12", NULL, 0}, FWD_E_TRUST_OLD},
};

/* [M107] [M108] */
START_TEST(what_is_not_signed_by_old_and_new_is_refused)
{
    struct keyring_recipe recipe = refusals[_i].recipe;

    expect_set(keyring_set(&d.built_in, recipe), refusals[_i].reason);
}
END_TEST

START_TEST(any_damaged_byte_is_refused)
{
    struct fwd_bytes package = second_set();

    for (size_t at = 0; at < package.size; at++) {
        package.data[at] ^= 0x10;
        ck_assert_msg(keyring_give(&d, &package) != FWD_OK, "byte %zu", at);
        ck_assert_uint_eq(keyring_version(&d), 1);
        package.data[at] ^= 0x10;
    }
    for (size_t size = 0; size < package.size; size++) {
        struct fwd_bytes cut = {malloc(size + 1), size};
        memcpy(cut.data, package.data, size);
        ck_assert_int_ne(keyring_give(&d, &cut), FWD_OK);
        fwd_bytes_free(&cut);
    }
    ck_assert_int_eq(keyring_give(&d, &package), FWD_OK);
    fwd_bytes_free(&package);
}
END_TEST

/* [M109]: two keys of the built-in set, stolen after they were replaced, make a branch of their own
 */
START_TEST(a_branch_is_refused)
{
    expect_set(second_set(), FWD_OK);
    struct fwd_bytes branch = keyring_set(&d.built_in,
        (struct keyring_recipe){.version = 2, .threshold = 1, .keys = "0", .signers = "01"});
    struct fwd_bytes higher = keyring_set(&d.built_in,
        (struct keyring_recipe){.version = 9, .threshold = 1, .keys = "0", .signers = "01"});
    struct fwd_bytes longer = keyring_set(&branch,
        (struct keyring_recipe){.version = 9, .threshold = 1, .keys = "0", .signers = "0"});
    ck_assert_int_eq(keyring_give(&d, &branch), FWD_E_TRUST_CHAIN);
    ck_assert_int_eq(keyring_give(&d, &higher), FWD_E_TRUST_CHAIN);
    ck_assert_int_eq(keyring_give(&d, &longer), FWD_E_TRUST_CHAIN);
    ck_assert_int_eq(keyring_give(&d, &d.built_in), FWD_E_TRUST_OLD);
    fwd_bytes_free(&branch);
    fwd_bytes_free(&higher);
    fwd_bytes_free(&longer);
}
END_TEST

/* A chain that does not begin with what is built in; a package that is none. */
START_TEST(another_root_is_refused)
{
    struct fwd_bytes root =
        keyring_set(NULL, (struct keyring_recipe){.version = 1, .threshold = 1, .keys = "3"});
    struct fwd_bytes next = keyring_set(
        &root, (struct keyring_recipe){.version = 2, .threshold = 1, .keys = "3", .signers = "3"});
    struct fwd_bytes firmware = keyring_firmware(0x66, 1, "01");

    ck_assert_int_eq(keyring_give(&d, &root), FWD_E_TRUST_CHAIN);
    ck_assert_int_eq(keyring_give(&d, &next), FWD_E_TRUST_CHAIN);
    ck_assert_int_eq(keyring_give(&d, &firmware), FWD_E_TRUST_SET);
    /* and a trust package is no firmware */
    struct fwd_bytes second = second_set();
    ck_assert_int_eq(keyring_update(&d, &second), FWD_E_UNKNOWN_KIND);
    fwd_bytes_free(&second);
    fwd_bytes_free(&firmware);
    fwd_bytes_free(&next);
    fwd_bytes_free(&root);
}
END_TEST

/* A key without role "trust" signs firmware, and no set. */
START_TEST(who_may_not_change_keys_does_not)
{
    struct fwd_bytes two =
        keyring_set(&d.built_in, (struct keyring_recipe){.version = 2,
                                     .threshold = 1,
                                     .keys = "12",
                                     .signers = "12",
                                     .roles = 1u << FWD_ROLE_FIRMWARE | 1u << FWD_ROLE_TRUST});
    /* the builder makes no set from which no way leads on */
    struct fwd_trust trust = {0};
    struct fwd_keypair key;
    struct fwd_trust_limits limits = {.roles = 1u << FWD_ROLE_FIRMWARE, .may_raise_counter = true};
    struct fwd_trust_package_options options = {.version = 3, .threshold = 1};
    struct fwd_bytes out = {NULL, 0};
    struct fwd_error err = {""};

    ck_assert_int_eq(keyring_give(&d, &two), FWD_OK);
    ck_assert_int_eq(fwd_keypair_simulated(1, &key, NULL), FWD_FAIL_NONE);
    ck_assert_int_eq(fwd_trust_add(&trust, &key, "key", &limits, NULL), FWD_FAIL_NONE);
    ck_assert_int_eq(fwd_trust_package_make(&trust, &options, &out, &err), FWD_FAIL_REFUSED);
    ck_assert_ptr_nonnull(strstr(err.text, "role \"trust\""));
    fwd_trust_free(&trust);
    fwd_bytes_free(&two);
}
END_TEST

/* [M109]: with a counter an old set does not come back, though its bytes do. */
START_TEST(an_old_set_does_not_come_back)
{
    uint8_t area[8192];
    struct fwd_bytes two = second_set();
    struct fwd_bytes three = keyring_set(&two,
        (struct keyring_recipe){.version = 3, .threshold = 2, .keys = "234", .signers = "23"});

    ck_assert_int_eq(keyring_give(&d, &two), FWD_OK);
    expect_update(0x22, 1, "12", FWD_OK);
    ck_assert_int_eq(keyring_start(&d), FWD_BOOT_RUN);
    ck_assert(fwd_nor_peek(d.machine->nor, FWD_AREA_TRUST, 0, area, sizeof area));
    ck_assert_int_eq(keyring_give(&d, &three), FWD_OK);
    ck_assert_int_eq(keyring_start(&d), FWD_BOOT_RUN);
    if (_i == 1)
        memset(area, 0xFF, sizeof area);
    ck_assert(fwd_nor_poke(d.machine->nor, FWD_AREA_TRUST, 0, area, sizeof area));
    /* it starts nothing, accepts nothing, and an older set neither */
    ck_assert_int_eq(keyring_start(&d), FWD_BOOT_RECOVERY);
    ck_assert(d.machine->keyring.lost);
    expect_update(0x66, 1, "12", FWD_E_NO_KEYS);
    ck_assert_int_eq(keyring_give(&d, &two), FWD_E_TRUST_OLD);
    /* the newest one ends it, also in recovery */
    ck_assert_int_eq(keyring_give(&d, &three), FWD_OK);
    ck_assert_int_eq(keyring_start(&d), FWD_BOOT_RUN);
    ck_assert_uint_eq(keyring_runs(&d), 0x22);
    ck_assert_uint_eq(keyring_version(&d), 3);
    fwd_bytes_free(&two);
    fwd_bytes_free(&three);
}
END_TEST

/* [M111] */
START_TEST(it_waits_for_an_update_and_a_trial)
{
    struct fwd_bytes firmware = keyring_firmware(0x22, 1, "01"), two = second_set();
    struct fwd_record *record = &d.update.journal.record;

    record->state = FWD_STATE_REHEARSING;
    ck_assert_int_eq(keyring_give(&d, &two), FWD_E_UPDATE_PENDING);
    record->state = FWD_STATE_STAGED;
    ck_assert_int_eq(keyring_give(&d, &two), FWD_E_UPDATE_PENDING);
    record->state = FWD_STATE_ACTING;
    record->flags |= FWD_RECORD_DESTRUCTIVE;
    ck_assert_int_eq(keyring_give(&d, &two), FWD_E_UPDATE_PENDING);
    d.update.resume_ended = true; /* recovery is all that is left */
    ck_assert_int_eq(keyring_give(&d, &two), FWD_OK);
    ck_assert_int_eq(keyring_start(&d), FWD_BOOT_RUN);
    d.machine->device.trial = &fwd_trial;
    d.update.journal.record.state = FWD_STATE_TRIAL;
    ck_assert_int_eq(keyring_give(&d, &two), FWD_E_TRIAL_PENDING);
    fwd_bytes_free(&firmware);
    fwd_bytes_free(&two);
}
END_TEST

/* Going back in place that cannot go on: only a package leads on, and its keys may be new. */
START_TEST(a_device_that_cannot_go_back_takes_new_keys)
{
    struct fwd_bytes two = second_set();
    struct fwd_record *record = &d.update.journal.record;

    d.machine->device.trial = &fwd_trial;
    record->state = FWD_STATE_REVERTING;
    record->flags |= FWD_RECORD_DESTRUCTIVE;
    ck_assert_int_eq(keyring_give(&d, &two), FWD_E_UPDATE_PENDING);
    d.update.resume_ended = true;
    ck_assert_int_eq(keyring_give(&d, &two), FWD_OK);
    fwd_bytes_free(&two);
}
END_TEST

/* A state that has failed as often as it may, perhaps because somebody forged it. */
START_TEST(a_stuck_state_does_not_hinder_new_keys)
{
    struct fwd_bytes two = second_set();

    d.update.journal.record.state = FWD_STATE_SWITCHED;
    d.update.journal.record.attempts = 255;
    d.update.resume_ended = true;
    ck_assert_int_eq(keyring_give(&d, &two), FWD_OK);
    fwd_bytes_free(&two);
}
END_TEST

/* What is named starts by the new keys, but it is not what runs: nothing is revoked for it. */
START_TEST(what_does_not_start_revokes_nothing)
{
    struct fwd_bytes two = second_set();
    const uint8_t rot[16] = {0};

    expect_update(0x22, 1, "12", FWD_OK); /* by keys of both sets */
    ck_assert_int_eq(keyring_start(&d), FWD_BOOT_RUN);
    ck_assert(fwd_nor_poke(d.machine->nor, FWD_AREA_SLOT(0, 0), 100, rot, sizeof rot));
    ck_assert_int_eq(keyring_give(&d, &two), FWD_OK);
    fwd_keyring_settle(&d.machine->keyring, &d.update);
    ck_assert_uint_eq(d.machine->nvm.trust[0], 2);
    ck_assert_uint_eq(d.machine->nvm.trust[1], 0);
    fwd_bytes_free(&two);
}
END_TEST

/* A bank of a newer set that cannot be read at one start is not written over with the older one. */
START_TEST(a_newer_set_is_not_written_over)
{
    struct fwd_keyring *keyring = &d.machine->keyring;

    expect_set(second_set(), FWD_OK);
    ck_assert(keyring->settled);
    keyring->settled = keyring->tried = false;
    keyring->marks[1 - keyring->bank] = 3;
    struct fwd_nor_counts before = fwd_nor_counts(d.machine->nor);
    fwd_keyring_settle(keyring, &d.update);
    ck_assert_uint_eq(fwd_nor_counts(d.machine->nor).erases, before.erases);
    keyring->marks[1 - keyring->bank] = 1;
    fwd_keyring_settle(keyring, &d.update);
    ck_assert_uint_gt(fwd_nor_counts(d.machine->nor).erases, before.erases);
}
END_TEST

static void lose_mark(uint32_t bank)
{
    const uint8_t nothing[12] = {0};

    ck_assert(
        fwd_nor_poke(d.machine->nor, FWD_AREA_TRUST, bank * 4096 + 3840, nothing, sizeof nothing));
}

/* [M114]: its mark may have been in flight, or the whole package: firmware does not rest on it. */
START_TEST(a_set_without_its_mark_installs_nothing)
{
    expect_set(second_set(), FWD_OK);
    expect_update(0x33, 1, "13", FWD_OK);
    lose_mark(0);
    lose_mark(1);
    ck_assert_int_eq(keyring_start(&d), FWD_BOOT_RUN);
    ck_assert_uint_eq(keyring_runs(&d), 0x33);
    ck_assert_uint_eq(keyring_version(&d), 2);
    expect_update(0x44, 1, "23", FWD_E_TRUST_IO);
    expect_set(second_set(), FWD_OK);
    expect_update(0x44, 1, "23", FWD_OK);
}
END_TEST

/* [M114]: the set before comes back at a start, out of a block whose erase was cut. */
START_TEST(a_newer_set_without_its_mark_starts_what_it_signed)
{
    struct fwd_bytes two = second_set();
    struct fwd_bytes three = keyring_set(&two,
        (struct keyring_recipe){.version = 3, .threshold = 2, .keys = "234", .signers = "23"});
    uint8_t before[4096];

    ck_assert_int_eq(keyring_give(&d, &two), FWD_OK);
    ck_assert(fwd_nor_peek(d.machine->nor, FWD_AREA_TRUST, 0, before, sizeof before));
    ck_assert_int_eq(keyring_give(&d, &three), FWD_OK);
    expect_update(0x44, 1, "34", FWD_OK);
    ck_assert(fwd_nor_poke(d.machine->nor, FWD_AREA_TRUST, 0, before, sizeof before));
    lose_mark(1);
    d.machine->nvm.trust[0] = 2;
    d.machine->nvm.trust[1] = 0;
    for (int i = 0; i < 3; i++) {
        ck_assert_int_eq(keyring_start(&d), FWD_BOOT_RUN);
        ck_assert_uint_eq(keyring_runs(&d), 0x44);
        ck_assert_uint_eq(keyring_version(&d), 2);
    }
    fwd_bytes_free(&two);
    fwd_bytes_free(&three);
}
END_TEST

/* The page in memory has room for the units of the device's own areas. */
START_TEST(a_unit_that_the_memory_has_no_room_for_is_refused)
{
    struct fwd_bytes two = second_set();

    d.machine->keyring_config.area.program_unit = 2 * d.update.work.io_size;
    ck_assert_int_ne(keyring_give(&d, &two), FWD_OK);
    ck_assert_uint_eq(keyring_version(&d), 1);
    fwd_bytes_free(&two);
}
END_TEST

/* ---- a counter that cannot be read ----------------------------------------------------------- */

static bool (*read_counter)(void *ctx, uint8_t component, uint32_t *value);
static bool newest_hidden, starts_hidden;

static bool read_some(void *ctx, uint8_t component, uint32_t *value)
{
    if ((component == FWD_MACHINE_TRUST_NEWEST && newest_hidden) ||
        (component == FWD_MACHINE_TRUST_STARTS && starts_hidden))
        return false;
    return read_counter(ctx, component, value);
}

static void hide_counters(bool newest, bool starts)
{
    if (d.machine->counter_port.read != read_some) {
        read_counter = d.machine->counter_port.read;
        d.machine->counter_port.read = read_some;
    }
    newest_hidden = newest;
    starts_hidden = starts;
}

/* Firmware and trust area as they were when the built-in keys, stolen since, were in force. */
struct forged {
    uint8_t version[12288], slot[8192], trust[8192];
};

static void move(uint16_t area, bool back, uint8_t *bytes, uint32_t size)
{
    ck_assert(back ? fwd_nor_poke(d.machine->nor, area, 0, bytes, size)
                   : fwd_nor_peek(d.machine->nor, area, 0, bytes, size));
}

static void move_past(struct forged *past, bool back, bool chain)
{
    move(FWD_AREA_VERSION, back, past->version, sizeof past->version);
    move(FWD_AREA_SLOT(0, 0), back, past->slot, sizeof past->slot);
    if (chain)
        move(FWD_AREA_TRUST, back, past->trust, sizeof past->trust);
}

static const struct {
    bool newest, starts; /* that cannot be read */
    bool chain;          /* the trust area is forged, too */
} hidden[] = {{true, true, true}, {true, true, false}, {true, false, true}, {true, false, false},
    {false, true, true}, {false, true, false}};

/* [M113]: whoever writes the flash and makes a counter unreadable for one start gains nothing. */
START_TEST(a_hidden_counter_starts_no_revoked_key)
{
    struct forged past;

    expect_update(0x66, 1, "01", FWD_OK);
    ck_assert_int_eq(keyring_start(&d), FWD_BOOT_RUN);
    move_past(&past, false, true);
    expect_set(second_set(), FWD_OK);
    expect_update(0x33, 1, "13", FWD_OK);
    ck_assert_int_eq(keyring_start(&d), FWD_BOOT_RUN);
    ck_assert_uint_eq(d.machine->nvm.trust[1], 2);
    move_past(&past, true, hidden[_i].chain);
    hide_counters(hidden[_i].newest, hidden[_i].starts);
    uint64_t before = fwd_nor_operations(d.machine->nor);
    ck_assert_int_eq(keyring_start(&d), FWD_BOOT_RECOVERY);
    ck_assert_uint_eq(fwd_nor_operations(d.machine->nor), before);
    if (hidden[_i].newest && !d.machine->keyring.lost)
        expect_update(0x66, 9, "01", FWD_E_COUNTER);
}
END_TEST

/* What is safe runs, nothing is written, no key installs anything; at the next start all is as it
 * was. */
START_TEST(a_hidden_counter_is_waited_for)
{
    bool newest = _i != 1, starts = _i != 0;
    struct fwd_bytes two = second_set();
    struct fwd_bytes three = keyring_set(&two,
        (struct keyring_recipe){.version = 3, .threshold = 2, .keys = "234", .signers = "23"});

    expect_update(0x22, 1, "01", FWD_OK);
    ck_assert_int_eq(keyring_start(&d), FWD_BOOT_RUN);
    ck_assert_int_eq(keyring_give(&d, &two), FWD_OK);
    hide_counters(newest, starts);
    uint64_t before = fwd_nor_operations(d.machine->nor);
    /* a retired key is known to start something by the one counter, and not by the other */
    ck_assert_int_eq(keyring_start(&d), starts ? FWD_BOOT_RECOVERY : FWD_BOOT_RUN);
    ck_assert_uint_eq(fwd_nor_operations(d.machine->nor), before);
    if (newest) {
        expect_set(three, FWD_E_COUNTER);
        expect_update(0x33, 1, "12", FWD_E_COUNTER);
    } else {
        fwd_bytes_free(&three);
    }
    hide_counters(false, false);
    ck_assert_int_eq(keyring_start(&d), FWD_BOOT_RUN);
    ck_assert_uint_eq(keyring_runs(&d), 0x22);
    ck_assert_uint_eq(keyring_version(&d), 2);
    ck_assert_uint_eq(d.machine->nvm.trust[1], 0);
    expect_update(0x33, 1, "12", FWD_OK);
    ck_assert_int_eq(keyring_start(&d), FWD_BOOT_RUN);
    ck_assert_uint_eq(keyring_runs(&d), 0x33);
    fwd_bytes_free(&two);
}
END_TEST

static Suite *suite(void)
{
    Suite *s = suite_create("keyring");
    TCase *life = tcase_create("life");
    TCase *refused = tcase_create("refused");

    tcase_add_checked_fixture(life, open_device, close_device);
    tcase_add_test(life, a_stolen_key_is_retired_then_revoked);
    tcase_add_test(life, firmware_of_a_stolen_key_does_not_keep_it);
    tcase_add_loop_test(life, what_runs_goes_on_running, 0, 2);
    tcase_add_loop_test(life, an_old_set_does_not_come_back, 0, 2);
    tcase_add_test(life, it_waits_for_an_update_and_a_trial);
    tcase_add_test(life, a_device_that_cannot_go_back_takes_new_keys);
    tcase_add_test(life, a_stuck_state_does_not_hinder_new_keys);
    tcase_add_test(life, what_does_not_start_revokes_nothing);
    tcase_add_test(life, a_newer_set_is_not_written_over);
    tcase_add_test(life, a_set_without_its_mark_installs_nothing);
    tcase_add_test(life, a_newer_set_without_its_mark_starts_what_it_signed);
    tcase_add_test(life, a_unit_that_the_memory_has_no_room_for_is_refused);
    tcase_add_checked_fixture(refused, open_device, close_device);
    tcase_add_loop_test(refused, what_is_not_signed_by_old_and_new_is_refused, 0,
        (int)(sizeof refusals / sizeof refusals[0]));
    tcase_add_test(refused, any_damaged_byte_is_refused);
    tcase_add_test(refused, a_branch_is_refused);
    tcase_add_test(refused, another_root_is_refused);
    tcase_add_test(refused, who_may_not_change_keys_does_not);
    TCase *counter = tcase_create("hidden counter");
    tcase_add_checked_fixture(counter, open_device, close_device);
    tcase_add_loop_test(counter, a_hidden_counter_starts_no_revoked_key, 0,
        (int)(sizeof hidden / sizeof hidden[0]));
    tcase_add_loop_test(counter, a_hidden_counter_is_waited_for, 0, 3);
    suite_add_tcase(s, counter);
    suite_add_tcase(s, life);
    suite_add_tcase(s, refused);
    return s;
}

int main(void)
{
    SRunner *runner = srunner_create(suite());

    srunner_run_all(runner, CK_NORMAL);
    int failed = srunner_ntests_failed(runner);
    srunner_free(runner);
    return failed == 0 ? EXIT_SUCCESS : EXIT_FAILURE;
}
