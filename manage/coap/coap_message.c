#include "manage/coap/coap_internal.h"

#include <string.h>

#define BLOCK_SZX 6u /* 1024 bytes */

/* ---- reading --------------------------------------------------------------------------------- */

static bool add_segment(char *path, size_t room, const uint8_t *text, size_t size)
{
    size_t at = strlen(path);

    if (size + at + 2 > room || (size > 0 && memchr(text, 0, size) != NULL))
        return false;
    path[at] = '/';
    if (size > 0)
        memcpy(path + at + 1, text, size);
    path[at + 1 + size] = '\0';
    return true;
}

uint32_t fwd_coap_message_number(const coap_pdu_t *pdu)
{
    coap_bin_const_t token = coap_pdu_get_token(pdu);

    return token.length == 4 ? coap_decode_var_bytes(token.s, token.length) & FWD_COAP_NUMBER_MAX
                             : 0;
}

enum fwd_coap_failure fwd_coap_message_failure(coap_nack_reason_t reason)
{
    return reason == COAP_NACK_RST                ? FWD_COAP_RESET
           : reason == COAP_NACK_TLS_FAILED       ? FWD_COAP_TLS_FAILED
           : reason == COAP_NACK_TOO_MANY_RETRIES ? FWD_COAP_TIMED_OUT
                                                  : FWD_COAP_UNREACHABLE;
}

static bool add_query(struct fwd_coap_message *m, const uint8_t *text, size_t size)
{
    if (m->query_count == FWD_COAP_QUERIES || size >= sizeof m->queries[0] ||
        (size > 0 && memchr(text, 0, size) != NULL))
        return false;
    if (size > 0)
        memcpy(m->queries[m->query_count], text, size);
    m->queries[m->query_count++][size] = '\0';
    return true;
}

static struct fwd_coap_block block_of(uint32_t number)
{
    return (struct fwd_coap_block){true, number >> 4, (number & 8) != 0, (uint8_t)(number & 7)};
}

static bool take_option(
    struct fwd_coap_message *m, coap_option_num_t option, const uint8_t *value, size_t size)
{
    uint32_t number = size <= 4 ? coap_decode_var_bytes(value, size) : 0;

    switch (option) {
    case COAP_OPTION_URI_PATH:
    case COAP_OPTION_LOCATION_PATH:
        return add_segment(m->path, sizeof m->path, value, size);
    case COAP_OPTION_URI_QUERY:
        return add_query(m, value, size);
    case COAP_OPTION_CONTENT_FORMAT:
        m->format = (int32_t)(number & 0xFFFF);
        return true;
    case COAP_OPTION_ACCEPT:
        m->accept = (int32_t)(number & 0xFFFF);
        return true;
    case COAP_OPTION_OBSERVE:
        m->observe = (int32_t)(number & 0xFFFFFF);
        return true;
    case COAP_OPTION_BLOCK1:
        m->block1 = block_of(number);
        return m->block1.szx <= 6;
    default:
        return true;
    }
}

bool fwd_coap_message_read(const coap_pdu_t *pdu, struct fwd_coap_message *message)
{
    coap_opt_iterator_t options;
    coap_opt_t *option;
    coap_bin_const_t token = coap_pdu_get_token(pdu);
    size_t size = 0;
    static const uint8_t nothing[1];
    const uint8_t *payload = NULL;

    message->payload = nothing; /* never NULL: offsets are added to it */
    message->code = (uint8_t)coap_pdu_get_code(pdu);
    message->format = message->accept = message->observe = -1;
    if (token.length > FWD_COAP_TOKEN_MAX)
        return false;
    memcpy(message->token, token.s, token.length);
    message->token_size = token.length;
    if (coap_option_iterator_init(pdu, &options, COAP_OPT_ALL) != NULL) {
        while ((option = coap_option_next(&options)) != NULL) {
            if (!take_option(
                    message, options.number, coap_opt_value(option), coap_opt_length(option)))
                return false;
        }
    }
    if (coap_get_data(pdu, &size, &payload) != 0) {
        message->payload = payload;
        message->size = size;
    }
    return true;
}

/* ---- writing --------------------------------------------------------------------------------- */

static void add_number(coap_pdu_t *pdu, coap_option_num_t option, uint32_t number)
{
    uint8_t bytes[4];

    (void)coap_add_option(pdu, option, coap_encode_var_safe(bytes, sizeof bytes, number), bytes);
}

static void add_location(coap_pdu_t *pdu, const char *location)
{
    for (const char *at = location; *at == '/';) {
        size_t size = strcspn(at + 1, "/");
        (void)coap_add_option(pdu, COAP_OPTION_LOCATION_PATH, size, (const uint8_t *)at + 1);
        at += 1 + size;
    }
}

/* The part of the payload that was asked for, or the first. RFC 7959, 2.3: number, more, size. */
static uint32_t slice(const coap_pdu_t *request, size_t total, size_t *from, size_t *size)
{
    coap_block_t wanted = {0, 0, BLOCK_SZX};

    if (request == NULL || coap_get_block(request, COAP_OPTION_BLOCK2, &wanted) == 0 ||
        wanted.szx > BLOCK_SZX)
        wanted = (coap_block_t){0, 0, BLOCK_SZX};
    size_t block = (size_t)16 << wanted.szx;
    *from = wanted.num * block < total ? wanted.num * block : total;
    *size = total - *from < block ? total - *from : block;
    bool more = *from + *size < total;
    return (uint32_t)wanted.num << 4 | (more ? 8u : 0u) | (uint32_t)wanted.szx;
}

static bool asks_for_block(const coap_pdu_t *request)
{
    coap_opt_iterator_t options;

    return request != NULL && coap_check_option(request, COAP_OPTION_BLOCK2, &options) != NULL;
}

/* Options in the order of their numbers, as libcoap wants them. */
void fwd_coap_message_write(
    coap_pdu_t *pdu, const coap_pdu_t *request, const struct fwd_coap_reply *reply)
{
    size_t from = 0, size = reply->size;
    bool blocks = reply->size > ((size_t)16 << BLOCK_SZX) ||
                  (asks_for_block(request) && reply->code == FWD_COAP_CONTENT);
    uint32_t block2 = blocks ? slice(request, reply->size, &from, &size) : 0;

    coap_pdu_set_code(pdu, (coap_pdu_code_t)reply->code);
    if (reply->observe >= 0)
        add_number(pdu, COAP_OPTION_OBSERVE, (uint32_t)reply->observe);
    add_location(pdu, reply->location);
    if (reply->format >= 0)
        add_number(pdu, COAP_OPTION_CONTENT_FORMAT, (uint32_t)reply->format);
    if (blocks)
        add_number(pdu, COAP_OPTION_BLOCK2, block2);
    if (reply->block1.present)
        add_number(pdu, COAP_OPTION_BLOCK1,
            reply->block1.number << 4 | (reply->block1.more ? 8u : 0u) | reply->block1.szx);
    if (size > 0)
        (void)coap_add_data(pdu, size, reply->payload + from);
}
