#include "matrix/plan/release_file.h"

#include "sim/device/json.h"

#include <ctype.h>
#include <limits.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#define IN_FILES " (names of files included)"

char fwd_release_file_character(char c)
{
    return isalnum((unsigned char)c) || (c != '\0' && strchr(".+-", c) != NULL) || c == '\0' ? c
                                                                                             : '-';
}

/* What is read from: the file, and where to. */
struct reading {
    struct fwd_json json;
    struct fwd_release_file *release;
};

static void no_memory(struct reading *r)
{
    if (r->json.fail == FWD_FAIL_NONE)
        r->json.fail = fwd_error_memory(r->json.err, r->release->path);
}

/* ---- texts ----------------------------------------------------------------------------------- */

static char *resolve(const char *file, const char *name)
{
    const char *slash = strrchr(file, '/');
    int folder = slash != NULL && name[0] != '/' ? (int)(slash - file) + 1 : 0;
    size_t size = (size_t)folder + strlen(name) + 1;
    char *path = malloc(size);

    if (path != NULL)
        (void)snprintf(path, size, "%.*s%s", folder, file, name);
    return path;
}

/* A member that names a file; NULL when the reading has failed. */
static char *read_path(struct reading *r, const struct fwd_json_node *object, const char *name)
{
    char text[PATH_MAX];

    fwd_json_text(&r->json, object, name, text, sizeof text, true);
    if (r->json.fail != FWD_FAIL_NONE)
        return NULL;
    char *path = resolve(r->release->path, text);
    if (path == NULL)
        no_memory(r);
    return path;
}

/* Text number i of a list; NULL: something else, which has been refused. */
static const char *text_at(
    struct reading *r, const struct fwd_json_node *list, size_t i, size_t size)
{
    const json_t *value = json_array_get(list->value, i);
    const char *text = json_string_value(value);
    struct fwd_json_node node = {value, ""};

    if (r->json.fail != FWD_FAIL_NONE)
        return NULL;
    if (text != NULL && text[0] != '\0' && strlen(text) < size)
        return text;
    (void)snprintf(node.path, sizeof node.path, "%.120s[%zu]", list->path, i);
    fwd_json_refuse(&r->json, &node, NULL, "a text that is not empty and not too long");
    return NULL;
}

/* files: names of files; else a text that stays as it is (a key may be a URI). */
static size_t read_list(struct reading *r, const struct fwd_json_node *root, const char *name,
    size_t max, char **out, bool files)
{
    struct fwd_json_node list = fwd_json_array(&r->json, root, name, 1, max, true);
    size_t count = 0;

    for (size_t i = 0; list.value != NULL && i < json_array_size(list.value); i++) {
        const char *text = text_at(r, &list, i, PATH_MAX);
        if (text == NULL)
            return count;
        bool uri = !files && strncmp(text, "pkcs11:", 7) == 0;
        out[count] = uri ? strdup(text) : resolve(r->release->path, text);
        if (out[count] == NULL) {
            no_memory(r);
            return count;
        }
        count++;
    }
    return count;
}

static size_t read_words(struct reading *r, const struct fwd_json_node *root, const char *name,
    char out[FWD_MATRIX_WORDS][FWD_MATRIX_WORD])
{
    struct fwd_json_node list = fwd_json_array(&r->json, root, name, 0, FWD_MATRIX_WORDS, false);
    size_t count = 0;

    for (size_t i = 0; list.value != NULL && i < json_array_size(list.value); i++) {
        const char *text = text_at(r, &list, i, FWD_MATRIX_WORD);
        if (text == NULL)
            return count;
        strcpy(out[count++], text);
    }
    return count;
}

/* ---- devices --------------------------------------------------------------------------------- */

/* Do two names give the same file name? */
static bool is_same(const char *a, const char *b)
{
    while (*a != '\0' && fwd_release_file_character(*a) == fwd_release_file_character(*b)) {
        a++;
        b++;
    }
    return *a == *b;
}

static size_t find_device(const struct fwd_release_file *release, const char *name)
{
    size_t i = 0;

    while (i < release->device_count && strcmp(release->devices[i].name, name) != 0)
        i++;
    return i;
}

/* Has another device a name that is the same as a file's? */
static bool device_is_taken(const struct fwd_release_file *release, const char *name)
{
    for (size_t i = 0; i < release->device_count; i++)
        if (is_same(release->devices[i].name, name))
            return true;
    return false;
}

