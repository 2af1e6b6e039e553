#include "host_xmodem.h"

#include <string.h>

enum { SOH = 1, STX = 2, EOT = 4, ACK = 6, NAK = 21, CAN = 24, FILL = 26 };

#define START_SECONDS  120 /* the handshake lasts 109 */
#define ANSWER_SECONDS 30  /* a receiver that misses something says so after 10 */
#define TRIES          10  /* of one block */

struct frame {
    unsigned char bytes[3 + 1024 + 2];
    size_t size;
};

static unsigned crc16(const unsigned char *bytes, size_t size)
{
    unsigned crc = 0;

    for (size_t i = 0; i < size; i++) {
        crc ^= (unsigned)bytes[i] << 8;
        for (int bit = 0; bit < 8; bit++)
            crc = (crc & 0x8000u) != 0 ? (crc << 1 ^ 0x1021u) & 0xFFFFu : crc << 1;
    }
    return crc;
}

static unsigned sum8(const unsigned char *bytes, size_t size)
{
    unsigned sum = 0;

    for (size_t i = 0; i < size; i++)
        sum += bytes[i];
    return sum & 0xFFu;
}

/* The next block of the file; false: it has none. */
static bool next_block(struct frame *frame, FILE *file, size_t block, unsigned number, bool crc)
{
    unsigned char *data = frame->bytes + 3;
    size_t n = fread(data, 1, block, file);

    if (n == 0)
        return false;
    frame->bytes[0] = block == 1024 ? STX : SOH;
    frame->bytes[1] = (unsigned char)number;
    frame->bytes[2] = (unsigned char)~number;
    memset(data + n, FILL, block - n);
    frame->size = 3 + block;
    unsigned check = crc ? crc16(data, block) : sum8(data, block);
    if (crc)
        frame->bytes[frame->size++] = (unsigned char)(check >> 8);
    frame->bytes[frame->size++] = (unsigned char)check;
    return true;
}

/* Waits for ACK, NAK or C; everything else is noise, but two CAN in a row end it. 0: it ended. */
static int answer(struct host_link *link, int seconds)
{
    int last = 0;

    for (;;) {
        int byte = host_link_byte(link, seconds);

        if (byte < 0 || (byte == CAN && last == CAN))
            return 0;
        if (byte == ACK || byte == NAK || byte == 'C')
            return byte;
        last = byte;
    }
}

/* As often as the receiver asks for it. */
static bool deliver(struct host_link *link, const struct frame *frame)
{
    for (int i = 0; i < TRIES; i++) {
        if (!host_link_send_bytes(link, frame->bytes, frame->size))
            return false;
        int byte = answer(link, ANSWER_SECONDS);
        if (byte == ACK || byte == 0)
            return byte == ACK;
    }
    return false;
}

bool host_xmodem_send(struct host_link *link, FILE *file, size_t block)
{
    static const unsigned char cancel[] = {CAN, CAN};
    static const struct frame end = {{EOT}, 1};
    struct frame frame = {{0}, 0};
    unsigned number = 1;
    int asked = answer(link, START_SECONDS);
    bool good = asked == 'C' || asked == NAK;

    host_link_forget(link); /* it may have asked more than once */
    while (good && next_block(&frame, file, block, number, asked == 'C')) {
        good = deliver(link, &frame);
        number++;
    }
    good = good && number > 1 && !ferror(file);
    if (!good)
        (void)host_link_send_bytes(link, cancel, sizeof cancel);
    return good && deliver(link, &end);
}
