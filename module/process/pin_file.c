#include "module/process/pin_file.h"

#include <stdbool.h>
#include <stdio.h>
#include <string.h>
#include <unistd.h>

void fwd_pin_file_open(struct fwd_pin_file *file, const char *folder)
{
    int size = snprintf(file->path, sizeof file->path, "%s/pins", folder);

    file->count = 0;
    if (size < 0 || (size_t)size >= sizeof file->path)
        file->path[0] = '\0';
}

void fwd_pin_file_close(struct fwd_pin_file *file)
{
    if (file->path[0] != '\0')
        (void)unlink(file->path);
    file->path[0] = '\0';
}

static struct fwd_pin_level *find(struct fwd_pin_file *file, const char *name)
{
    for (size_t i = 0; i < file->count; i++) {
        if (strcmp(file->pins[i].name, name) == 0)
            return &file->pins[i];
    }
    if (file->count >= FWD_PIN_FILE_PINS || strlen(name) >= sizeof file->pins[0].name)
        return NULL;
    struct fwd_pin_level *pin = &file->pins[file->count++];
    strcpy(pin->name, name);
    return pin;
}

static void write_levels(const struct fwd_pin_file *file)
{
    char next[sizeof file->path + 8];
    (void)snprintf(next, sizeof next, "%s.next", file->path);

    FILE *out = fopen(next, "w");
    if (out == NULL)
        return;
    for (size_t i = 0; i < file->count; i++)
        (void)fprintf(out, "%s %d\n", file->pins[i].name, file->pins[i].level);
    bool whole = !ferror(out);
    whole = fclose(out) == 0 && whole;
    if (!whole || rename(next, file->path) != 0)
        (void)unlink(next);
}

void fwd_pin_file_event(struct fwd_pin_file *file, const json_t *event)
{
    const char *kind = json_string_value(json_object_get(event, "event"));
    const char *name = json_string_value(json_object_get(event, "pin"));
    struct fwd_pin_level *pin = NULL;

    if (file->path[0] != '\0' && kind != NULL && name != NULL && strcmp(kind, "pin") == 0)
        pin = find(file, name);
    if (pin == NULL)
        return;
    pin->level = (int)json_integer_value(json_object_get(event, "level"));
    write_levels(file);
}
