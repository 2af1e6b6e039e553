/* The window through which the source is read: its bytes, few reads, a failure that stays; words in
 * it. */
#include "tests/gen/refdelta/delta_rig.h"
#include "verify/refdelta/reference/window.h"

#include <check.h>
#include <string.h>

struct store {
    uint8_t bytes[1000];
    unsigned reads, fails_at;
};

static enum fwd_reason read_store(void *ctx, uint32_t offset, void *buf, uint32_t size)
{
    struct store *store = ctx;

    if (offset + size > sizeof store->bytes)
        ck_abort_msg("read outside");
    if (++store->reads == store->fails_at)
        return FWD_E_SOURCE_READ;
    memcpy(buf, store->bytes + offset, size);
    return FWD_OK;
}

static struct store new_store(unsigned fails_at)
{
    struct store store = {.fails_at = fails_at};

    for (unsigned i = 0; i < sizeof store.bytes; i++)
        store.bytes[i] = (uint8_t)(i * 31 + i / 256);
    return store;
}

START_TEST(the_window_gives_the_bytes_of_the_source)
{
    struct store store = new_store(0);
    const struct fwd_input input = {&store, read_store, (uint32_t)_i};
    static struct fwd_window w;
    static uint8_t window[FWD_WINDOW_SIZE];
    uint32_t state = 9;

    fwd_window_open(&w, &input, window, sizeof window);
    for (unsigned i = 0; i < 4000; i++) {
        uint32_t offset = delta_random(&state) % (input.size + 12);
        uint32_t size = 1 + (delta_random(&state) >> 7) % FWD_WINDOW_MOST;
        const uint8_t *bytes = fwd_window_bytes(&w, offset, size);
        bool right = (bytes != NULL) == (offset + size <= input.size) &&
                     (bytes == NULL || memcmp(bytes, store.bytes + offset, size) == 0);
        if (!right)
            ck_abort_msg("%u bytes at %u", size, offset);
    }
    ck_assert_ptr_null(fwd_window_bytes(&w, UINT32_MAX, 8));
    ck_assert_int_eq(w.failed, FWD_OK);
}
END_TEST

/* What stands shortly before the place is there without another read. */
START_TEST(the_window_keeps_what_was_before)
{
    struct store store = new_store(0);
    const struct fwd_input input = {&store, read_store, sizeof store.bytes};
    static struct fwd_window w;
    static uint8_t window[FWD_WINDOW_SIZE];

    fwd_window_open(&w, &input, window, sizeof window);
    ck_assert_ptr_nonnull(fwd_window_bytes(&w, 500, 8));
    ck_assert_ptr_nonnull(fwd_window_bytes(&w, 500 - FWD_WINDOW_BEHIND, 8));
    ck_assert_ptr_nonnull(fwd_window_bytes(&w, 500, 8));
    ck_assert_uint_eq(store.reads, 1);
}
END_TEST

START_TEST(a_window_that_failed_stays_so)
{
    struct store store = new_store((unsigned)_i);
    const struct fwd_input input = {&store, read_store, sizeof store.bytes};
    static struct fwd_window w;
    static uint8_t window[FWD_WINDOW_SIZE];
    uint32_t word = 0;

    fwd_window_open(&w, &input, window, sizeof window);
    for (unsigned i = 1; i <= 3; i++) {
        bool good = fwd_window_word(&w, i % 2 ? 0 : 900, &word);
        ck_assert_int_eq(good, i < (unsigned)_i);
        ck_assert_int_eq(w.failed, good ? FWD_OK : FWD_E_SOURCE_READ);
    }
    ck_assert_uint_eq(store.reads, (unsigned)_i);
}
END_TEST

START_TEST(words_are_little_endian)
{
    uint8_t bytes[8];

    fwd_word_put(bytes, 0x44332211u);
    fwd_half_put(bytes + 4, 0x6655);
    fwd_half_put(bytes + 6, 0x8877);
    for (unsigned i = 0; i < 8; i++)
        ck_assert_uint_eq(bytes[i], 0x11 * (i + 1));
    ck_assert_uint_eq(fwd_half_at(bytes + 1), 0x3322);
    ck_assert_uint_eq(fwd_word_at(bytes + 4), 0x88776655u);
}
END_TEST

int main(void)
{
    Suite *suite = suite_create("source window");
    TCase *tcase = tcase_create("source window");
    SRunner *runner = srunner_create(suite);

    suite_add_tcase(suite, tcase);
    tcase_set_timeout(tcase, 120);
    tcase_add_loop_test(tcase, the_window_gives_the_bytes_of_the_source, 1, 20);
    tcase_add_loop_test(tcase, the_window_gives_the_bytes_of_the_source, 254, 260);
    tcase_add_loop_test(tcase, the_window_gives_the_bytes_of_the_source, 998, 1001);
    tcase_add_test(tcase, the_window_keeps_what_was_before);
    tcase_add_loop_test(tcase, a_window_that_failed_stays_so, 1, 4);
    tcase_add_test(tcase, words_are_little_endian);
    srunner_run_all(runner, CK_ENV);
    int failed = srunner_ntests_failed(runner);
    srunner_free(runner);
    return failed != 0;
}
