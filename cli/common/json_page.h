/* A report in JSON as a page: members by name. */
#ifndef FWD_CLI_COMMON_JSON_PAGE_H
#define FWD_CLI_COMMON_JSON_PAGE_H

#include <jansson.h>
#include <stdio.h>

/* 0 or "" when the member is not there, or of another type. */
json_int_t fwd_json_page_number(const json_t *json, const char *name);
const char *fwd_json_page_string(const json_t *json, const char *name);

/* Markup, a number, markup. */
void fwd_json_page_put(FILE *out, const char *before, json_int_t value, const char *after);

/* A table of members whose values are numbers of bytes, with bars: one row for each object of the
 * list, by the names of its members. head: of the first column; most: of the longest bar. */
void fwd_json_page_bars(FILE *out, const json_t *list, const char *head, const char *name,
    const char *value, double most);

#endif
