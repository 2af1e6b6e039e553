#include "keys/trust_limits.h"

#include "hostio/host_file.h"

#include <dirent.h>
#include <errno.h>
#include <jansson.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>

#define LIMITS_FILE_MAX 65536
#define PATH_SIZE       4096u
#define TRUST_NAME      "trust"

static const char *const role_names[FWD_ROLE_COUNT] = {
    [FWD_ROLE_FIRMWARE] = "firmware",
    [FWD_ROLE_CARRIER_PROFILE] = "carrier-profile",
    [FWD_ROLE_BOOT] = "boot",
    [FWD_ROLE_ROT] = "rot",
    [FWD_ROLE_DATA] = "data",
};

const char *fwd_trust_limits_role_name(uint32_t role)
{
    if (role == FWD_ROLE_TRUST)
        return TRUST_NAME;
    return role < FWD_ROLE_COUNT ? role_names[role] : NULL;
}

static enum fwd_fail fail_member(const char *path, const char *expected, struct fwd_error *err)
{
    return fwd_error_fail(err, FWD_FAIL_REFUSED, "%s: %s", path, expected);
}

static uint32_t role_bit(const char *name)
{
    for (uint32_t role = 0; name != NULL && role < FWD_ROLE_COUNT; role++) {
        if (strcmp(role_names[role], name) == 0)
            return 1u << role;
    }
    return name != NULL && strcmp(name, TRUST_NAME) == 0 ? 1u << FWD_ROLE_TRUST : 0;
}

static enum fwd_fail take_roles(
    const char *path, const json_t *roles, struct fwd_trust_limits *limits, struct fwd_error *err)
{
    bool known = json_array_size(roles) > 0; /* 0 also when it is no array */
    limits->roles = 0;
    for (size_t i = 0; i < json_array_size(roles); i++) {
        uint32_t bit = role_bit(json_string_value(json_array_get(roles, i)));
        known = known && bit != 0;
        limits->roles |= bit;
    }
    if (known)
        return FWD_FAIL_NONE;
    return fail_member(path,
        "\"roles\" must be a list of one or more of \"firmware\", \"carrier-profile\", \"boot\", "
        "\"rot\", \"data\", \"trust\"",
        err);
}

static bool is_product(const json_t *value)
{
    const char *text = json_string_value(value);
    size_t size = json_string_length(value);
    if (size == 0 || size > FWD_PRODUCT_MAX)
        return false;
    for (size_t i = 0; i < size; i++) {
        if (text[i] < 0x20 || text[i] > 0x7E)
            return false;
    }
    return true;
}

/* An empty list would read as "any product": refused, so that nobody writes it to mean "none". */
static enum fwd_fail take_products(const char *path, const json_t *products,
    struct fwd_trust_limits *limits, struct fwd_error *err)
{
    size_t count = json_array_size(products);
    bool good = count >= 1 && count <= FWD_PRODUCTS_MAX;
    for (size_t i = 0; good && i < count; i++) {
        const json_t *product = json_array_get(products, i);
        good = is_product(product);
        if (good)
            memcpy(
                limits->products[i], json_string_value(product), json_string_length(product) + 1);
    }
    limits->product_count = good ? (uint8_t)count : 0;
    if (good)
        return FWD_FAIL_NONE;
    return fail_member(path,
        "\"products\" must be a list of 1 to 8 names, each of 1 to 63 printable ASCII characters",
        err);
}

static enum fwd_fail take_member(const char *path, const char *name, const json_t *value,
    struct fwd_trust_limits *limits, struct fwd_error *err)
{
    if (strcmp(name, "roles") == 0)
        return take_roles(path, value, limits, err);
    if (strcmp(name, "products") == 0)
        return take_products(path, value, limits, err);
    if (strcmp(name, "may_raise_counter") != 0)
        return fwd_error_fail(err, FWD_FAIL_REFUSED,
            "%s: unknown member \"%s\"; known are roles, products, may_raise_counter", path, name);
    if (!json_is_boolean(value))
        return fail_member(path, "\"may_raise_counter\" must be true or false", err);
    limits->may_raise_counter = json_is_true(value);
    return FWD_FAIL_NONE;
}

