#include "module/process/tcp_port.h"

#include <arpa/inet.h>
#include <errno.h>
#include <fcntl.h>
#include <netinet/in.h>
#include <netinet/tcp.h>
#include <sys/socket.h>
#include <unistd.h>

static int listen_at(uint16_t port)
{
    struct sockaddr_in address = {
        .sin_family = AF_INET, .sin_port = htons(port), .sin_addr.s_addr = htonl(INADDR_LOOPBACK)};
    int fd = socket(AF_INET, SOCK_STREAM | SOCK_NONBLOCK | SOCK_CLOEXEC, 0), on = 1;

    if (fd < 0)
        return -1;
    (void)setsockopt(fd, SOL_SOCKET, SO_REUSEADDR, &on, sizeof on);
    if (bind(fd, (const struct sockaddr *)&address, sizeof address) == 0 && listen(fd, 4) == 0)
        return fd;
    int cause = errno;
    (void)close(fd);
    errno = cause;
    return -1;
}

enum fwd_fail fwd_tcp_open(struct fwd_tcp_port *tcp, uint16_t port, struct fwd_error *err)
{
    tcp->connection = -1;
    tcp->listener = listen_at(port);
    if (tcp->listener < 0)
        return fwd_error_fail(err, FWD_FAIL_ENVIRONMENT,
            "--tcp: port %u of 127.0.0.1 cannot be opened: %s", (unsigned)port,
            fwd_error_cause(errno));
    return FWD_FAIL_NONE;
}

void fwd_tcp_close(struct fwd_tcp_port *tcp)
{
    fwd_tcp_drop(tcp);
    if (tcp->listener >= 0)
        (void)close(tcp->listener);
    tcp->listener = -1;
}

void fwd_tcp_accept(struct fwd_tcp_port *tcp)
{
    int fd, on = 1;

    if (tcp->listener < 0)
        return;
    while ((fd = accept(tcp->listener, NULL, NULL)) >= 0) {
        if (tcp->connection >= 0 || fcntl(fd, F_SETFL, O_NONBLOCK) != 0 ||
            fcntl(fd, F_SETFD, FD_CLOEXEC) != 0) {
            (void)close(fd);
            continue;
        }
        (void)setsockopt(fd, IPPROTO_TCP, TCP_NODELAY, &on, sizeof on);
        tcp->connection = fd;
    }
}

void fwd_tcp_drop(struct fwd_tcp_port *tcp)
{
    if (tcp->connection >= 0)
        (void)close(tcp->connection);
    tcp->connection = -1;
}
