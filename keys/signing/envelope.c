#include "keys/signing/envelope.h"

#include "keys/signature.h"

#include <jansson.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

/* What a file holds besides its type. */
struct content {
    struct fwd_bytes payload;
    uint8_t key_id[FWD_KEY_ID_SIZE];
    uint8_t signature[FWD_SIGNATURE_ROOM + 3];
    size_t signature_size;
};

/* ---- base64 ---------------------------------------------------------------------------------- */

/* NULL: no memory. Freed by the caller. */
static char *encode(const uint8_t *bytes, size_t size)
{
    char *text = malloc((size + 2) / 3 * 4 + 1);
    if (text != NULL)
        (void)EVP_EncodeBlock((unsigned char *)text, bytes, (int)size);
    return text;
}

/* out: three bytes for four characters. False: no base64. */
static bool decode(const char *text, uint8_t *out, size_t room, size_t *size)
{
    size_t length = strlen(text), fill = 0;
    if (length == 0 || length % 4 != 0 || length / 4 * 3 > room)
        return false;
    while (fill < 2 && text[length - 1 - fill] == '=')
        fill++;
    int got = EVP_DecodeBlock(out, (const unsigned char *)text, (int)length);
    if (got < 0 || (size_t)got < fill)
        return false;
    *size = (size_t)got - fill;
    return true;
}

/* ---- the form of the file -------------------------------------------------------------------- */

static enum fwd_fail write_file(
    const char *type, const struct content *c, struct fwd_bytes *out, struct fwd_error *err)
{
    char id[FWD_KEYID_TEXT_SIZE];
    char *payload = encode(c->payload.data, c->payload.size);
    char *signature = encode(c->signature, c->signature_size);
    fwd_keyid_text(c->key_id, id);
    size_t room = payload != NULL && signature != NULL
                      ? strlen(payload) + strlen(signature) + strlen(type) + 256
                      : 0;
    char *text = room > 0 ? malloc(room) : NULL;
    if (text != NULL) {
        int size = snprintf(text, room,
            "{\n  \"payloadType\": \"%s\",\n  \"payload\": \"%s\",\n  \"signatures\": [\n    "
            "{\n      \"keyid\": \"%s\",\n      \"sig\": \"%s\"\n    }\n  ]\n}\n",
            type, payload, id, signature);
        *out = (struct fwd_bytes){(uint8_t *)text, (size_t)size};
    }
    free(payload);
    free(signature);
    return text != NULL ? FWD_FAIL_NONE : fwd_error_memory(err, "the envelope");
}

/* What is signed. */
static enum fwd_fail encode_before_signing(
    const char *type, const struct fwd_bytes *payload, struct fwd_bytes *out, struct fwd_error *err)
{
    char head[128];
    int size = snprintf(head, sizeof head, "DSSEv1 %zu %s %zu ", strlen(type), type, payload->size);
    *out = (struct fwd_bytes){malloc((size_t)size + payload->size), (size_t)size + payload->size};
    if (out->data == NULL)
        return fwd_error_memory(err, "the envelope");
    memcpy(out->data, head, (size_t)size);
    memcpy(out->data + size, payload->data, payload->size);
    return FWD_FAIL_NONE;
}

enum fwd_fail fwd_envelope_make(const char *type, const struct fwd_bytes *payload,
    const struct fwd_keypair *key, struct fwd_bytes *out, struct fwd_error *err)
{
    struct fwd_bytes message = {NULL, 0};
    struct content c = {.payload = *payload};
    memcpy(c.key_id, key->id, sizeof c.key_id);
    enum fwd_fail fail = encode_before_signing(type, payload, &message, err);
    if (fail == FWD_FAIL_NONE)
        fail = fwd_signature_make(
            key, message.data, message.size, c.signature, &c.signature_size, err);
    if (fail == FWD_FAIL_NONE)
        fail = write_file(type, &c, out, err);
    fwd_bytes_free(&message);
    return fail;
}

/* ---- opening --------------------------------------------------------------------------------- */

static bool read_content(const json_t *json, const char *type, struct content *c)
{
    const char *stated, *payload, *id, *signature;
    if (json_unpack((json_t *)(uintptr_t)json, "{s:s, s:s, s:[{s:s, s:s!}!]!}", "payloadType",
            &stated, "payload", &payload, "signatures", "keyid", &id, "sig", &signature) != 0 ||
        strcmp(stated, type) != 0 || !fwd_keyid_parse(id, c->key_id))
        return false;
    size_t room = strlen(payload) / 4 * 3 + 1;
    c->payload.data = malloc(room);
    return c->payload.data != NULL && decode(payload, c->payload.data, room, &c->payload.size) &&
           decode(signature, c->signature, sizeof c->signature, &c->signature_size);
}

static enum fwd_fail read_file(const char *name, const struct fwd_bytes *file, const char *type,
    struct content *c, struct fwd_error *err)
{
    json_error_t where;
    struct fwd_bytes again = {NULL, 0};
    json_t *json = json_loadb((const char *)file->data, file->size, JSON_REJECT_DUPLICATES, &where);
    bool read = json != NULL && read_content(json, type, c);
    json_decref(json);
    if (!read)
        return fwd_error_fail(err, FWD_FAIL_REFUSED,
            "%s: a DSSE envelope of type %s with one signature is expected, and this is none", name,
            type);
    enum fwd_fail fail = write_file(type, c, &again, err);
    if (fail == FWD_FAIL_NONE &&
        (again.size != file->size || memcmp(again.data, file->data, file->size) != 0))
        fail = fwd_error_fail(err, FWD_FAIL_REFUSED,
            "%s: says the same as a signed envelope, but not in the same bytes: it was changed "
            "since; take the file as it was written",
            name);
    fwd_bytes_free(&again);
    return fail;
}

static enum fwd_fail check(const char *name, const char *type, const struct fwd_trust *trust,
    const struct content *c, struct fwd_error *err)
{
    const struct fwd_keys_port keys = fwd_trust_port(trust);
    struct fwd_key key;
    struct fwd_bytes message = {NULL, 0};
    char id[FWD_KEYID_TEXT_SIZE];
    fwd_keyid_text(c->key_id, id);
    if (keys.find(keys.ctx, c->key_id, &key) != FWD_OK)
        return fwd_error_fail(err, FWD_FAIL_REFUSED,
            "%s: is signed by key %s, which is none of the keys given", name, id);
    const struct fwd_keypair *pair = key.handle;
    enum fwd_fail fail = encode_before_signing(type, &c->payload, &message, err);
    if (fail == FWD_FAIL_NONE &&
        fwd_signature_check(pair, pair->algorithm->id, message.data, message.size, c->signature,
            c->signature_size) != FWD_SIGNATURE_VALID)
        fail = fwd_error_fail(err, FWD_FAIL_REFUSED,
            "%s: the signature of key %s is not valid: the file was changed since it was signed",
            name, id);
    fwd_bytes_free(&message);
    return fail;
}

enum fwd_fail fwd_envelope_open(const char *name, const struct fwd_bytes *file, const char *type,
    const struct fwd_trust *trust, struct fwd_bytes *payload, uint8_t id[FWD_KEY_ID_SIZE],
    struct fwd_error *err)
{
    struct content c = {.payload = {NULL, 0}};
    enum fwd_fail fail = read_file(name, file, type, &c, err);
    if (fail == FWD_FAIL_NONE)
        fail = check(name, type, trust, &c, err);
    if (fail != FWD_FAIL_NONE) {
        fwd_bytes_free(&c.payload);
        return fail;
    }
    *payload = c.payload;
    memcpy(id, c.key_id, sizeof c.key_id);
    return fail;
}
