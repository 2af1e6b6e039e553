#include "tests/module/transport/xmodem_sender.h"

#include "module/transport/xmodem.h"

#include <string.h>

uint8_t sender_data(uint8_t number, size_t index)
{
    return (uint8_t)((index * 7u) ^ (index >> 8) ^ (number * 29u));
}

/* Written another way than the receiver's: a bit at a time, as a long division. */
static unsigned division(const uint8_t *data, size_t size)
{
    unsigned rest = 0;

    for (size_t bit = 0; bit < 8 * (size + 2); bit++) {
        unsigned in = bit < 8 * size ? (unsigned)data[bit / 8] >> (7 - bit % 8) & 1u : 0;

        rest = rest << 1 | in;
        if ((rest & 0x10000u) != 0)
            rest ^= 0x11021u;
    }
    return rest;
}

/* Around data that are there already. */
static size_t finish_frame(uint8_t *frame, uint8_t number, size_t size, bool crc)
{
    unsigned sum = 0;

    frame[0] = size == 1024 ? FWD_XMODEM_STX : FWD_XMODEM_SOH;
    frame[1] = number;
    frame[2] = (uint8_t)(255 - number);
    for (size_t i = 0; i < size; i++)
        sum += frame[3 + i];
    if (crc)
        sum = division(frame + 3, size);
    if (crc)
        frame[3 + size] = (uint8_t)(sum >> 8);
    frame[3 + size + (crc ? 1 : 0)] = (uint8_t)sum;
    return 3 + size + (crc ? 2 : 1);
}

size_t sender_block(uint8_t *frame, uint8_t number, size_t size, bool crc)
{
    for (size_t i = 0; i < size; i++)
        frame[3 + i] = sender_data(number, i);
    return finish_frame(frame, number, size, crc);
}

size_t sender_part(uint8_t *frame, const struct fwd_bytes *file, size_t at, size_t size, bool crc)
{
    size_t piece = file->size - at < size ? file->size - at : size;

    memset(frame + 3, FWD_XMODEM_FILL, size);
    memcpy(frame + 3, file->data + at, piece);
    return finish_frame(frame, (uint8_t)(at / size + 1), size, crc);
}

static size_t current(const struct sender *sender, uint8_t *frame)
{
    if (sender->next < sender->blocks)
        return sender_block(frame, (uint8_t)(sender->next + 1), sender->size, sender->crc);
    frame[0] = FWD_XMODEM_EOT;
    return 1;
}

size_t sender_answer(struct sender *sender, uint8_t byte, uint8_t *frame)
{
    if (byte == FWD_XMODEM_CAN)
        sender->failed = true;
    if (sender->done || sender->failed)
        return 0;
    if (byte == FWD_XMODEM_ACK && sender->sent) {
        sender->done = sender->next == sender->blocks;
        sender->next++;
        return sender->done ? 0 : current(sender, frame);
    }
    if (byte != FWD_XMODEM_NAK && byte != FWD_XMODEM_CRC)
        return 0;
    if (!sender->sent)
        sender->crc = byte == FWD_XMODEM_CRC;
    sender->sent = true;
    return current(sender, frame);
}
