/* The Xmodem receiver against scripts of what a line may bring. */
#include "tests/module/transport/xmodem_line.h"
#include "tests/module/transport/xmodem_sender.h"

#include <check.h>
#include <stdlib.h>
#include <string.h>

/* Words separated by spaces:
 *   @3000  the clock goes on to that time (ms), w500 by that much
 *   b1 k1  block 1 of 128 / 1024 bytes with CRC, s1 t1 with the checksum; number modulo 256; with
 *          ! after: a data bit flipped, ~ its number's complement wrong, - a byte lost, + one
 * added e c z n  EOT, CAN, backspace, a byte of noise;  x: the owner cancels */

static size_t mutate(uint8_t *frame, size_t size, char how)
{
    switch (how) {
    case '!':
        frame[50] ^= 0x10;
        return size;
    case '~':
        frame[2] ^= 0x01;
        return size;
    case '-':
        memmove(frame + 60, frame + 61, size - 61);
        return size - 1;
    case '+':
        memmove(frame + 61, frame + 60, size - 60);
        return size + 1;
    case '/':
        return size / 2;
    default:
        return size;
    }
}

static size_t word_bytes(const char *word, uint8_t *bytes)
{
    static const char single[] = "eczn";
    static const uint8_t as[] = {FWD_XMODEM_EOT, FWD_XMODEM_CAN, FWD_XMODEM_BS, 0x55};
    const char *found = strchr(single, word[0]);
    char *rest = NULL;

    if (found != NULL) {
        bytes[0] = as[found - single];
        return 1;
    }
    uint8_t number = (uint8_t)strtoul(word + 1, &rest, 10);
    bool large = word[0] == 'k' || word[0] == 't';
    bool crc = word[0] == 'b' || word[0] == 'k';

    return mutate(bytes, sender_block(bytes, number, large ? 1024 : 128, crc), *rest);
}

static void play(struct xmodem_line *line, const char *script, size_t piece)
{
    uint8_t bytes[SENDER_FRAME + 1];
    char text[512];

    ck_assert_uint_lt(strlen(script), sizeof text);
    strcpy(text, script);
    for (char *word = strtok(text, " "); word != NULL; word = strtok(NULL, " ")) {
        if (word[0] == '@')
            line_wait_until(line, strtoull(word + 1, NULL, 10));
        else if (word[0] == 'w')
            line_wait_until(line, line->now + strtoull(word + 1, NULL, 10));
        else if (word[0] == 'x')
            fwd_xmodem_cancel(&line->x, line->now);
        else
            line_feed(line, bytes, word_bytes(word, bytes), piece);
        line_listen(line);
    }
}

