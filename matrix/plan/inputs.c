#include "matrix/plan/inputs.h"

#include "hostio/host_file.h"
#include "keys/crypto_port.h"
#include "matrix/plan/input_cache.h"

#include <dirent.h>
#include <limits.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>

#define INPUT_MAX (1ull << 30)

bool fwd_matrix_digest(const void *bytes, size_t size, char digest[FWD_MATRIX_DIGEST])
{
    static const char digits[] = "0123456789abcdef";
    uint8_t sum[FWD_DIGEST_SIZE];

    if (!fwd_crypto_port_sha256(bytes, size, sum))
        return false;
    for (size_t i = 0; i < sizeof sum; i++) {
        digest[2 * i] = digits[sum[i] >> 4];
        digest[2 * i + 1] = digits[sum[i] & 15];
    }
    digest[2 * sizeof sum] = '\0';
    return true;
}

static bool digest_file(const char *path, char digest[FWD_MATRIX_DIGEST], struct fwd_error *err)
{
    struct fwd_bytes bytes = {NULL, 0};

    if (fwd_file_read(path, INPUT_MAX, &bytes, err) != FWD_FAIL_NONE)
        return false;
    bool ok = fwd_matrix_digest(bytes.data, bytes.size, digest);
    fwd_bytes_free(&bytes);
    if (!ok)
        fwd_error_set(err, "%s: its digest could not be made", path);
    return ok;
}

static int visible(const struct dirent *entry)
{
    return entry->d_name[0] != '.';
}

/* Names and digests of what is in a folder of keys, by name. */
static bool digest_folder(const char *path, char digest[FWD_MATRIX_DIGEST], struct fwd_error *err)
{
    struct dirent **entries = NULL;
    int count = scandir(path, &entries, visible, alphasort);
    char *text = NULL;
    size_t size = 0;
    FILE *out = open_memstream(&text, &size);
    bool ok = count >= 0 && out != NULL;

    for (int i = 0; i < count; i++) {
        char name[PATH_MAX], one[FWD_MATRIX_DIGEST];
        int length = snprintf(name, sizeof name, "%s/%s", path, entries[i]->d_name);
        ok = ok && length > 0 && (size_t)length < sizeof name && digest_file(name, one, err);
        if (ok)
            fprintf(out, "%s %s\n", one, entries[i]->d_name);
        free(entries[i]);
    }
    free(entries);
    if (out != NULL && fclose(out) != 0)
        ok = false;
    ok = ok && fwd_matrix_digest(text, size, digest);
    free(text);
    if (!ok && (err == NULL || err->text[0] == '\0'))
        fwd_error_set(err, "%s: the folder cannot be read", path);
    return ok;
}

bool fwd_matrix_inputs_digest(
    const char *path, char digest[FWD_MATRIX_DIGEST], struct fwd_error *err)
{
    struct stat status;

    if (stat(path, &status) == 0 && S_ISDIR(status.st_mode))
        return digest_folder(path, digest, err);
    return digest_file(path, digest, err);
}

/* ---- each once ------------------------------------------------------------------------------- */

static size_t *slot_of(struct fwd_matrix_inputs *inputs, const char *path)
{
    size_t hash = 1469598103u;

    for (const char *p = path; *p != '\0'; p++)
        hash = (hash ^ (unsigned char)*p) * 16777619u;
    for (;; hash++) {
        size_t *slot = &inputs->slots[hash % inputs->slot_count];
        if (*slot == 0 || strcmp(inputs->list[*slot - 1].path, path) == 0)
            return slot;
    }
}

static bool grow(struct fwd_matrix_inputs *inputs)
{
    size_t room = inputs->room > 0 ? 2 * inputs->room : 64;
    struct fwd_matrix_input *list = realloc(inputs->list, room * sizeof *list);
    size_t *slots = calloc(4 * room, sizeof *slots);

    if (list != NULL)
        inputs->list = list;
    if (list == NULL || slots == NULL) {
        free(slots);
        return false;
    }
    free(inputs->slots);
    inputs->slots = slots;
    inputs->slot_count = 4 * room;
    inputs->room = room;
    for (size_t i = 0; i < inputs->count; i++)
        *slot_of(inputs, inputs->list[i].path) = i + 1;
    return true;
}

size_t fwd_matrix_inputs_add(struct fwd_matrix_inputs *inputs, const char *path)
{
    struct fwd_error err = {""};

    if (inputs->count == inputs->room && !grow(inputs))
        return SIZE_MAX;
    size_t *slot = slot_of(inputs, path);
    if (*slot != 0)
        return *slot - 1;
    struct fwd_matrix_input *input = &inputs->list[inputs->count];
    *input = (struct fwd_matrix_input){.path = strdup(path)};
    if (input->path == NULL)
        return SIZE_MAX;
    bool known = inputs->cache != NULL && fwd_input_cache_find(inputs->cache, path, input->digest);
    if (!known && !fwd_matrix_inputs_digest(path, input->digest, &err)) {
        input->digest[0] = '\0';
        input->why = strdup(err.text);
    }
    *slot = inputs->count + 1;
    return inputs->count++;
}

void fwd_matrix_inputs_free(struct fwd_matrix_inputs *inputs)
{
    for (size_t i = 0; i < inputs->count; i++) {
        free(inputs->list[i].path);
        free(inputs->list[i].why);
    }
    free(inputs->list);
    free(inputs->slots);
    *inputs = (struct fwd_matrix_inputs){0};
}
