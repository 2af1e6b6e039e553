#include "module/process/pty_port.h"

#include <errno.h>
#include <fcntl.h>
#include <stdlib.h>
#include <string.h>
#include <sys/ioctl.h>
#include <sys/socket.h>
#include <sys/stat.h>
#include <termios.h>
#include <unistd.h>

/* ---- opening --------------------------------------------------------------------------------- */

static enum fwd_fail make_link(struct fwd_pty_port *port, const char *to, struct fwd_error *err)
{
    struct stat status;

    if (lstat(port->link, &status) == 0) {
        if (!S_ISLNK(status.st_mode))
            return fwd_error_fail(err, FWD_FAIL_REFUSED,
                "%s: the link to a port of the module goes here, but something else is there; "
                "remove it, or give another name with --pty",
                port->link);
        (void)unlink(port->link);
    }
    if (symlink(to, port->link) != 0)
        return fwd_error_fail(err, FWD_FAIL_ENVIRONMENT, "%s: the link cannot be made: %s",
            port->link, fwd_error_cause(errno));
    port->linked = true;
    return FWD_FAIL_NONE;
}

/* Bytes as they are: no echo, no line editing, 8 bits. */
static bool make_raw(int slave)
{
    struct termios settings;

    if (tcgetattr(slave, &settings) != 0)
        return false;
    cfmakeraw(&settings);
    (void)cfsetispeed(&settings, B115200);
    (void)cfsetospeed(&settings, B115200);
    return tcsetattr(slave, TCSANOW, &settings) == 0;
}

static bool open_pair(struct fwd_pty_port *port)
{
    port->master = posix_openpt(O_RDWR | O_NOCTTY | O_CLOEXEC | O_NONBLOCK);
    if (port->master < 0 || grantpt(port->master) != 0 || unlockpt(port->master) != 0)
        return false;
    const char *name = ptsname(port->master);
    port->slave = name != NULL ? open(name, O_RDWR | O_NOCTTY | O_CLOEXEC) : -1;
    return port->slave >= 0 && make_raw(port->slave);
}

enum fwd_fail fwd_pty_open(struct fwd_pty_port *port, const char *link, struct fwd_error *err)
{
    memset(port, 0, sizeof *port);
    port->master = port->slave = port->other = -1;
    port->link = strdup(link);
    if (port->link == NULL)
        return fwd_error_memory(err, link);
    if (!open_pair(port))
        return fwd_error_fail(err, FWD_FAIL_ENVIRONMENT, "%s: no pseudo-terminal can be opened: %s",
            link, fwd_error_cause(errno));
    return make_link(port, ptsname(port->master), err);
}

void fwd_pty_close(struct fwd_pty_port *port)
{
    if (port->link == NULL)
        return; /* was never opened */
    fwd_pty_show(port, false);
    if (port->master >= 0)
        (void)close(port->master);
    if (port->slave >= 0)
        (void)close(port->slave);
    free(port->link);
    port->link = NULL;
}

void fwd_pty_show(struct fwd_pty_port *port, bool present)
{
    const char *to = port->master >= 0 ? ptsname(port->master) : NULL;

    if (present && !port->linked && to != NULL)
        port->linked = symlink(to, port->link) == 0;
    else if (!present && port->linked) {
        (void)unlink(port->link);
        port->linked = false;
    }
}

/* ---- bytes ----------------------------------------------------------------------------------- */

size_t fwd_pty_flush(struct fwd_pty_port *port, size_t most)
{
    size_t sent = 0, end = most < port->queued ? most : port->queued;

    while (sent < end) {
        ssize_t n = port->other >= 0
                        ? send(port->other, port->queue + sent, end - sent, MSG_NOSIGNAL)
                        : write(port->master, port->queue + sent, end - sent);
        if (n < 0 && errno == EINTR)
            continue;
        if (n <= 0)
            break;
        sent += (size_t)n;
    }
    memmove(port->queue, port->queue + sent, port->queued - sent);
    port->queued -= sent;
    return sent;
}

void fwd_pty_write(struct fwd_pty_port *port, const void *bytes, size_t size)
{
    size_t room = sizeof port->queue - port->queued;
    size_t take = size < room ? size : room;

    memcpy(port->queue + port->queued, bytes, take);
    port->queued += take;
    port->lost += size - take;
}

size_t fwd_pty_unread(const struct fwd_pty_port *port)
{
    int size = 0;

    return port->slave >= 0 && ioctl(port->slave, FIONREAD, &size) == 0 && size > 0 ? (size_t)size
                                                                                    : 0;
}

size_t fwd_pty_read(struct fwd_pty_port *port, uint8_t *bytes, size_t room)
{
    int fd = port->other >= 0 ? port->other : port->master;
    ssize_t n;

    do
        n = read(fd, bytes, room);
    while (n < 0 && errno == EINTR);
    if (port->other >= 0 && (n == 0 || (n < 0 && errno != EAGAIN)))
        port->ended = true;
    return n > 0 ? (size_t)n : 0;
}

uint32_t fwd_pty_speed(const struct fwd_pty_port *port)
{
    static const struct {
        speed_t code;
        uint32_t baud;
    } speeds[] = {{B9600, 9600}, {B19200, 19200}, {B38400, 38400}, {B57600, 57600},
        {B115200, 115200}, {B230400, 230400}, {B460800, 460800}, {B921600, 921600},
        {B3000000, 3000000}};
    struct termios settings;

    if (port->other >= 0 || tcgetattr(port->slave, &settings) != 0)
        return 0;
    for (size_t i = 0; i < sizeof speeds / sizeof *speeds; i++) {
        if (speeds[i].code == cfgetospeed(&settings))
            return speeds[i].baud;
    }
    return 0;
}
