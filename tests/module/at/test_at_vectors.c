/* Plays the conversations of tests/at/; its README explains the notation. */
#include "tests/module/at/at_play.h"

#include <check.h>
#include <stdio.h>
#include <string.h>

static const char *const files[] = {"telit", "sequans", "ufwupd", "udwnfile", "ufwinstall", "ftp",
    "http", "exclusion", "ufota", "lwm2m", "host_start"};
#define FILES ((int)(sizeof files / sizeof *files))

/* Without comment and spaces at its end. */
static void trim(char *line)
{
    char *comment = strstr(line, "  #");

    if (comment != NULL)
        *comment = '\0';
    for (size_t n = strlen(line); n > 0 && strchr(" \r\n", line[n - 1]) != NULL; n--)
        line[n - 1] = '\0';
}

static void play_file(const char *name)
{
    static struct at_play p;
    char path[512], line[AT_PLAY_LINE];

    memset(&p, 0, sizeof p);
    p.file_name = name;
    snprintf(path, sizeof path, FWD_SOURCE_DIR "/tests/at/%s.txt", name);
    FILE *file = fopen(path, "r");
    ck_assert_ptr_nonnull(file);
    while (fgets(line, sizeof line, file) != NULL) {
        p.line++;
        trim(line);
        at_play_line(&p, line);
    }
    fclose(file);
    at_play_stop(&p);
}

START_TEST(every_conversation_goes_as_written)
{
    play_file(files[_i]);
}
END_TEST

/* No vector is forgotten. */
START_TEST(every_vector_is_there)
{
    char path[512], line[64], name[64];
    bool found;

    FILE *list = fopen(FWD_SOURCE_DIR "/tests/at/expected-names.list", "r");
    ck_assert_ptr_nonnull(list);
    while (fgets(line, sizeof line, list) != NULL) {
        trim(line);
        found = false;
        for (int i = 0; i < FILES && !found; i++) {
            snprintf(path, sizeof path, FWD_SOURCE_DIR "/tests/at/%s.txt", files[i]);
            FILE *file = fopen(path, "r");
            char text[AT_PLAY_LINE];
            while (fgets(text, sizeof text, file) != NULL)
                found = found || (sscanf(text, "# %63s", name) == 1 && strcmp(name, line) == 0);
            fclose(file);
        }
        ck_assert_msg(found, "%s is in no file of tests/at", line);
    }
    fclose(list);
}
END_TEST

int main(void)
{
    return module_rig_main("at vectors", (const struct module_rig_test[]){
                                             {every_conversation_goes_as_written, FILES},
                                             {every_vector_is_there, 1},
                                             {NULL, 0},
                                         });
}
