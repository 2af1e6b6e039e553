#include "keys/token/pkcs11_internal.h"

#include <openssl/crypto.h>
#include <p11-kit/uri.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#define OBJECTS_MAX  16u
#define PIN_VARIABLE "FWDELTA_PIN"

bool fwd_pkcs11_is_uri(const char *text)
{
    return strncmp(text, "pkcs11:", 7) == 0;
}

void fwd_pkcs11_name(const char *uri, char *name, size_t size)
{
    (void)snprintf(name, size, "%.*s", (int)strcspn(uri, "?"), uri);
}

static void close_token(struct fwd_keypair_token *base)
{
    struct fwd_pkcs11_key *token = (struct fwd_pkcs11_key *)(void *)base; /* its first member */
    if (token == NULL)
        return;
    if (token->session != 0)
        (void)token->module->C_CloseSession(token->session);
    if (token->modules != NULL)
        p11_kit_modules_finalize_and_release(token->modules);
    if (token->loaded != NULL) {
        (void)p11_kit_module_finalize(token->loaded);
        p11_kit_module_release(token->loaded);
    }
    fwd_passphrase_wipe(&token->pin);
    free(token);
}

/* ---- objects --------------------------------------------------------------------------------- */

bool fwd_pkcs11_attribute(const struct fwd_pkcs11_key *token, CK_OBJECT_HANDLE object,
    CK_ATTRIBUTE_TYPE type, CK_ATTRIBUTE *value)
{
    *value = (CK_ATTRIBUTE){type, NULL, 0};
    if (token->module->C_GetAttributeValue(token->session, object, value, 1) != CKR_OK ||
        value->ulValueLen == 0 || value->ulValueLen > 65536)
        return false;
    value->pValue = malloc(value->ulValueLen);
    if (value->pValue != NULL &&
        token->module->C_GetAttributeValue(token->session, object, value, 1) == CKR_OK)
        return true;
    free(value->pValue);
    value->pValue = NULL;
    return false;
}

size_t fwd_pkcs11_find(const struct fwd_pkcs11_key *token, CK_ATTRIBUTE *wanted, size_t count,
    CK_OBJECT_HANDLE *objects, size_t room)
{
    CK_ULONG found = 0;

    if (token->module->C_FindObjectsInit(token->session, wanted, (CK_ULONG)count) != CKR_OK)
        return 0;
    if (token->module->C_FindObjects(token->session, objects, (CK_ULONG)room, &found) != CKR_OK)
        found = 0;
    (void)token->module->C_FindObjectsFinal(token->session);
    return (size_t)found;
}

static enum fwd_fail fail_count(
    const struct fwd_pkcs11_key *token, size_t count, struct fwd_error *err)
{
    if (count == 0)
        return fwd_error_fail(err, FWD_FAIL_REFUSED,
            "%s: the token has no such private key; 'pkcs11-tool --list-objects --login' lists "
            "what is there",
            token->name);
    return fwd_error_fail(err, FWD_FAIL_REFUSED,
        "%s: the token has several such private keys; name one with id= or object=", token->name);
}

static enum fwd_fail find_private(
    struct fwd_pkcs11_key *token, P11KitUri *uri, struct fwd_error *err)
{
    CK_ATTRIBUTE wanted[8];
    CK_OBJECT_HANDLE objects[2];
    CK_OBJECT_CLASS class = CKO_PRIVATE_KEY;
    CK_BBOOL each_time = CK_FALSE;
    CK_ATTRIBUTE asks = {CKA_ALWAYS_AUTHENTICATE, &each_time, sizeof each_time};
    CK_ULONG given = 0;
    size_t count = 0;
    const CK_ATTRIBUTE *attributes = p11_kit_uri_get_attributes(uri, &given);

