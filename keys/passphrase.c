#include "keys/passphrase.h"

#include <openssl/crypto.h>

#include <errno.h>
#include <fcntl.h>
#include <stdint.h>
#include <string.h>
#include <termios.h>
#include <unistd.h>

#include "hostio/host_file.h"
#include "hostio/host_signal.h"

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
