#include "module/telit/telit_message.h"

#include <stdio.h>
#include <string.h>

#define TAG      "FWOTA" /* all versions */
#define TAG_SIZE (sizeof TAG - 1)
#define VERSION  '1'
#define DIGITS   9u

static const char *const types[FWD_TELIT_TYPES] = {"HELLO", "REG", "REG-ACK", "PROV", "PROV-ACK",
    "CMD", "CMD-ACK", "PROG", "PROG-ACK", "FINAL", "INFO"};

/* ---- fields ---------------------------------------------------------------------------------- */

void fwd_telit_message_begin(
    struct fwd_telit_message *message, enum fwd_telit_type type, uint32_t id)
{
    message->type = type;
    message->id = id;
    message->count = 0;
}

bool fwd_telit_message_set(struct fwd_telit_message *message, const char *key, const char *value)
{
    if (message->count == FWD_TELIT_FIELDS || strlen(key) > FWD_TELIT_KEY_MAX ||
        strlen(value) > FWD_TELIT_VALUE_MAX)
        return false;
    for (const char *c = value; *c != '\0'; c++) {
        if ((unsigned char)*c < ' ')
            return false;
    }
    struct fwd_telit_field *field = &message->fields[message->count++];
    (void)snprintf(field->key, sizeof field->key, "%s", key);
    (void)snprintf(field->value, sizeof field->value, "%s", value);
    return true;
}

const char *fwd_telit_message_get(
    const struct fwd_telit_message *message, const char *key, const char *fallback)
{
    for (size_t i = 0; i < message->count; i++) {
        if (strcmp(message->fields[i].key, key) == 0)
            return message->fields[i].value;
    }
    return fallback;
}

static bool is_digit(char c)
{
    return c >= '0' && c <= '9';
}

/* Digits from *text on, of at most size characters; false: none, or too many. */
static bool take_number(const char **text, size_t size, uint32_t *value)
{
    const char *from = *text;

    *value = 0;
    while ((size_t)(*text - from) < size && is_digit(**text)) {
        if ((size_t)(*text - from) == DIGITS)
            return false;
        *value = *value * 10 + (uint32_t)(**text - '0');
        (*text)++;
    }
    return *text > from;
}

uint32_t fwd_telit_message_number(
    const struct fwd_telit_message *message, const char *key, uint32_t fallback)
{
    const char *text = fwd_telit_message_get(message, key, "");
    size_t size = strlen(text);
    const char *end = text;
    uint32_t value;

    return take_number(&end, size, &value) && *end == '\0' ? value : fallback;
}

/* ---- printing -------------------------------------------------------------------------------- */

struct writer {
    char *line;
    size_t room, used;
};

static void put(struct writer *w, char c)
{
    if (w->used < w->room)
        w->line[w->used] = c;
    w->used++;
}

static void put_text(struct writer *w, const char *text)
{
    for (; *text != '\0'; text++)
        put(w, *text);
}

/* What would end a value, or not go through an SMS of seven bits, is %XX. */
static void put_value(struct writer *w, const char *value)
{
    static const char digits[] = "0123456789ABCDEF";

    for (const char *c = value; *c != '\0'; c++) {
        unsigned char byte = (unsigned char)*c;
        if (byte > ' ' && byte < 0x7F && byte != '%') {
            put(w, *c);
            continue;
        }
        put(w, '%');
        put(w, digits[byte >> 4]);
        put(w, digits[byte & 15]);
    }
}

bool fwd_telit_message_print(const struct fwd_telit_message *message, char *line, size_t room)
{
    struct writer w = {line, room, 0};
    char head[40];

    (void)snprintf(
        head, sizeof head, TAG "%c %u %s", VERSION, (unsigned)message->id, types[message->type]);
    put_text(&w, head);
    for (size_t i = 0; i < message->count; i++) {
        put(&w, ' ');
        put_text(&w, message->fields[i].key);
        put(&w, '=');
        put_value(&w, message->fields[i].value);
    }
    put(&w, '\0');
    return w.used <= room;
}

/* ---- parsing --------------------------------------------------------------------------------- */

struct reader {
    const char *at, *end;
};

/* The next word, between spaces; false: there is none. */
static bool take_word(struct reader *r, struct reader *word)
{
    if (r->at < r->end && *r->at == ' ')
        r->at++;
    word->at = r->at;
    while (r->at < r->end && *r->at != ' ')
        r->at++;
    word->end = r->at;
    return word->end > word->at;
}

static int hex(char c)
{
    return is_digit(c) ? c - '0' : c >= 'A' && c <= 'F' ? c - 'A' + 10 : -1;
}

/* One character of a value; -1: not allowed there. */
static int take_character(struct reader *r)
{
    unsigned char c = (unsigned char)*r->at++;

    if (c <= ' ' || c >= 0x7F)
        return -1;
    if (c != '%')
        return c;
    if (r->end - r->at < 2 || hex(r->at[0]) < 0 || hex(r->at[1]) < 0)
        return -1;
    int value = hex(r->at[0]) << 4 | hex(r->at[1]);
    r->at += 2;
    return value >= ' ' ? value : -1;
}

static bool take_field(struct reader word, struct fwd_telit_message *message)
{
    struct fwd_telit_field *field = &message->fields[message->count];
    size_t size = 0, length = 0;

    if (message->count == FWD_TELIT_FIELDS)
        return false;
    for (; word.at < word.end && *word.at != '='; word.at++) {
        if (size == FWD_TELIT_KEY_MAX || *word.at < 'a' || *word.at > 'z')
            return false;
        field->key[size++] = *word.at;
    }
    field->key[size] = '\0';
    if (word.at == word.end || size == 0)
        return false;
    word.at++;
    for (length = 0; word.at < word.end; length++) {
        int c = take_character(&word);
        if (c < 0 || length == FWD_TELIT_VALUE_MAX)
            return false;
        field->value[length] = (char)c;
    }
    field->value[length] = '\0';
    message->count++;
    return true;
}

static bool take_type(const struct reader *word, enum fwd_telit_type *type)
{
    size_t size = (size_t)(word->end - word->at);

    for (int i = 0; i < FWD_TELIT_TYPES; i++) {
        if (strlen(types[i]) == size && memcmp(types[i], word->at, size) == 0) {
            *type = (enum fwd_telit_type)i;
            return true;
        }
    }
    return false;
}

static bool take_head(struct reader *r, struct fwd_telit_message *message)
{
    struct reader word;

    message->count = 0;
    if (!take_word(r, &word) || word.end - word.at != (ptrdiff_t)TAG_SIZE + 1 ||
        word.at[TAG_SIZE] != VERSION)
        return false;
    if (!take_word(r, &word) ||
        !take_number(&word.at, (size_t)(word.end - word.at), &message->id) || word.at != word.end)
        return false;
    return take_word(r, &word) && take_type(&word, &message->type);
}

enum fwd_telit_parsed fwd_telit_message_parse(
    struct fwd_telit_message *message, const char *line, size_t size)
{
    struct reader r = {line, line + size}, word;

    if (size < TAG_SIZE || memcmp(line, TAG, TAG_SIZE) != 0)
        return FWD_TELIT_OTHER;
    if (size > FWD_TELIT_LINE_MAX || !take_head(&r, message))
        return FWD_TELIT_VERSION;
    while (r.at < r.end) {
        if (!take_word(&r, &word) || !take_field(word, message))
            return FWD_TELIT_VERSION;
    }
    return FWD_TELIT_FINE;
}