static enum fwd_fail take_all(const char *path, const struct fwd_bytes *text,
    struct fwd_trust_limits *limits, struct fwd_error *err)
{
    json_error_t where;
    size_t mark = fwd_bytes_mark(text);
    json_t *root = json_loadb(
        (const char *)text->data + mark, text->size - mark, JSON_REJECT_DUPLICATES, &where);
    enum fwd_fail fail = FWD_FAIL_NONE;
    if (root == NULL)
        fail = fwd_error_fail(
            err, FWD_FAIL_REFUSED, "%s: is not JSON: line %d: %s", path, where.line, where.text);
    else if (!json_is_object(root))
        fail = fail_member(path, "must be a JSON object", err);
    for (void *at = json_object_iter(root); at != NULL && fail == FWD_FAIL_NONE;
         at = json_object_iter_next(root, at))
        fail = take_member(path, json_object_iter_key(at), json_object_iter_value(at), limits, err);
    json_decref(root);
    return fail;
}

/* What is there and cannot be read is never taken for "no limits". */
static enum fwd_fail read_file(
    const char *path, struct fwd_trust_limits *limits, bool *found, struct fwd_error *err)
{
    struct fwd_bytes text = {NULL, 0};
    struct stat info;
    *found = lstat(path, &info) == 0;
    if (!*found && errno == ENOENT)
        return FWD_FAIL_NONE;
    if (*found && S_ISLNK(info.st_mode) && stat(path, &info) != 0)
        return fwd_error_fail(err, FWD_FAIL_REFUSED,
            "%s: is a link to nothing: the limits of the key are lost; restore them, or remove the "
            "link to trust the key without limits",
            path);
    enum fwd_fail fail =
        fwd_file_read_as("a JSON file with the limits of a key", path, LIMITS_FILE_MAX, &text, err);
    if (fail == FWD_FAIL_NONE)
        fail = take_all(path, &text, limits, err);
    fwd_bytes_free(&text);
    return fail;
}

/* "a.json" for "a.pem"; a file of another name has no limits. */
static enum fwd_fail read_beside(
    const char *pem_path, struct fwd_trust_limits *limits, bool *found, struct fwd_error *err)
{
    size_t length = strlen(pem_path);
    *found = false;
    if (length < 4 || strcmp(pem_path + length - 4, ".pem") != 0)
        return FWD_FAIL_NONE;
    char *path = malloc(length + 2);
    if (path == NULL)
        return fwd_error_memory(err, pem_path);
    memcpy(path, pem_path, length - 4);
    memcpy(path + length - 4, ".json", 6);
    enum fwd_fail fail = read_file(path, limits, found, err);
    free(path);
    return fail;
}

enum fwd_fail fwd_trust_limits_read(
    const char *pem_path, struct fwd_trust_limits *limits, bool *found, struct fwd_error *err)
{
    *limits = (struct fwd_trust_limits){.roles = FWD_TRUST_ANY_ROLE, .may_raise_counter = true};
    enum fwd_fail fail = read_beside(pem_path, limits, found, err);
    if (fail != FWD_FAIL_NONE || *found)
        return fail;
    /* a link has the limits of the file that it leads to */
    char *real = realpath(pem_path, NULL);
    if (real != NULL && strcmp(real, pem_path) != 0)
        fail = read_beside(real, limits, found, err);
    free(real);
    return fail;
}

/* ---- limits that have lost their key --------------------------------------------------------- */

