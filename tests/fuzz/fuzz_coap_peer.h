/* A CoAP server in the words of this test alone: it takes any registration, and sends requests, or
 * whatever bytes, to who has registered. */
#ifndef FWD_TESTS_FUZZ_FUZZ_COAP_PEER_H
#define FWD_TESTS_FUZZ_FUZZ_COAP_PEER_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

struct coap_peer {
    int fd;
    uint16_t port;
    uint16_t client; /* port of who has sent something; network order; 0: nobody */
    uint16_t mid;
};

struct coap_peer_request {
    uint8_t method;
    const char *path; /* "5/0/1" */
    int32_t format;
    bool observe, accept;
    int32_t block1; /* -1: none */
    const uint8_t *payload;
    size_t size;
};

bool coap_peer_open(struct coap_peer *peer);
void coap_peer_close(struct coap_peer *peer);
void coap_peer_send(struct coap_peer *peer, const uint8_t *bytes, size_t size);
void coap_peer_request(struct coap_peer *peer, const struct coap_peer_request *request);
/* Reads what has come; requests are answered. */
void coap_peer_drain(struct coap_peer *peer);

#endif
