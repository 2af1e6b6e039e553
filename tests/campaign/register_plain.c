/* As register_load, without DTLS and by itself: it costs so little that the server is what is
 * measured.
 *
 * usage: register_plain URI FILE RATE ROUND */
#include <arpa/inet.h>
#include <poll.h>
#include <stdbool.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/socket.h>
#include <time.h>
#include <unistd.h>

#define AT_ONCE            500
#define CLIENTS_AN_ADDRESS 2000u
#define AGAIN_S            2.5 /* a client repeats itself after so long */
#define TRIES              5

struct client {
    int fd; /* -1: none */
    int tries;
    double sent;
    size_t size;
    unsigned char message[128];
};

static struct client clients[AT_ONCE];
static unsigned registered, refused, lost, repeated, waiting;

static double seconds(void)
{
    struct timespec now;

    (void)clock_gettime(CLOCK_MONOTONIC, &now);
    return (double)now.tv_sec + (double)now.tv_nsec / 1e9;
}

static struct sockaddr_in address(unsigned host, unsigned port)
{
    return (struct sockaddr_in){.sin_family = AF_INET,
        .sin_addr = {.s_addr = htonl(host)},
        .sin_port = htons((unsigned short)port)};
}

static void say(struct client *c)
{
    c->sent = seconds();
    c->tries++;
    (void)!send(c->fd, c->message, c->size, 0);
}

/* POST /rd?ep=urn:imei:...&lt=86400 */
static void begin(
    struct client *c, const char *imei, unsigned number, unsigned round, unsigned port)
{
    static const unsigned char head[] = {0x41, 0x02, 0, 0, 'r', 0xB2, 'r', 'd', 0x4D, 27 - 13};
    struct sockaddr_in local =
        address(0x7F000000u | (round & 0xFFu) << 8 | (1 + number / CLIENTS_AN_ADDRESS), 0);
    struct sockaddr_in server = address(INADDR_LOOPBACK, port);

    c->fd = socket(AF_INET, SOCK_DGRAM | SOCK_NONBLOCK, 0);
    if (c->fd < 0 || bind(c->fd, (struct sockaddr *)&local, sizeof local) != 0 ||
        connect(c->fd, (struct sockaddr *)&server, sizeof server) != 0) {
        perror("a socket");
        exit(3);
    }
    memcpy(c->message, head, sizeof head);
    c->message[2] = (unsigned char)(number >> 8);
    c->message[3] = (unsigned char)number;
    c->size = sizeof head + (size_t)snprintf((char *)c->message + sizeof head, 40,
                                "ep=urn:imei:%.15s\x08lt=86400", imei);
    c->tries = 0;
    waiting++;
    say(c);
}

static void end(struct client *c)
{
    (void)close(c->fd);
    c->fd = -1;
    waiting--;
}

static void look(struct client *c)
{
    unsigned char answer[256];

    if (c->fd < 0)
        return;
    if (recv(c->fd, answer, sizeof answer, 0) >= 4) {
        registered += answer[1] == 0x41 ? 1 : 0;
        refused += answer[1] == 0x41 ? 0 : 1;
        end(c);
    } else if (seconds() > c->sent + AGAIN_S && c->tries < TRIES) {
        repeated++;
        say(c);
    } else if (seconds() > c->sent + AGAIN_S) {
        lost++;
        end(c);
    }
}

int main(int argc, char **argv)
{
    FILE *list = argc == 5 ? fopen(argv[2], "r") : NULL;
    const char *colon = list != NULL ? strrchr(argv[1], ':') : NULL;
    char imei[64];
    bool more = colon != NULL;
    unsigned begun = 0;

    if (!more)
        return 2;
    double rate = strtod(argv[3], NULL), start = seconds(), last = start;
    unsigned round = (unsigned)atoi(argv[4]), port = (unsigned)atoi(colon + 1);
    for (int i = 0; i < AT_ONCE; i++)
        clients[i].fd = -1;
    while (more || waiting > 0) {
        for (int i = 0; i < AT_ONCE; i++) {
            look(&clients[i]);
            if (clients[i].fd >= 0 || !more || begun >= (seconds() - start) * rate)
                continue;
            more = fscanf(list, "%63s", imei) == 1;
            if (more)
                begin(&clients[i], imei, begun++, round, port);
            last = seconds();
        }
        (void)poll(NULL, 0, 1);
    }
    printf("%u registered, %u refused, %u lost, %u repeated, %.1f s\n", registered, refused, lost,
        repeated, last - start);
    (void)fclose(list);
    return registered == begun ? 0 : 1;
}
