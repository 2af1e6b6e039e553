/* Runs a fuzz target on each file of the folders that are named; fails when there is none. */
#include <dirent.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

#define MAX 1048576u

static uint8_t input[MAX];

static int replay(const char *folder, const char *name)
{
    char path[4096];

    if (snprintf(path, sizeof path, "%s/%s", folder, name) >= (int)sizeof path)
        return -1;
    FILE *file = fopen(path, "rb");
    if (file == NULL)
        return -1;
    size_t size = fread(input, 1, sizeof input, file);
    (void)fclose(file);
    /* of its exact size, so that a sanitizer sees the first byte too many */
    uint8_t *exact = malloc(size > 0 ? size : 1);
    if (exact == NULL)
        return -1;
    for (size_t i = 0; i < size; i++)
        exact[i] = input[i];
    (void)LLVMFuzzerTestOneInput(exact, size);
    free(exact);
    return 0;
}

int main(int argc, char **argv)
{
    size_t files = 0;

    for (int i = 1; i < argc; i++) {
        DIR *folder = opendir(argv[i]);
        struct dirent *entry;

        if (folder == NULL) {
            perror(argv[i]);
            return 1;
        }
        while ((entry = readdir(folder)) != NULL) {
            if (entry->d_name[0] == '.')
                continue;
            if (replay(argv[i], entry->d_name) != 0) {
                perror(entry->d_name);
                return 1;
            }
            files++;
        }
        (void)closedir(folder);
    }
    printf("%zu inputs replayed\n", files);
    return files > 0 ? 0 : 1;
}
