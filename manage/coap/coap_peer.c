/* Servers: their names, their sessions. */
#include "manage/coap/coap_internal.h"

#include <netdb.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#define HOST_MAX    256u
#define PORT_PLAIN  "5683"
#define PORT_SECURE "5684"

/* ---- peers ----------------------------------------------------------------------------------- */

static bool same_host(const coap_address_t *a, const coap_address_t *b)
{
    if (a->addr.sa.sa_family != b->addr.sa.sa_family)
        return false;
    if (a->addr.sa.sa_family == AF_INET)
        return a->addr.sin.sin_addr.s_addr == b->addr.sin.sin_addr.s_addr;
    return memcmp(&a->addr.sin6.sin6_addr, &b->addr.sin6.sin6_addr, 16) == 0;
}

bool fwd_coap_peer_of(const struct fwd_coap *coap, const coap_session_t *session, unsigned *peer)
{
    for (unsigned i = 0; i < FWD_COAP_PEERS; i++) {
        const struct fwd_coap_peer *p = &coap->peers[i];
        bool ours = p->session == session;
        bool others = !p->secure && coap_session_get_type(session) == COAP_SESSION_TYPE_SERVER &&
                      same_host(coap_session_get_addr_remote(session), &p->address);
        if (p->session != NULL && (ours || others)) {
            *peer = i;
            return true;
        }
    }
    return false;
}

/* ---- opening --------------------------------------------------------------------------------- */

struct target {
    bool secure;
    char host[HOST_MAX], port[8];
};

static bool take_port(struct target *t, const char *text)
{
    size_t size = strspn(text, "0123456789");

    if (text[0] == '\0' || strcmp(text, "/") == 0)
        return true;
    if (text[0] != ':')
        return false;
    text++;
    size = strspn(text, "0123456789");
    if (size == 0 || size > 5 || (text[size] != '\0' && strcmp(text + size, "/") != 0))
        return false;
    (void)snprintf(t->port, sizeof t->port, "%.5s", text);
    t->port[size] = '\0';
    return strtol(t->port, NULL, 10) <= 65535;
}

static bool take_uri(const char *uri, struct target *t)
{
    bool plain = strncmp(uri, "coap://", 7) == 0;

    t->secure = strncmp(uri, "coaps://", 8) == 0;
    if (!plain && !t->secure)
        return false;
    (void)snprintf(t->port, sizeof t->port, "%s", t->secure ? PORT_SECURE : PORT_PLAIN);
    uri += plain ? 7 : 8;
    bool v6 = uri[0] == '[';
    size_t size = v6 ? strcspn(++uri, "]") : strcspn(uri, ":/");
    if (size == 0 || size >= sizeof t->host || (v6 && uri[size] != ']'))
        return false;
    memcpy(t->host, uri, size);
    t->host[size] = '\0';
    return take_port(t, uri + size + (v6 ? 1 : 0));
}

bool fwd_coap_uri(const char *uri, bool *secure)
{
    struct target target;
    bool fine = take_uri(uri, &target) && strtol(target.port, NULL, 10) > 0;

    *secure = fine && target.secure;
    return fine;
}

static bool resolve(const struct target *target, coap_address_t *address)
{
    struct addrinfo hints = {.ai_family = AF_UNSPEC, .ai_socktype = SOCK_DGRAM}, *found = NULL;

    coap_address_init(address);
    if (getaddrinfo(target->host, target->port, &hints, &found) != 0 || found == NULL)
        return false;
    bool fits = found->ai_addrlen <= sizeof address->addr;
    if (fits) {
        memcpy(&address->addr, found->ai_addr, found->ai_addrlen);
        address->size = found->ai_addrlen;
    }
    freeaddrinfo(found);
    return fits;
}

bool fwd_coap_address(const char *uri, bool *secure, coap_address_t *address)
{
    struct target target;

    if (!take_uri(uri, &target))
        return false;
    *secure = target.secure;
    return resolve(&target, address);
}