    wanted[count++] = (CK_ATTRIBUTE){CKA_CLASS, &class, sizeof class};
    for (CK_ULONG i = 0; i < given && count < sizeof wanted / sizeof wanted[0]; i++) {
        if (attributes[i].type != CKA_CLASS)
            wanted[count++] = attributes[i];
    }
    size_t found = fwd_pkcs11_find(token, wanted, count, objects, 2);
    if (found != 1)
        return fail_count(token, found, err);
    token->object = objects[0];
    token->asks_each_time =
        token->module->C_GetAttributeValue(token->session, token->object, &asks, 1) == CKR_OK &&
        each_time == CK_TRUE;
    return FWD_FAIL_NONE;
}

/* ---- token ----------------------------------------------------------------------------------- */

/* pin-source is a file, by name or as a URI; other kinds would run programs. */
static enum fwd_fail pin_of_source(
    struct fwd_pkcs11_key *token, const char *source, struct fwd_error *err)
{
    if (strncmp(source, "file:", 5) == 0)
        source += 5;
    if (strncmp(source, "//", 2) == 0 && source[2] == '/')
        source += 2;
    if (source[0] == '|')
        return fwd_error_fail(err, FWD_FAIL_USAGE,
            "%s: pin-source names a program, which is not run; give a file", token->name);
    const struct fwd_passphrase_source file = fwd_passphrase_from_file(source);
    return file.get(file.ctx, token->name, false, &token->pin, err);
}

static enum fwd_fail take_pin(
    struct fwd_pkcs11_key *token, const char *pin, const char *what, struct fwd_error *err)
{
    size_t size = strlen(pin);
    if (size == 0 || size > FWD_PASSPHRASE_MAX)
        return fwd_error_fail(err, FWD_FAIL_USAGE, "%s: the PIN of %s must have 1 to %u characters",
            token->name, what, FWD_PASSPHRASE_MAX);
    memcpy(token->pin.text, pin, size + 1);
    token->pin.size = size;
    return FWD_FAIL_NONE;
}

static enum fwd_fail find_pin(struct fwd_pkcs11_key *token, P11KitUri *uri,
    const struct fwd_pkcs11_options *options, struct fwd_error *err)
{
    const char *value = p11_kit_uri_get_pin_value(uri);
    const char *source = p11_kit_uri_get_pin_source(uri);
    const char *variable = getenv(PIN_VARIABLE);

    if (value != NULL)
        return take_pin(token, value, "pin-value", err);
    if (source != NULL)
        return pin_of_source(token, source, err);
    if (options->pin.get != NULL)
        return options->pin.get(options->pin.ctx, token->name, false, &token->pin, err);
    if (variable != NULL)
        return take_pin(token, variable, "the environment variable " PIN_VARIABLE, err);
    const struct fwd_passphrase_source terminal = fwd_passphrase_from_terminal();
    return terminal.get(terminal.ctx, token->name, false, &token->pin, err);
}

static enum fwd_fail fail_token(
    const struct fwd_pkcs11_key *token, const char *what, CK_RV rv, struct fwd_error *err)
{
    return fwd_error_fail(err,
        rv == CKR_PIN_INCORRECT || rv == CKR_PIN_LEN_RANGE || rv == CKR_PIN_LOCKED
            ? FWD_FAIL_REFUSED
            : FWD_FAIL_ENVIRONMENT,
        "%s: %s: %s", token->name, what, p11_kit_strerror(rv));
}

/* A PIN that is wrong is not tried again: a token locks itself after a few. */
static enum fwd_fail log_in(struct fwd_pkcs11_key *token, P11KitUri *uri,
    const struct fwd_pkcs11_options *options, const CK_TOKEN_INFO *info, struct fwd_error *err)
{
    if ((info->flags & CKF_LOGIN_REQUIRED) == 0)
        return FWD_FAIL_NONE;
    bool keypad = (info->flags & CKF_PROTECTED_AUTHENTICATION_PATH) != 0;
    enum fwd_fail fail = keypad ? FWD_FAIL_NONE : find_pin(token, uri, options, err);
    if (fail != FWD_FAIL_NONE)
        return fail;
    CK_RV rv = token->module->C_Login(token->session, CKU_USER,
        keypad ? NULL : (CK_UTF8CHAR_PTR)token->pin.text, keypad ? 0 : (CK_ULONG)token->pin.size);
    if (rv != CKR_OK && rv != CKR_USER_ALREADY_LOGGED_IN)
        return fail_token(token, "the token does not accept the PIN", rv, err);
    token->logged_in = true;
    return FWD_FAIL_NONE;
}

