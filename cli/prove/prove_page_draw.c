/* Drawings as SVG in the page itself. */
#include "cli/common/json_page.h"
#include "cli/prove/prove_page.h"
#include "hostio/host_page.h"

#include <stdlib.h>
#include <string.h>

#define number fwd_json_page_number
#define string fwd_json_page_string

/* ---- the course of the update ---------------------------------------------------------------- */

#define WIDTH  960
#define HEIGHT 250
#define LEFT   64
#define TOP    34
#define RIGHT  14
#define BOTTOM 30

struct axes {
    double time, bytes, erases; /* at the far ends */
};

static double x_of(const struct axes *axes, json_int_t microseconds)
{
    return LEFT + (WIDTH - LEFT - RIGHT) * (double)microseconds / axes->time;
}

static double y_of(double value, double most)
{
    return HEIGHT - BOTTOM - (HEIGHT - TOP - BOTTOM) * value / most;
}

static void put_phases(FILE *out, const json_t *update, const struct axes *axes)
{
    static const char *const colours[] = {"#e8f0fa", "#f6f0e0", "#e6f4ea", "#f3e8f4"};
    const json_t *phase;
    json_int_t from = 0;
    size_t i;
    json_array_foreach (json_object_get(update, "phases"), i, phase) {
        json_int_t until = number(phase, "until_microseconds");
        double x = x_of(axes, from), width = x_of(axes, until) - x;
        fprintf(out, "<rect x=\"%.1f\" y=\"%d\" width=\"%.1f\" height=\"%d\" fill=\"%s\"/>", x, TOP,
            width, HEIGHT - TOP - BOTTOM, colours[i % 4]);
        if (width > 70) {
            fprintf(out, "<text x=\"%.1f\" y=\"%d\">", x + 4, TOP - 8);
            fwd_page_text(out, "", string(phase, "phase"), "</text>");
        }
        from = until;
    }
}

/* which: "bytes_programmed" or "erases", as steps. */
static void put_line(FILE *out, const json_t *samples, const struct axes *axes, const char *which,
    double most, const char *colour)
{
    const json_t *sample;
    double last = y_of(0, most);
    size_t i;
    fprintf(out, "<polyline fill=\"none\" stroke=\"%s\" stroke-width=\"2\" points=\"", colour);
    json_array_foreach (samples, i, sample) {
        double x = x_of(axes, number(sample, "microseconds"));
        double y = y_of((double)number(sample, which), most);
        fprintf(out, "%.1f,%.1f %.1f,%.1f ", x, last, x, y);
        last = y;
    }
    fputs("\"/>\n", out);
}

void fwd_prove_page_course(FILE *out, const json_t *update)
{
    const json_t *samples = json_object_get(update, "samples");
    const json_t *last = json_array_get(samples, json_array_size(samples) - 1);
    struct axes axes = {(double)number(last, "microseconds"),
        (double)number(last, "bytes_programmed"), (double)number(last, "erases")};
    if (axes.time <= 0)
        return; /* the description has no times */
    axes.bytes = axes.bytes > 0 ? axes.bytes : 1;
    axes.erases = axes.erases > 0 ? axes.erases : 1;
    fprintf(out,
        "<figure><svg viewBox=\"0 0 %d %d\" role=\"img\" aria-label=\"the course of the update\">",
        WIDTH, HEIGHT);
    put_phases(out, update, &axes);
    put_line(out, samples, &axes, "bytes_programmed", axes.bytes, "#2b5c9e");
    put_line(out, samples, &axes, "erases", axes.erases, "#b4552d");
    fprintf(out, "<text x=\"4\" y=\"%d\">%.0f KiB</text><text x=\"4\" y=\"%d\">%.0f</text>",
        TOP + 10, axes.bytes / 1024, TOP + 26, axes.erases);
    fprintf(out, "<text x=\"%d\" y=\"%d\">0 s</text>", LEFT, HEIGHT - 10);
    fprintf(out, "<text x=\"%d\" y=\"%d\" text-anchor=\"end\">%.2f s</text></svg>\n", WIDTH - RIGHT,
        HEIGHT - 10, axes.time / 1e6);
    fprintf(out,
        "<figcaption>Time on the device: <span style=\"color:#2b5c9e\">bytes programmed (%.0f in "
        "all)</span> and <span style=\"color:#b4552d\">blocks erased (%.0f in all)</span>; phases "
        "are the coloured bands.</figcaption></figure>\n",
        axes.bytes, axes.erases);
}

/* ---- wear ------------------------------------------------------------------------------------ */

#define CELLS_MAX 512
#define COLUMNS   64
#define CELL      14

static unsigned most_of(const json_t *blocks, json_int_t from, json_int_t until)
{
    json_int_t most = 0;
    for (json_int_t i = from; i < until; i++) {
        char name[24];
        (void)snprintf(name, sizeof name, "%lld", (long long)i);
        json_int_t erases = number(blocks, name);
        most = erases > most ? erases : most;
    }
    return (unsigned)most;
}

static const char *colour_of(unsigned erases)
{
    static const char *const steps[] = {
        "#e9ecef", "#b7d4f0", "#7fb0e0", "#4a7ebb", "#2b5c9e", "#8a4fa0", "#b4552d", "#a01818"};
    unsigned step = 0;
    for (; erases > 0 && step < 7; erases >>= 1)
        step++;
    return steps[step];
}

static void put_area(FILE *out, const json_t *area)
{
    json_int_t blocks = number(area, "blocks");
    json_int_t each = (blocks + CELLS_MAX - 1) / CELLS_MAX;
    json_int_t cells = each > 0 ? (blocks + each - 1) / each : 0;
    json_int_t rows = (cells + COLUMNS - 1) / COLUMNS;
    const json_t *by_block = json_object_get(area, "by_block");
    fwd_page_text(out, "<figure><figcaption>", string(area, "area"), "");
    fprintf(out, ": %lld erases, at most %lld of a block; %lld blocks",
        (long long)number(area, "erases"), (long long)number(area, "most_of_a_block"),
        (long long)blocks);
    if (each > 1)
        fprintf(out, ", a cell is %lld of them", (long long)each);
    fprintf(out,
        "</figcaption><svg viewBox=\"0 0 %d %lld\" role=\"img\" aria-label=\"wear by block\">",
        COLUMNS * CELL + 4, (long long)rows * CELL + 4);
    for (json_int_t i = 0; i < cells; i++) {
        json_int_t until = (i + 1) * each < blocks ? (i + 1) * each : blocks;
        unsigned erases = most_of(by_block, i * each, until);
        fprintf(out,
            "<rect x=\"%lld\" y=\"%lld\" width=\"%d\" height=\"%d\" fill=\"%s\"><title>%lld: %u"
            "</title></rect>",
            (long long)(i % COLUMNS) * CELL + 3, (long long)(i / COLUMNS) * CELL + 3, CELL - 2,
            CELL - 2, colour_of(erases), (long long)(i * each), erases);
    }
    fputs("</svg></figure>\n", out);
}

void fwd_prove_page_wear(FILE *out, const json_t *update)
{
    const json_t *area;
    size_t i;
    json_array_foreach (json_object_get(update, "wear"), i, area) {
        if (number(area, "erases") > 0)
            put_area(out, area);
    }
    fputs("<p><small>Lightest: not erased; then once, twice or three times, from 4 on, from 8 on, "
          "and so on.</small></p>\n",
        out);
}
