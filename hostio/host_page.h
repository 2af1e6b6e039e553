/* Pages for a browser that share one look: readable without scripts, nothing fetched, right on a
 * telephone and on a wide screen, printable. Every text goes through fwd_xml_put(). */
#ifndef FWD_HOSTIO_HOST_PAGE_H
#define FWD_HOSTIO_HOST_PAGE_H

#include <stdint.h>
#include <stdio.h>

/* Everything up to the first element of the body. title: in UTF-8. */
void fwd_page_begin(FILE *out, const char *title);
/* As fwd_page_begin(); the browser loads it again after so many seconds; 0: never. */
void fwd_page_begin_again(FILE *out, const char *title, unsigned seconds);
void fwd_page_end(FILE *out);

/* Markup, a text (NULL: none), markup. */
void fwd_page_text(FILE *out, const char *before, const char *text, const char *after);

/* A table in a frame that scrolls where it is too wide. head: markup of the first row's cells, or
 * NULL. */
void fwd_page_table(FILE *out, const char *head);
void fwd_page_table_end(FILE *out);

/* A cell with a bar that is value / most as long as the cell. most 0: no bar. */
void fwd_page_bar(FILE *out, double value, double most);

/* Names of classes of cells: "good", "long" (works, with a reservation), "bad", "n" (a number),
 * "whole" (of one line). Of a list: "steps", one after the other; of an item in it: "here". */

#endif