/* Slots of a module whose tokens fit the URI are counted; *slot and *info: of the first of all. */
static size_t count_tokens(CK_FUNCTION_LIST *module, P11KitUri *uri, struct fwd_pkcs11_key *token,
    CK_SLOT_ID *slot, CK_TOKEN_INFO *info)
{
    CK_SLOT_ID slots[OBJECTS_MAX];
    CK_ULONG count = OBJECTS_MAX;
    CK_TOKEN_INFO one;
    CK_INFO about;
    size_t found = 0;

    if (module->C_GetInfo(&about) != CKR_OK || !p11_kit_uri_match_module_info(uri, &about) ||
        module->C_GetSlotList(CK_TRUE, slots, &count) != CKR_OK)
        return 0;
    for (CK_ULONG i = 0; i < count; i++) {
        if (module->C_GetTokenInfo(slots[i], &one) != CKR_OK ||
            (one.flags & CKF_TOKEN_INITIALIZED) == 0 || !p11_kit_uri_match_token_info(uri, &one))
            continue;
        if (token->module == NULL) {
            token->module = module;
            *slot = slots[i];
            *info = one;
        }
        found++;
    }
    return found;
}

static bool names_token(P11KitUri *uri)
{
    const CK_TOKEN_INFO *info = p11_kit_uri_get_token_info(uri);
    return info->label[0] != 0 || info->serialNumber[0] != 0 || info->model[0] != 0 ||
           info->manufacturerID[0] != 0;
}

static enum fwd_fail open_token(struct fwd_pkcs11_key *token, P11KitUri *uri,
    const struct fwd_pkcs11_options *options, struct fwd_error *err)
{
    CK_SLOT_ID slot = 0;
    CK_TOKEN_INFO info = {.flags = 0};
    size_t found = 0;

    if (token->loaded != NULL)
        found = count_tokens(token->loaded, uri, token, &slot, &info);
    for (size_t i = 0; token->modules != NULL && token->modules[i] != NULL; i++) {
        const char *wanted = p11_kit_uri_get_module_name(uri);
        char *name = p11_kit_module_get_name(token->modules[i]);
        if (wanted == NULL || (name != NULL && strcmp(name, wanted) == 0))
            found += count_tokens(token->modules[i], uri, token, &slot, &info);
        free(name);
    }
    if (found == 0)
        return fwd_error_fail(err, FWD_FAIL_ENVIRONMENT,
            "%s: no token fits; is it plugged in, and its module known (--pkcs11-module, or "
            "'p11-kit list-modules')?",
            token->name);
    if (found > 1)
        return fwd_error_fail(err, FWD_FAIL_REFUSED, "%s: fits %zu tokens; %s", token->name, found,
            names_token(uri) ? "add serial=" : "name one with token=");
    CK_RV rv = token->module->C_OpenSession(slot, CKF_SERIAL_SESSION, NULL, NULL, &token->session);
    if (rv != CKR_OK)
        return fail_token(token, "the token cannot be opened", rv, err);
    return log_in(token, uri, options, &info, err);
}

/* ---- library --------------------------------------------------------------------------------- */

