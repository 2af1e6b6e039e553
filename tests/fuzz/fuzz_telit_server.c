/* The update server of Telit modules against any modules, and its messages: lines, of which the
 * first character says where they come from. c: an SMS; d: TCP; o: its operator; others are only
 * parsed. */
#include "module/smscenter/smscenter.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#define LINE_MAX_SIZE 600u

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

static void require(bool what)
{
    if (!what)
        abort();
}

/* ---- messages -------------------------------------------------------------------------------- */

/* What was understood is printed so that it is understood again, alike. */
static void parse(const char *line, size_t size)
{
    static struct fwd_telit_message message, again;
    char text[4 * FWD_TELIT_LINE_MAX];

    if (fwd_telit_message_parse(&message, line, size) != FWD_TELIT_FINE)
        return;
    require(message.count <= FWD_TELIT_FIELDS);
    require(fwd_telit_message_print(&message, text, sizeof text));
    if (strlen(text) > FWD_TELIT_LINE_MAX)
        return; /* it was shorter without its escapes */
    require(fwd_telit_message_parse(&again, text, strlen(text)) == FWD_TELIT_FINE);
    require(again.type == message.type && again.id == message.id && again.count == message.count);
    for (size_t i = 0; i < message.count; i++)
        require(strcmp(again.fields[i].key, message.fields[i].key) == 0 &&
                strcmp(again.fields[i].value, message.fields[i].value) == 0);
}

/* ---- a server -------------------------------------------------------------------------------- */

static void take_text(void *ctx, const char *text)
{
    (void)ctx;
    require(strlen(text) < 1024);
}

static void deliver(void *ctx)
{
    (void)ctx;
}

static void open_center(struct fwd_smscenter *c)
{
    *c = (struct fwd_smscenter){
        .host = "h", .port = 4242, .say = take_text, .reply = take_text, .deliver = deliver};
    /* a folder that is not there: nothing is written, and the operator hears of it */
    require(fwd_smscenter_open(c, "/nonexistent/state", NULL, NULL) == FWD_FAIL_NONE);
}

/* ---- lines ----------------------------------------------------------------------------------- */

static void take_line(struct fwd_smscenter *c, char kind, const char *line)
{
    parse(line, strlen(line));
    if (kind == 'c' || kind == 'd')
        fwd_smscenter_receive(c, kind == 'c' ? "+391" : NULL, line);
    else if (kind == 'o')
        fwd_smscenter_order(c, line);
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
    struct fwd_smscenter center;
    char line[LINE_MAX_SIZE + 1];

    parse((const char *)data, size);
    open_center(&center);
    while (size > 1) {
        const uint8_t *end = memchr(data, '\n', size);
        size_t length = end != NULL ? (size_t)(end - data) : size;
        size_t text = length > 0 ? length - 1 : 0;
        text = text < LINE_MAX_SIZE ? text : LINE_MAX_SIZE;
        memcpy(line, data + 1, text);
        line[text] = '\0';
        take_line(&center, (char)data[0], line);
        size -= length + (end != NULL ? 1 : 0);
        data += length + (end != NULL ? 1 : 0);
    }
    fwd_smscenter_close(&center);
    return 0;
}
