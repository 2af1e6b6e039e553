#include "cli/sign/key_export.h"

#include "keys/keyfile.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#define COLUMNS 12u

static bool is_symbol(const char *text)
{
    size_t length = strlen(text);
    for (size_t i = 0; i < length; i++) {
        char c = text[i];
        bool letter = (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || c == '_';
        if (!letter && (i == 0 || c < '0' || c > '9'))
            return false;
    }
    return length > 0 && length < 64;
}

enum fwd_fail fwd_key_export_check_symbol(const char *symbol, struct fwd_error *err)
{
    if (is_symbol(symbol))
        return FWD_FAIL_NONE;
    return fwd_error_fail(err, FWD_FAIL_USAGE,
        "--symbol: expected a name of C with at most 63 characters, found '%s'", symbol);
}

void fwd_key_export_bytes(FILE *out, const char *symbol, const char *what, const char *comment,
    const uint8_t *bytes, size_t size)
{
    fprintf(out, "\n/* %s */\nstatic const uint8_t %s_%s[%zu] = {", comment, symbol, what, size);
    for (size_t i = 0; i < size; i++)
        fprintf(out, "%s0x%02x,", i % COLUMNS == 0 ? "\n    " : " ", bytes[i]);
    fprintf(out, "\n};\n");
}

/* What the verifier's ports ask for (verify/ports.h): the id, the algorithm, and the key itself in
 * the two forms that crypto libraries take. */
static void write_header(FILE *out, const struct fwd_keypair *key, const char *symbol,
    const struct fwd_bytes *der, const struct fwd_bytes *raw)
{
    char id[FWD_KEYID_TEXT_SIZE];
    fwd_keyid_text(key->id, id);
    fprintf(out,
        "/* Public key %s (%s), by 'fwdelta keys export --format c'. */\n#include <stdint.h>\n", id,
        key->algorithm->title);
    fprintf(out, "\n/* FWD_ALG_* of format/limits.h: %s */\n#define %s_algorithm %uu\n",
        key->algorithm->name, symbol, key->algorithm->id);
    fwd_key_export_bytes(
        out, symbol, "id", "the key id, as signature blocks name it", key->id, FWD_KEY_ID_SIZE);
    fwd_key_export_bytes(out, symbol, "der", "SubjectPublicKeyInfo, DER", der->data, der->size);
    if (raw->size > 0)
        fwd_key_export_bytes(out, symbol, "raw",
            key->algorithm->raw_size > 0 ? "the point: 0x04, x, y" : "the key alone", raw->data,
            raw->size);
}

static enum fwd_fail make_header(const struct fwd_keypair *key, const char *symbol,
    const struct fwd_bytes *der, struct fwd_bytes *out, struct fwd_error *err)
{
    struct fwd_bytes raw = {NULL, 0};
    char *text = NULL;
    size_t size = 0;
    FILE *stream = open_memstream(&text, &size);
    if (stream == NULL)
        return fwd_error_memory(err, "the public key");
    fwd_keypair_raw(key, der, &raw);
    write_header(stream, key, symbol, der, &raw);
    bool written = fclose(stream) == 0;
    if (written)
        *out = (struct fwd_bytes){(uint8_t *)text, size};
    else
        free(text);
    return written ? FWD_FAIL_NONE : fwd_error_memory(err, "the public key");
}

enum fwd_fail fwd_key_export(const struct fwd_keypair *key, const char *format, const char *symbol,
    struct fwd_bytes *out, struct fwd_error *err)
{
    struct fwd_bytes der = {NULL, 0};
    if (strcmp(format, "pem") == 0)
        return fwd_keyfile_encode_public(key, true, out, err);
    if (strcmp(format, "der") == 0)
        return fwd_keyfile_encode_public(key, false, out, err);
    if (strcmp(format, "c") != 0)
        return fwd_error_fail(
            err, FWD_FAIL_USAGE, "--format: expected c, der or pem, found '%s'", format);
    enum fwd_fail fail = fwd_key_export_check_symbol(symbol, err);
    if (fail == FWD_FAIL_NONE)
        fail = fwd_keyfile_encode_public(key, false, &der, err);
    if (fail == FWD_FAIL_NONE)
        fail = make_header(key, symbol, &der, out, err);
    fwd_bytes_free(&der);
    return fail;
}
