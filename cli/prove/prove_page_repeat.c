/* How to see it again: a command for each thing that the page says. */
#include "cli/common/json_page.h"
#include "cli/prove/prove_page.h"
#include "hostio/host_page.h"

#define string fwd_json_page_string

static const json_t *inputs_of(const struct fwd_prove_page *page)
{
    return json_object_get(json_object_get(page->statement, "predicate"), "inputs");
}

/* option: that names the image: "image", "source"; version: that names its version, or NULL. */
static void put_images(
    FILE *out, const struct fwd_prove_page *page, const char *option, const char *version)
{
    const json_t *images = json_object_get(inputs_of(page), "images"), *image;
    size_t i;
    json_array_foreach (images, i, image) {
        const char *name = string(image, "component");
        fwd_page_text(out, " --", option, " ");
        fwd_page_text(out, "", name, "=OLD");
        if (version == NULL || !json_is_string(json_object_get(image, "version")))
            continue;
        fwd_page_text(out, " --", version, " ");
        if (json_array_size(images) > 1)
            fwd_page_text(out, "", name, "=");
        fwd_page_text(out, "", string(image, "version"), "");
    }
}

static void put_device(FILE *out, const struct fwd_prove_page *page, const char *option)
{
    fwd_page_text(out, " --", option, " ");
    fwd_page_text(out, "", string(json_object_get(inputs_of(page), "device"), "file"), "");
}

static void begin(
    FILE *out, const struct fwd_prove_page *page, const char *what, const char *command)
{
    fwd_page_text(out, "<p>", what, "</p>\n");
    fwd_page_text(out, "<pre>fwdelta ", command, " ");
    fwd_page_text(out, "", string(json_object_get(inputs_of(page), "package"), "file"), "");
}

static void put_options(FILE *out, const struct fwd_prove_page *page)
{
    const json_t *one;
    size_t i;
    json_array_foreach (
        json_object_get(json_object_get(page->statement, "predicate"), "options"), i, one) {
        fwd_page_text(out, " --", string(one, "name"), "");
        if (json_is_string(json_object_get(one, "value")))
            fwd_page_text(out, " ", string(one, "value"), "");
    }
}

static void put_prove(FILE *out, const struct fwd_prove_page *page)
{
    begin(out, page, "All of it, wrong inputs too:", "prove");
    fwd_page_text(out, " --check ", page->file, " --all");
    put_device(out, page, "device");
    put_images(out, page, "image", "version");
    fputs(" --trust PUB --signer SIGNER --json</pre>\n", out);
}

static void put_torture(FILE *out, const struct fwd_prove_page *page)
{
    const json_t *cuts =
        json_object_get(json_object_get(page->statement, "predicate"), "power_cuts");
    const char *id = string(json_object_get(cuts, "worst_recovery"), "id");
    for (int one = 0; one < (id[0] != 0 ? 2 : 1); one++) {
        begin(
            out, page, one ? "The longest recovery:" : "Power cuts, by phase and tear:", "torture");
        put_device(out, page, "device");
        put_images(out, page, "image", "version");
        fputs(" --trust PUB --json", out);
        put_options(out, page);
        if (one)
            fwd_page_text(out, " --replay ", id, "");
        fputs("</pre>\n", out);
    }
}

static void put_install(FILE *out, const struct fwd_prove_page *page)
{
    fputs("<p>Cost and wear of the update, and what its certificate states:</p>\n"
          "<pre>fwdelta device create dev",
        out);
    put_device(out, page, "description");
    put_images(out, page, "image", "version");
    fwd_page_text(out, " --trust PUB\nfwdelta install ",
        string(json_object_get(inputs_of(page), "package"), "file"),
        " --device dev --command any --cost --json</pre>\n");
}

/* Of a trust package. */
static void put_keys(FILE *out, const struct fwd_prove_page *page)
{
    const char *name = string(json_object_get(inputs_of(page), "package"), "file");
    fputs("<p>What the change of keys does to a device:</p>\n<pre>fwdelta device create dev", out);
    put_device(out, page, "description");
    put_images(out, page, "image", "version");
    fwd_page_text(out, " --trust PUB\nfwdelta device trust dev ", name, "</pre>\n");
    begin(out, page, "The sets of the package, and whether devices take it:", "trust show");
    fputs(" --built-in PUB --json</pre>\n", out);
}

void fwd_prove_page_repeat(FILE *out, const struct fwd_prove_page *page)
{
    const json_t *update = json_object_get(json_object_get(page->statement, "predicate"), "update");
    fputs("<h2>See it again</h2>\n", out);
    put_prove(out, page);
    put_torture(out, page);
    if (json_object_get(update, "sets") != NULL) {
        put_keys(out, page);
        return;
    }
    put_install(out, page);
    begin(out, page, "Parts of the package, and what its bytes say:", "inspect");
    put_images(out, page, "source", NULL);
    fputs(" --json</pre>\n", out);
    begin(out, page, "What the device answers to the package:", "verify");
    put_device(out, page, "device");
    put_images(out, page, "source", "source-version");
    fputs(" --trust PUB --json</pre>\n", out);
}