static const struct {
    const char *name;
    const char *script;
    const char *said;
    const char *stored; /* blocks as in a script */
    enum fwd_xmodem_result result;
} cases[] = {
    /* R99, R102: C at 0, 3, 6 s; NAK at 9, 19, ... 99 s; the end at 109 s */
    {"nothing yet", "@2999", "C", "", FWD_XMODEM_RUNNING},
    {"second C", "@3000", "CC", "", FWD_XMODEM_RUNNING},
    {"last C", "@8999", "CCC", "", FWD_XMODEM_RUNNING},
    {"first NAK", "@9000", "CCCN", "", FWD_XMODEM_RUNNING},
    {"second NAK", "@19000", "CCCNN", "", FWD_XMODEM_RUNNING},
    {"last NAK", "@108999", "CCCNNNNNNNNNN", "", FWD_XMODEM_RUNNING},
    {"nobody sends", "@109000", "CCCNNNNNNNNNN", "", FWD_XMODEM_TIMEOUT},
    {"typing is no transfer", "n n @109000", "CCCNNNNNNNNNN", "", FWD_XMODEM_TIMEOUT},
    /* R101 */
    {"128", "b1 b2 e", "CAAA", "b1 b2", FWD_XMODEM_DONE},
    {"1024", "k1 k2 e", "CAAA", "k1 k2", FWD_XMODEM_DONE},
    {"mixed", "k1 b2 k3 e", "CAAAA", "k1 b2 k3", FWD_XMODEM_DONE},
    {"empty file", "e", "CA", "", FWD_XMODEM_DONE},
    {"time between", "b1 w9999 b2 w9999 e", "CAAA", "b1 b2", FWD_XMODEM_DONE},
    /* R100 */
    {"CRC until 9 s", "@8999 b1 e", "CCCAA", "b1", FWD_XMODEM_DONE},
    {"checksum from 9 s", "@9000 s1 t2 e", "CCCNAAA", "s1 t2", FWD_XMODEM_DONE},
    {"checksum too early", "s1 w2000 @2001 b1 e", "CCAA", "b1", FWD_XMODEM_DONE},
    {"late answer to a C", "@9000 b1 b2 e", "CCCNAAA", "b1 b2", FWD_XMODEM_DONE},
    {"damaged checksum", "@9000 s1! w200 s1 e", "CCCNNAA", "s1", FWD_XMODEM_DONE},
    /* duplicates, lost and damaged blocks */
    {"repeated", "b1 b1 b2 b2 b2 e", "CAAAAAA", "b1 b2", FWD_XMODEM_DONE},
    {"damaged", "b1 b2! w200 b2 e", "CANAA", "b1 b2", FWD_XMODEM_DONE},
    {"damaged, early", "b1 b2! w199", "CA", "b1", FWD_XMODEM_RUNNING},
    {"damaged first", "b1! w200 b1 e", "CCAA", "b1", FWD_XMODEM_DONE},
    {"complement", "b1 b2~ w200 b2 e", "CANAA", "b1 b2", FWD_XMODEM_DONE},
    {"byte lost", "b1 b2- w2000 b2 e", "CANAA", "b1 b2", FWD_XMODEM_DONE},
    {"byte too many", "b1 b2+ w200 b2 e", "CANAA", "b1 b2", FWD_XMODEM_DONE},
    {"noise", "b1 n w200 b2 e", "CANAA", "b1 b2", FWD_XMODEM_DONE},
    {"EOT in noise", "b1 n e w200 b2 e", "CANAA", "b1 b2", FWD_XMODEM_DONE},
    {"block lost", "b1 w10000 b2 e", "CANAA", "b1 b2", FWD_XMODEM_DONE},
    {"sender gone", "b1 w109999", "CANNNNNNNNNN", "b1", FWD_XMODEM_RUNNING},
    {"sender gone for good", "b1 w110200", "CANNNNNNNNNNXXXXX", "b1", FWD_XMODEM_ERRORS},
    {"wrong number", "b1 b3 w200", "CAXXXXX", "b1", FWD_XMODEM_SEQUENCE},
    {"first is not 1", "b2 w200", "CXXXXX", "", FWD_XMODEM_SEQUENCE},
    {"block 0, as Ymodem", "b0 w200", "CXXXXX", "", FWD_XMODEM_SEQUENCE},
    {"10 errors on a block",
        "b1 n w200 n w200 n w200 n w200 n w200 n w200 n w200 n w200 n w200 "
        "n w200 b2 n w200 b3 e",
        "CANNNNNNNNNNANAA", "b1 b2 b3", FWD_XMODEM_DONE},
    {"11 errors on a block",
        "b1 n w200 n w200 n w200 n w200 n w200 n w200 n w200 n w200 n w200 "
        "n w200 n w200 w200",
        "CANNNNNNNNNNXXXXX", "b1", FWD_XMODEM_ERRORS},
    {"the same for ever", "b1 b1 b1 b1 b1 b1 b1 b1 b1 b1 b1 b1 w200", "CAAAAAAAAAAAXXXXX", "b1",
        FWD_XMODEM_ERRORS},
    {"noise without end", "b1 n w150 n w150 n w150 @9999 b2 e", "CANAA", "b1 b2", FWD_XMODEM_DONE},
    /* cancels */
    {"cancelled at once", "c c c w200", "C", "", FWD_XMODEM_CANCELLED},
    {"cancelled", "b1 c c c c c z z z w200", "CA", "b1", FWD_XMODEM_CANCELLED},
    {"the line is not ours yet", "b1 c c w199", "CA", "b1", FWD_XMODEM_RUNNING},
    {"one CAN is noise", "b1 c b2 e", "CAAA", "b1 b2", FWD_XMODEM_DONE},
    {"cancelled inside a block", "b1 b2/ c c c c c c z z w2200", "CA", "b1", FWD_XMODEM_CANCELLED},
    {"CANs may be data", "b1 b2/ c c c c w2000", "CAN", "b1", FWD_XMODEM_RUNNING},
    {"cancelled in damage", "b1 b2~ c c c c c z z z z z w400", "CA", "b1", FWD_XMODEM_CANCELLED},
    {"stopped", "b1 x b2 w199", "CAXXXXX", "b1", FWD_XMODEM_RUNNING},
    {"stopped and silent", "b1 x b2 w200", "CAXXXXX", "b1", FWD_XMODEM_STOPPED},
    {"stopped, sender goes on",
        "x b1 w150 b1 w150 b1 w150 b1 w150 b1 w150 b1 w150 b1 w150 b1 w150 "
        "b1 w150 b1 w150 b1 w150 b1 w150 b1 w150 b1 w150",
        "CXXXXX", "", FWD_XMODEM_STOPPED},
};
#define CASES (int)(sizeof cases / sizeof *cases)

