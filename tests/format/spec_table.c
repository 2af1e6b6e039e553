#include "tests/format/spec_table.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

static void fail(const char *what, const char *name)
{
    fprintf(stderr, "%s: %s\n", what, name);
    abort();
}

char *spec_file_read(const char *path)
{
    FILE *file = fopen(path, "rb");
    size_t room = 1 << 18;
    char *text = malloc(room);

    if (file == NULL || text == NULL)
        fail("cannot read", path);
    size_t size = fread(text, 1, room - 1, file);
    if (!feof(file))
        fail("too long", path);
    text[size] = '\0';
    fclose(file);
    return text;
}

/* Cuts the section out of the file, heading excluded. */
static char *read_section(const char *path, const char *heading)
{
    char *file = spec_file_read(path);
    char line[64];

    snprintf(line, sizeof line, "\n%s ", heading);
    char *start = strstr(file, line);
    if (start == NULL)
        fail("no such section", heading);
    start = strchr(start + 1, '\n');
    char *end = strstr(start, "\n##");
    if (end != NULL)
        end[1] = '\0';
    char *section = malloc(strlen(start) + 1);
    if (section == NULL)
        fail("no memory for", heading);
    strcpy(section, start);
    free(file);
    return section;
}

static char *trim(char *cell)
{
    while (*cell == ' ')
        cell++;
    for (char *end = cell + strlen(cell); end > cell && end[-1] == ' ';)
        *--end = '\0';
    return cell;
}

static void add_row(struct spec_table *table, char *line)
{
    struct spec_row *row = &table->rows[table->count++];
    size_t cell = 0;

    if (table->count == SPEC_ROWS)
        fail("too many rows", line);
    for (char *next; cell < SPEC_CELLS && (next = strchr(line, '|')) != NULL; line = next + 1) {
        *next = '\0';
        row->cells[cell++] = trim(line);
    }
}

struct spec_table spec_table_read(const char *path, const char *heading)
{
    struct spec_table table = {.text = read_section(path, heading)};

    for (char *line = table.text; line != NULL;) {
        char *end = strchr(line, '\n');
        if (end != NULL)
            *end++ = '\0';
        if (strncmp(line, "|---", 4) == 0 && table.count > 0)
            table.rows[--table.count] = (struct spec_row){0}; /* what came before is the head row */
        else if (line[0] == '|')
            add_row(&table, line + 1);
        line = end;
    }
    return table;
}

void spec_table_free(struct spec_table *table)
{
    free(table->text);
}

const struct spec_row *spec_table_find(
    const struct spec_table *table, size_t column, const char *text)
{
    const struct spec_row *found = NULL;

    for (size_t i = 0; i < table->count; i++) {
        const char *cell = table->rows[i].cells[column];
        if (cell == NULL || strcmp(cell, text) != 0)
            continue;
        if (found != NULL)
            fail("two rows", text);
        found = &table->rows[i];
    }
    return found;
}
