/* The Xmodem receiver against any sender. An input is a list of actions, so that good blocks are
 * within reach: a byte, modulo 8, and what it needs:
 *   0 N    N * 64 ms pass         4  EOT
 *   1 F    the next good block    5  CAN
 *   2 F N  a good block number N  6  the owner cancels
 *   3 N .. N bytes as they are    7  the owner fetches what is to be sent
 * F: bit 0 1024 bytes, bit 1 checksum. */
#include "module/transport/xmodem.h"
#include "tests/module/transport/xmodem_sender.h"

#include <stdlib.h>

#define STORE_MAX 20000u

struct owner {
    struct fwd_xmodem x;
    uint64_t now;
    size_t stored;
    uint8_t next;
    const uint8_t *in;
    size_t left;
};

static void require(bool what)
{
    if (!what)
        abort();
}

static bool sink(void *ctx, const uint8_t *data, size_t size)
{
    struct owner *owner = ctx;
    unsigned sum = 0;

    require(owner->x.result == FWD_XMODEM_RUNNING);
    require(size == 128 || size == 1024);
    for (size_t i = 0; i < size; i++)
        sum += data[i];
    if (owner->stored + size > STORE_MAX + (sum & 1u))
        return false;
    owner->stored += size;
    owner->next++;
    return true;
}

static void fetch(struct owner *owner)
{
    uint8_t bytes[4];

    while (fwd_xmodem_output(&owner->x, bytes, sizeof bytes) > 0) {
    }
}

static void feed(struct owner *owner, const uint8_t *bytes, size_t size)
{
    while (size > 0 && owner->x.result == FWD_XMODEM_RUNNING) {
        size_t used = fwd_xmodem_feed(&owner->x, bytes, size, owner->now);

        require(used <= size);
        if (used == 0 && owner->x.result == FWD_XMODEM_RUNNING) {
            require(owner->x.out_size > 0);
            fetch(owner);
        }
        bytes += used;
        size -= used;
    }
}

static uint8_t take(struct owner *owner)
{
    if (owner->left == 0)
        return 0;
    owner->left--;
    return *owner->in++;
}

static void block(struct owner *owner, uint8_t flags, uint8_t number)
{
    uint8_t frame[SENDER_FRAME];
    size_t size = sender_block(frame, number, flags & 1u ? 1024 : 128, (flags & 2u) == 0);

    feed(owner, frame, size);
}

static void raw(struct owner *owner)
{
    size_t size = take(owner);

    if (size > owner->left)
        size = owner->left;
    feed(owner, owner->in, size);
    owner->in += size;
    owner->left -= size;
}

static void act(struct owner *owner)
{
    static const uint8_t eot = FWD_XMODEM_EOT, can = FWD_XMODEM_CAN;
    uint8_t flags;

    switch (take(owner) & 7u) {
    case 0:
        owner->now += 64u * take(owner);
        fwd_xmodem_tick(&owner->x, owner->now);
        break;
    case 1:
        block(owner, take(owner), (uint8_t)(owner->next + 1));
        break;
    case 2:
        flags = take(owner);
        block(owner, flags, take(owner));
        break;
    case 3:
        raw(owner);
        break;
    case 4:
        feed(owner, &eot, 1);
        break;
    case 5:
        feed(owner, &can, 1);
        break;
    case 6:
        fwd_xmodem_cancel(&owner->x, owner->now);
        break;
    default:
        fetch(owner);
        break;
    }
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
    struct owner owner = {.in = data, .left = size};
    struct fwd_xmodem_times times = fwd_xmodem_times(1, 0);
    struct fwd_xmodem_setup setup = fwd_xmodem_setup(&times, sink, &owner);

    setup.confirm_eot = size > 0 && (data[0] & 0x80u) != 0;
    fwd_xmodem_start(&owner.x, &setup, 0);
    while (owner.left > 0) {
        act(&owner);
        require(owner.x.stored == owner.stored);
    }
    /* whatever came: it ends, and soon */
    for (int i = 0; i < 40 && owner.x.result == FWD_XMODEM_RUNNING; i++) {
        owner.now = fwd_xmodem_deadline(&owner.x);
        fwd_xmodem_tick(&owner.x, owner.now);
        fetch(&owner);
    }
    require(owner.x.result != FWD_XMODEM_RUNNING);
    require(fwd_xmodem_deadline(&owner.x) == UINT64_MAX);
    require(fwd_xmodem_feed(&owner.x, data, size, owner.now) == 0);
    return 0;
}
