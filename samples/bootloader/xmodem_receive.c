#include "xmodem_receive.h"

#include "board.h"

enum { SOH = 0x01, STX = 0x02, EOT = 0x04, ACK = 0x06, NAK = 0x15, CAN = 0x18, WITH_CRC = 'C' };
enum { START_TRIES = 20, START_MS = 3000, BYTE_MS = 1000, ERRORS_MAX = 10 };

static uint16_t crc16(const uint8_t *bytes, uint32_t size)
{
    uint16_t crc = 0;

    for (uint32_t i = 0; i < size; i++) {
        crc ^= (uint16_t)(bytes[i] << 8);
        for (int bit = 0; bit < 8; bit++)
            crc = (uint16_t)((crc & 0x8000u) != 0 ? crc << 1 ^ 0x1021 : crc << 1);
    }
    return crc;
}

static bool receive(uint8_t *bytes, uint32_t size)
{
    for (uint32_t i = 0; i < size; i++) {
        int byte = board_get(BYTE_MS);
        if (byte < 0)
            return false;
        bytes[i] = (uint8_t)byte;
    }
    return true;
}

/* After the first byte of a block: number, its complement, the bytes, CRC. */
static bool receive_block(uint8_t *block, uint32_t size, uint8_t *number)
{
    uint8_t head[2], tail[2];

    if (!receive(head, 2) || !receive(block, size) || !receive(tail, 2))
        return false;
    *number = head[0];
    return (head[0] ^ head[1]) == 0xFF && crc16(block, size) == (tail[0] << 8 | tail[1]);
}

static int first_byte(bool started)
{
    for (int i = 0; i < START_TRIES; i++) {
        board_put(started ? NAK : WITH_CRC);
        int byte = board_get(START_MS);
        if (byte >= 0)
            return byte;
    }
    return -1;
}

static enum xmodem_end refuse(void)
{
    board_put(CAN);
    board_put(CAN);
    return XMODEM_REFUSED;
}

enum xmodem_end xmodem_receive(
    bool (*take)(void *ctx, const uint8_t *bytes, uint32_t size), void *ctx)
{
    static uint8_t block[1024];
    uint8_t expected = 1, number;
    int errors = 0, byte = first_byte(false);

    while (byte >= 0 && byte != CAN && errors < ERRORS_MAX) {
        if (byte == EOT) {
            board_put(ACK);
            return XMODEM_COMPLETE;
        }
        uint32_t size = byte == STX ? 1024 : 128;
        bool good = (byte == SOH || byte == STX) && receive_block(block, size, &number);
        if (good && number == expected) {
            if (!take(ctx, block, size))
                return refuse();
            expected++;
            errors = 0;
        } else if (!good || number != (uint8_t)(expected - 1)) {
            errors++; /* not merely a block that is sent again since our answer was lost */
            while (board_get(BYTE_MS) >= 0)
                ;
        }
        board_put(good ? ACK : NAK);
        byte = board_get(START_MS);
        if (byte < 0)
            byte = first_byte(true);
    }
    return XMODEM_NOBODY;
}
