/* A proof as a page for people; everything on it is in the statement. */
#ifndef FWD_CLI_PROVE_PROVE_PAGE_H
#define FWD_CLI_PROVE_PROVE_PAGE_H

#include <jansson.h>
#include <stdio.h>

struct fwd_prove_page {
    const json_t *statement;
    const char *file;   /* of the proof, in UTF-8 */
    const char *sha256; /* of it */
    const char *key;    /* id of the key that signed it */
};

void fwd_prove_page_put(FILE *out, const struct fwd_prove_page *page);

/* Drawings (prove_page_draw.c): the course of the update in time, and wear by block. */
void fwd_prove_page_course(FILE *out, const json_t *update);
void fwd_prove_page_wear(FILE *out, const json_t *update);

/* The commands that repeat what the page says (prove_page_repeat.c). OLD, PUB and SIGNER stand for
 * the image before the update and public keys. */
void fwd_prove_page_repeat(FILE *out, const struct fwd_prove_page *page);

#endif
