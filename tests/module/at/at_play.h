/* Plays a conversation of tests/at/, whose README explains the notation, with a module of
 * module_rig.h. */
#ifndef FWD_TESTS_MODULE_AT_AT_PLAY_H
#define FWD_TESTS_MODULE_AT_AT_PLAY_H

#include "tests/module/module_rig.h"

#include <check.h>
#include <stdio.h>

#define AT_PLAY_LINE 700

/* A vector that is being played. */
struct at_play {
    const char *file_name;
    unsigned line;
    char name[64];
    char profile[32], device[32];
    bool continues;
    struct module_rig rig;
    bool running; /* the rig is in use */
    bool touched; /* something was said */
    enum module_package package;
    uint64_t sent_at; /* last line of the host */
    uint64_t first_byte_at;
    uint64_t least, most; /* of the next line, after sent_at; most 0: any time */
    uint64_t writes;
    bool open_run; /* `...` stands before the next line */
    char run[64];  /* the name whose values rise */
    long run_value;
    bool ok_after_error1;
};

/* The test fails, and tells where it was. */
#define AT_PLAY_FAIL(p, ...)                                                                       \
    do {                                                                                           \
        char what_[2 * AT_PLAY_LINE];                                                              \
        snprintf(what_, sizeof what_, __VA_ARGS__);                                                \
        ck_abort_msg("%s.txt:%u: %s: %s", (p)->file_name, (p)->line, (p)->name, what_);            \
    } while (0)

/* One line, without comment and spaces at its end. p: file_name and line are set, all else is 0
 * before the first. */
void at_play_line(struct at_play *p, char *line);
/* After the last line. */
void at_play_stop(struct at_play *p);

/* ---- what the parts of the player call ------------------------------------------------------- */

/* The module of the vector, made when it is needed first. */
struct module_rig *at_play_rig(struct at_play *p);
/* The same; the first thing that happens in a vector: until then @continue could still come. */
struct module_rig *at_play_touch(struct at_play *p);
/* "< text": the module's next line; the MD5 in the pattern is replaced. */
void at_play_says(struct at_play *p, char pattern[AT_PLAY_LINE]);
/* "<< 06 43": its next bytes. */
void at_play_says_bytes(struct at_play *p, const char *text);
/* "~ text": what happens around the module, or is true of it. */
void at_play_happens(struct at_play *p, const char *text);

#endif
