#include "keys/passphrase.h"

#include "hostio/host_file.h"
#include "hostio/host_signal.h"

#include <errno.h>
#include <fcntl.h>
#include <openssl/crypto.h>
#include <stdint.h>
#include <stdlib.h>
#include <string.h>
#include <termios.h>
#include <unistd.h>

#define PASSPHRASE_FILE_MAX 65536u
#define CTRL_C              3

/* Instead of a length. */
#define NO_ANSWER   SIZE_MAX
#define INTERRUPTED (SIZE_MAX - 1)

void fwd_passphrase_wipe(struct fwd_passphrase *passphrase)
{
    if (passphrase != NULL)
        OPENSSL_cleanse(passphrase, sizeof *passphrase);
}

static enum fwd_fail get_from_file(void *ctx, const char *key_path, bool twice,
    struct fwd_passphrase *passphrase, struct fwd_error *err)
{
    const char *path = ctx;
    struct fwd_bytes file;
    (void)key_path;
    (void)twice;
    enum fwd_fail fail =
        fwd_file_read_as("a passphrase in the first line", path, PASSPHRASE_FILE_MAX, &file, err);
    if (fail != FWD_FAIL_NONE)
        return fail;
    const char *line = (const char *)file.data + fwd_bytes_mark(&file);
    size_t size = strcspn(line, "\r\n");
    if (size == 0 || size > FWD_PASSPHRASE_MAX) {
        fail = fwd_error_fail(err, FWD_FAIL_REFUSED,
            "%s: the first line must be a passphrase of 1 to %u bytes", path, FWD_PASSPHRASE_MAX);
    } else {
        memcpy(passphrase->text, line, size);
        passphrase->text[size] = 0;
        passphrase->size = size;
    }
    fwd_bytes_wipe(&file);
    return fail;
}

struct fwd_passphrase_source fwd_passphrase_from_file(const char *path)
{
    /* ctx is only ever read, as a path */
    return (struct fwd_passphrase_source){(void *)(uintptr_t)path, get_from_file};
}

/* ---- descriptor and environment -------------------------------------------------------------- */

static bool parse_descriptor(const char *text, int *fd)
{
    *fd = 0;
    for (const char *at = text; *at != 0; at++) {
        if (*at < '0' || *at > '9' || *fd > 99999)
            return false;
        *fd = *fd * 10 + (*at - '0');
    }
    return text[0] != 0;
}

/* What comes after the line is left there. */
static enum fwd_fail read_descriptor(
    const char *text, int fd, struct fwd_passphrase *passphrase, struct fwd_error *err)
{
    passphrase->size = 0;
    for (;;) {
        char c = 0;
        ssize_t got = read(fd, &c, 1);
        if (got < 0 && errno == EINTR && !fwd_signal_seen())
            continue;
        if (got < 0)
            return fwd_error_fail(err, FWD_FAIL_ENVIRONMENT,
                "--passphrase-fd %s: cannot be read: %s", text, fwd_error_cause(errno));
        if (got == 0 || c == '\n')
            break;
        if (passphrase->size == FWD_PASSPHRASE_MAX)
            return fwd_error_fail(err, FWD_FAIL_REFUSED,
                "--passphrase-fd %s: the first line has more than %u bytes", text,
                FWD_PASSPHRASE_MAX);
        passphrase->text[passphrase->size++] = c;
    }
    if (passphrase->size > 0 && passphrase->text[passphrase->size - 1] == '\r')
        passphrase->size--;
    passphrase->text[passphrase->size] = 0;
    return passphrase->size > 0
               ? FWD_FAIL_NONE
               : fwd_error_fail(err, FWD_FAIL_REFUSED,
                     "--passphrase-fd %s: the first line must be a passphrase of 1 to %u bytes",
                     text, FWD_PASSPHRASE_MAX);
}

static enum fwd_fail get_from_descriptor(void *ctx, const char *key_path, bool twice,
    struct fwd_passphrase *passphrase, struct fwd_error *err)
{
    static struct fwd_passphrase seen; /* a pipe can be read once, and several keys may ask */
    const char *text = ctx;
    int fd = -1;
    (void)key_path;
    (void)twice;
    if (!parse_descriptor(text, &fd))
        return fwd_error_fail(err, FWD_FAIL_USAGE,
            "--passphrase-fd: expected the number of an open descriptor, found '%s'", text);
    if (seen.size == 0) {
        enum fwd_fail fail = read_descriptor(text, fd, &seen, err);
        if (fail != FWD_FAIL_NONE) {
            fwd_passphrase_wipe(&seen);
            return fail;
        }
    }
    *passphrase = seen;
    return FWD_FAIL_NONE;
}

struct fwd_passphrase_source fwd_passphrase_from_descriptor(const char *text)
{
    return (struct fwd_passphrase_source){(void *)(uintptr_t)text, get_from_descriptor};
}

