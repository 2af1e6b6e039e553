/* How host code says what went wrong: a class, which becomes the exit status, and one sentence for
 * a person (which file, what was expected, what was found, what to do). */
#ifndef FWD_HOSTIO_HOST_ERROR_H
#define FWD_HOSTIO_HOST_ERROR_H

/* The values are the exit statuses of the program. */
enum fwd_fail {
    FWD_FAIL_NONE = 0,
    FWD_FAIL_REFUSED = 1,    /* the input was looked at and is not acceptable */
    FWD_FAIL_USAGE = 2,      /* the caller asked for something that makes no sense */
    FWD_FAIL_ENVIRONMENT = 3 /* a file, memory or the terminal is not as needed */
};

struct fwd_error {
    char text[512]; /* a sentence without the final line feed; empty when nothing failed */
};

/* Sets the sentence; a longer one is cut, and control characters are escaped (\n, \x1b). err: NULL
 * when nobody will read it. */
__attribute__((format(printf, 2, 3))) void fwd_error_set(
    struct fwd_error *err, const char *format, ...);

/* As fwd_error_set(), and returns fail: `return fwd_error_fail(err, FWD_FAIL_REFUSED, ...);` */
__attribute__((format(printf, 3, 4))) enum fwd_fail fwd_error_fail(
    struct fwd_error *err, enum fwd_fail fail, const char *format, ...);

/* "`what`: not enough memory", FWD_FAIL_ENVIRONMENT. */
enum fwd_fail fwd_error_memory(struct fwd_error *err, const char *what);

/* The cause of an errno value in plain words, without a final stop. Never NULL. */
const char *fwd_error_cause(int number);

#endif
