/* DTLS with a pre-shared key, by Mbed TLS, for programs that speak plain UDP: libcoap's is another
 * implementation.
 *
 *     dtls_front server PORT IDENTITY KEY TARGET     DTLS comes to PORT, goes on plain to TARGET
 *
 *     dtls_front client PORT IDENTITY KEY TARGET     plain comes to PORT, goes on as DTLS to TARGET
 *
 * All at 127.0.0.1; KEY in hexadecimal digits. One peer at a time, a server takes the newest. Says
 * "ready", and "secure" and "refused" when a handshake has ended. */
#include <arpa/inet.h>
#include <mbedtls/ctr_drbg.h>
#include <mbedtls/entropy.h>
#include <mbedtls/ssl.h>
#include <mbedtls/timing.h>
#include <poll.h>
#include <stdbool.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/socket.h>

#define DATAGRAM 2048

struct side {
    int fd;
    struct sockaddr_in peer; /* the last that was heard, or the target; port 0: nobody */
};

struct front {
    bool server;
    struct side secure, plain;
    unsigned char in[DATAGRAM];
    size_t in_size; /* 0: nothing has come for DTLS */
    bool established;
    mbedtls_ssl_context ssl;
    mbedtls_ssl_config config;
    mbedtls_entropy_context entropy;
    mbedtls_ctr_drbg_context random;
    mbedtls_timing_delay_context timer;
};

static void say(const char *text)
{
    puts(text);
    (void)fflush(stdout);
}

static struct sockaddr_in local(const char *port)
{
    struct sockaddr_in a = {.sin_family = AF_INET, .sin_addr.s_addr = htonl(INADDR_LOOPBACK)};

    a.sin_port = htons((uint16_t)strtoul(port, NULL, 10));
    return a;
}

static bool open_side(struct side *side, const char *port)
{
    struct sockaddr_in a = local(port);

    side->fd = socket(AF_INET, SOCK_DGRAM, 0);
    return side->fd >= 0 && bind(side->fd, (const struct sockaddr *)&a, sizeof a) == 0;
}

static void put(const struct side *side, const unsigned char *bytes, size_t size)
{
    if (side->peer.sin_port != 0)
        (void)sendto(
            side->fd, bytes, size, 0, (const struct sockaddr *)&side->peer, sizeof side->peer);
}

/* ---- what Mbed TLS asks for ------------------------------------------------------------------ */

static int on_send(void *ctx, const unsigned char *bytes, size_t size)
{
    put(&((struct front *)ctx)->secure, bytes, size);
    return (int)size;
}

static int on_receive(void *ctx, unsigned char *bytes, size_t room)
{
    struct front *f = ctx;
    size_t size = f->in_size < room ? f->in_size : room;

    if (size == 0)
        return MBEDTLS_ERR_SSL_WANT_READ;
    memcpy(bytes, f->in, size);
    f->in_size = 0;
    return (int)size;
}

static bool prepare(struct front *f, const char *identity, const char *key_text)
{
    unsigned char key[64];
    size_t size = strlen(key_text) / 2;

    for (size_t i = 0; i < size && i < sizeof key; i++) {
        unsigned byte = 0;
        if (sscanf(key_text + 2 * i, "%2x", &byte) != 1)
            return false;
        key[i] = (unsigned char)byte;
    }
    mbedtls_ssl_init(&f->ssl);
    mbedtls_ssl_config_init(&f->config);
    mbedtls_entropy_init(&f->entropy);
    mbedtls_ctr_drbg_init(&f->random);
    if (mbedtls_ctr_drbg_seed(&f->random, mbedtls_entropy_func, &f->entropy, NULL, 0) != 0 ||
        mbedtls_ssl_config_defaults(&f->config,
            f->server ? MBEDTLS_SSL_IS_SERVER : MBEDTLS_SSL_IS_CLIENT,
            MBEDTLS_SSL_TRANSPORT_DATAGRAM, MBEDTLS_SSL_PRESET_DEFAULT) != 0)
        return false;
    mbedtls_ssl_conf_rng(&f->config, mbedtls_ctr_drbg_random, &f->random);
    mbedtls_ssl_conf_dtls_cookies(&f->config, NULL, NULL, NULL); /* nobody else is here */
    if (mbedtls_ssl_conf_psk(
            &f->config, key, size, (const unsigned char *)identity, strlen(identity)) != 0 ||
        mbedtls_ssl_setup(&f->ssl, &f->config) != 0)
        return false;
    mbedtls_ssl_set_bio(&f->ssl, f, on_send, on_receive, NULL);
    mbedtls_ssl_set_timer_cb(
        &f->ssl, &f->timer, mbedtls_timing_set_delay, mbedtls_timing_get_delay);
    return true;
}

