#include "module/transport/line_socket.h"

#include <errno.h>
#include <fcntl.h>
#include <netdb.h>
#include <poll.h>
#include <stdio.h>
#include <string.h>
#include <sys/socket.h>
#include <unistd.h>

void fwd_line_socket_init(struct fwd_line_socket *s)
{
    s->fd = -1;
    s->opening = s->ended = false;
    s->in_size = s->out_size = 0;
}

/* ---- opening and closing --------------------------------------------------------------------- */

static int open_one(const struct addrinfo *a)
{
    int fd = socket(a->ai_family, a->ai_socktype | SOCK_NONBLOCK | SOCK_CLOEXEC, a->ai_protocol);

    if (fd < 0)
        return -1;
    if (connect(fd, a->ai_addr, a->ai_addrlen) == 0 || errno == EINPROGRESS)
        return fd;
    (void)close(fd);
    return -1;
}

bool fwd_line_socket_connect(struct fwd_line_socket *s, const char *host, uint16_t port)
{
    struct addrinfo hints = {.ai_family = AF_UNSPEC, .ai_socktype = SOCK_STREAM}, *list;
    char service[8];

    fwd_line_socket_close(s);
    (void)snprintf(service, sizeof service, "%u", (unsigned)port);
    if (getaddrinfo(host, service, &hints, &list) != 0)
        return false;
    for (const struct addrinfo *a = list; a != NULL && s->fd < 0; a = a->ai_next)
        s->fd = open_one(a);
    freeaddrinfo(list);
    s->opening = s->fd >= 0;
    return s->fd >= 0;
}

void fwd_line_socket_take(struct fwd_line_socket *s, int fd)
{
    fwd_line_socket_init(s);
    s->fd = fd;
    if (fcntl(fd, F_SETFL, O_NONBLOCK) != 0 || fcntl(fd, F_SETFD, FD_CLOEXEC) != 0)
        s->ended = true;
}

static void flush(struct fwd_line_socket *s)
{
    while (s->out_size > 0 && !s->opening && !s->ended) {
        ssize_t n = send(s->fd, s->out, s->out_size, MSG_NOSIGNAL);
        if (n < 0 && errno == EINTR)
            continue;
        if (n < 0) {
            s->ended = s->ended || (errno != EAGAIN && errno != EWOULDBLOCK);
            return;
        }
        s->out_size -= (size_t)n;
        memmove(s->out, s->out + n, s->out_size);
    }
}

void fwd_line_socket_close(struct fwd_line_socket *s)
{
    if (s->fd >= 0) {
        flush(s);
        (void)close(s->fd);
    }
    fwd_line_socket_init(s);
}

/* ---- at work --------------------------------------------------------------------------------- */

short fwd_line_socket_events(const struct fwd_line_socket *s)
{
    bool room = s->in_size < FWD_LINE_SOCKET_LINE;

    if (s->fd < 0 || s->ended)
        return 0;
    return (short)((room ? POLLIN : 0) | (s->opening || s->out_size > 0 ? POLLOUT : 0));
}

/* Has an opening connection opened? */
static bool opened(struct fwd_line_socket *s)
{
    struct pollfd fd = {s->fd, POLLOUT, 0};
    int cause = 0;
    socklen_t size = sizeof cause;

    if (!s->opening || poll(&fd, 1, 0) <= 0)
        return false;
    s->opening = false;
    s->ended = getsockopt(s->fd, SOL_SOCKET, SO_ERROR, &cause, &size) != 0 || cause != 0;
    return !s->ended;
}

static void fill(struct fwd_line_socket *s)
{
    while (!s->opening && !s->ended && s->in_size < sizeof s->in) {
        ssize_t n = recv(s->fd, s->in + s->in_size, sizeof s->in - s->in_size, 0);
        if (n < 0 && errno == EINTR)
            continue;
        if (n > 0)
            s->in_size += (size_t)n;
        else if (n == 0 || (errno != EAGAIN && errno != EWOULDBLOCK))
            s->ended = true;
        else
            return;
    }
}

bool fwd_line_socket_perform(struct fwd_line_socket *s)
{
    if (s->fd < 0)
        return false;
    bool now = opened(s);
    flush(s);
    fill(s);
    return now;
}

bool fwd_line_socket_next(struct fwd_line_socket *s, char line[FWD_LINE_SOCKET_LINE + 1])
{
    const char *end = memchr(s->in, '\n', s->in_size);

    if (end == NULL && s->in_size == sizeof s->in) {
        s->in_size = 0; /* no line of ours is that long */
        s->ended = true;
    }
    if (end == NULL)
        return false;
    size_t size = (size_t)(end - s->in), used = size + 1;
    if (size > 0 && s->in[size - 1] == '\r')
        size--;
    bool fits = size <= FWD_LINE_SOCKET_LINE && memchr(s->in, 0, size) == NULL;
    memcpy(line, s->in, fits ? size : 0);
    line[fits ? size : 0] = '\0';
    s->in_size -= used;
    memmove(s->in, s->in + used, s->in_size);
    return true;
}

void fwd_line_socket_put(struct fwd_line_socket *s, const char *line)
{
    size_t size = strlen(line);

    if (s->fd < 0 || s->ended)
        return;
    if (s->out_size + size + 1 > sizeof s->out) {
        s->ended = true;
        return;
    }
    memcpy(s->out + s->out_size, line, size);
    s->out[s->out_size + size] = '\n';
    s->out_size += size + 1;
    flush(s);
}
