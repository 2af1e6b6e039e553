/* Command lines and result lines, taken apart as far as the rules need it. */
#include "module/logcheck/logcheck_state.h"

#include <ctype.h>
#include <stdlib.h>
#include <string.h>
#include <strings.h>

static bool is_name_end(char c)
{
    return c == 0 || c == '=' || c == '?' || c == ' ';
}

bool fwd_logcheck_is(const char *text, const char *name, const char **rest)
{
    size_t size = strlen(name);

    if (strncasecmp(text, "AT", 2) != 0 || strncasecmp(text + 2, name, size) != 0 ||
        !is_name_end(text[2 + size]))
        return false;
    if (rest != NULL)
        *rest = text + 2 + size;
    return true;
}

/* Start of the parameter at index; commas inside quotes do not count. */
static const char *parameter(const char *rest, unsigned index)
{
    bool quoted = false;

    rest += strspn(rest, " ");
    if (*rest != '=')
        return NULL;
    rest++;
    for (; index > 0; rest++) {
        if (*rest == 0)
            return NULL;
        if (*rest == '"')
            quoted = !quoted;
        if (*rest == ',' && !quoted)
            index--;
    }
    return rest + strspn(rest, " ");
}

long fwd_logcheck_number(const char *rest, unsigned index)
{
    const char *at = parameter(rest, index);
    char *end;

    if (at == NULL || !isdigit((unsigned char)*at))
        return -1;
    long value = strtol(at, &end, 10);
    return *end == 0 || *end == ',' || *end == ' ' ? value : -1;
}

bool fwd_logcheck_is_set(const char *text, const char *name, long first)
{
    const char *rest;

    return fwd_logcheck_is(text, name, &rest) && fwd_logcheck_number(rest, 0) == first;
}

unsigned fwd_logcheck_line(const char *text, const char *name, long *numbers, unsigned max)
{
    size_t size = strlen(name);
    unsigned count = 0;

    if (strncmp(text, name, size) != 0 || text[size] != ':')
        return 0;
    for (text += size + 1; count < max;) {
        char *end;

        numbers[count] = strtol(text, &end, 10);
        if (end == text)
            break;
        count++;
        end += strspn(end, " ");
        if (*end != ',')
            break;
        text = end + 1;
    }
    return count;
}

static bool is_foat(const char *rest)
{
    const char *tag = parameter(rest, 2);

    return tag != NULL && strncmp(tag, "\"FOAT\"", 6) == 0;
}

static unsigned ftp_use(long what)
{
    if (what == 100)
        return FWD_USE_FTP;
    return what == 6 || what == 7 ? FWD_USE_LINK : FWD_USE_FTP_OTHER;
}

unsigned fwd_logcheck_use(const char *text)
{
    const char *rest;

    if (fwd_logcheck_is(text, "+UFTPC", &rest))
        return parameter(rest, 0) != NULL && fwd_logcheck_number(rest, 0) >= 0
                   ? ftp_use(fwd_logcheck_number(rest, 0))
                   : 0;
    if (fwd_logcheck_is(text, "+UHTTPC", &rest))
        return fwd_logcheck_number(rest, 1) == 100 ? FWD_USE_HTTP : 0;
    if (fwd_logcheck_is(text, "+UFWUPD", &rest))
        return fwd_logcheck_number(rest, 0) >= 0 ? FWD_USE_XMODEM : 0;
    if (fwd_logcheck_is(text, "+UDWNFILE", &rest))
        return parameter(rest, 1) == NULL ? 0 : is_foat(rest) ? FWD_USE_RAW : FWD_USE_FILE;
    if (fwd_logcheck_is(text, "+URDFILE", &rest))
        return parameter(rest, 0) != NULL ? FWD_USE_READ : 0;
    if (fwd_logcheck_is(text, "+USODL", &rest))
        return fwd_logcheck_number(rest, 0) >= 0 ? FWD_USE_LINK : 0;
    return 0;
}

bool fwd_logcheck_restarts(const char *text)
{
    const char *rest;

    if (fwd_logcheck_is(text, "+CFUN", &rest))
        return fwd_logcheck_number(rest, 0) == 15 || fwd_logcheck_number(rest, 0) == 16 ||
               fwd_logcheck_number(rest, 1) == 1;
    return fwd_logcheck_is(text, "+CPWROFF", NULL) || fwd_logcheck_is(text, "#SHDN", NULL) ||
           fwd_logcheck_is(text, "#REBOOT", NULL) || fwd_logcheck_is(text, "#ENHRST", NULL) ||
           fwd_logcheck_is(text, "^RESET", NULL) || fwd_logcheck_is(text, "+SQNSSHDN", NULL);
}
