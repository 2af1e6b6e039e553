/* Reads the tables of a Markdown file, so that tests can compare them with the code. */
#ifndef FWD_TESTS_FORMAT_SPEC_TABLE_H
#define FWD_TESTS_FORMAT_SPEC_TABLE_H

#include <stdbool.h>
#include <stddef.h>

#define SPEC_CELLS 6
#define SPEC_ROWS  128

struct spec_row {
    char *cells[SPEC_CELLS]; /* trimmed; NULL after the last */
};

struct spec_table {
    char *text; /* the section; the cells point into it */
    struct spec_row rows[SPEC_ROWS];
    size_t count; /* without the head row */
};

/* Rows of all tables in the section whose heading line begins with `heading` ("## 11."), up to the
 * next heading. Aborts when there is no such section. */
struct spec_table spec_table_read(const char *path, const char *heading);
void spec_table_free(struct spec_table *table);

/* The row whose cell `column` is `text`; NULL when there is none, aborts when there are two. */
const struct spec_row *spec_table_find(
    const struct spec_table *table, size_t column, const char *text);

/* A whole file as a string; aborts when it cannot be read. The caller frees it. */
char *spec_file_read(const char *path);

#endif
