/* The Xmodem receiver against a sender that obeys it, on a line with every single damage. */
#include "tests/module/transport/xmodem_line.h"
#include "tests/module/transport/xmodem_sender.h"

#include <check.h>
#include <stdlib.h>
#include <string.h>

/* Runs a whole transfer against the sender, and returns how many bytes that sent. The byte at
 * damage_at (SIZE_MAX: none) is changed once: how 0 to 7: that bit, 8: lost, 9: doubled. */
static size_t transfer(struct xmodem_line *line, struct sender *sender, size_t damage_at, int how)
{
    uint8_t bytes[SENDER_FRAME + 1];
    size_t sent = 0;
    size_t heard = 0;

    line->said_size = 0;
    line_listen(line);
    for (int turn = 0; turn < 2000 && line->x.result == FWD_XMODEM_RUNNING; turn++) {
        size_t size = 0;
        uint8_t answer[1];

        if (fwd_xmodem_output(&line->x, answer, 1) == 1) {
            heard++;
            size = sender_answer(sender, answer[0], bytes);
        }
        if (size == 0) {
            line->now = fwd_xmodem_deadline(&line->x);
            fwd_xmodem_tick(&line->x, line->now);
            continue;
        }
        size_t at = damage_at - sent;

        sent += size;
        if (damage_at != SIZE_MAX && at < size) {
            if (how < 8)
                bytes[at] ^= (uint8_t)(1u << how);
            else if (how == 8)
                memmove(bytes + at, bytes + at + 1, --size - at);
            else
                memmove(bytes + at + 1, bytes + at, size++ - at);
        }
        for (size_t used = 0; used < size && line->x.result == FWD_XMODEM_RUNNING;)
            used += fwd_xmodem_feed(&line->x, bytes + used, size - used, line->now);
    }
    ck_assert_uint_gt(heard, 0);
    return sent;
}

static void expect_pattern(const struct xmodem_line *line, const struct sender *sender)
{
    size_t wrong = 0;

    ck_assert_uint_eq(line->stored, sender->blocks * sender->size);
    for (size_t i = 0; i < line->stored; i++) {
        uint8_t number = (uint8_t)(i / sender->size + 1);

        wrong += line->store[i] != sender_data(number, i % sender->size);
    }
    ck_assert_uint_eq(wrong, 0);
}

/* Opens a line on which the sender has heard the first C (or, late, the first NAK). */
static void meet(struct xmodem_line *line, struct sender *sender, bool crc)
{
    struct fwd_xmodem_setup setup = line_setup();

    line_open(line, &setup);
    if (!crc)
        line_wait_until(line, 9000);
    line->x.out_size = 0;
    line->x.out[line->x.out_size++] = crc ? FWD_XMODEM_CRC : FWD_XMODEM_NAK;
    *sender = (struct sender){.blocks = 3, .size = 128, .crc = crc};
}

/* Every bit flipped, every byte lost, every byte doubled, once each: all of the file arrives, and
 * nothing else; or the transfer says that it failed. */
START_TEST(no_single_damage_changes_the_file)
{
    struct xmodem_line line;
    struct sender sender;
    bool crc = _i < 10;
    int how = _i % 10;
    size_t failures = 0;

    meet(&line, &sender, crc);
    size_t total = transfer(&line, &sender, SIZE_MAX, 0);
    ck_assert_int_eq(line.x.result, FWD_XMODEM_DONE);
    expect_pattern(&line, &sender);
    free(line.store);
    for (size_t at = 0; at < total - 1; at++) {
        meet(&line, &sender, crc);
        (void)transfer(&line, &sender, at, how);
        ck_assert_int_ne(line.x.result, FWD_XMODEM_RUNNING);
        if (line.x.result == FWD_XMODEM_DONE)
            expect_pattern(&line, &sender);
        else
            failures++;
        free(line.store);
    }
    /* the sender obeys, so nearly all are healed */
    ck_assert_uint_le(failures, 8);
}
END_TEST

START_TEST(numbers_wrap_after_255)
{
    struct fwd_xmodem_setup setup = line_setup();
    struct xmodem_line line;
    struct sender sender = {.blocks = 400, .size = 128};

    line_open(&line, &setup);
    line.x.out[0] = FWD_XMODEM_CRC;
    line.x.out_size = 1;
    (void)transfer(&line, &sender, SIZE_MAX, 0);
    ck_assert_int_eq(line.x.result, FWD_XMODEM_DONE);
    expect_pattern(&line, &sender);
    free(line.store);
}
END_TEST

int main(void)
{
    Suite *suite = suite_create("xmodem damage");
    TCase *damage = tcase_create("damage");

    tcase_add_loop_test(damage, no_single_damage_changes_the_file, 0, 20);
    tcase_add_test(damage, numbers_wrap_after_255);
    tcase_set_timeout(damage, 60);
    suite_add_tcase(suite, damage);

    SRunner *runner = srunner_create(suite);
    srunner_run_all(runner, CK_NORMAL);
    int failed = srunner_ntests_failed(runner);
    srunner_free(runner);
    return failed == 0 ? EXIT_SUCCESS : EXIT_FAILURE;
}
