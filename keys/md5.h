/* MD5 as the modules print it after a finished download (R133). It tells a host that the right
 * file arrived; it protects nothing. */
#ifndef FWD_KEYS_MD5_H
#define FWD_KEYS_MD5_H

#include "hostio/host_error.h"

#include <stdbool.h>
#include <stddef.h>

#define FWD_MD5_TEXT 33u /* 32 hex digits and the final zero */

struct fwd_md5;

/* Begins a digest; the caller frees it. NULL: memory, or this OpenSSL has no MD5; err says which.
 */
struct fwd_md5 *fwd_md5_new(struct fwd_error *err);
void fwd_md5_free(struct fwd_md5 *md5); /* NULL-safe */

/* False: OpenSSL failed. */
bool fwd_md5_add(struct fwd_md5 *md5, const void *bytes, size_t size);

/* The digest of what was added so far, as lower-case hex digits; more may be added afterwards.
 * False: OpenSSL failed, and text is "". */
bool fwd_md5_text(const struct fwd_md5 *md5, char text[FWD_MD5_TEXT]);

#endif