static void read_devices(struct reading *r, const struct fwd_json_node *root)
{
    static const char *const names[] = {"name", "description", NULL};
    struct fwd_release_file *release = r->release;
    struct fwd_json_node list =
        fwd_json_array(&r->json, root, "devices", 1, FWD_MATRIX_DEVICES, true);

    for (size_t i = 0; list.value != NULL && i < json_array_size(list.value); i++) {
        struct fwd_json_node item = fwd_json_item(&r->json, &list, i);
        struct fwd_matrix_device *device = &release->devices[release->device_count];
        char name[FWD_MATRIX_NAME];

        if (r->json.fail != FWD_FAIL_NONE)
            return;
        fwd_json_only(&r->json, &item, names);
        fwd_json_text(&r->json, &item, "name", name, sizeof name, true);
        if (r->json.fail == FWD_FAIL_NONE && device_is_taken(release, name))
            fwd_json_refuse(&r->json, &item, "name", "a name that no other device has" IN_FILES);
        strcpy(device->name, name);
        device->description = read_path(r, &item, "description");
        if (r->json.fail == FWD_FAIL_NONE)
            release->device_count++;
    }
}

/* ---- products -------------------------------------------------------------------------------- */

static size_t find_version(const struct fwd_matrix_product *product, const char *version)
{
    size_t i = 0;

    while (i < product->version_count && strcmp(product->versions[i].version, version) != 0)
        i++;
    return i;
}

static bool version_is_taken(const struct fwd_matrix_product *product, const char *version)
{
    for (size_t i = 0; i < product->version_count; i++)
        if (is_same(product->versions[i].version, version))
            return true;
    return false;
}

static void read_version(
    struct reading *r, const struct fwd_json_node *item, struct fwd_matrix_product *product)
{
    static const char *const names[] = {"version", "image", NULL};
    struct fwd_matrix_version *version = &product->versions[product->version_count];

    if (r->json.fail != FWD_FAIL_NONE)
        return;
    fwd_json_only(&r->json, item, names);
    fwd_json_text(&r->json, item, "version", version->version, FWD_MATRIX_NAME, true);
    if (r->json.fail == FWD_FAIL_NONE && version_is_taken(product, version->version))
        fwd_json_refuse(
            &r->json, item, "version", "a version that the product has not named before" IN_FILES);
    version->image = read_path(r, item, "image");
    if (r->json.fail == FWD_FAIL_NONE)
        product->version_count++;
}

static void read_via(
    struct reading *r, const struct fwd_json_node *item, struct fwd_matrix_product *product)
{
    static const char *const names[] = {"from", "to", NULL};
    struct fwd_json_node list =
        fwd_json_array(&r->json, item, "via", 0, FWD_MATRIX_VERSIONS, false);
    size_t count = list.value != NULL ? json_array_size(list.value) : 0;

    product->via = calloc(count + 1, sizeof *product->via);
    if (product->via == NULL)
        no_memory(r);
    for (size_t i = 0; i < count && r->json.fail == FWD_FAIL_NONE; i++) {
        struct fwd_json_node step = fwd_json_item(&r->json, &list, i);
        char text[FWD_MATRIX_NAME];
        size_t ends[2];

        fwd_json_only(&r->json, &step, names);
        for (unsigned k = 0; k < 2; k++) {
            fwd_json_text(&r->json, &step, names[k], text, sizeof text, true);
            ends[k] = find_version(product, text);
            if (r->json.fail == FWD_FAIL_NONE && ends[k] + 1 >= product->version_count)
                fwd_json_refuse(&r->json, &step, names[k], "a version of \"from\"");
        }
        if (r->json.fail == FWD_FAIL_NONE && ends[0] == ends[1])
            fwd_json_refuse(&r->json, &step, "to", "another version than in \"from\"");
        product->via[product->via_count++] = (struct fwd_matrix_step){ends[0], ends[1]};
    }
}

static void read_product_devices(
    struct reading *r, const struct fwd_json_node *item, struct fwd_matrix_product *product)
{
    struct fwd_json_node list =
        fwd_json_array(&r->json, item, "devices", 1, FWD_MATRIX_DEVICES, false);

    product->any = list.value == NULL;
    for (size_t i = 0; list.value != NULL && i < json_array_size(list.value); i++) {
        const char *name = text_at(r, &list, i, FWD_MATRIX_NAME);
        size_t device = name != NULL ? find_device(r->release, name) : 0;

        if (name == NULL)
            return;
        if (device == r->release->device_count) {
            fwd_json_refuse(&r->json, item, "devices", "a list of names of devices");
            return;
        }
        product->on[device] = true;
    }
}

static void read_product(
    struct reading *r, const struct fwd_json_node *item, struct fwd_matrix_product *product)
{
    static const char *const names[] = {"name", "to", "from", "via", "devices", "full", NULL};

