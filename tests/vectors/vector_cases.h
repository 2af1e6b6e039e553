/* The package vectors: of which steps each is made. A step is a function that changes a draft. */
#ifndef FWD_TESTS_VECTORS_VECTOR_CASES_H
#define FWD_TESTS_VECTORS_VECTOR_CASES_H

#include "tests/vectors/vector_draft.h"

struct vector_case {
    const char *name;
    void (*begin)(struct vector_draft *);     /* components and kind */
    void (*values)(struct vector_draft *);    /* fields, payload, signers */
    void (*manifest)(struct vector_draft *);  /* its bytes */
    void (*signature)(struct vector_draft *); /* its bytes */
    void (*package)(struct vector_draft *);   /* all bytes */
};

/* Each list ends with a case without a name. */
extern const struct vector_case vector_package_cases[];
extern const struct vector_case vector_manifest_cases[];
extern const struct vector_case vector_payload_cases[];

/* ---- what packages of every list begin with -------------------------------------------------- */

/* firmware-2 from firmware-1. */
void vector_delta(struct vector_draft *draft);
/* firmware-2 as it is. */
void vector_full(struct vector_draft *draft);
/* That and profile-2. */
void vector_two_full(struct vector_draft *draft);

#endif
