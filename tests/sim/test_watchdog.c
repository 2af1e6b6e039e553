/* The watchdog of a simulated device: what is work, and when it resets. */
#include "sim/device/watchdog.h"

#include <check.h>
#include <stdlib.h>

static unsigned resets, fed;

static void expired(void *ctx)
{
    (void)ctx;
    resets++;
}

/* ---- ports that do nothing ------------------------------------------------------------------- */

static enum fwd_io io_read(void *ctx, const struct fwd_area *area, uint32_t o, void *b, uint32_t n)
{
    (void)ctx, (void)area, (void)o, (void)b, (void)n;
    return FWD_IO_OK;
}

static enum fwd_io io_program(
    void *ctx, const struct fwd_area *area, uint32_t o, const void *b, uint32_t n)
{
    (void)ctx, (void)area, (void)o, (void)b, (void)n;
    return FWD_IO_ERROR;
}

static enum fwd_io io_erase(void *ctx, const struct fwd_area *area, uint32_t o, uint32_t n)
{
    (void)ctx, (void)area, (void)o, (void)n;
    return FWD_IO_OK;
}

static enum fwd_io io_sync(void *ctx)
{
    (void)ctx;
    return FWD_IO_OK;
}

static bool hash_begin(void *ctx, enum fwd_hash_slot slot)
{
    (void)ctx, (void)slot;
    return true;
}

static bool hash_update(void *ctx, enum fwd_hash_slot slot, const void *bytes, size_t size)
{
    (void)ctx, (void)slot, (void)bytes, (void)size;
    return true;
}

static bool hash_end(void *ctx, enum fwd_hash_slot slot, uint8_t digest[FWD_DIGEST_SIZE])
{
    (void)ctx, (void)slot, (void)digest;
    return true;
}

static enum fwd_verdict verify(void *ctx, const struct fwd_key *key, const uint8_t *message,
    size_t message_size, const uint8_t *signature, size_t signature_size)
{
    (void)ctx, (void)key, (void)message, (void)message_size, (void)signature, (void)signature_size;
    return FWD_SIGNATURE_INVALID;
}

static enum fwd_reason ready(void *ctx, enum fwd_point point)
{
    (void)ctx;
    return point == FWD_POINT_CONFIG ? FWD_E_BAD_BLOCKS : FWD_OK;
}

static void alive(void *ctx)
{
    (void)ctx;
    fed++;
}

static const struct fwd_flash_port flash = {NULL, io_read, io_program, io_erase, io_sync};
static const struct fwd_crypto_port crypto = {NULL, hash_begin, hash_update, hash_end, verify};
static const struct fwd_host_port host = {.ready = ready, .alive = alive};
static const struct fwd_host_port quiet = {.ctx = NULL};
static const struct fwd_ports full = {.flash = &flash, .crypto = &crypto, .host = &host};
static const struct fwd_ports small = {.flash = &flash, .crypto = &crypto, .host = &quiet};

/* ---- tests ----------------------------------------------------------------------------------- */

enum kind { READ, PROGRAM, HASH, ERASE, SIGNATURE, KINDS };

/* Work of `size` bytes; an erase and a signature are what they are. */
static void do_work(const struct fwd_watchdog *dog, enum kind kind, uint32_t size)
{
    const struct fwd_flash_port *f = dog->ports.flash;
    const struct fwd_crypto_port *c = dog->ports.crypto;

    if (kind == READ)
        ck_assert_int_eq(f->read(f->ctx, NULL, 0, NULL, size), FWD_IO_OK);
    if (kind == PROGRAM)
        ck_assert_int_eq(f->program(f->ctx, NULL, 0, NULL, size), FWD_IO_ERROR);
    if (kind == HASH)
        ck_assert(c->hash_update(c->ctx, FWD_HASH_STEP, NULL, size));
    if (kind == ERASE)
        ck_assert_int_eq(f->erase(f->ctx, NULL, 0, 65536), FWD_IO_OK);
    if (kind == SIGNATURE)
        ck_assert_int_eq(c->verify(c->ctx, NULL, NULL, 9, NULL, 9), FWD_SIGNATURE_INVALID);
}

START_TEST(work_over_the_limit_resets)
{
    struct fwd_watchdog dog = {.limit = 3 * FWD_WATCHDOG_LONG, .expired = expired};

    resets = 0;
    fwd_watchdog_wrap(&dog, &full);
    for (int i = 0; i < 3; i++)
        do_work(&dog, (enum kind)_i, FWD_WATCHDOG_LONG);
    ck_assert_uint_eq(resets, 0);
    ck_assert_uint_eq(dog.most, 3 * FWD_WATCHDOG_LONG);
    do_work(&dog, READ, 1);
    ck_assert_uint_eq(resets, 1);
    do_work(&dog, READ, 100);
    ck_assert_uint_eq(resets, 1);
}
END_TEST

START_TEST(alive_feeds_it)
{
    struct fwd_watchdog dog = {.limit = 5000, .expired = expired};
    const struct fwd_host_port *port;

    resets = fed = 0;
    fwd_watchdog_wrap(&dog, _i == 0 ? &full : &small);
    port = dog.ports.host;
    for (int i = 0; i < 50; i++) {
        do_work(&dog, (enum kind)(i % KINDS), 4000);
        port->alive(port->ctx);
        port->progress(port->ctx, FWD_PROGRESS_VALIDATION, 1);
    }
    ck_assert_uint_eq(resets, 0);
    ck_assert_uint_eq(fed, _i == 0 ? 50 : 0);
    ck_assert_int_eq(port->ready(port->ctx, FWD_POINT_CONFIG), _i == 0 ? FWD_E_BAD_BLOCKS : FWD_OK);
}
END_TEST

START_TEST(a_start_begins_anew)
{
    struct fwd_watchdog dog = {.limit = 5000, .expired = expired};

    resets = 0;
    fwd_watchdog_wrap(&dog, &full);
    do_work(&dog, HASH, 4000);
    fwd_watchdog_start(&dog);
    do_work(&dog, HASH, 4000);
    ck_assert_uint_eq(resets, 0);
}
END_TEST

START_TEST(without_a_limit_the_ports_are_untouched)
{
    struct fwd_watchdog dog = {.limit = 0};

    fwd_watchdog_wrap(&dog, &full);
    ck_assert_mem_eq(&dog.ports, &full, sizeof full);
}
END_TEST

int main(void)
{
    Suite *suite = suite_create("watchdog");
    TCase *t = tcase_create("watchdog");
    SRunner *runner = srunner_create(suite);

    tcase_add_loop_test(t, work_over_the_limit_resets, 0, KINDS);
    tcase_add_loop_test(t, alive_feeds_it, 0, 2);
    tcase_add_test(t, a_start_begins_anew);
    tcase_add_test(t, without_a_limit_the_ports_are_untouched);
    suite_add_tcase(suite, t);
    srunner_run_all(runner, CK_ENV);
    int failed = srunner_ntests_failed(runner);
    srunner_free(runner);
    return failed == 0 ? EXIT_SUCCESS : EXIT_FAILURE;
}
