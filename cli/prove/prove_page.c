#include "cli/prove/prove_page.h"

#include "cli/common/json_page.h"
#include "cli/inspect/certificate_page.h"
#include "cli/inspect/inspect_page.h"
#include "hostio/host_page.h"

#include <stdbool.h>

#define number fwd_json_page_number
#define string fwd_json_page_string

/* ---- what it is about ------------------------------------------------------------------------ */

static void put_input(FILE *out, const char *what, const char *name, const char *sha256)
{
    fwd_page_text(out, "<tr><th>", what, "</th>");
    fwd_page_text(out, "<td>", name, "</td>");
    fwd_page_text(out, "<td><code>", sha256, "</code></td></tr>\n");
}

static void put_inputs(FILE *out, const struct fwd_prove_page *page, const json_t *inputs)
{
    const json_t *package = json_object_get(inputs, "package");
    const json_t *device = json_object_get(inputs, "device"), *image, *key;
    size_t i;
    fputs("<h2>What was tried</h2>\n", out);
    fwd_page_table(out, "<th></th><th>name</th><th>SHA-256</th>");
    put_input(out, "package", string(package, "file"), string(package, "sha256"));
    put_input(out, "device", string(device, "name"), string(device, "sha256"));
    json_array_foreach (json_object_get(inputs, "images"), i, image) {
        put_input(out, "image before", string(image, "component"), string(image, "sha256"));
    }
    put_input(out, "this proof", page->file, page->sha256);
    fwd_page_table_end(out);
    fputs("<p>The device trusts ", out);
    json_array_foreach (json_object_get(inputs, "trusted_keys"), i, key) {
        fwd_page_text(out, i > 0 ? ", <code>" : "<code>", json_string_value(key), "</code>");
    }
    fputs(".</p>\n", out);
}

/* ---- cost ------------------------------------------------------------------------------------ */

static void put_uses(FILE *out, const json_t *update)
{
    const json_t *uses = json_object_get(update, "bytes_by_use"), *value;
    const char *name;
    json_int_t most = number(update, "bytes_programmed");
    fwd_page_table(out, "<th>programmed for</th><th class=\"n\">bytes</th><th></th>");
    json_object_foreach ((json_t *)(uintptr_t)uses, name, value) {
        fwd_page_text(out, "<tr><td>", name, "</td>");
        fwd_json_page_put(out, "<td class=\"n\">", json_integer_value(value), "</td>");
        fwd_page_bar(out, (double)json_integer_value(value), (double)most);
        fputs("</tr>\n", out);
    }
    fwd_page_table_end(out);
}

static void put_update(FILE *out, const json_t *update)
{
    const json_t *sets = json_object_get(update, "sets");
    fprintf(out, "<h2>%s</h2>\n<p>Takes %.3f s on the device",
        sets != NULL ? "The change of keys" : "The update",
        (double)number(update, "microseconds") / 1e6);
    fwd_json_page_put(out, ", erases ", number(update, "erases"), " blocks");
    fwd_json_page_put(
        out, " (none more than ", number(update, "most_erases_of_a_block"), " times)");
    fwd_json_page_put(out, " and programs ", number(update, "bytes_programmed"), " bytes");
    if (sets == NULL) {
        fwd_json_page_put(out, "; ", number(update, "staged_bytes"), "");
        fwd_json_page_put(
            out, " of ", number(update, "staging_room"), " bytes of staging are used. ");
    } else {
        fwd_json_page_put(out, "; in force was set ", number(sets, "before"), ", and then is set ");
        fwd_json_page_put(out, "", number(sets, "after"), ". ");
    }
    fwd_json_page_put(out, "The module answers code ", number(update, "code"), ".</p>\n");
    fwd_prove_page_course(out, update);
    if (sets == NULL)
        put_uses(out, update);
    fputs("<h2>Wear</h2>\n", out);
    fwd_prove_page_wear(out, update);
}

