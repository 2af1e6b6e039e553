#include "hostio/host_junit.h"

#include "hostio/host_xml.h"

#include <inttypes.h>

/* NULL: not at all. */
static void put_attribute(FILE *out, const char *name, const char *value)
{
    if (value == NULL)
        return;
    fprintf(out, " %s=\"", name);
    fwd_xml_put(out, value);
    fputc('"', out);
}

void fwd_junit_begin(
    FILE *out, const char *suite, const size_t counts[FWD_JUNIT_STATES], double seconds)
{
    size_t tests = 0;

    for (int i = 0; i < FWD_JUNIT_STATES; i++)
        tests += counts[i];
    fputs("<?xml version=\"1.0\" encoding=\"UTF-8\"?>\n<testsuite", out);
    put_attribute(out, "name", suite);
    fprintf(out, " tests=\"%zu\" failures=\"%zu\" errors=\"%zu\" skipped=\"%zu\"", tests,
        counts[FWD_JUNIT_FAILED], counts[FWD_JUNIT_ERROR], counts[FWD_JUNIT_SKIPPED]);
    if (seconds >= 0)
        fprintf(out, " time=\"%.1f\"", seconds);
    fputs(">\n", out);
}

void fwd_junit_case(FILE *out, const struct fwd_junit_case *c)
{
    static const char *const elements[FWD_JUNIT_STATES] = {[FWD_JUNIT_FAILED] = "failure",
        [FWD_JUNIT_ERROR] = "error",
        [FWD_JUNIT_SKIPPED] = "skipped"};

    fputs("  <testcase", out);
    put_attribute(out, "classname", c->group);
    put_attribute(out, "name", c->name);
    if (c->assertions > 0)
        fprintf(out, " assertions=\"%" PRIu64 "\"", c->assertions);
    if (c->state == FWD_JUNIT_PASSED) {
        fputs("/>\n", out);
        return;
    }
    fprintf(out, ">\n    <%s", elements[c->state]);
    put_attribute(out, "type", c->type);
    put_attribute(out, "message", c->message != NULL ? c->message : "");
    if (c->text != NULL) {
        fputc('>', out);
        fwd_xml_put(out, c->text);
        fprintf(out, "</%s>\n", elements[c->state]);
    } else {
        fputs("/>\n", out);
    }
    fputs("  </testcase>\n", out);
}

void fwd_junit_end(FILE *out)
{
    fputs("</testsuite>\n", out);
}

void fwd_junit_suite(FILE *out, const char *suite, size_t count,
    void (*next)(const void *ctx, size_t index, struct fwd_junit_case *out), const void *ctx)
{
    size_t counts[FWD_JUNIT_STATES] = {0};

    for (size_t i = 0; i < count; i++) {
        struct fwd_junit_case c = {0};
        next(ctx, i, &c);
        counts[c.state]++;
    }
    fwd_junit_begin(out, suite, counts, -1);
    for (size_t i = 0; i < count; i++) {
        struct fwd_junit_case c = {0};
        next(ctx, i, &c);
        fwd_junit_case(out, &c);
    }
    fwd_junit_end(out);
}
