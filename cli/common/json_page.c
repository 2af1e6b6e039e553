#include "cli/common/json_page.h"

#include "hostio/host_page.h"

json_int_t fwd_json_page_number(const json_t *json, const char *name)
{
    return json_integer_value(json_object_get(json, name));
}

const char *fwd_json_page_string(const json_t *json, const char *name)
{
    const char *text = json_string_value(json_object_get(json, name));
    return text != NULL ? text : "";
}

void fwd_json_page_put(FILE *out, const char *before, json_int_t value, const char *after)
{
    fprintf(out, "%s%" JSON_INTEGER_FORMAT "%s", before, value, after);
}

void fwd_json_page_bars(FILE *out, const json_t *list, const char *head, const char *name,
    const char *value, double most)
{
    const json_t *one;
    size_t i;
    fwd_page_table(out, NULL);
    fwd_page_text(out, "<tr><th>", head, "</th><th class=\"n\">bytes</th><th></th></tr>\n");
    json_array_foreach (list, i, one) {
        const json_t *bytes = json_object_get(one, value);
        fwd_page_text(out, "<tr><td>", fwd_json_page_string(one, name), "</td>");
        fprintf(out,
            json_is_real(bytes) ? "<td class=\"n\">%.1f</td>" : "<td class=\"n\">%.0f</td>",
            json_number_value(bytes));
        fwd_page_bar(out, json_number_value(bytes), most);
        fputs("</tr>\n", out);
    }
    fwd_page_table_end(out);
}
