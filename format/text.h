/* Texts and names as the package stores them (SPEC.md section 2.3). */
#ifndef FWD_FORMAT_TEXT_H
#define FWD_FORMAT_TEXT_H

#include "format/cursor.h"
#include "format/manifest.h"

/* Every character in 0x20..0x7E; the absent text is. */
bool fwd_text_printable(struct fwd_text text);

/* 1 to FWD_NAME_MAX characters of A-Z a-z 0-9 . _ - */
bool fwd_text_is_name(struct fwd_text text);

/* At most FWD_VERSION_MAX printable characters. */
bool fwd_text_is_version(struct fwd_text text);

/* One length byte and the characters. The result of reading points into the reader's bytes. */
void fwd_text_write(struct fwd_writer *w, struct fwd_text text);
void fwd_text_read(struct fwd_reader *r, struct fwd_text *text);

#endif
