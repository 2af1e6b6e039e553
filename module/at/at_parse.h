/* The grammar of AT command lines: takes one line apart, command by command. Nothing is copied:
 * what is found points into the line. Any bytes are fine. */
#ifndef FWD_MODULE_AT_AT_PARSE_H
#define FWD_MODULE_AT_AT_PARSE_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#define FWD_AT_NAME_MAX   16u
#define FWD_AT_PARAMS_MAX 8u

/* AT+X, AT+X=..., AT+X?, AT+X=? : bits. */
enum fwd_at_form { FWD_AT_RUN = 1, FWD_AT_SET = 2, FWD_AT_READ = 4, FWD_AT_TEST = 8 };

/* Bits, for what a parameter may be. */
enum fwd_at_kind {
    FWD_AT_EMPTY = 1,
    FWD_AT_NUMBER = 2, /* decimal digits, at most nine significant ones and a sign */
    FWD_AT_TEXT = 4,   /* in quotes */
    FWD_AT_WORD = 8    /* anything else */
};

struct fwd_at_param {
    enum fwd_at_kind kind;
    const char *text; /* without quotes and outer spaces; not ended by a zero */
    size_t size;
    int64_t value; /* of a number */
};

struct fwd_at_call {
    char name[FWD_AT_NAME_MAX + 1]; /* capitals, as "+UFWUPD", "I", "E", "&W" */
    enum fwd_at_form form;
    struct fwd_at_param params[FWD_AT_PARAMS_MAX];
    size_t count;
    bool malformed;  /* what follows "=" is no list of parameters; raw is all of the line */
    const char *raw; /* all that follows "=" */
    size_t raw_size;
};

/* Where in a line the next command stands. */
struct fwd_at_cursor {
    const char *at;
    const char *end;
};

enum fwd_at_found {
    FWD_AT_FOUND,
    FWD_AT_END,    /* no more commands */
    FWD_AT_SILENT, /* the line is not for us: no "AT" */
    FWD_AT_WRONG   /* not a command */
};

/* Is there anything to answer? FWD_AT_FOUND: yes, *cursor is after "AT". */
enum fwd_at_found fwd_at_begin(const char *line, size_t size, struct fwd_at_cursor *cursor);

/* The next command of the line. FWD_AT_FOUND, FWD_AT_END or FWD_AT_WRONG. */
enum fwd_at_found fwd_at_next(struct fwd_at_cursor *cursor, struct fwd_at_call *call);

/* Copies a parameter with a final zero. False: larger than room - 1, or a zero in it. */
bool fwd_at_copy(const struct fwd_at_param *param, char *out, size_t room);

/* Is it this text, exactly? */
bool fwd_at_is(const struct fwd_at_param *param, const char *text);

#endif