static void expect_stored(const struct xmodem_line *line, const char *blocks)
{
    uint8_t bytes[SENDER_FRAME];
    char text[64];
    size_t at = 0;

    strcpy(text, blocks);
    for (char *word = strtok(text, " "); word != NULL; word = strtok(NULL, " ")) {
        size_t size = word[0] == 'k' || word[0] == 't' ? 1024 : 128;

        (void)word_bytes(word, bytes);
        ck_assert_uint_le(at + size, line->stored);
        ck_assert_mem_eq(line->store + at, bytes + 3, size);
        at += size;
    }
    ck_assert_uint_eq(at, line->stored);
    ck_assert_uint_eq(at, line->x.stored);
}

static void expect_case(size_t n, size_t piece)
{
    struct fwd_xmodem_setup setup = line_setup();
    struct xmodem_line line;

    line_open(&line, &setup);
    play(&line, cases[n].script, piece);
    ck_assert_msg(strcmp(line.said, cases[n].said) == 0, "%s: said %s", cases[n].name, line.said);
    ck_assert_msg(line.x.result == cases[n].result, "%s: %s", cases[n].name,
        fwd_xmodem_result_name(line.x.result));
    expect_stored(&line, cases[n].stored);
    free(line.store);
}

/* In one piece, a byte at a time, seven at a time. */
START_TEST(a_script_is_answered_as_documented)
{
    expect_case((size_t)_i, 0);
    expect_case((size_t)_i, 1);
    expect_case((size_t)_i, 7);
}
END_TEST

START_TEST(the_first_end_may_have_to_be_confirmed)
{
    struct fwd_xmodem_setup setup = line_setup();
    struct xmodem_line line;

    setup.confirm_eot = true;
    line_open(&line, &setup);
    play(&line, "b1 e b2 e w100 e", 0);
    ck_assert_str_eq(line.said, "CANANA");
    ck_assert_int_eq(line.x.result, FWD_XMODEM_DONE);
    expect_stored(&line, "b1 b2");
    free(line.store);
}
END_TEST

START_TEST(what_the_sink_refuses_ends_the_transfer)
{
    struct fwd_xmodem_setup setup = line_setup();
    struct xmodem_line line;

    line_open(&line, &setup);
    line.room = 1024 + 128;
    play(&line, "k1 b2 b3 w200", 0);
    ck_assert_str_eq(line.said, "CAAXXXXX");
    ck_assert_int_eq(line.x.result, FWD_XMODEM_REFUSED);
    expect_stored(&line, "k1 b2");
    free(line.store);
}
END_TEST

