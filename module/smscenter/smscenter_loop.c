#include "module/smscenter/smscenter_loop.h"

#include "hostio/host_signal.h"
#include "module/smscenter/smscenter.h"
#include "module/transport/line_socket.h"

#include <arpa/inet.h>
#include <errno.h>
#include <fcntl.h>
#include <netinet/in.h>
#include <poll.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/file.h>
#include <sys/socket.h>
#include <sys/stat.h>
#include <unistd.h>

#define CLIENTS 256

struct client {
    struct fwd_line_socket socket;
    char number[24]; /* of its SIM; "": a module with an update */
};

struct loop {
    struct fwd_smscenter center;
    int listener;
    int lock; /* descriptor of the locked file; -1: not locked */
    char lock_path[4096 + 8];
    struct fwd_line_socket orders; /* standard input, read as if it were one */
    struct client clients[CLIENTS];
    struct client *current; /* whose line is dealt with */
};

/* ---- what the server does -------------------------------------------------------------------- */

static void say(void *ctx, const char *text)
{
    (void)ctx;
    printf("%s\n", text);
    fflush(stdout);
}

static void reply(void *ctx, const char *line)
{
    struct loop *l = ctx;

    if (l->current != NULL)
        fwd_line_socket_put(&l->current->socket, line);
}

static void send_to(struct client *client, const json_t *message)
{
    char line[FWD_LINE_SOCKET_LINE];

    (void)snprintf(line, sizeof line, "SMS %lld %s %s %s",
        (long long)json_integer_value(json_object_get(message, "id")),
        json_string_value(json_object_get(message, "from")),
        json_string_value(json_object_get(message, "coding")),
        json_string_value(json_object_get(message, "text")));
    fwd_line_socket_put(&client->socket, line);
}

static bool is_for(const json_t *message, const char *number)
{
    const char *to = json_string_value(json_object_get(message, "to"));

    return to != NULL && number[0] != '\0' && strcmp(to, number) == 0 &&
           json_is_string(json_object_get(message, "text")) &&
           json_is_string(json_object_get(message, "from")) &&
           json_is_string(json_object_get(message, "coding"));
}

/* All that wait for a SIM that has come. */
static void deliver_all(struct loop *l, struct client *client)
{
    const json_t *message;
    size_t index;

    json_array_foreach (fwd_smscenter_messages(&l->center), index, message) {
        if (is_for(message, client->number))
            send_to(client, message);
    }
}

/* The newest one. */
static void deliver(void *ctx)
{
    struct loop *l = ctx;
    const json_t *messages = fwd_smscenter_messages(&l->center);
    const json_t *last = json_array_get(messages, json_array_size(messages) - 1);

    for (int i = 0; i < CLIENTS; i++) {
        if (l->clients[i].socket.fd >= 0 && is_for(last, l->clients[i].number))
            send_to(&l->clients[i], last);
    }
}

/* ---- connections ----------------------------------------------------------------------------- */

static void take_sms(struct loop *l, const struct client *client, const char *line)
{
    char to[24], coding[8];
    int used = 0;

    if (sscanf(line, "SEND %23s %7s %n", to, coding, &used) == 2 && used > 0)
        fwd_smscenter_submit(&l->center, client->number, to, coding, line + used);
}

static void take_line(struct loop *l, struct client *client, const char *line)
{
    if (sscanf(line, "SIM %*15s %23s", client->number) == 1)
        deliver_all(l, client);
    else if (client->number[0] != '\0' && strncmp(line, "SEND ", 5) == 0)
        take_sms(l, client, line);
    else if (client->number[0] != '\0' && strncmp(line, "GOT ", 4) == 0)
        fwd_smscenter_delivered(&l->center, (uint32_t)strtoul(line + 4, NULL, 10));
    else
        fwd_smscenter_receive(&l->center, NULL, line);
}

static void serve(struct loop *l, struct client *client)
{
    char line[FWD_LINE_SOCKET_LINE + 1];

    (void)fwd_line_socket_perform(&client->socket);
    l->current = client;
    while (client->socket.fd >= 0 && fwd_line_socket_next(&client->socket, line))
        take_line(l, client, line);
    l->current = NULL;
    if (client->socket.ended)
        fwd_line_socket_close(&client->socket);
}

static void accept_all(struct loop *l)
{
    int fd;

    while ((fd = accept(l->listener, NULL, NULL)) >= 0) {
        struct client *client = l->clients;
        while (client < l->clients + CLIENTS && client->socket.fd >= 0)
            client++;
        if (client == l->clients + CLIENTS) {
            (void)close(fd);
            continue;
        }
        fwd_line_socket_take(&client->socket, fd);
        client->number[0] = '\0';
    }
}

/* ---- the operator ---------------------------------------------------------------------------- */

static void read_orders(struct loop *l, bool ready)
{
    struct fwd_line_socket *s = &l->orders;
    char line[FWD_LINE_SOCKET_LINE + 1];

    if (!ready || s->ended)
        return;
    ssize_t n = read(STDIN_FILENO, s->in + s->in_size, sizeof s->in - s->in_size);
    if (n > 0)
        s->in_size += (size_t)n;
    else if (n == 0 || (errno != EINTR && errno != EAGAIN))
        s->ended = true; /* without an operator it serves on */
    while (fwd_line_socket_next(s, line))
        fwd_smscenter_order(&l->center, line);
}

/* ---- one server for a state ------------------------------------------------------------------ */

