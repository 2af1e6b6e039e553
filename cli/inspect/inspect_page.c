#include "cli/inspect/inspect_page.h"

#include "cli/common/json_page.h"
#include "cli/inspect/certificate_page.h"
#include "hostio/host_page.h"

#include <string.h>

#define FIELDS_MAX 2000u /* rows of the table; --bytes has all */

#define number fwd_json_page_number
#define string fwd_json_page_string

/* ---- the file as a picture ------------------------------------------------------------------- */

#define WIDTH  960
#define HEIGHT 64

/* Parts in the order of the file, as wide as they are long; small ones are seen, too. */
static void put_strip(FILE *out, const json_t *parts, json_int_t size)
{
    static const char *const colours[] = {"#2b5c9e", "#7fb0e0", "#b4552d", "#6a9a5b", "#8a4fa0"};
    const json_t *part;
    double at = 0,
           scale = size > 0 ? (WIDTH - 3.0 * (double)json_array_size(parts)) / (double)size : 0;
    size_t i;
    fprintf(out,
        "<figure><svg viewBox=\"0 0 %d %d\" role=\"img\" aria-label=\"the file, from its first "
        "byte to its last\">",
        WIDTH, HEIGHT);
    json_array_foreach (parts, i, part) {
        double width = 3 + scale * (double)number(part, "bytes");
        fprintf(out, "<rect x=\"%.1f\" y=\"0\" width=\"%.1f\" height=\"%d\" fill=\"%s\">", at,
            width, HEIGHT, colours[i % 5]);
        fwd_page_text(out, "<title>", string(part, "part"), "");
        fwd_json_page_put(out, ", ", number(part, "bytes"), " bytes</title></rect>");
        at += width;
    }
    fputs("</svg><figcaption>The file, from its first byte to its last: the parts below, in their "
          "order.</figcaption></figure>\n",
        out);
}

/* Bytes of each part, in the order of the fields. */
static json_t *parts_of(const json_t *fields)
{
    json_t *list = json_array(), *last = NULL;
    const json_t *field;
    size_t i;
    json_array_foreach (fields, i, field) {
        const char *name = string(field, "part");
        json_int_t bytes = number(field, "size");
        if (last != NULL && strcmp(string(last, "part"), name) == 0) {
            json_object_set_new(last, "bytes", json_integer(bytes + number(last, "bytes")));
            continue;
        }
        last = json_pack("{s:s, s:I}", "part", name, "bytes", bytes);
        json_array_append_new(list, last);
    }
    return list;
}

/* ---- components ------------------------------------------------------------------------------ */

static void put_image(FILE *out, const char *what, const json_t *image)
{
    const char *digest = string(image, "sha256");
    if (!json_is_object(image))
        return;
    if (digest[0] == 0)
        digest = string(image, "sha256_first_half");
    fwd_page_text(out, "<tr><th>", what, "</th>");
    fwd_page_text(out, "<td>", string(image, "version"), "</td>");
    fwd_json_page_put(out, "<td class=\"n\">", number(image, "size"), "</td>");
    fwd_page_text(out, "<td><code>", digest, "</code></td></tr>\n");
}

static void put_regions(FILE *out, const json_t *regions)
{
    const json_t *region;
    size_t i;
    fwd_page_table(out, "<th>most expensive regions of NEW</th><th class=\"n\">size</th>"
                        "<th class=\"n\">bytes of the delta</th><th>from OLD</th>");
    json_array_foreach (regions, i, region) {
        const json_t *from = json_object_get(region, "source_offset");
        fprintf(out, "<tr><td>0x%08llX</td>", (unsigned long long)number(region, "offset"));
        fwd_json_page_put(out, "<td class=\"n\">", number(region, "size"), "</td>");
        fprintf(
            out, "<td class=\"n\">%.1f</td>", json_number_value(json_object_get(region, "bytes")));
        if (json_is_integer(from))
            fprintf(out, "<td>0x%08llX</td></tr>\n", (unsigned long long)json_integer_value(from));
        else
            fputs("<td>new bytes</td></tr>\n", out);
    }
    fwd_page_table_end(out);
}

static void put_opaque(FILE *out, const json_t *parts)
{
    const json_t *part;
    size_t i;
    if (json_array_size(parts) == 0)
        return;
    fwd_page_table(out, "<th>compressed or encrypted parts of NEW</th><th class=\"n\">size</th>"
                        "<th class=\"n\">new bytes</th><th>format</th>");
    json_array_foreach (parts, i, part) {
        const char *format = string(part, "format");
        fprintf(out, "<tr><td>0x%08llX</td>", (unsigned long long)number(part, "offset"));
        fwd_json_page_put(out, "<td class=\"n\">", number(part, "size"), "</td>");
        fwd_json_page_put(out, "<td class=\"n\">", number(part, "new_bytes"), "</td>");
        fwd_page_text(out, "<td>", format[0] != 0 ? format : "not known", "</td></tr>\n");
    }
    fwd_page_table_end(out);
}

void fwd_inspect_page_costs(FILE *out, const json_t *costs)
{
    const json_t *sentence;
    size_t i;
    if (!json_is_object(costs))
        return;
    fwd_json_page_bars(out, json_object_get(costs, "by_kind"), "what they say", "what", "bytes",
        json_number_value(json_object_get(costs, "bytes")));
    put_regions(out, json_object_get(costs, "regions"));
    put_opaque(out, json_object_get(costs, "opaque"));
    fputs("<ul>\n", out);
    json_array_foreach (json_object_get(costs, "advice"), i, sentence) {
        fwd_page_text(out, "<li>", json_string_value(sentence), "</li>\n");
    }
    fputs("</ul>\n", out);
}