static enum fwd_fail get_from_environment(void *ctx, const char *key_path, bool twice,
    struct fwd_passphrase *passphrase, struct fwd_error *err)
{
    const char *name = ctx;
    const char *value = getenv(name);
    (void)key_path;
    (void)twice;
    if (value == NULL || value[0] == 0)
        return fwd_error_fail(err, FWD_FAIL_ENVIRONMENT,
            "--passphrase-env %s: the environment has no such variable, or it is empty", name);
    size_t size = strlen(value);
    if (size > FWD_PASSPHRASE_MAX)
        return fwd_error_fail(err, FWD_FAIL_REFUSED,
            "--passphrase-env %s: a passphrase has at most %u bytes", name, FWD_PASSPHRASE_MAX);
    memcpy(passphrase->text, value, size + 1);
    passphrase->size = size;
    return FWD_FAIL_NONE;
}

struct fwd_passphrase_source fwd_passphrase_from_environment(const char *name)
{
    return (struct fwd_passphrase_source){(void *)(uintptr_t)name, get_from_environment};
}

/* ---- terminal -------------------------------------------------------------------------------- */

static void say(int terminal, const char *text)
{
    while (*text != 0) {
        ssize_t put = write(terminal, text, strlen(text));
        if (put < 0 && errno != EINTR)
            return;
        text += put > 0 ? put : 0;
    }
}

/* Reads to the end of the line. Returns its length, NO_ANSWER (also when it is too long) or
 * INTERRUPTED. */
static size_t read_line(int terminal, char *line, size_t size)
{
    size_t length = 0;
    for (;;) {
        char c = 0;
        ssize_t got = read(terminal, &c, 1);
        if (fwd_signal_seen() || (got == 1 && c == CTRL_C))
            return INTERRUPTED;
        if (got < 0 && errno == EINTR)
            continue;
        if (got != 1)
            return NO_ANSWER;
        if (c == '\n' || c == '\r')
            break;
        if (length < size)
            line[length] = c;
        length++;
    }
    return length <= size ? length : NO_ANSWER;
}

/* While echo is off the keyboard sends no signals: Ctrl-C ends the line instead. Signals from
 * elsewhere wait until echo is on again. */
static size_t ask(int terminal, const char *key_path, const char *question, char *line, size_t size)
{
    struct termios usual, silent;
    struct fwd_error text; /* escapes what is in the name */
    if (tcgetattr(terminal, &usual) != 0)
        return NO_ANSWER;
    silent = usual;
    silent.c_lflag &= ~(tcflag_t)(ECHO | ISIG);
    silent.c_lflag |= ECHONL;
    silent.c_cc[VEOL] = CTRL_C;
    fwd_error_set(&text, "%s%s", question, key_path);
    fwd_signal_hold();
    size_t length = NO_ANSWER;
    if (tcsetattr(terminal, TCSAFLUSH, &silent) == 0) {
        say(terminal, text.text);
        say(terminal, ": ");
        length = read_line(terminal, line, size);
        (void)tcsetattr(terminal, TCSAFLUSH, &usual);
    }
    fwd_signal_release();
    return length;
}

static enum fwd_fail fail_interrupted(const char *key_path, struct fwd_error *err)
{
    return fwd_error_fail(
        err, FWD_FAIL_REFUSED, "%s: interrupted; no passphrase was given", key_path);
}

static enum fwd_fail get_from_terminal(void *ctx, const char *key_path, bool twice,
    struct fwd_passphrase *passphrase, struct fwd_error *err)
{
    struct fwd_passphrase again = {{0}, 0};
    enum fwd_fail fail = FWD_FAIL_NONE;
    (void)ctx;
    int terminal = open("/dev/tty", O_RDWR | O_CLOEXEC | O_NOCTTY);
    if (terminal < 0)
        return fwd_error_fail(err, FWD_FAIL_ENVIRONMENT,
            "%s: needs a passphrase and there is no terminal to ask on; give a passphrase file",
            key_path);
    const char *question = twice ? "New passphrase for " : "Passphrase for ";
    passphrase->size = ask(terminal, key_path, question, passphrase->text, FWD_PASSPHRASE_MAX);
    if (passphrase->size == INTERRUPTED) {
        fail = fail_interrupted(key_path, err);
    } else if (passphrase->size == NO_ANSWER || passphrase->size == 0) {
        fail = fwd_error_fail(err, FWD_FAIL_REFUSED, "%s: no passphrase was given", key_path);
    } else if (twice) {
        again.size = ask(terminal, key_path, "The same again for ", again.text, FWD_PASSPHRASE_MAX);
        if (again.size == INTERRUPTED)
            fail = fail_interrupted(key_path, err);
        else if (again.size != passphrase->size ||
                 memcmp(again.text, passphrase->text, again.size) != 0)
            fail = fwd_error_fail(err, FWD_FAIL_REFUSED,
                "%s: the two passphrases differ; no key was written", key_path);
    }
    if (fail == FWD_FAIL_NONE)
        passphrase->text[passphrase->size] = 0;
    else
        fwd_passphrase_wipe(passphrase);
    fwd_passphrase_wipe(&again);
    (void)close(terminal);
    return fail;
}

struct fwd_passphrase_source fwd_passphrase_from_terminal(void)
{
    return (struct fwd_passphrase_source){NULL, get_from_terminal};
}