bool fwd_coap_free_port(coap_address_t *address)
{
    int fd = socket(address->addr.sa.sa_family, SOCK_DGRAM | SOCK_CLOEXEC, 0);
    socklen_t size = address->size;
    bool fine = fd >= 0 && bind(fd, &address->addr.sa, size) == 0 &&
                getsockname(fd, &address->addr.sa, &size) == 0;

    if (fd >= 0)
        (void)close(fd);
    return fine;
}

/* Any address of this computer, with a port that is free now. */
static bool free_port(const coap_address_t *like, coap_address_t *local)
{
    int fd = socket(like->addr.sa.sa_family, SOCK_DGRAM | SOCK_CLOEXEC, 0);
    socklen_t size = like->size;

    coap_address_init(local);
    local->addr.sa.sa_family = like->addr.sa.sa_family;
    local->size = like->size;
    bool fine = fd >= 0 && bind(fd, &local->addr.sa, size) == 0 &&
                getsockname(fd, &local->addr.sa, &size) == 0;
    if (fd >= 0)
        (void)close(fd);
    return fine;
}

static bool open_plain(struct fwd_coap *coap, struct fwd_coap_peer *p)
{
    struct fwd_coap_local *l = &coap->locals[p->address.addr.sa.sa_family == AF_INET6 ? 1 : 0];

    if (l->endpoint == NULL && free_port(&p->address, &l->address))
        l->endpoint = coap_new_endpoint(coap->context, &l->address, COAP_PROTO_UDP);
    if (l->endpoint == NULL)
        return false;
    p->session = coap_new_client_session(coap->context, &l->address, &p->address, COAP_PROTO_UDP);
    if (p->session != NULL)
        coap_session_set_nstart(p->session, FWD_COAP_AT_ONCE);
    return p->session != NULL;
}

static bool open_secure(
    struct fwd_coap *coap, struct fwd_coap_peer *p, const struct fwd_coap_key *psk, char *host)
{
    coap_dtls_cpsk_t setup = {.version = COAP_DTLS_CPSK_SETUP_VERSION, .client_sni = host};

    setup.psk_info.identity = (coap_bin_const_t){psk->identity_size, psk->identity};
    setup.psk_info.key = (coap_bin_const_t){psk->key_size, psk->key};
    p->session =
        coap_new_client_session_psk2(coap->context, NULL, &p->address, COAP_PROTO_DTLS, &setup);
    if (p->session != NULL)
        coap_session_set_nstart(p->session, FWD_COAP_AT_ONCE);
    return p->session != NULL;
}

bool fwd_coap_open(struct fwd_coap *coap, unsigned peer, const char *uri,
    const struct fwd_coap_key *psk, struct fwd_error *err)
{
    struct fwd_coap_peer *p = &coap->peers[peer];
    struct target target;

    fwd_coap_close(coap, peer);
    if (!take_uri(uri, &target)) {
        fwd_error_set(err, "'%s' is not coap://HOST:PORT or coaps://HOST:PORT", uri);
        return false;
    }
    if (!resolve(&target, &p->address)) {
        fwd_error_set(err, "the name '%s' cannot be looked up", target.host);
        return false;
    }
    p->secure = target.secure;
    if (coap->leaving || !fwd_coap_context(coap)) {
        fwd_error_set(err, "%s: no socket can be opened", uri);
        return false;
    }
    if (target.secure ? psk != NULL && open_secure(coap, p, psk, target.host) : open_plain(coap, p))
        return true;
    fwd_coap_close(coap, peer);
    fwd_error_set(err, "%s: %s", uri,
        target.secure && psk == NULL ? "there is no key for it" : "no socket can be opened");
    return false;
}

/* Another session may get the same address in memory. */
static void forget_seen(struct fwd_coap *coap)
{
    for (size_t i = 0; i < FWD_COAP_SEEN; i++)
        coap->seen[i].session = NULL;
}

void fwd_coap_close(struct fwd_coap *coap, unsigned peer)
{
    struct fwd_coap_peer *p = &coap->peers[peer];
    coap_session_t *session = p->session;

    p->session = NULL; /* nothing of it is handed on from here on */
    if (session != NULL) {
        forget_seen(coap);
        coap_session_disconnected(session, COAP_NACK_NOT_DELIVERABLE);
        coap_session_release(session);
    }
    *p = (struct fwd_coap_peer){0};
}