    fwd_json_only(&r->json, item, names);
    fwd_json_text(&r->json, item, "name", product->name, sizeof product->name, true);
    struct fwd_json_node from =
        fwd_json_array(&r->json, item, "from", 1, FWD_MATRIX_VERSIONS, true);
    struct fwd_json_node to = fwd_json_object(&r->json, item, "to", true);
    size_t count = from.value != NULL ? json_array_size(from.value) : 0;
    product->versions = calloc(count + 1, sizeof *product->versions);
    if (product->versions == NULL)
        no_memory(r);
    for (size_t i = 0; i < count && r->json.fail == FWD_FAIL_NONE; i++) {
        struct fwd_json_node version = fwd_json_item(&r->json, &from, i);
        read_version(r, &version, product);
    }
    read_version(r, &to, product);
    if (r->json.fail == FWD_FAIL_NONE)
        read_via(r, item, product);
    read_product_devices(r, item, product);
    product->full = fwd_json_bool_or(&r->json, item, "full", true);
}

static void read_products(struct reading *r, const struct fwd_json_node *root)
{
    struct fwd_release_file *release = r->release;
    struct fwd_json_node list =
        fwd_json_array(&r->json, root, "products", 1, FWD_MATRIX_PRODUCTS, true);
    size_t count = list.value != NULL ? json_array_size(list.value) : 0;

    release->products = calloc(count + 1, sizeof *release->products);
    if (release->products == NULL)
        no_memory(r);
    for (size_t i = 0; i < count && r->json.fail == FWD_FAIL_NONE; i++) {
        struct fwd_json_node item = fwd_json_item(&r->json, &list, i);
        struct fwd_matrix_product *product = &release->products[release->product_count++];

        read_product(r, &item, product);
        for (size_t k = 0; k < i && r->json.fail == FWD_FAIL_NONE; k++)
            if (is_same(release->products[k].name, product->name))
                fwd_json_refuse(
                    &r->json, &item, "name", "a name that no other product has" IN_FILES);
    }
}

/* ---- the file -------------------------------------------------------------------------------- */

static void read_release(struct reading *r)
{
    static const char *const names[] = {"name", "devices", "products", "keys", "trust", "gen",
        "torture", "package", "limits", NULL};
    static const char *const limit_names[] = {"package_bytes", "milliseconds", NULL};
    static const char *const packages[] = {"shared", "device"};
    struct fwd_release_file *release = r->release;
    struct fwd_json_node root = fwd_json_root(&r->json);

    fwd_json_only(&r->json, &root, names);
    fwd_json_text(&r->json, &root, "name", release->name, sizeof release->name, true);
    read_devices(r, &root);
    release->key_count = read_list(r, &root, "keys", FWD_MATRIX_KEYS, release->keys, false);
    release->trust_count = read_list(r, &root, "trust", FWD_MATRIX_TRUST, release->trust, true);
    release->gen_count = read_words(r, &root, "gen", release->gen);
    release->torture_count = read_words(r, &root, "torture", release->torture);
    release->tortures = json_object_get(root.value, "torture") != NULL;
    release->per_device = fwd_json_choice(&r->json, &root, "package", packages, 2, 0) == 1;
    struct fwd_json_node limits = fwd_json_object(&r->json, &root, "limits", false);
    if (limits.value != NULL) {
        fwd_json_only(&r->json, &limits, limit_names);
        release->package_bytes =
            fwd_json_u32_or(&r->json, &limits, "package_bytes", 1, UINT32_MAX, 0);
        release->milliseconds =
            fwd_json_u32_or(&r->json, &limits, "milliseconds", 1, UINT32_MAX, 0);
    }
    if (r->json.fail == FWD_FAIL_NONE)
        read_products(r, &root);
}

enum fwd_fail fwd_release_file_load(
    const char *path, struct fwd_release_file **out, struct fwd_error *err)
{
    struct reading r = {.release = calloc(1, sizeof *r.release)};

    *out = NULL;
    if (r.release == NULL)
        return fwd_error_memory(err, path);
    r.release->path = realpath(path, NULL);
    if (r.release->path == NULL)
        r.release->path = strdup(path);
    fwd_json_open(&r.json, path, err);
    if (r.release->path == NULL)
        no_memory(&r);
    if (r.json.fail == FWD_FAIL_NONE)
        read_release(&r);
    enum fwd_fail fail = r.json.fail;
    fwd_json_close(&r.json);
    if (fail == FWD_FAIL_NONE)
        *out = r.release;
    else
        fwd_release_file_free(r.release);
    return fail;
}

static void free_product(struct fwd_matrix_product *product)
{
    for (size_t i = 0; i < product->version_count; i++)
        free(product->versions[i].image);
    free(product->versions);
    free(product->via);
}

void fwd_release_file_free(struct fwd_release_file *release)
{
    if (release == NULL)
        return;
    for (size_t i = 0; i < release->product_count; i++)
        free_product(&release->products[i]);
    free(release->products);
    for (size_t i = 0; i < FWD_MATRIX_DEVICES; i++)
        free(release->devices[i].description);
    for (size_t i = 0; i < release->key_count; i++)
        free(release->keys[i]);
    for (size_t i = 0; i < release->trust_count; i++)
        free(release->trust[i]);
    free(release->path);
    free(release);
}
