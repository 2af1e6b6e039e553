#include "cli/inspect/certificate_page.h"

#include "cli/common/json_page.h"
#include "hostio/host_page.h"

#include <stdbool.h>

/* A row for each number, so that it is right on a narrow screen; start: in what is said of a start.
 */
static const struct {
    const char *text, *name;
    bool start;
} rows[] = {
    {"bytes of staging", "staging_room", false},
    {"of them used", "staged_bytes", false},
    {"least that would do", "least_staging", false},
    {"erases", "erases", false},
    {"of one block at most", "most_erases_of_a_block", false},
    {"bytes programmed", "bytes_programmed", false},
    {"bytes of memory", "memory", false},
    {"milliseconds", "milliseconds", false},
    {"of them, rehearsal", "rehearsal_milliseconds", false},
    {"of them, action", "action_milliseconds", false},
    {"at each start: signatures checked", "signatures", true},
    {"bytes hashed", "bytes_hashed", true},
    {"milliseconds", "milliseconds", true},
};

static void put_row(FILE *out, const json_t *list, size_t row)
{
    const json_t *certificate;
    size_t i;
    fwd_page_text(out, "<tr><td>", rows[row].text, "</td>");
    json_array_foreach (list, i, certificate) {
        const json_t *from = rows[row].start ? json_object_get(certificate, "start") : certificate;
        const json_t *value = json_object_get(from, rows[row].name);
        if (json_is_integer(value))
            fwd_json_page_put(out, "<td class=\"n\">", json_integer_value(value), "</td>");
        else
            fputs("<td class=\"n\"></td>", out); /* the description does not say */
    }
    fputs("</tr>\n", out);
}

void fwd_certificate_page_put(FILE *out, const json_t *list)
{
    const json_t *certificate;
    size_t i;
    fwd_page_table(out, NULL);
    fputs("<tr><th>geometry</th>", out);
    json_array_foreach (list, i, certificate) {
        fwd_page_text(out, "<th class=\"n\"><code>", fwd_json_page_string(certificate, "geometry"),
            "</code></th>");
    }
    fputs("</tr>\n", out);
    for (size_t row = 0; row < sizeof rows / sizeof rows[0]; row++)
        put_row(out, list, row);
    fwd_page_table_end(out);
}
