#include "module/transport/xmodem.h"

#include <string.h>

/* In a row, these cancel even where a block is expected to go on: nobody sends that by chance. */
#define CANCELS_IN_BLOCK   5u
#define CANCELS_IN_BETWEEN 2u
#define HEADER             3u /* start, number, its complement */

enum state {
    HANDSHAKE,
    BETWEEN, /* blocks */
    BLOCK,
    NOISE,  /* after a damaged block: until the line is silent */
    ENDING, /* the same, before the owner gets the line back */
    ENDED
};

struct fwd_xmodem_times fwd_xmodem_times(double scale, uint32_t floor_ms)
{
    struct fwd_xmodem_times times = {
        .crc = 3000, .sum = 10000, .block = 10000, .gap = 2000, .quiet = 200};
    uint32_t *const scaled[] = {&times.crc, &times.sum, &times.block, &times.gap};

    for (size_t i = 0; i < sizeof scaled / sizeof *scaled && scale > 1; i++) {
        uint32_t low = *scaled[i] < floor_ms ? *scaled[i] : floor_ms;
        double time = (double)*scaled[i] / scale;

        *scaled[i] = time < low ? low : (uint32_t)time;
        if (*scaled[i] == 0)
            *scaled[i] = 1;
    }
    return times;
}

struct fwd_xmodem_setup fwd_xmodem_setup(const struct fwd_xmodem_times *times,
    bool (*sink)(void *ctx, const uint8_t *data, size_t size), void *ctx)
{
    return (struct fwd_xmodem_setup){.times = *times,
        .crc_tries = 3,
        .sum_tries = 10,
        .max_errors = 10,
        .sink = sink,
        .ctx = ctx};
}

static void say(struct fwd_xmodem *x, uint8_t byte)
{
    if (x->out_size < sizeof x->out)
        x->out[x->out_size++] = byte;
}

/* The last word of the receiver, and then room for the words of the sender. */
static void end(struct fwd_xmodem *x, enum fwd_xmodem_result how, unsigned cancels, uint64_t now)
{
    if (x->state == ENDED || x->state == ENDING)
        return;
    if (cancels > 0)
        x->out_size = 0;
    for (unsigned i = 0; i < cancels; i++)
        say(x, FWD_XMODEM_CAN);
    x->ending = how;
    x->state = ENDING;
    x->deadline = now + x->setup.times.quiet;
    x->limit = now + 10u * (uint64_t)x->setup.times.quiet;
}

static void give_up(struct fwd_xmodem *x, enum fwd_xmodem_result how, uint64_t now)
{
    end(x, how, CANCELS_IN_BLOCK, now);
}

static void finish(struct fwd_xmodem *x, enum fwd_xmodem_result how)
{
    x->state = ENDED;
    x->result = how;
}

static void await_block(struct fwd_xmodem *x, uint64_t now)
{
    x->state = BETWEEN;
    x->cancels = 0;
    x->deadline = now + x->setup.times.block;
}

/* R99: C at 0, 3, 6 s; NAK at 9, 19, ... 99 s; the end at 109 s. */
static void pulse(struct fwd_xmodem *x)
{
    bool crc = x->tries < x->setup.crc_tries;

    if (x->tries >= x->setup.crc_tries + x->setup.sum_tries) {
        finish(x, FWD_XMODEM_TIMEOUT);
        return;
    }
    say(x, crc ? FWD_XMODEM_CRC : FWD_XMODEM_NAK);
    x->deadline += crc ? x->setup.times.crc : x->setup.times.sum;
    x->crc = crc; /* R100: what a sender that starts now must use */
    x->tries++;
}

void fwd_xmodem_start(struct fwd_xmodem *x, const struct fwd_xmodem_setup *setup, uint64_t now_ms)
{
    memset(x, 0, sizeof *x);
    x->setup = *setup;
    x->state = HANDSHAKE;
    x->expected = 1;
    x->deadline = now_ms;
    pulse(x);
}

/* A block did not arrive as it should. Until the first good one, a sender may still be asking
 * itself which check to use: it gets the same answer as in the handshake. */
