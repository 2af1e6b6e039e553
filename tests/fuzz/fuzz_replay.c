/* Runs a fuzz target on each file of the folders that are named, or with --mutants=N first on N
 * files that are made of them by chance, the same ones each time. Fails when there is none. */
#include <dirent.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

#define MAX       1048576u
#define FILES_MAX 4096u
#define PIECE_MAX 64u

static struct {
    char path[512];
    uint8_t *bytes;
    size_t size;
} files[FILES_MAX];
static size_t file_count;

/* ---- files ----------------------------------------------------------------------------------- */

static int add_file(const char *folder, const char *name)
{
    static uint8_t input[MAX];

    if (file_count == FILES_MAX || snprintf(files[file_count].path, sizeof files->path, "%s/%s",
                                       folder, name) >= (int)sizeof files->path)
        return -1;
    FILE *file = fopen(files[file_count].path, "rb");
    if (file == NULL)
        return -1;
    size_t size = fread(input, 1, sizeof input, file);
    (void)fclose(file);
    /* of its exact size, so that a sanitizer sees the first byte too many */
    files[file_count].bytes = malloc(size > 0 ? size : 1);
    if (files[file_count].bytes == NULL)
        return -1;
    memcpy(files[file_count].bytes, input, size);
    files[file_count++].size = size;
    return 0;
}

static int add_folder(const char *path)
{
    DIR *folder = opendir(path);
    struct dirent *entry;
    int failed = folder == NULL ? -1 : 0;

    while (folder != NULL && failed == 0 && (entry = readdir(folder)) != NULL) {
        if (entry->d_name[0] != '.')
            failed = add_file(path, entry->d_name);
    }
    if (folder != NULL)
        (void)closedir(folder);
    if (failed != 0)
        perror(path);
    return failed;
}

static int by_path(const void *a, const void *b)
{
    return strcmp(a, b); /* the path is the first member */
}

/* ---- mutants --------------------------------------------------------------------------------- */

static uint64_t chance_state;

/* A number below `limit` (xorshift64*, Vigna 2016). */
static size_t chance(size_t limit)
{
    chance_state ^= chance_state >> 12;
    chance_state ^= chance_state << 25;
    chance_state ^= chance_state >> 27;
    return limit > 0 ? (size_t)((chance_state * UINT64_C(2685821657736338717)) >> 33) % limit : 0;
}

/* Changes one thing of *size bytes; there is room for PIECE_MAX more. */
static void mutate(uint8_t *data, size_t *size)
{
    static const uint8_t edges[] = {0x00, 0x01, 0x7F, 0x80, 0xFE, 0xFF, 0x10, 0x40};
    static const char digits[] = "0123456789ABCDEF:S\n";
    size_t at = chance(*size), from = chance(*size), piece = 1 + chance(PIECE_MAX);

    if (*size == 0)
        return;
    switch (chance(7)) {
    case 0:
        data[at] = (uint8_t)(data[at] ^ 1u << chance(8));
        break;
    case 1:
        data[at] = edges[chance(sizeof edges)];
        break;
    case 2: /* for files of text */
        data[at] = (uint8_t)digits[chance(sizeof digits - 1)];
        break;
    case 3: /* one piece over another */
        piece = piece < *size - at ? piece : *size - at;
        piece = piece < *size - from ? piece : *size - from;
        memmove(data + at, data + from, piece);
        break;
    case 4: /* a piece twice */
        piece = piece < *size - at ? piece : *size - at;
        memmove(data + at + piece, data + at, *size - at);
        *size += piece;
        break;
    case 5: /* a piece less */
        piece = piece < *size - at ? piece : *size - at;
        memmove(data + at, data + at + piece, *size - at - piece);
        *size -= piece;
        break;
    default: /* the end is missing */
        *size -= chance(4) == 0 ? at : 0;
        break;
    }
}

static int run_mutant(uint64_t number)
{
    const size_t i = (size_t)(number % file_count), most = 8;
    uint8_t *data = malloc(files[i].size + most * PIECE_MAX);
    size_t size = files[i].size, changes;

    if (data == NULL)
        return -1;
    memcpy(data, files[i].bytes, size);
    chance_state = UINT64_C(0x9E3779B97F4A7C15) * (number + 1);
    for (changes = 1 + chance(most); changes > 0; changes--)
        mutate(data, &size);
    uint8_t *exact = realloc(data, size > 0 ? size : 1);
    if (exact == NULL) {
        free(data);
        return -1;
    }
    (void)LLVMFuzzerTestOneInput(exact, size);
    free(exact);
    return 0;
}

int main(int argc, char **argv)
{
    unsigned long mutants = 0;

    for (int i = 1; i < argc; i++) {
        if (strncmp(argv[i], "--mutants=", 10) == 0)
            mutants = strtoul(argv[i] + 10, NULL, 10);
        else if (add_folder(argv[i]) != 0)
            return 1;
    }
    if (file_count == 0)
        return 1;
    qsort(files, file_count, sizeof files[0], by_path);
    for (unsigned long i = 0; i < mutants; i++) {
        if (run_mutant(i) != 0)
            return 1;
    }
    for (size_t i = 0; i < file_count; i++) {
        (void)LLVMFuzzerTestOneInput(files[i].bytes, files[i].size);
        free(files[i].bytes);
    }
    printf("%zu inputs replayed, %lu mutants\n", file_count, mutants);
    return 0;
}
