#include "matrix/plan/input_cache.h"

#include "hostio/host_file.h"

#include <inttypes.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>

#define CACHE_MAX (256u << 20)

static int compare(const void *a, const void *b)
{
    const struct fwd_input_cache_entry *x = a, *y = b;

    return strcmp(x->path, y->path);
}

/* "digest size seconds nanoseconds number path". False: something else, or no memory. */
static bool take_line(struct fwd_input_cache *cache, const char *line)
{
    struct fwd_input_cache_entry entry = {.digest = ""};
    int at = 0;

    if (sscanf(line, "%64[0-9a-f] %" SCNd64 " %" SCNd64 " %" SCNd64 " %" SCNu64 " %n", entry.digest,
            &entry.size, &entry.seconds, &entry.nanoseconds, &entry.number, &at) != 5 ||
        strlen(entry.digest) != FWD_MATRIX_DIGEST - 1 || line[at] == '\0')
        return false;
    if (cache->count == cache->room) {
        size_t room = cache->room > 0 ? 2 * cache->room : 64;
        struct fwd_input_cache_entry *list = realloc(cache->list, room * sizeof *list);
        if (list == NULL)
            return false;
        cache->list = list;
        cache->room = room;
    }
    entry.path = strdup(line + at);
    if (entry.path == NULL)
        return false;
    cache->list[cache->count++] = entry;
    return true;
}

void fwd_input_cache_load(struct fwd_input_cache *cache, const char *path)
{
    struct fwd_bytes text = {NULL, 0};
    char *rest = NULL;

    *cache = (struct fwd_input_cache){0};
    if (fwd_file_read(path, CACHE_MAX, &text, NULL) != FWD_FAIL_NONE)
        return;
    for (char *line = strtok_r((char *)text.data, "\n", &rest); line != NULL;
         line = strtok_r(NULL, "\n", &rest))
        if (!take_line(cache, line))
            break;
    fwd_bytes_free(&text);
    if (cache->count > 0)
        qsort(cache->list, cache->count, sizeof *cache->list, compare);
}

void fwd_input_cache_free(struct fwd_input_cache *cache)
{
    for (size_t i = 0; i < cache->count; i++)
        free(cache->list[i].path);
    free(cache->list);
    *cache = (struct fwd_input_cache){0};
}

bool fwd_input_cache_find(
    const struct fwd_input_cache *cache, const char *path, char digest[FWD_MATRIX_DIGEST])
{
    const struct fwd_input_cache_entry key = {.path = (char *)(uintptr_t)path};
    const struct fwd_input_cache_entry *entry =
        cache->count > 0 ? bsearch(&key, cache->list, cache->count, sizeof key, compare) : NULL;
    struct stat status;

    if (entry == NULL || stat(path, &status) != 0 || !S_ISREG(status.st_mode) ||
        status.st_size != entry->size || status.st_mtim.tv_sec != entry->seconds ||
        status.st_mtim.tv_nsec != entry->nanoseconds || status.st_ino != entry->number)
        return false;
    strcpy(digest, entry->digest);
    return true;
}

enum fwd_fail fwd_input_cache_save(
    const struct fwd_matrix_inputs *inputs, const char *path, struct fwd_error *err)
{
    char *text = NULL;
    size_t size = 0;
    FILE *out = open_memstream(&text, &size);
    struct stat status;

    for (size_t i = 0; i < inputs->count && out != NULL; i++) {
        const struct fwd_matrix_input *input = &inputs->list[i];
        if (input->digest[0] != '\0' && strchr(input->path, '\n') == NULL &&
            stat(input->path, &status) == 0 && S_ISREG(status.st_mode))
            fprintf(out, "%s %jd %jd %ld %ju %s\n", input->digest, (intmax_t)status.st_size,
                (intmax_t)status.st_mtim.tv_sec, status.st_mtim.tv_nsec, (uintmax_t)status.st_ino,
                input->path);
    }
    bool ok = out != NULL && fclose(out) == 0;
    enum fwd_fail fail =
        ok ? fwd_file_write_atomic(path, text, size, 0666, true, err) : fwd_error_memory(err, path);
    free(text);
    return fail;
}
