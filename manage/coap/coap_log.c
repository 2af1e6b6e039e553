/* Each CoAP message as an event: libcoap shows every one that it sends and receives,
 * acknowledgements and repetitions, too, to whoever asks for its debugging output. */
#include "manage/coap/coap_internal.h"

#include <string.h>

#define SHOWN_MAX 400u /* characters of a message */

static struct fwd_coap *listening; /* libcoap's handler has no context */
static bool received;              /* the message that is shown next came in */

/* What a line of debugging output holds may be any bytes. */
static void clean(const char *message, char text[SHOWN_MAX + 4])
{
    size_t size = strcspn(message, "\r\n");
    bool cut = size > SHOWN_MAX;

    size = cut ? SHOWN_MAX : size;
    for (size_t i = 0; i < size; i++)
        text[i] = message[i] >= ' ' && message[i] <= '~' ? message[i] : '?';
    memcpy(text + size, cut ? "..." : "", cut ? 4 : 1);
}

/* libcoap names the datagram before it shows the message in it. */
static void note_direction(const char *message)
{
    if (strstr(message, " bytes") == NULL)
        return;
    if (strstr(message, "received ") != NULL)
        received = true;
    else if (strstr(message, "sent ") != NULL)
        received = false;
}

static void on_line(coap_log_t level, const char *message)
{
    static const char mark[] = "v:1 ";
    char text[SHOWN_MAX + 4];

    (void)level;
    if (listening == NULL)
        return;
    if (strncmp(message, mark, sizeof mark - 1) != 0) {
        note_direction(message);
        return;
    }
    clean(message + sizeof mark - 1, text);
    json_t *event = json_pack(
        "{s:s, s:s, s:s}", "event", "coap", "direction", received ? "in" : "out", "message", text);
    received = false;
    if (event != NULL)
        listening->handlers.log(listening->handlers.ctx, event);
    json_decref(event);
}

void fwd_coap_log_attach(struct fwd_coap *coap)
{
    listening = coap != NULL && coap->handlers.log != NULL ? coap : NULL;
    received = false;
    coap_set_log_handler(on_line);
    coap_set_show_pdu_output(0);
    coap_set_log_level(listening != NULL ? LOG_DEBUG : LOG_EMERG);
    coap_dtls_set_log_level(LOG_EMERG);
}
