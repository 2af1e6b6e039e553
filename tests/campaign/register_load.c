/* Registers many clients at a steady rate, each on a socket of its own, and counts the answers.
 *
 * usage: register_load URI FILE RATE ROUND [KEY]
 *
 * URI: coap://127.0.0.1:PORT, or coaps://127.0.0.1:PORT with the key of all, as text; FILE: an IMEI
 * a line; RATE: clients a second. Prints "N registered, N refused, N lost, N.N s". A handshake that
 * failed is begun again, as clients do: "N repeated". */
#include <arpa/inet.h>
#include <coap3/coap.h>
#include <stdbool.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/resource.h>
#include <time.h>

#define LATE_S 100 /* after the last one: OpenSSL gives a handshake up after 31 s */
#define AT_ONCE                                                                                    \
    500u /* clients that wait for their answers; libcoap looks at all of them each time */

#define PORTS      997u /* more than AT_ONCE */
#define FIRST_PORT 40000u

static unsigned registered, refused, lost, repeated;
static char again[AT_ONCE][64]; /* clients that begin again */
static unsigned again_count;

static double seconds(void)
{
    struct timespec now;

    (void)clock_gettime(CLOCK_MONOTONIC, &now);
    return (double)now.tv_sec + (double)now.tv_nsec / 1e9;
}

static coap_response_t on_response(coap_session_t *session, const coap_pdu_t *sent,
    const coap_pdu_t *received, const coap_mid_t mid)
{
    (void)sent, (void)mid;
    if (coap_pdu_get_code(received) == COAP_RESPONSE_CODE(201))
        registered++;
    else
        refused++;
    free(coap_session_get_app_data(session));
    coap_session_set_app_data(session, NULL);
    coap_session_release(session);
    return COAP_RESPONSE_OK;
}

static void on_failure(coap_session_t *session, const coap_pdu_t *sent,
    const coap_nack_reason_t reason, const coap_mid_t mid)
{
    char *imei = coap_session_get_app_data(session);

    (void)sent, (void)mid;
    if (imei == NULL)
        return; /* it was counted */
    if (reason != COAP_NACK_TLS_FAILED || again_count == AT_ONCE) {
        lost++;
        return;
    }
    (void)snprintf(again[again_count++], sizeof again[0], "%s", imei);
    coap_session_set_app_data(session, NULL);
    free(imei);
    repeated++;
}

/* On 127.0.ROUND.1, the next port of a few: as devices behind a NAT do, most clients come from one
 * that another one has left some seconds ago. */
static coap_address_t source(unsigned round)
{
    static unsigned number;
    coap_address_t a;

    coap_address_init(&a);
    a.size = sizeof a.addr.sin;
    a.addr.sin.sin_family = AF_INET;
    a.addr.sin.sin_addr.s_addr = htonl(0x7F000001u | (round & 0xFFu) << 8);
    a.addr.sin.sin_port = htons((uint16_t)(FIRST_PORT + number++ % PORTS));
    return a;
}

/* False: libcoap has no session for it at the moment, as now and then when many come and go. */
static bool begin(coap_context_t *context, const coap_address_t *server,
    const coap_address_t *local, const char *imei, const char *key)
{
    char identity[80], query[96];
    coap_dtls_cpsk_t setup = {.version = COAP_DTLS_CPSK_SETUP_VERSION};

    (void)snprintf(identity, sizeof identity, "urn:imei:%s", imei);
    (void)snprintf(query, sizeof query, "ep=%s", identity);
    if (key != NULL) {
        setup.psk_info.identity = (coap_bin_const_t){strlen(identity), (const uint8_t *)identity};
        setup.psk_info.key = (coap_bin_const_t){strlen(key), (const uint8_t *)key};
    }
    coap_session_t *session =
        key != NULL ? coap_new_client_session_psk2(context, local, server, COAP_PROTO_DTLS, &setup)
                    : coap_new_client_session(context, local, server, COAP_PROTO_UDP);
    coap_pdu_t *pdu =
        session != NULL ? coap_new_pdu(COAP_MESSAGE_CON, COAP_REQUEST_CODE_POST, session) : NULL;
    if (pdu == NULL)
        return false;
    (void)coap_add_token(pdu, 1, (const uint8_t *)"r");
    (void)coap_add_option(pdu, COAP_OPTION_URI_PATH, 2, (const uint8_t *)"rd");
    (void)coap_add_option(pdu, COAP_OPTION_URI_QUERY, strlen(query), (const uint8_t *)query);
    (void)coap_add_option(pdu, COAP_OPTION_URI_QUERY, 8, (const uint8_t *)"lt=86400");
    coap_session_set_app_data(session, strdup(imei));
    return coap_send(session, pdu) != COAP_INVALID_MID;
}

static bool take_address(const char *uri, coap_address_t *server)
{
    const char *port = strrchr(uri, ':');

    coap_address_init(server);
    server->size = sizeof server->addr.sin;
    server->addr.sin.sin_family = AF_INET;
    server->addr.sin.sin_addr.s_addr = htonl(INADDR_LOOPBACK);
    server->addr.sin.sin_port = htons((uint16_t)(port != NULL ? strtoul(port + 1, NULL, 10) : 0));
    return server->addr.sin.sin_port != 0;
}

int main(int argc, char **argv)
{
    coap_address_t server;
    char imei[64];
    struct rlimit limit;
    unsigned begun = 0, rate = argc > 4 ? (unsigned)strtoul(argv[3], NULL, 10) : 0,
             round = argc > 4 ? (unsigned)strtoul(argv[4], NULL, 10) : 0;
    FILE *list = argc > 4 ? fopen(argv[2], "r") : NULL;
    bool more = list != NULL, waiting = false;

    if (!more || rate == 0 || !take_address(argv[1], &server))
        return 2;
    if (getrlimit(RLIMIT_NOFILE, &limit) == 0) { /* a socket for each */
        limit.rlim_cur = limit.rlim_max;
        (void)setrlimit(RLIMIT_NOFILE, &limit);
    }
    coap_startup();
    coap_set_log_level(LOG_EMERG);
    coap_context_t *context = coap_new_context(NULL);
    coap_register_response_handler(context, on_response);
    coap_register_nack_handler(context, on_failure);
    double start = seconds(), last = start;
    while (more || (registered + refused + lost < begun && seconds() < last + LATE_S)) {
        while (more && (double)begun < (seconds() - start) * rate &&
               begun - registered - refused - lost < AT_ONCE) {
            const coap_address_t local = source(round);
            more = waiting || fscanf(list, "%63s", imei) == 1;
            last = seconds();
            waiting = more && !begin(context, &server, &local, imei, argc > 5 ? argv[5] : NULL);
            if (waiting)
                break;
            begun += more ? 1 : 0;
        }
        (void)coap_io_process(context, 1);
        while (again_count > 0) {
            const coap_address_t local = source(round);
            if (!begin(context, &server, &local, again[again_count - 1], argc > 5 ? argv[5] : NULL))
                break;
            again_count--;
        }
    }
    printf("%u registered, %u refused, %u lost, %u repeated, %.1f s\n", registered, refused,
        begun - registered - refused, repeated, last - start);
    (void)fclose(list);
    coap_free_context(context);
    coap_cleanup();
    return registered == begun ? 0 : 1;
}
