/* What the readers of formats share. */
#ifndef FWD_GEN_IMAGE_IMAGE_INTERNAL_H
#define FWD_GEN_IMAGE_IMAGE_INTERNAL_H

#include "gen/image/image.h"

/* A file being read. */
struct fwd_image_input {
    const char *name;
    const uint8_t *data;
    size_t size;
    const struct fwd_image_options *options;
    struct fwd_memory_map map;   /* for formats that name addresses */
    struct fwd_image_load *load; /* for notes and facts */
};

/* "NAME: WHY", FWD_FAIL_REFUSED. */
__attribute__((format(printf, 3, 4))) enum fwd_fail fwd_image_refuse(
    const struct fwd_image_input *in, struct fwd_error *err, const char *format, ...);

/* Adds a note; what is more than fits is dropped. */
__attribute__((format(printf, 2, 3))) void fwd_image_note(
    const struct fwd_image_input *in, const char *format, ...);

/* ---- formats (image_FORMAT.c) ---------------------------------------------------------------- */

/* fwd_image_FORMAT_is(): is this meant to be such a file? fwd_image_FORMAT_read(): fills in->map.
 */

bool fwd_image_hex_is(const uint8_t *data, size_t size);
enum fwd_fail fwd_image_hex_read(struct fwd_image_input *in, struct fwd_error *err);

bool fwd_image_srecord_is(const uint8_t *data, size_t size);
enum fwd_fail fwd_image_srecord_read(struct fwd_image_input *in, struct fwd_error *err);

bool fwd_image_elf_is(const uint8_t *data, size_t size);
enum fwd_fail fwd_image_elf_read(struct fwd_image_input *in, struct fwd_error *err);

bool fwd_image_uf2_is(const uint8_t *data, size_t size);
enum fwd_fail fwd_image_uf2_read(struct fwd_image_input *in, struct fwd_error *err);

/* DFU 1.1: a suffix of 16 bytes or more with a checksum. */
bool fwd_image_dfu_is(const uint8_t *data, size_t size);
/* Checks the suffix and takes it off: in->size gets smaller. */
enum fwd_fail fwd_image_dfu_strip(struct fwd_image_input *in, struct fwd_error *err);

/* DfuSe, ST's extension: elements with addresses inside a DFU file. */
bool fwd_image_dfuse_is(const uint8_t *data, size_t size);
enum fwd_fail fwd_image_dfuse_read(struct fwd_image_input *in, struct fwd_error *err);

/* Formats that stay as they are: _keep() checks them, notes segments and what they state, and cuts
 * off what only a slot has; of other files it does nothing. */
bool fwd_image_esp_is(const uint8_t *data, size_t size);
enum fwd_fail fwd_image_esp_keep(struct fwd_image_input *in, struct fwd_error *err);

bool fwd_image_mcuboot_is(const uint8_t *data, size_t size);
enum fwd_fail fwd_image_mcuboot_keep(struct fwd_image_input *in, struct fwd_error *err);

/* Is this something else than a firmware image (image_foreign.c)? Then FWD_FAIL_REFUSED with a
 * sentence that says what. */
enum fwd_fail fwd_image_foreign_refuse(const struct fwd_image_input *in, struct fwd_error *err);

/* What kind of text this is, for a sentence, and what to do about it; NULL: it is no text
 * (image_text_kind.c). */
const char *fwd_image_text_kind(const uint8_t *data, size_t size, const char **advice);

/* ---- text formats (image_text.c) ------------------------------------------------------------- */

struct fwd_image_line {
    const uint8_t *at; /* without white space around */
    size_t size;       /* 0: an empty line */
    unsigned number;   /* from 1 */
};

/* Goes through lines that end with LF, CR LF or CR; start with {data, 0, 0}, where data is after a
 * byte order mark. False: no more. */
bool fwd_image_text_next(const uint8_t *end, struct fwd_image_line *line, const uint8_t **position);

/* data, or what follows a UTF-8 byte order mark. */
const uint8_t *fwd_image_text_begin(const uint8_t *data, size_t size);

/* Calls take with each line that is not empty, until one fails. */
enum fwd_fail fwd_image_text_each(struct fwd_image_input *in,
    enum fwd_fail (*take)(struct fwd_image_input *in, void *state,
        const struct fwd_image_line *line, struct fwd_error *err),
    void *state, struct fwd_error *err);

/* A line after the record that ends a file: refused. */
enum fwd_fail fwd_image_text_after_end(
    const struct fwd_image_input *in, const struct fwd_image_line *line, struct fwd_error *err);

/* Is the sum of a record's bytes, the last of which is its checksum, what it must be? Otherwise
 * refused. */
enum fwd_fail fwd_image_text_check_sum(const struct fwd_image_input *in,
    const struct fwd_image_line *line, const uint8_t *record, size_t size, uint8_t sum,
    struct fwd_error *err);

/* Digits of a line from offset `from` on as bytes: pairs of hex digits of either case. Returns how
 * many bytes there are, SIZE_MAX when there is something else or more than room. */
size_t fwd_image_text_hex(
    const struct fwd_image_line *line, size_t from, uint8_t *bytes, size_t room);

#endif
