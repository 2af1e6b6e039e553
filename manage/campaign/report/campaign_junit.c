#include "manage/campaign/report/campaign_junit.h"

#include "hostio/host_file.h"
#include "hostio/host_xml.h"

#include <stdio.h>
#include <stdlib.h>

static void put_case(FILE *out, const struct fwd_campaign_junit_case *c)
{
    const char *element = c->state == FWD_CAMPAIGN_JUNIT_FAILED ? "failure" : "skipped";

    fputs("  <testcase classname=\"", out);
    fwd_xml_put(out, c->group);
    fputs("\" name=\"", out);
    fwd_xml_put(out, c->name);
    if (c->state == FWD_CAMPAIGN_JUNIT_PASSED) {
        fputs("\"/>\n", out);
        return;
    }
    fprintf(out, "\">\n    <%s message=\"", element);
    fwd_xml_put(out, c->text != NULL ? c->text : "");
    fputs("\"/>\n  </testcase>\n", out);
}

static void put_suite(FILE *out, const char *suite, size_t count,
    void (*next)(void *, size_t, struct fwd_campaign_junit_case *), void *ctx)
{
    size_t states[3] = {0};
    struct fwd_campaign_junit_case c;

    for (size_t i = 0; i < count; i++) {
        next(ctx, i, &c);
        states[c.state]++;
    }
    fputs("<?xml version=\"1.0\" encoding=\"UTF-8\"?>\n<testsuite name=\"", out);
    fwd_xml_put(out, suite);
    fprintf(out, "\" tests=\"%zu\" failures=\"%zu\" errors=\"0\" skipped=\"%zu\">\n", count,
        states[FWD_CAMPAIGN_JUNIT_FAILED], states[FWD_CAMPAIGN_JUNIT_SKIPPED]);
    for (size_t i = 0; i < count; i++) {
        next(ctx, i, &c);
        put_case(out, &c);
    }
    fputs("</testsuite>\n", out);
}

enum fwd_fail fwd_campaign_junit_write(struct fwd_file_set *set, const char *path,
    const char *suite, size_t count,
    void (*next)(void *ctx, size_t index, struct fwd_campaign_junit_case *out), void *ctx,
    bool force, struct fwd_error *err)
{
    char *text = NULL;
    size_t size = 0;
    FILE *out = open_memstream(&text, &size);

    if (out == NULL)
        return fwd_error_memory(err, path);
    put_suite(out, suite, count, next, ctx);
    bool complete = ferror(out) == 0;
    enum fwd_fail fail = fclose(out) == 0 && complete
                             ? fwd_file_set_add(set, path, text, size, 0666, force, err)
                             : fwd_error_memory(err, path);
    free(text);
    return fail;
}
