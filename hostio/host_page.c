#include "hostio/host_page.h"

#include "hostio/host_xml.h"

static const char style[] =
    "body{font:16px/1.45 system-ui,sans-serif;margin:0 auto;max-width:72rem;padding:1rem;"
    "color:#1c2024;background:#fff}\n"
    "h1{font-size:1.5rem;overflow-wrap:anywhere}h2{font-size:1.15rem;margin-top:2rem}\n"
    ".wide{overflow-x:auto;margin:.7rem 0}table{border-collapse:collapse;font-size:.92rem}\n"
    "th,td{border:1px solid #c8ccd1;padding:.3rem .6rem;text-align:left;vertical-align:top}\n"
    "td{min-width:9rem;max-width:26rem;overflow-wrap:anywhere}"
    "th{background:#f1f3f5;white-space:nowrap}\n"
    ".n{text-align:right;white-space:nowrap}td.n{min-width:0}td.whole{white-space:nowrap}\n"
    "td.good{background:#e6f4ea}td.long{background:#fff6dd}td.bad{background:#fde7e7}\n"
    "td.bar{min-width:8rem;padding:.3rem 0}td.bar span{display:block;height:1.1rem;"
    "background:#4a7ebb}\n"
    "small,figcaption{color:#555b61}li,code{overflow-wrap:anywhere}\n"
    "figure{margin:1rem 0}svg{display:block;width:100%;height:auto;max-width:60rem;"
    "background:#fafbfc;border:1px solid #c8ccd1}\n"
    "svg text{font:12px system-ui,sans-serif;fill:#1c2024}\n"
    "ol.steps{display:flex;flex-wrap:wrap;gap:.3rem 2.4rem;padding-left:1.5rem}\n"
    "li.here{font-weight:bold;background:#fff6dd;padding:0 .3rem}\n"
    "pre{overflow-x:auto;background:#f1f3f5;padding:.6rem;white-space:pre-wrap;"
    "overflow-wrap:anywhere}\n"
    "@media(max-width:600px){td{min-width:5rem}}\n"
    "@media print{.wide{overflow:visible}td.good,td.long,td.bad{background:none}"
    "td.bar span,svg{print-color-adjust:exact;-webkit-print-color-adjust:exact}"
    "figure,tr{break-inside:avoid}}\n";

void fwd_page_begin(FILE *out, const char *title)
{
    fwd_page_begin_again(out, title, 0);
}

void fwd_page_begin_again(FILE *out, const char *title, unsigned seconds)
{
    fputs("<!DOCTYPE html>\n<html lang=\"en\"><head><meta charset=\"utf-8\">\n"
          "<meta name=\"viewport\" content=\"width=device-width, initial-scale=1\">\n",
        out);
    if (seconds > 0)
        fprintf(out, "<meta http-equiv=\"refresh\" content=\"%u\">\n", seconds);
    fwd_page_text(out, "<title>", title, "</title>\n");
    fprintf(out, "<style>\n%s</style></head><body>\n", style);
}

void fwd_page_end(FILE *out)
{
    fputs("</body></html>\n", out);
}

void fwd_page_text(FILE *out, const char *before, const char *text, const char *after)
{
    fputs(before, out);
    fwd_xml_put(out, text != NULL ? text : "");
    fputs(after, out);
}

void fwd_page_table(FILE *out, const char *head)
{
    fputs("<div class=\"wide\"><table>\n", out);
    if (head != NULL)
        fprintf(out, "<tr>%s</tr>\n", head);
}

void fwd_page_table_end(FILE *out)
{
    fputs("</table></div>\n", out);
}

void fwd_page_bar(FILE *out, double value, double most)
{
    double percent = most > 0 && value > 0 ? 100 * value / most : 0;

    fprintf(out, "<td class=\"bar\"><span style=\"width:%.1f%%\"></span></td>",
        percent < 100 ? percent : 100);
}