static void put_component(FILE *out, const json_t *c)
{
    const json_t *delta = json_object_get(c, "delta");
    fwd_page_text(out, "<h2>Component ", string(c, "name"), "</h2>\n");
    fwd_page_text(out, "<p>Role ", string(c, "role"), "");
    fwd_page_text(out, "; coded as ", string(c, "codec"), "");
    fwd_json_page_put(out, " in ", number(c, "section_size"), " bytes");
    fwd_json_page_put(out, "; decodes in ", number(c, "arena_size"), " bytes of memory");
    if (json_is_object(delta))
        fwd_page_text(out, "; instruction set ", string(delta, "instruction_set"), "");
    if (json_is_integer(json_object_get(c, "security_counter")))
        fwd_json_page_put(out, "; security counter ", number(c, "security_counter"), "");
    fputs(".</p>\n", out);
    fwd_page_table(out, "<th></th><th>version</th><th class=\"n\">bytes</th><th>SHA-256</th>");
    put_image(out, "from", json_object_get(c, "source"));
    put_image(out, "to", json_object_get(c, "target"));
    fwd_page_table_end(out);
    fwd_inspect_page_costs(out, json_object_get(delta, "costs"));
}

/* ---- who, what for, which bytes -------------------------------------------------------------- */

static void put_signatures(FILE *out, const json_t *signatures)
{
    const json_t *one;
    size_t i;
    if (json_array_size(signatures) == 0)
        fputs("<p>Not signed: devices refuse it.</p>\n", out);
    json_array_foreach (signatures, i, one) {
        fwd_page_text(out, "<p>Signed by key <code>", string(one, "key_id"), "</code>");
        fwd_page_text(out, " (", string(one, "algorithm"), ").</p>\n");
    }
    fputs("<p><small>Nothing was verified: 'fwdelta verify' does that.</small></p>\n", out);
}

static void put_certificates(FILE *out, const json_t *certificates)
{
    if (json_array_size(certificates) == 0)
        return;
    fputs("<h2>What it costs devices</h2>\n", out);
    fwd_certificate_page_put(out, certificates);
}

static void put_fields(FILE *out, const json_t *fields)
{
    const json_t *f;
    size_t i;
    fputs("<h2>Every field</h2>\n", out);
    fwd_page_table(out, "<th>part</th><th class=\"n\">offset</th><th class=\"n\">size</th>"
                        "<th>field</th><th>value</th><th>meaning</th>");
    json_array_foreach (fields, i, f) {
        if (i == FIELDS_MAX)
            break;
        fwd_page_text(out, "<tr><td>", string(f, "part"), "</td>");
        fwd_json_page_put(out, "<td class=\"n\">", number(f, "offset"), "</td>");
        fwd_json_page_put(out, "<td class=\"n\">", number(f, "size"), "</td>");
        fwd_page_text(out, "<td>", string(f, "name"), "</td>");
        fwd_page_text(out, "<td>", string(f, "value"), "</td>");
        fwd_page_text(out, "<td>", string(f, "meaning"), "</td></tr>\n");
    }
    fwd_page_table_end(out);
    if (json_array_size(fields) > FIELDS_MAX)
        fprintf(out, "<p>... and %zu more; 'fwdelta inspect --bytes' has all.</p>\n",
            json_array_size(fields) - FIELDS_MAX);
}

static void put_products(FILE *out, const json_t *manifest)
{
    const json_t *products = json_object_get(manifest, "products"), *product;
    const char *label = string(manifest, "label");
    size_t i;
    if (!json_is_object(manifest))
        return;
    fputs("<p>For ", out);
    json_array_foreach (products, i, product) {
        fwd_page_text(out, i > 0 ? ", " : "product ", json_string_value(product), "");
    }
    fputs(json_array_size(products) == 0 ? "any product" : "", out);
    if (label[0] != 0)
        fwd_page_text(out, "; label \"", label, "\"");
    fputs(".</p>\n", out);
}

void fwd_inspect_page_put(FILE *out, const json_t *report)
{
    const json_t *header = json_object_get(report, "header"), *c;
    const json_t *manifest = json_object_get(report, "manifest");
    const json_t *problem = json_object_get(report, "problem");
    const json_t *fields = json_object_get(report, "fields");
    json_t *parts = parts_of(fields);
    size_t i;
    fwd_page_begin(out, string(report, "file"));
    fwd_page_text(out, "<h1>", string(report, "file"), "</h1>\n");
    fwd_json_page_put(out, "<p>", number(report, "size"), " bytes");
    if (json_is_object(header)) {
        fwd_page_text(out, ", ", string(header, "kind"), " package");
        fwd_json_page_put(out, ", format ", number(header, "format_major"), ".");
        fwd_json_page_put(out, "", number(header, "format_minor"), "");
    }
    fputs(".</p>\n", out);
    if (json_is_object(problem)) {
        fwd_json_page_put(out, "<p><strong>Damaged, at byte ", number(problem, "offset"), ": ");
        fwd_page_text(out, "", string(problem, "text"), "</strong></p>\n");
    }
    put_products(out, manifest);
    put_signatures(out, json_object_get(report, "signatures"));
    put_strip(out, parts, number(report, "size"));
    fwd_json_page_bars(out, parts, "part", "part", "bytes", (double)number(report, "size"));
    json_array_foreach (json_object_get(manifest, "components"), i, c) {
        put_component(out, c);
    }
    put_certificates(out, json_object_get(report, "certificates"));
    put_fields(out, fields);
    fwd_page_end(out);
    json_decref(parts);
}
