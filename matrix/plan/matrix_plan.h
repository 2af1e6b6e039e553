/* The jobs of a release. A job is one call of fwdelta; its id is the digest of that call with each
 * file replaced by what is in it (of a file that another job makes: that job's id). So two jobs
 * of one id have one result, and a change of a file changes the ids of what hangs on it. */
#ifndef FWD_MATRIX_PLAN_MATRIX_PLAN_H
#define FWD_MATRIX_PLAN_MATRIX_PLAN_H

#include "matrix/plan/inputs.h"
#include "matrix/plan/release_file.h"

#include <stdio.h>

#define FWD_MATRIX_NONE SIZE_MAX

enum fwd_matrix_kind {
    FWD_MATRIX_DELTA,   /* makes a package from a version to another */
    FWD_MATRIX_FULL,    /* makes a package that needs no source */
    FWD_MATRIX_VERIFY,  /* installs a package on a simulated device */
    FWD_MATRIX_TORTURE, /* and cuts its power */
    FWD_MATRIX_KINDS
};

struct fwd_matrix_job {
    enum fwd_matrix_kind kind;
    size_t product, from, to;   /* from: FWD_MATRIX_NONE of FWD_MATRIX_FULL */
    size_t device;              /* FWD_MATRIX_NONE: all of the product */
    size_t package;             /* the job that makes what this one looks at, or FWD_MATRIX_NONE */
    char id[FWD_MATRIX_DIGEST]; /* "": an input cannot be read */
    size_t unreadable;          /* that input, or FWD_MATRIX_NONE */
};

struct fwd_matrix_plan {
    struct fwd_release_file *release; /* owned */
    struct fwd_matrix_inputs inputs;
    struct fwd_matrix_job *jobs; /* owned; packages come before what looks at them */
    size_t job_count, room;
    char tool[FWD_MATRIX_DIGEST]; /* of the program fwdelta */
    char *program;                /* owned: its path */
};

/* A word of a job's command. */
enum fwd_matrix_word_kind {
    FWD_MATRIX_TEXT,
    FWD_MATRIX_INPUT,  /* index of an input */
    FWD_MATRIX_PACKAGE /* index of the job that makes it */
};

struct fwd_matrix_word {
    enum fwd_matrix_word_kind kind;
    const char *text; /* before the path of an input */
    size_t index;
};

struct fwd_matrix_command {
    struct fwd_matrix_word *words; /* owned */
    size_t count, room;
    bool complete; /* false: no memory */
};

/* Reads the release, its files and the program; cache: a file that keeps their digests, which is
 * used and renewed, or NULL. *plan: freed by fwd_matrix_plan_free(), after a
 * failure too. An input that cannot be read is no failure. */
enum fwd_fail fwd_matrix_plan_make(const char *release, const char *program, const char *cache,
    struct fwd_matrix_plan *plan, struct fwd_error *err);
void fwd_matrix_plan_free(struct fwd_matrix_plan *plan);

/* The words after "fwdelta"; freed by fwd_matrix_command_free(). */
struct fwd_matrix_command fwd_matrix_plan_command(struct fwd_matrix_plan *plan, size_t job);
void fwd_matrix_command_free(struct fwd_matrix_command *command);

/* "verify demo 1.0.0 1.1.0 inplace-4k" */
void fwd_matrix_plan_name(const struct fwd_matrix_plan *plan, size_t job, char *out, size_t size);

/* 1: jobs that need no other; 2: those that look at packages. */
unsigned fwd_matrix_plan_wave(const struct fwd_matrix_job *job);

/* The job of an id; FWD_MATRIX_NONE: there is none. */
size_t fwd_matrix_plan_find(const struct fwd_matrix_plan *plan, const char *id);

#endif