static void put_certificate(FILE *out, const json_t *certificate)
{
    const json_t *holds = json_object_get(certificate, "holds");
    json_t *rows = json_array();
    fputs("<h2>Certificate and start</h2>\n<p>", out);
    if (json_is_true(holds)) {
        fputs("The certificate in the package states what was measured.", out);
    } else if (json_is_false(holds)) {
        fputs("The certificate in the package (first column) does not state what was measured "
              "(second column): somebody has signed since, or the images are others.",
            out);
        json_array_append(rows, json_object_get(certificate, "stated"));
    } else {
        fputs("The package has no certificate for this device. What was measured:", out);
    }
    fputs("</p>\n", out);
    json_array_append(rows, json_object_get(certificate, "measured"));
    fwd_certificate_page_put(out, rows);
    json_decref(rows);
}

/* ---- bytes ----------------------------------------------------------------------------------- */

static void put_component(FILE *out, const json_t *component)
{
    fwd_page_text(out, "<h3>", string(component, "component"), "");
    fwd_json_page_put(out, ": ", number(component, "section_bytes"), " bytes");
    fwd_json_page_put(out, " for an image of ", number(component, "target_bytes"), "</h3>\n");
    fwd_inspect_page_costs(out, json_object_get(component, "costs"));
}

static void put_bytes(FILE *out, const json_t *bytes, json_int_t size)
{
    const json_t *component;
    size_t i;
    fputs("<h2>Where the bytes went</h2>\n", out);
    fwd_json_page_bars(
        out, json_object_get(bytes, "parts"), "part of the package", "part", "bytes", (double)size);
    json_array_foreach (json_object_get(bytes, "components"), i, component) {
        put_component(out, component);
    }
}

/* ---- cuts ------------------------------------------------------------------------------------ */

static json_int_t sum(const json_t *counts)
{
    const json_t *value;
    const char *name;
    json_int_t all = 0;
    json_object_foreach ((json_t *)(uintptr_t)counts, name, value) {
        all += json_integer_value(value);
    }
    return all;
}

static void put_phase_rows(FILE *out, const json_t *phases)
{
    const json_t *phase;
    const char *name;
    json_int_t most = 1;
    json_object_foreach ((json_t *)(uintptr_t)phases, name, phase) {
        json_int_t all = sum(json_object_get(phase, "cuts"));
        most = all > most ? all : most;
    }
    json_object_foreach ((json_t *)(uintptr_t)phases, name, phase) {
        json_int_t all = sum(json_object_get(phase, "cuts"));
        fwd_page_text(out, "<tr><td>", name, "</td>");
        fwd_json_page_put(out, "<td class=\"n\">", number(phase, "operations"), "</td>");
        fwd_json_page_put(out, "<td class=\"n\">", all, "</td>");
        fwd_page_bar(out, (double)all, (double)most);
        fputs("<td class=\"n\">0</td></tr>\n", out);
    }
}

static void put_tears(FILE *out, const json_t *phases)
{
    const json_t *first = json_object_iter_value(json_object_iter((json_t *)(uintptr_t)phases)),
                 *phase, *value;
    const char *tear, *name;
    fwd_page_table(out, "<th>what was left of the operation</th><th class=\"n\">cuts</th>");
    json_object_foreach (json_object_get(first, "cuts"), tear, value) {
        json_int_t all = 0;
        json_object_foreach ((json_t *)(uintptr_t)phases, name, phase) {
            all += number(json_object_get(phase, "cuts"), tear);
        }
        if (all == 0)
            continue;
        fwd_page_text(out, "<tr><td>", tear, "</td>");
        fwd_json_page_put(out, "<td class=\"n\">", all, "</td></tr>\n");
    }
    fwd_page_table_end(out);
}

static void put_more(FILE *out, const json_t *tried)
{
    static const char *const members[][2] = {{"second_cuts", "second cuts in a recovery"},
        {"storms", "rows of starts that were all cut"}, {"faults", "recoveries with a flash fault"},
        {"start_faults", "starts at which an area was unreadable or blank"},
        {"worn_blocks", "moments at which a block wore out"}};
    bool any = false;
    for (size_t i = 0; i < sizeof members / sizeof members[0]; i++) {
        if (number(tried, members[i][0]) == 0)
            continue;
        if (!any)
            fwd_page_table(out, "<th>also tried</th><th class=\"n\">times</th>");
        any = true;
        fwd_page_text(out, "<tr><td>", members[i][1], "</td>");
        fwd_json_page_put(out, "<td class=\"n\">", number(tried, members[i][0]), "</td></tr>\n");
    }
    if (any)
        fwd_page_table_end(out);
}