static bool is_limits(const char *path)
{
    struct fwd_bytes text = {NULL, 0};
    struct stat info;
    bool some = false;
    if (stat(path, &info) != 0 || !S_ISREG(info.st_mode) || info.st_size > LIMITS_FILE_MAX ||
        fwd_file_read(path, LIMITS_FILE_MAX, &text, NULL) != FWD_FAIL_NONE)
        return false;
    json_t *root = json_loadb((const char *)text.data, text.size, 0, NULL);
    for (void *at = json_object_iter(root); at != NULL; at = json_object_iter_next(root, at)) {
        const char *name = json_object_iter_key(at);
        some = strcmp(name, "roles") == 0 || strcmp(name, "products") == 0 ||
               strcmp(name, "may_raise_counter") == 0;
        if (!some)
            break;
    }
    json_decref(root);
    fwd_bytes_free(&text);
    return some;
}

/* name: of a file of limits, whose key would be beside it. */
static bool has_key(const char *folder, const char *name)
{
    char path[PATH_SIZE];
    struct stat info;
    size_t stem = strlen(name) - 5;
    int length = snprintf(path, sizeof path, "%s/%.*s.pem", folder, (int)stem, name);
    return length > 0 && (size_t)length < sizeof path && lstat(path, &info) == 0;
}

enum fwd_fail fwd_trust_limits_check_keys(const char *folder, struct fwd_error *err)
{
    enum fwd_fail fail = FWD_FAIL_NONE;
    DIR *directory = opendir(folder);
    if (directory == NULL)
        return FWD_FAIL_NONE; /* the keys in it cannot be read either */
    for (struct dirent *entry; fail == FWD_FAIL_NONE && (entry = readdir(directory)) != NULL;) {
        const char *name = entry->d_name;
        char path[PATH_SIZE];
        size_t length = strlen(name);
        if (name[0] == '.' || length <= 5 || strcmp(name + length - 5, ".json") != 0 ||
            has_key(folder, name))
            continue;
        int size = snprintf(path, sizeof path, "%s/%s", folder, name);
        if (size > 0 && (size_t)size < sizeof path && is_limits(path))
            fail = fwd_error_fail(err, FWD_FAIL_REFUSED,
                "%s: limits a key whose file %.*s.pem is not there: was it renamed? Give both "
                "files "
                "one name, or remove the limits",
                path, (int)length - 5, name);
    }
    closedir(directory);
    return fail;
}

/* ---- writing --------------------------------------------------------------------------------- */

static json_t *encode(const struct fwd_trust_limits *limits)
{
    json_t *roles = json_array();
    json_t *products = json_array();
    for (uint32_t role = 0; role < FWD_ROLE_COUNT; role++) {
        if ((limits->roles >> role & 1u) != 0)
            (void)json_array_append_new(roles, json_string(role_names[role]));
    }
    if ((limits->roles >> FWD_ROLE_TRUST & 1u) != 0)
        (void)json_array_append_new(roles, json_string(TRUST_NAME));
    for (uint8_t i = 0; i < limits->product_count; i++)
        (void)json_array_append_new(products, json_string(limits->products[i]));
    json_t *root =
        json_pack("{s:o, s:b}", "roles", roles, "may_raise_counter", limits->may_raise_counter);
    if (root == NULL || limits->product_count == 0)
        json_decref(products);
    else
        (void)json_object_set_new(root, "products", products);
    return root;
}

enum fwd_fail fwd_trust_limits_write(
    const char *path, const struct fwd_trust_limits *limits, struct fwd_error *err)
{
    if (limits->roles == FWD_TRUST_ANY_ROLE && limits->may_raise_counter &&
        limits->product_count == 0)
        return FWD_FAIL_NONE;
    json_t *root = encode(limits);
    char *text = root != NULL ? json_dumps(root, JSON_INDENT(2)) : NULL;
    enum fwd_fail fail = text != NULL
                             ? fwd_file_write_atomic(path, text, strlen(text), 0644, true, err)
                             : fwd_error_memory(err, path);
    free(text);
    json_decref(root);
    return fail;
}
