#include "tests/module/transport/xmodem_line.h"

#include <check.h>
#include <stdlib.h>
#include <string.h>

#define STORE 65536u

static bool store(void *ctx, const uint8_t *data, size_t size)
{
    struct xmodem_line *line = ctx;

    if (line->stored + size > line->room)
        return false;
    memcpy(line->store + line->stored, data, size);
    line->stored += size;
    return true;
}

static char letter(uint8_t byte)
{
    static const struct {
        uint8_t byte;
        char letter;
    } letters[] = {
        {FWD_XMODEM_CRC, 'C'}, {FWD_XMODEM_NAK, 'N'}, {FWD_XMODEM_ACK, 'A'}, {FWD_XMODEM_CAN, 'X'}};

    for (size_t i = 0; i < sizeof letters / sizeof *letters; i++) {
        if (letters[i].byte == byte)
            return letters[i].letter;
    }
    return '?';
}

void line_listen(struct xmodem_line *line)
{
    uint8_t bytes[3];
    size_t size;

    while ((size = fwd_xmodem_output(&line->x, bytes, sizeof bytes)) > 0) {
        for (size_t i = 0; i < size && line->said_size < sizeof line->said - 1; i++)
            line->said[line->said_size++] = letter(bytes[i]);
    }
}

void line_feed(struct xmodem_line *line, const uint8_t *bytes, size_t size, size_t piece)
{
    while (size > 0 && line->x.result == FWD_XMODEM_RUNNING) {
        size_t some = piece > 0 && piece < size ? piece : size;
        size_t used = fwd_xmodem_feed(&line->x, bytes, some, line->now);

        line_listen(line);
        ck_assert(used > 0 || line->x.result != FWD_XMODEM_RUNNING);
        bytes += used;
        size -= used;
    }
    line->left = size;
}

void line_wait_until(struct xmodem_line *line, uint64_t time)
{
    while (fwd_xmodem_deadline(&line->x) <= time) {
        line->now = fwd_xmodem_deadline(&line->x);
        fwd_xmodem_tick(&line->x, line->now);
        line_listen(line);
    }
    line->now = time;
}

void line_open(struct xmodem_line *line, const struct fwd_xmodem_setup *setup)
{
    memset(line, 0, sizeof *line);
    line->store = malloc(STORE);
    ck_assert_ptr_nonnull(line->store);
    line->room = STORE;
    struct fwd_xmodem_setup mine = *setup;
    mine.sink = store;
    mine.ctx = line;
    fwd_xmodem_start(&line->x, &mine, 0);
    line_listen(line);
}

struct fwd_xmodem_setup line_setup(void)
{
    struct fwd_xmodem_times times = fwd_xmodem_times(1, 0);

    return fwd_xmodem_setup(&times, NULL, NULL);
}