static enum fwd_fail load_module(
    struct fwd_pkcs11_key *token, const char *path, struct fwd_error *err)
{
    if (path != NULL && access(path, R_OK) != 0)
        return fwd_error_fail(err, FWD_FAIL_ENVIRONMENT,
            "%s: the PKCS#11 library %s cannot be read; check the path", token->name, path);
    if (path == NULL) {
        token->modules = p11_kit_modules_load_and_initialize(0);
        return token->modules != NULL
                   ? FWD_FAIL_NONE
                   : fwd_error_fail(err, FWD_FAIL_ENVIRONMENT,
                         "%s: p11-kit cannot load its modules: %s", token->name,
                         p11_kit_message() != NULL ? p11_kit_message() : "no reason is given");
    }
    CK_FUNCTION_LIST *module = p11_kit_module_load(path, 0);
    CK_RV rv = module != NULL ? p11_kit_module_initialize(module) : CKR_GENERAL_ERROR;
    if (rv == CKR_OK) {
        token->loaded = module;
        return FWD_FAIL_NONE;
    }
    if (module != NULL)
        p11_kit_module_release(module);
    return fwd_error_fail(err, FWD_FAIL_ENVIRONMENT,
        "%s: %s is not a PKCS#11 library that can be used here: %s", token->name, path,
        p11_kit_message() != NULL ? p11_kit_message() : p11_kit_strerror(rv));
}

static enum fwd_fail parse(
    const char *text, const struct fwd_pkcs11_key *token, P11KitUri *uri, struct fwd_error *err)
{
    int result = p11_kit_uri_parse(text, P11_KIT_URI_FOR_ANY, uri);

    if (result != P11_KIT_URI_OK)
        return fwd_error_fail(err, FWD_FAIL_USAGE,
            "%s: is not a PKCS#11 URI (RFC 7512), as pkcs11:token=release;object=firmware: %s",
            token->name, p11_kit_uri_message(result));
    if (p11_kit_uri_any_unrecognized(uri))
        return fwd_error_fail(err, FWD_FAIL_USAGE,
            "%s: has an attribute that is not known; known are token, manufacturer, model, serial, "
            "id, object, type and, after '?', module-path, module-name, pin-value and pin-source",
            token->name);
    return FWD_FAIL_NONE;
}

static enum fwd_fail open_key(struct fwd_pkcs11_key *token, const char *text, P11KitUri *uri,
    const struct fwd_pkcs11_options *options, struct fwd_error *err)
{
    enum fwd_fail fail = parse(text, token, uri, err);
    const char *path = options->module;

    if (path == NULL)
        path = p11_kit_uri_get_module_path(uri);
    if (fail == FWD_FAIL_NONE)
        fail = load_module(token, path, err);
    if (fail == FWD_FAIL_NONE)
        fail = open_token(token, uri, options, err);
    return fail == FWD_FAIL_NONE ? find_private(token, uri, err) : fail;
}

static enum fwd_fail adopt(
    struct fwd_pkcs11_key *token, struct fwd_keypair *out, struct fwd_error *err)
{
    EVP_PKEY *pkey = fwd_pkcs11_public(token);

    if (pkey == NULL)
        return fwd_error_fail(err, FWD_FAIL_REFUSED,
            "%s: the token does not say what its public key is; put the public key beside it, with "
            "the same id",
            token->name);
    return fwd_keypair_adopt(token->name, pkey, out, err);
}

enum fwd_fail fwd_pkcs11_open(const char *uri, const struct fwd_pkcs11_options *options,
    struct fwd_keypair *out, struct fwd_error *err)
{
    struct fwd_pkcs11_key *token = calloc(1, sizeof *token);
    P11KitUri *parsed = p11_kit_uri_new();
    enum fwd_fail fail = FWD_FAIL_NONE;

    *out = (struct fwd_keypair){0};
    if (token == NULL || parsed == NULL) {
        fail = fwd_error_memory(err, "the token");
        goto out;
    }
    token->base = (struct fwd_keypair_token){fwd_pkcs11_sign, close_token};
    fwd_pkcs11_name(uri, token->name, sizeof token->name);
    fail = open_key(token, uri, parsed, options, err);
    if (fail == FWD_FAIL_NONE)
        fail = adopt(token, out, err);
    if (fail == FWD_FAIL_NONE) {
        out->token = &token->base;
        token = NULL;
    }
out:
    p11_kit_uri_free(parsed);
    close_token(token != NULL ? &token->base : NULL);
    return fail;
}