static void put_worst(FILE *out, const json_t *cuts)
{
    const json_t *worst = json_object_get(cuts, "worst_recovery");
    fwd_json_page_put(out, "<p>The longest recovery took ", number(worst, "operations"),
        " flash operations, after <code>");
    fwd_page_text(out, "", string(worst, "id"), "</code>.</p>\n");
}

static void put_cuts(FILE *out, const json_t *cuts, bool keys)
{
    const json_t *phases = json_object_get(cuts, "phases");
    fputs("<h2>Power cuts</h2>\n<p>After each cut the device starts and goes on; ", out);
    fputs(keys ? "at each start the old or the new set of keys is in force, and the new one in the "
                 "end.</p>\n"
               : "it must end with signed firmware.</p>\n",
        out);
    fwd_page_table(out, "<th>phase</th><th class=\"n\">flash operations</th><th class=\"n\">cuts"
                        "</th><th></th><th class=\"n\">devices lost</th>");
    put_phase_rows(out, phases);
    fwd_page_table_end(out);
    put_tears(out, phases);
    put_more(out, json_object_get(cuts, "tried"));
    if (number(cuts, "updates_before") > 0)
        fwd_json_page_put(out, "<p>Power also failed on a device with ",
            number(cuts, "updates_before"), " earlier updates in its past.</p>\n");
    put_worst(out, cuts);
}

/* ---- wrong inputs ---------------------------------------------------------------------------- */

static void put_wrong(FILE *out, const json_t *list)
{
    const json_t *one;
    size_t i;
    fputs("<h2>Wrong inputs</h2>\n", out);
    fwd_page_table(out, "<th>input</th><th class=\"n\">code</th><th>reason</th><th>runs "
                        "afterwards</th>");
    json_array_foreach (list, i, one) {
        fwd_page_text(out, "<tr><td>", string(one, "input"), "</td>");
        fwd_json_page_put(out, "<td class=\"n\">", number(one, "code"), "</td>");
        fwd_page_text(out, "<td>", string(one, "reason"), ": ");
        fwd_page_text(out, "", string(one, "meaning"), "</td>");
        fwd_page_text(out, "<td>", string(one, "runs_afterwards"), "</td></tr>\n");
    }
    fwd_page_table_end(out);
}

void fwd_prove_page_put(FILE *out, const struct fwd_prove_page *page)
{
    const json_t *predicate = json_object_get(page->statement, "predicate");
    const json_t *inputs = json_object_get(predicate, "inputs");
    const json_t *package = json_object_get(inputs, "package");
    const json_t *cuts = json_object_get(predicate, "power_cuts");
    fwd_page_begin(out, string(package, "file"));
    fwd_page_text(out, "<h1>Proof: ", string(package, "file"), "");
    fwd_page_text(out, " on ", string(json_object_get(inputs, "device"), "name"), "</h1>\n");
    fwd_json_page_put(
        out, "<p><strong>", number(cuts, "cases"), " cases of power cuts, no device lost; ");
    fwd_json_page_put(out, "",
        (json_int_t)json_array_size(json_object_get(predicate, "wrong_inputs")),
        " wrong inputs, each answered with its code.</strong></p>\n");
    fwd_page_text(out, "<p>Tried by fwdelta ",
        string(json_object_get(predicate, "tool"), "version"), " on a simulated device");
    fwd_page_text(out, "; signed by key <code>", page->key, "</code>.</p>\n");
    put_inputs(out, page, inputs);
    put_update(out, json_object_get(predicate, "update"));
    put_bytes(out, json_object_get(predicate, "bytes"), number(package, "size"));
    put_cuts(out, cuts, json_object_get(json_object_get(predicate, "update"), "sets") != NULL);
    if (json_is_object(json_object_get(predicate, "certificate")))
        put_certificate(out, json_object_get(predicate, "certificate"));
    put_wrong(out, json_object_get(predicate, "wrong_inputs"));
    fwd_prove_page_repeat(out, page);
    fwd_page_end(out);
}
