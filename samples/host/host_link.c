#include "host_link.h"

#include <errno.h>
#include <fcntl.h>
#include <poll.h>
#include <string.h>
#include <termios.h>
#include <time.h>
#include <unistd.h>

#define NETWORK_TIMES 120

static void log_line(struct host_link *link, char direction, const char *text)
{
    struct timespec now;
    struct tm utc;
    char stamp[32];

    if (link->log == NULL)
        return;
    (void)clock_gettime(CLOCK_REALTIME, &now);
    (void)gmtime_r(&now.tv_sec, &utc);
    (void)strftime(stamp, sizeof stamp, "%Y-%m-%dT%H:%M:%S", &utc);
    fprintf(link->log, "%s.%03ld %c %s\n", stamp, now.tv_nsec / 1000000, direction, text);
    (void)fflush(link->log); /* complete even if the host dies now */
}

bool host_link_open(struct host_link *link, const char *tty, FILE *log)
{
    struct termios settings;

    memset(link, 0, sizeof *link);
    link->log = log;
    link->fd = open(tty, O_RDWR | O_NOCTTY);
    if (link->fd < 0 || tcgetattr(link->fd, &settings) != 0)
        return false;
    settings.c_iflag = 0;
    settings.c_oflag = 0;
    settings.c_lflag = 0;
    settings.c_cflag = CS8 | CREAD | CLOCAL; /* 8N1, no flow control */
    settings.c_cc[VMIN] = 1;
    settings.c_cc[VTIME] = 0;
    return cfsetspeed(&settings, B115200) == 0 && tcsetattr(link->fd, TCSANOW, &settings) == 0;
}

void host_link_close(struct host_link *link)
{
    if (link->fd >= 0)
        (void)close(link->fd);
}

bool host_link_send_bytes(struct host_link *link, const void *bytes, size_t size)
{
    const char *from = bytes;

    while (size > 0) {
        ssize_t n = write(link->fd, from, size);

        if (n < 0 && errno == EINTR)
            continue;
        if (n <= 0)
            return false;
        from += n;
        size -= (size_t)n;
    }
    return true;
}

bool host_link_send(struct host_link *link, const char *text)
{
    log_line(link, '>', text);
    return host_link_send_bytes(link, text, strlen(text)) && host_link_send_bytes(link, "\r", 1);
}

/* Takes a whole line, or the prompt, out of what came. A line that is too long loses its middle. */
static bool take_line(struct host_link *link)
{
    size_t length = strcspn(link->input, "\r\n");
    bool prompt = link->input[0] == '>';

    if (prompt)
        length = 1;
    else if (link->input[length] == 0 && link->size < sizeof link->input - 1)
        return false;
    memcpy(link->line, link->input, length);
    link->line[length] = 0;
    length += prompt || link->input[length] == 0 ? 0 : 1;
    link->size -= length;
    memmove(link->input, link->input + length, link->size + 1);
    return true;
}

static int left_ms(const struct timespec *end)
{
    struct timespec now;

    (void)clock_gettime(CLOCK_MONOTONIC, &now);
    long long ms =
        (long long)(end->tv_sec - now.tv_sec) * 1000 + (end->tv_nsec - now.tv_nsec) / 1000000;
    return ms > 0 ? (int)ms : 0;
}

/* False: nothing came in time, or the line is gone. */
static bool receive(struct host_link *link, int ms)
{
    struct pollfd fd = {.fd = link->fd, .events = POLLIN};

    if (poll(&fd, 1, ms) <= 0)
        return false;
    ssize_t n = read(link->fd, link->input + link->size, sizeof link->input - 1 - link->size);
    if (n <= 0)
        return false;
    for (ssize_t i = 0; i < n; i++) {
        if (link->input[link->size] == 0)
            link->input[link->size] = ' '; /* noise of a line that restarts */
        link->size++;
    }
    link->input[link->size] = 0;
    return true;
}

bool host_link_line(struct host_link *link, int seconds)
{
    struct timespec end;

    (void)clock_gettime(CLOCK_MONOTONIC, &end);
    end.tv_sec += seconds;
    for (;;) {
        while (take_line(link)) {
            if (link->line[0] == 0)
                continue;
            log_line(link, '<', link->line);
            return true;
        }
        if (!receive(link, left_ms(&end)))
            return false;
    }
}

static bool is_final(const char *line)
{
    return strcmp(line, "OK") == 0 || strcmp(line, "ERROR") == 0 ||
           strncmp(line, "+CME ERROR", 10) == 0;
}

bool host_link_command(struct host_link *link, const char *command, int seconds,
    void (*each)(void *ctx, const char *line), void *ctx)
{
    if (!host_link_send(link, command))
        return false;
    while (host_link_line(link, seconds)) {
        if (is_final(link->line))
            return strcmp(link->line, "OK") == 0;
        if (each != NULL)
            each(ctx, link->line);
    }
    return false;
}

/* A C or NAK that no line follows. In a line, echoed or answered, it would not be the last. */
static bool wants_file(const struct host_link *link)
{
    return link->size > 0 && strspn(link->input, "C\x15") == link->size;
}

enum host_link_state host_link_wait(struct host_link *link, int times)
{
    for (int i = 0; i < times; i++) {
        if (host_link_command(link, "AT", 1, NULL, NULL))
            return HOST_LINK_ANSWERS;
        if (wants_file(link))
            return HOST_LINK_WANTS_FILE;
    }
    return HOST_LINK_SILENT;
}

/* "+CREG: 0,1", "+CEREG: 0,5": home, roaming. */
static void take_registration(void *ctx, const char *line)
{
    const char *status = strstr(line, "REG: ") != NULL ? strchr(line, ',') : NULL;

    if (line[0] == '+' && status != NULL)
        *(bool *)ctx = status[1] == '1' || status[1] == '5';
}

bool host_link_await_network(struct host_link *link, const char *command)
{
    for (int i = 0; i < NETWORK_TIMES; i++) {
        bool registered = false;

        if (host_link_command(link, command, 10, take_registration, &registered) && registered)
            return true;
        sleep(1);
    }
    return false;
}

int host_link_byte(struct host_link *link, int seconds)
{
    if (link->size == 0 && !receive(link, seconds * 1000))
        return -1;
    int byte = (unsigned char)link->input[0];
    link->size--;
    memmove(link->input, link->input + 1, link->size + 1);
    return byte;
}

void host_link_forget(struct host_link *link)
{
    (void)tcflush(link->fd, TCIFLUSH);
    link->size = 0;
    link->input[0] = 0;
}