/* ---- passing on ------------------------------------------------------------------------------ */

static void begin_anew(struct front *f)
{
    (void)mbedtls_ssl_session_reset(&f->ssl);
    f->established = false;
}

static bool is_trouble(int code)
{
    return code != MBEDTLS_ERR_SSL_WANT_READ && code != MBEDTLS_ERR_SSL_WANT_WRITE;
}

static void shake_hands(struct front *f)
{
    int code = mbedtls_ssl_handshake(&f->ssl);

    if (code == 0) {
        f->established = true;
        say("secure");
    } else if (is_trouble(code)) {
        say("refused");
        begin_anew(f);
    }
}

static void from_secure(struct front *f)
{
    unsigned char bytes[DATAGRAM];
    int size;

    if (!f->established)
        shake_hands(f);
    while (f->established &&
           (size = mbedtls_ssl_read(&f->ssl, bytes, sizeof bytes)) != MBEDTLS_ERR_SSL_WANT_READ) {
        if (size > 0)
            put(&f->plain, bytes, (size_t)size);
        else
            begin_anew(f);
    }
}

static void take_secure(struct front *f)
{
    struct sockaddr_in from;
    socklen_t length = sizeof from;
    ssize_t size =
        recvfrom(f->secure.fd, f->in, sizeof f->in, 0, (struct sockaddr *)&from, &length);

    if (size <= 0)
        return;
    if (f->server && from.sin_port != f->secure.peer.sin_port) {
        f->secure.peer = from;
        begin_anew(f);
    }
    f->in_size = (size_t)size;
    from_secure(f);
    f->in_size = 0;
}

static void take_plain(struct front *f)
{
    unsigned char bytes[DATAGRAM];
    struct sockaddr_in from;
    socklen_t length = sizeof from;
    ssize_t size = recvfrom(f->plain.fd, bytes, sizeof bytes, 0, (struct sockaddr *)&from, &length);

    if (size <= 0)
        return;
    if (!f->server)
        f->plain.peer = from;
    if (f->established)
        (void)mbedtls_ssl_write(&f->ssl, bytes, (size_t)size);
    else if (!f->server)
        shake_hands(f); /* what came is sent again by its sender */
}

int main(int argc, char **argv)
{
    static struct front f;

    if (argc != 6)
        return 2;
    f.server = strcmp(argv[1], "server") == 0;
    if (!open_side(f.server ? &f.secure : &f.plain, argv[2]) ||
        !open_side(f.server ? &f.plain : &f.secure, "0") || !prepare(&f, argv[3], argv[4])) {
        fputs("dtls_front: cannot begin\n", stderr);
        return 3;
    }
    *(f.server ? &f.plain.peer : &f.secure.peer) = local(argv[5]);
    say("ready");
    for (;;) {
        struct pollfd fds[2] = {{f.secure.fd, POLLIN, 0}, {f.plain.fd, POLLIN, 0}};
        bool under_way = !f.established && f.secure.peer.sin_port != 0 &&
                         (f.server || f.plain.peer.sin_port != 0);
        int ready = poll(fds, 2, under_way ? 100 : -1);
        if ((fds[0].revents & POLLIN) != 0)
            take_secure(&f);
        if ((fds[1].revents & POLLIN) != 0)
            take_plain(&f);
        if (ready == 0)
            shake_hands(&f); /* its timer may be due */
    }
}
