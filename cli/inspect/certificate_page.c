#include "cli/inspect/certificate_page.h"

#include "cli/common/json_page.h"
#include "hostio/host_page.h"

#define number fwd_json_page_number

/* A number of the certificate or of what it says about a start; one that is not known is empty. */
static void put_cell(FILE *out, const json_t *json, const char *name)
{
    if (json_is_integer(json_object_get(json, name)))
        fwd_json_page_put(out, "<td class=\"n\">", number(json, name), "</td>");
    else
        fputs("<td class=\"n\"></td>", out);
}

static void put_row(FILE *out, const json_t *certificate)
{
    static const char *const update[] = {"staging_room", "staged_bytes", "least_staging", "erases",
        "most_erases_of_a_block", "bytes_programmed", "milliseconds"};
    static const char *const start[] = {"signatures", "bytes_hashed", "milliseconds"};
    fwd_page_text(
        out, "<tr><td><code>", fwd_json_page_string(certificate, "geometry"), "</code></td>");
    for (size_t i = 0; i < sizeof update / sizeof update[0]; i++)
        put_cell(out, certificate, update[i]);
    for (size_t i = 0; i < sizeof start / sizeof start[0]; i++)
        put_cell(out, json_object_get(certificate, "start"), start[i]);
    fputs("</tr>\n", out);
}

void fwd_certificate_page_put(FILE *out, const json_t *list)
{
    const json_t *certificate;
    size_t i;
    fwd_page_table(out,
        "<th>geometry</th><th class=\"n\">staging</th><th class=\"n\">of it used</th>"
        "<th class=\"n\">least</th><th class=\"n\">erases</th><th class=\"n\">of one block</th>"
        "<th class=\"n\">bytes programmed</th><th class=\"n\">milliseconds</th>"
        "<th class=\"n\">at a start: signatures</th><th class=\"n\">bytes hashed</th>"
        "<th class=\"n\">milliseconds</th>");
    json_array_foreach(list, i, certificate)
    {
        if (json_is_object(certificate))
            put_row(out, certificate);
    }
    fwd_page_table_end(out);
}