/* What follows the end is for whoever reads the line next. */
START_TEST(bytes_after_the_end_are_left)
{
    static const uint8_t end[] = {FWD_XMODEM_EOT, 'A', 'T', '\r'};
    struct fwd_xmodem_setup setup = line_setup();
    struct xmodem_line line;

    line_open(&line, &setup);
    play(&line, "b1", 0);
    line_feed(&line, end, sizeof end, 0);
    ck_assert_int_eq(line.x.result, FWD_XMODEM_DONE);
    ck_assert_uint_eq(line.left, 3);
    ck_assert_uint_eq(line.x.block, 128);
    ck_assert_uint_eq(fwd_xmodem_deadline(&line.x), UINT64_MAX);
    free(line.store);
}
END_TEST

/* A sender that does not listen cannot make the receiver forget an answer. */
START_TEST(answers_that_nobody_fetches_stop_the_input)
{
    struct fwd_xmodem_setup setup = line_setup();
    struct xmodem_line line;
    uint8_t bytes[SENDER_FRAME];
    size_t acks = 0;

    line_open(&line, &setup);
    for (uint8_t number = 1; number < 100; number++) {
        size_t size = sender_block(bytes, number, 128, true);

        if (fwd_xmodem_feed(&line.x, bytes, size, 1) < size)
            break;
        acks++;
    }
    ck_assert_uint_gt(acks, 4);
    ck_assert_uint_lt(acks, 16);
    line_listen(&line);
    ck_assert_uint_eq(line.said_size, 1 + acks);
    free(line.store);
}
END_TEST

static const struct {
    double scale;
    uint32_t floor;
    uint32_t crc, sum, block, gap;
} scales[] = {
    {1, FWD_XMODEM_FLOOR_MS, 3000, 10000, 10000, 2000},
    {2, FWD_XMODEM_FLOOR_MS, 2000, 5000, 5000, 2000},
    {1000, FWD_XMODEM_FLOOR_MS, 2000, 2000, 2000, 2000},
    {1000, 0, 3, 10, 10, 2},
    {1e9, 0, 1, 1, 1, 1},
    {0.5, 0, 3000, 10000, 10000, 2000},
};

START_TEST(times_that_face_a_peer_have_a_floor)
{
    struct fwd_xmodem_times times = fwd_xmodem_times(scales[_i].scale, scales[_i].floor);

    ck_assert_uint_eq(times.crc, scales[_i].crc);
    ck_assert_uint_eq(times.sum, scales[_i].sum);
    ck_assert_uint_eq(times.block, scales[_i].block);
    ck_assert_uint_eq(times.gap, scales[_i].gap);
    ck_assert_uint_eq(times.quiet, 200);
}
END_TEST

int main(void)
{
    Suite *suite = suite_create("xmodem");
    TCase *scripts = tcase_create("scripts");

    tcase_add_loop_test(scripts, a_script_is_answered_as_documented, 0, CASES);
    tcase_add_test(scripts, the_first_end_may_have_to_be_confirmed);
    tcase_add_test(scripts, what_the_sink_refuses_ends_the_transfer);
    tcase_add_test(scripts, bytes_after_the_end_are_left);
    tcase_add_test(scripts, answers_that_nobody_fetches_stop_the_input);
    tcase_add_loop_test(
        scripts, times_that_face_a_peer_have_a_floor, 0, (int)(sizeof scales / sizeof *scales));
    suite_add_tcase(suite, scripts);

    SRunner *runner = srunner_create(suite);
    srunner_run_all(runner, CK_NORMAL);
    int failed = srunner_ntests_failed(runner);
    srunner_free(runner);
    return failed == 0 ? EXIT_SUCCESS : EXIT_FAILURE;
}