static void ask_again(struct fwd_xmodem *x, uint64_t now)
{
    x->errors++;
    if (++x->block_errors > x->setup.max_errors) {
        give_up(x, FWD_XMODEM_ERRORS, now);
        return;
    }
    say(x, x->stored == 0 && x->crc ? FWD_XMODEM_CRC : FWD_XMODEM_NAK);
    await_block(x, now);
}

/* What is still under way of a damaged block would be taken for the answer to a NAK. */
static void await_silence(struct fwd_xmodem *x, uint64_t now)
{
    x->state = NOISE;
    x->deadline = now + x->setup.times.quiet;
    x->limit = now + x->setup.times.block;
}

static uint16_t crc16(const uint8_t *data, size_t size)
{
    unsigned crc = 0;

    for (size_t i = 0; i < size; i++) {
        crc ^= (unsigned)data[i] << 8;
        for (int bit = 0; bit < 8; bit++)
            crc = (crc & 0x8000u) != 0 ? crc << 1 ^ 0x1021u : crc << 1;
    }
    return (uint16_t)crc;
}

static uint8_t sum8(const uint8_t *data, size_t size)
{
    unsigned sum = 0;

    for (size_t i = 0; i < size; i++)
        sum += data[i];
    return (uint8_t)sum;
}

static size_t data_size(const struct fwd_xmodem *x)
{
    return x->frame[0] == FWD_XMODEM_STX ? FWD_XMODEM_BLOCK_MAX : 128;
}

static void take_block(struct fwd_xmodem *x, uint64_t now)
{
    size_t size = data_size(x);

    if (x->frame[1] == (uint8_t)(x->expected - 1) && x->stored > 0) {
        /* our ACK was lost; a sender that never gets further is stopped all the same */
        if (++x->block_errors > x->setup.max_errors) {
            give_up(x, FWD_XMODEM_ERRORS, now);
            return;
        }
    } else if (x->frame[1] != x->expected) {
        give_up(x, FWD_XMODEM_SEQUENCE, now);
        return;
    } else if (!x->setup.sink(x->setup.ctx, x->frame + HEADER, size)) {
        give_up(x, FWD_XMODEM_REFUSED, now);
        return;
    } else {
        x->expected++;
        x->block_errors = 0;
        x->stored += size;
        x->block = size;
    }
    say(x, FWD_XMODEM_ACK);
    await_block(x, now);
}

static bool is_good(const struct fwd_xmodem *x)
{
    size_t size = data_size(x);
    const uint8_t *check = x->frame + HEADER + size;

    if (x->want == HEADER + size + 2)
        return crc16(x->frame + HEADER, size) == (check[0] << 8 | check[1]);
    return sum8(x->frame + HEADER, size) == check[0];
}

static void judge_block(struct fwd_xmodem *x, uint64_t now)
{
    if (is_good(x)) {
        x->crc = x->want == HEADER + data_size(x) + 2;
        take_block(x, now);
    } else if (!x->crc && x->want == HEADER + data_size(x) + 1) {
        /* A C may have waited in a buffer between us until after the first NAK: see whether one
         * more byte makes it a CRC. */
        x->want++;
        x->deadline = now + x->setup.times.quiet;
    } else {
        await_silence(x, now);
    }
}

static void begin_block(struct fwd_xmodem *x, uint8_t start, uint64_t now)
{
    x->begun = true;
    x->eot_seen = false;
    x->state = BLOCK;
    x->frame[0] = start;
    x->have = 1;
    x->want = HEADER + data_size(x) + (x->crc ? 2 : 1);
    x->deadline = now + x->setup.times.gap;
}

static void take_eot(struct fwd_xmodem *x, uint64_t now)
{
    if (x->setup.confirm_eot && !x->eot_seen) {
        x->eot_seen = true;
        say(x, FWD_XMODEM_NAK);
        await_block(x, now);
        return;
    }
    say(x, FWD_XMODEM_ACK);
    finish(x, FWD_XMODEM_DONE);
}

static void count_cancels(struct fwd_xmodem *x, uint8_t byte)
{
    if (byte == FWD_XMODEM_CAN)
        x->cancels = (uint8_t)(x->cancels + (x->cancels < UINT8_MAX ? 1 : 0));
    else if (byte != FWD_XMODEM_BS)
        x->cancels = 0;
}

