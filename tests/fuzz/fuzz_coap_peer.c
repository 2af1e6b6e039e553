#include "tests/fuzz/fuzz_coap_peer.h"

#include <netinet/in.h>
#include <string.h>
#include <sys/socket.h>
#include <unistd.h>

bool coap_peer_open(struct coap_peer *peer)
{
    struct sockaddr_in own = {.sin_family = AF_INET, .sin_addr = {htonl(INADDR_LOOPBACK)}};
    socklen_t size = sizeof own;

    *peer = (struct coap_peer){.mid = 1};
    peer->fd = socket(AF_INET, SOCK_DGRAM | SOCK_NONBLOCK | SOCK_CLOEXEC, 0);
    if (peer->fd < 0 || bind(peer->fd, (struct sockaddr *)&own, size) != 0 ||
        getsockname(peer->fd, (struct sockaddr *)&own, &size) != 0)
        return false;
    peer->port = ntohs(own.sin_port);
    return true;
}

void coap_peer_close(struct coap_peer *peer)
{
    (void)close(peer->fd);
}

void coap_peer_send(struct coap_peer *peer, const uint8_t *bytes, size_t size)
{
    const struct sockaddr_in to = {
        .sin_family = AF_INET, .sin_port = peer->client, .sin_addr = {htonl(INADDR_LOOPBACK)}};

    if (peer->client != 0)
        (void)sendto(peer->fd, bytes, size, 0, (const struct sockaddr *)&to, sizeof to);
}

/* ---- requests -------------------------------------------------------------------------------- */

struct writer {
    uint8_t bytes[1024];
    size_t size;
    uint16_t last; /* option number */
};

static void option(struct writer *w, uint16_t number, const void *value, size_t size)
{
    unsigned delta = number - w->last;
    uint8_t high = (uint8_t)(delta < 13 ? delta : 13), low = (uint8_t)(size < 13 ? size : 13);

    w->bytes[w->size++] = (uint8_t)(high << 4 | low);
    if (delta >= 13)
        w->bytes[w->size++] = (uint8_t)(delta - 13);
    if (size >= 13)
        w->bytes[w->size++] = (uint8_t)(size - 13);
    memcpy(w->bytes + w->size, value, size);
    w->size += size;
    w->last = number;
}

static void option_number(struct writer *w, uint16_t number, uint32_t value)
{
    const uint8_t bytes[3] = {(uint8_t)(value >> 16), (uint8_t)(value >> 8), (uint8_t)value};
    size_t skip = 0;

    while (skip < 3 && bytes[skip] == 0)
        skip++;
    option(w, number, bytes + skip, 3 - skip);
}

static void path(struct writer *w, const char *text)
{
    while (*text != '\0') {
        size_t size = strcspn(text, "/");
        option(w, 11, text, size);
        text += size + (text[size] == '/');
    }
}

void coap_peer_request(struct coap_peer *peer, const struct coap_peer_request *request)
{
    struct writer w = {.size = 5};
    const uint8_t head[5] = {
        0x41, request->method, (uint8_t)(++peer->mid >> 8), (uint8_t)peer->mid, (uint8_t)peer->mid};

    memcpy(w.bytes, head, sizeof head);
    if (request->observe)
        option_number(&w, 6, 0);
    path(&w, request->path);
    if (request->size > 0)
        option_number(&w, 12, (uint32_t)request->format);
    if (request->accept)
        option_number(&w, 17, (uint32_t)request->format);
    if (request->block1 >= 0)
        option_number(&w, 27, (uint32_t)request->block1);
    if (request->size > 0) {
        w.bytes[w.size++] = 0xFF;
        memcpy(w.bytes + w.size, request->payload, request->size);
        w.size += request->size;
    }
    coap_peer_send(peer, w.bytes, w.size);
}

/* ---- answers --------------------------------------------------------------------------------- */

/* 2.01 with Location-Path rd/1, else 2.04; a notification is acknowledged. */
static void answer(struct coap_peer *peer, const uint8_t *m, size_t size)
{
    size_t token = m[0] & 0x0Fu;
    uint8_t reply[32] = {(uint8_t)(0x60 | token), 0x44, m[2], m[3]};
    static const uint8_t location[] = {0x82, 'r', 'd', 0x01, '1'};
    bool confirmable = (m[0] & 0x30) == 0, request = m[1] > 0 && m[1] < 32;
    bool registers = request && size > 4 + token + 3 && m[4 + token] == 0xB2 &&
                     (size == 4 + token + 3 || m[4 + token + 3] != 0x01);

    if (!confirmable || token > 8 || size < 4 + token)
        return;
    memcpy(reply + 4, m + 4, token);
    size_t n = 4 + token;
    if (!request) {
        reply[0] = 0x60;
        reply[1] = 0;
        n = 4;
    } else if (registers) {
        reply[1] = 0x41;
        memcpy(reply + n, location, sizeof location);
        n += sizeof location;
    }
    coap_peer_send(peer, reply, n);
}

void coap_peer_drain(struct coap_peer *peer)
{
    struct sockaddr_in from;
    uint8_t bytes[2048];

    for (;;) {
        socklen_t size = sizeof from;
        ssize_t n = recvfrom(peer->fd, bytes, sizeof bytes, 0, (struct sockaddr *)&from, &size);
        if (n < 0)
            return;
        peer->client = from.sin_port;
        if (n >= 4)
            answer(peer, bytes, (size_t)n);
    }
}