/* Does the name still mean the file that is open? A server that ended takes it away. */
static bool is_there(const struct loop *l)
{
    struct stat named, opened;

    return stat(l->lock_path, &named) == 0 && fstat(l->lock, &opened) == 0 &&
           named.st_dev == opened.st_dev && named.st_ino == opened.st_ino;
}

static void unlock(struct loop *l)
{
    if (l->lock >= 0)
        (void)close(l->lock);
    l->lock = -1;
}

/* The state itself is another file after each change, so one beside it is locked. */
static enum fwd_fail lock(struct loop *l, const char *state, struct fwd_error *err)
{
    if (snprintf(l->lock_path, sizeof l->lock_path, "%s.lock", state) >= (int)sizeof l->lock_path)
        return fwd_error_fail(err, FWD_FAIL_USAGE, "%.60s...: the name is too long", state);
    for (;;) {
        l->lock = open(l->lock_path, O_RDWR | O_CREAT | O_CLOEXEC, 0600);
        if (l->lock < 0 || flock(l->lock, LOCK_EX | LOCK_NB) != 0)
            break;
        if (is_there(l))
            return FWD_FAIL_NONE;
        unlock(l);
    }
    int number = errno;
    bool taken = l->lock >= 0 && number == EWOULDBLOCK;
    unlock(l);
    if (taken)
        return fwd_error_fail(err, FWD_FAIL_REFUSED,
            "%s: another server works with this state; stop it, or give this one another file",
            state);
    return fwd_error_fail(err, FWD_FAIL_ENVIRONMENT, "%s: cannot be locked: %s", l->lock_path,
        fwd_error_cause(number));
}

/* ---- life ------------------------------------------------------------------------------------ */

static enum fwd_fail listen_at(struct loop *l, uint16_t port, struct fwd_error *err)
{
    struct sockaddr_in address = {
        .sin_family = AF_INET, .sin_port = htons(port), .sin_addr.s_addr = htonl(INADDR_LOOPBACK)};
    int on = 1;

    l->listener = socket(AF_INET, SOCK_STREAM | SOCK_NONBLOCK | SOCK_CLOEXEC, 0);
    if (l->listener >= 0)
        (void)setsockopt(l->listener, SOL_SOCKET, SO_REUSEADDR, &on, sizeof on);
    if (l->listener < 0 ||
        bind(l->listener, (const struct sockaddr *)&address, sizeof address) != 0 ||
        listen(l->listener, 64) != 0)
        return fwd_error_fail(err, FWD_FAIL_ENVIRONMENT,
            "--listen: port %u of 127.0.0.1 cannot be opened: %s", (unsigned)port,
            fwd_error_cause(errno));
    return FWD_FAIL_NONE;
}

static void run(struct loop *l)
{
    struct pollfd fds[CLIENTS + 2];

    while (!fwd_signal_seen()) {
        fds[0] = (struct pollfd){l->listener, POLLIN, 0};
        fds[1] = (struct pollfd){l->orders.ended ? -1 : STDIN_FILENO, POLLIN, 0};
        for (int i = 0; i < CLIENTS; i++) {
            struct fwd_line_socket *s = &l->clients[i].socket;
            fds[2 + i] = (struct pollfd){s->fd, fwd_line_socket_events(s), 0};
        }
        int ready = poll(fds, CLIENTS + 2, -1);
        read_orders(l, ready > 0 && fds[1].revents != 0);
        for (int i = 0; i < CLIENTS; i++) {
            if (ready > 0 && l->clients[i].socket.fd >= 0 && fds[2 + i].revents != 0)
                serve(l, &l->clients[i]);
        }
        accept_all(l);
    }
}

enum fwd_fail fwd_smscenter_loop(const struct fwd_smscenter_options *options, struct fwd_error *err)
{
    struct loop *l = calloc(1, sizeof *l);

    if (l == NULL)
        return fwd_error_memory(err, options->state);
    l->listener = l->lock = -1;
    fwd_line_socket_init(&l->orders);
    for (int i = 0; i < CLIENTS; i++)
        fwd_line_socket_init(&l->clients[i].socket);
    l->center.ctx = l;
    l->center.say = say;
    l->center.reply = reply;
    l->center.deliver = deliver;
    l->center.port = options->port;
    (void)snprintf(l->center.host, sizeof l->center.host, "%s",
        options->host != NULL ? options->host : "127.0.0.1");
    char *own = realpath(options->state, NULL); /* by whatever name: a file has one server */
    const char *state = own != NULL ? own : options->state;
    enum fwd_fail fail = lock(l, state, err);
    if (fail == FWD_FAIL_NONE)
        fail = fwd_smscenter_open(&l->center, state, options->number, err);
    if (fail == FWD_FAIL_NONE)
        fail = fwd_smscenter_write(&l->center, err); /* what cannot be kept is not begun */
    if (fail == FWD_FAIL_NONE)
        fail = listen_at(l, options->port, err);
    if (fail == FWD_FAIL_NONE) {
        fwd_signal_hold();
        char text[80];
        (void)snprintf(text, sizeof text, "serving at 127.0.0.1:%u, number %s",
            (unsigned)options->port, fwd_smscenter_number(&l->center));
        say(l, text);
        run(l);
    }
    for (int i = 0; i < CLIENTS; i++)
        fwd_line_socket_close(&l->clients[i].socket);
    if (l->listener >= 0)
        (void)close(l->listener);
    fwd_smscenter_close(&l->center);
    if (l->lock >= 0)
        (void)unlink(l->lock_path);
    unlock(l);
    free(own);
    free(l);
    return fail;
}