/* A byte where a block, the end or a cancel may begin. Anything else between blocks may be one
 * whose start was damaged: what follows could hold an EOT. In the handshake it is of no interest.
 */
static void take_start(struct fwd_xmodem *x, uint8_t byte, uint64_t now)
{
    count_cancels(x, byte);
    if (byte == FWD_XMODEM_SOH || byte == FWD_XMODEM_STX)
        begin_block(x, byte, now);
    else if (byte == FWD_XMODEM_EOT)
        take_eot(x, now);
    else if (x->cancels >= CANCELS_IN_BETWEEN)
        end(x, FWD_XMODEM_CANCELLED, 0, now);
    else if (x->state == BETWEEN && x->cancels == 0)
        await_silence(x, now);
}

static void take_inside(struct fwd_xmodem *x, uint8_t byte, uint64_t now)
{
    count_cancels(x, byte);
    x->frame[x->have++] = byte;
    x->deadline = now + x->setup.times.gap;
    if (x->have == HEADER && (x->frame[1] ^ x->frame[2]) != 0xFF)
        await_silence(x, now);
    else if (x->have == x->want)
        judge_block(x, now);
}

static void take_noise(struct fwd_xmodem *x, uint8_t byte, uint64_t now)
{
    count_cancels(x, byte);
    x->deadline = now + x->setup.times.quiet;
}

static void take(struct fwd_xmodem *x, uint8_t byte, uint64_t now)
{
    if (x->state == BLOCK)
        take_inside(x, byte, now);
    else if (x->state == NOISE || x->state == ENDING)
        take_noise(x, byte, now);
    else
        take_start(x, byte, now);
}

/* Time is up in a state other than the handshake. */
static void expire(struct fwd_xmodem *x, uint64_t now)
{
    if (x->state == ENDING)
        finish(x, x->ending);
    else if (x->state != BETWEEN && x->cancels >= CANCELS_IN_BLOCK)
        end(x, FWD_XMODEM_CANCELLED, 0, now);
    else
        ask_again(x, now);
}

static bool has_room(const struct fwd_xmodem *x)
{
    return x->out_size + CANCELS_IN_BLOCK <= sizeof x->out;
}

size_t fwd_xmodem_feed(struct fwd_xmodem *x, const uint8_t *bytes, size_t size, uint64_t now_ms)
{
    size_t used = 0;

    /* Elsewhere the bytes come first: they were on time, it is the owner who was late. */
    if (x->state == HANDSHAKE)
        fwd_xmodem_tick(x, now_ms);
    while (used < size && x->state != ENDED && has_room(x))
        take(x, bytes[used++], now_ms);
    fwd_xmodem_tick(x, now_ms);
    return used;
}

void fwd_xmodem_tick(struct fwd_xmodem *x, uint64_t now_ms)
{
    while (x->state == HANDSHAKE && now_ms >= x->deadline)
        pulse(x);
    if (x->state != HANDSHAKE && now_ms >= fwd_xmodem_deadline(x))
        expire(x, now_ms);
}

uint64_t fwd_xmodem_deadline(const struct fwd_xmodem *x)
{
    if (x->state == ENDED)
        return UINT64_MAX;
    if ((x->state == NOISE || x->state == ENDING) && x->limit < x->deadline)
        return x->limit;
    return x->deadline;
}

size_t fwd_xmodem_output(struct fwd_xmodem *x, uint8_t *bytes, size_t room)
{
    size_t size = x->out_size < room ? x->out_size : room;

    memcpy(bytes, x->out, size);
    memmove(x->out, x->out + size, x->out_size - size);
    x->out_size -= size;
    return size;
}

void fwd_xmodem_cancel(struct fwd_xmodem *x, uint64_t now_ms)
{
    give_up(x, FWD_XMODEM_STOPPED, now_ms);
}

const char *fwd_xmodem_result_name(enum fwd_xmodem_result result)
{
    static const char *const names[] = {
        "running", "done", "timeout", "cancelled", "sequence", "errors", "refused", "stopped"};

    return (size_t)result < sizeof names / sizeof *names ? names[result] : "unknown";
}
