/* A certificate for people and as JSON. Shared by gen, inspect and install. */
#ifndef FWD_CLI_COMMON_CERTIFICATE_OUT_H
#define FWD_CLI_COMMON_CERTIFICATE_OUT_H

#include "format/certificate.h"

#include <jansson.h>

#define FWD_CERTIFICATE_TEXT 300u

/* "1234 bytes staged, 56 erases (at most 2 of a block), 7890 bytes programmed, 1.234 s" */
void fwd_certificate_out_text(
    const struct fwd_certificate *certificate, char text[FWD_CERTIFICATE_TEXT]);

/* "1 signature, 105104 bytes hashed, 0.123 s, 7.9 million instructions" */
void fwd_certificate_out_start(
    const struct fwd_certificate *certificate, char text[FWD_CERTIFICATE_TEXT]);

json_t *fwd_certificate_out_json(const struct fwd_certificate *certificate);

#endif
