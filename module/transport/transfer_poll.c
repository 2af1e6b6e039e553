/* Which descriptors libcurl waits for and until when; and how it is kept from waiting itself. */
#include "module/transport/transfer_internal.h"

#include <sys/select.h>
#include <sys/socket.h>
#include <time.h>
#include <unistd.h>

/* libcurl 7.88 does not always ask to be called again: when the answer to EPSV is there at once, it
 * waits for the next one before it opens the data connection. */
#define KICK_MS 100

static int64_t monotonic_ms(void)
{
    struct timespec now;

    (void)clock_gettime(CLOCK_MONOTONIC, &now);
    return (int64_t)now.tv_sec * 1000 + now.tv_nsec / 1000000;
}

static curl_socket_t on_open(void *ctx, curlsocktype purpose, struct curl_sockaddr *address)
{
    struct fwd_transfer *t = ctx;

    (void)purpose;
    for (size_t i = 0; i < FWD_TRANSFER_FDS; i++) {
        if (t->open[i] != CURL_SOCKET_BAD)
            continue;
        t->open[i] = socket(address->family, address->socktype | SOCK_CLOEXEC, address->protocol);
        return t->open[i];
    }
    return CURL_SOCKET_BAD;
}

static int on_close(void *ctx, curl_socket_t fd)
{
    struct fwd_transfer *t = ctx;

    for (size_t i = 0; i < FWD_TRANSFER_FDS; i++) {
        if (t->open[i] == fd)
            t->open[i] = CURL_SOCKET_BAD;
    }
    return close(fd);
}

/* After the last byte of an FTP file libcurl waits for the server's word on it, inside our call,
 * and looks here about once a second. A file that is complete without it is complete. */
static int on_progress(
    void *ctx, curl_off_t total, curl_off_t now, curl_off_t up_total, curl_off_t up_now)
{
    const struct fwd_transfer *t = ctx;

    (void)total;
    (void)now;
    (void)up_total;
    (void)up_now;
    return t->request.scheme == FWD_TRANSFER_FTP && t->total != 0 && t->stored == t->total &&
           monotonic_ms() - t->entered > (int64_t)FWD_TRANSFER_FLOOR_MS;
}

void fwd_transfer_poll_attach(struct fwd_transfer *t)
{
    (void)curl_easy_setopt(t->easy, CURLOPT_OPENSOCKETFUNCTION, on_open);
    (void)curl_easy_setopt(t->easy, CURLOPT_OPENSOCKETDATA, t);
    (void)curl_easy_setopt(t->easy, CURLOPT_CLOSESOCKETFUNCTION, on_close);
    (void)curl_easy_setopt(t->easy, CURLOPT_CLOSESOCKETDATA, t);
    (void)curl_easy_setopt(t->easy, CURLOPT_NOPROGRESS, 0L);
    (void)curl_easy_setopt(t->easy, CURLOPT_XFERINFOFUNCTION, on_progress);
    (void)curl_easy_setopt(t->easy, CURLOPT_XFERINFODATA, t);
}

void fwd_transfer_poll_break(struct fwd_transfer *t)
{
    for (size_t i = 0; i < FWD_TRANSFER_FDS; i++) {
        if (t->open[i] != CURL_SOCKET_BAD)
            (void)shutdown(t->open[i], SHUT_RDWR);
    }
}

static void lower(int *timeout_ms, long wait)
{
    if (wait >= 0 && (*timeout_ms < 0 || wait < *timeout_ms))
        *timeout_ms = (int)wait;
}

size_t fwd_transfer_fds(struct fwd_transfer *t, struct pollfd *fds, size_t room, int *timeout_ms)
{
    fd_set in, out, bad;
    int max = -1;
    long wait = -1;
    size_t count = 0;

    if (t->state != FWD_TRANSFER_RUNNING)
        return 0;
    FD_ZERO(&in);
    FD_ZERO(&out);
    FD_ZERO(&bad);
    (void)curl_multi_fdset(t->multi, &in, &out, &bad, &max);
    for (int fd = 0; fd <= max && count < room; fd++) {
        short events =
            (short)((FD_ISSET(fd, &in) ? POLLIN : 0) | (FD_ISSET(fd, &out) ? POLLOUT : 0));

        if (events != 0)
            fds[count++] = (struct pollfd){.fd = fd, .events = events};
    }
    (void)curl_multi_timeout(t->multi, &wait);
    lower(timeout_ms, wait);
    lower(timeout_ms, KICK_MS);
    return count;
}

static void read_messages(struct fwd_transfer *t)
{
    CURLMsg *message;
    int left;

    while ((message = curl_multi_info_read(t->multi, &left)) != NULL) {
        if (message->msg != CURLMSG_DONE)
            continue;
        CURLcode code = message->data.result;

        fwd_transfer_judge(t, code);
        (void)curl_multi_remove_handle(t->multi, t->easy);
    }
}

void fwd_transfer_perform(struct fwd_transfer *t)
{
    int running = 0;

    if (t->state != FWD_TRANSFER_RUNNING)
        return;
    t->entered = monotonic_ms();
    (void)curl_multi_perform(t->multi, &running);
    read_messages(t);
}
