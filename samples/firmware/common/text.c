#include "samples/firmware/common/text.h"

struct field {
    bool left;
    bool zero;
    int width;
};

static void pad(const struct text_sink *sink, char c, int count)
{
    while (count-- > 0)
        sink->put(sink->ctx, c);
}

static void put_field(const struct text_sink *sink, const struct field *f, const char *s, int size)
{
    if (!f->left)
        pad(sink, ' ', f->width - size);
    for (int i = 0; i < size; i++)
        sink->put(sink->ctx, s[i]);
    if (f->left)
        pad(sink, ' ', f->width - size);
}

static void put_string(const struct text_sink *sink, const struct field *f, const char *s)
{
    int size = 0;

    if (s == NULL)
        s = "(none)";
    while (s[size] != '\0')
        size++;
    put_field(sink, f, s, size);
}

/* Writes the digits before end, at least min of them, and returns the first. */
static char *digits_before(char *end, uint32_t value, uint32_t base, bool upper, int min)
{
    const char *digits = upper ? "0123456789ABCDEF" : "0123456789abcdef";

    while (value > 0 || min > 0) {
        *--end = digits[value % base];
        value /= base;
        min--;
    }
    return end;
}

static void put_number(const struct text_sink *sink, const struct field *f, uint32_t value,
    uint32_t base, bool negative, bool upper)
{
    char buffer[40];
    char *end = buffer + sizeof buffer;
    int min = f->zero && f->width < 32 ? f->width - negative : 1;
    char *first = digits_before(end, value, base, upper, min > 1 ? min : 1);

    if (negative)
        *--first = '-';
    put_field(sink, f, first, (int)(end - first));
}

static void put_milli(const struct text_sink *sink, const struct field *f, int32_t value)
{
    char buffer[16];
    char *end = buffer + sizeof buffer;
    uint32_t size = value < 0 ? 0u - (uint32_t)value : (uint32_t)value;
    char *first = digits_before(end, size % 1000, 10, false, 3);

    *--first = '.';
    first = digits_before(first, size / 1000, 10, false, 1);
    if (value < 0)
        *--first = '-';
    put_field(sink, f, first, (int)(end - first));
}

static const char *parse_field(const char *format, struct field *f)
{
    *f = (struct field){0};
    for (; *format == '-' || *format == '0'; format++) {
        f->left |= *format == '-';
        f->zero |= *format == '0';
    }
    for (; *format >= '0' && *format <= '9'; format++)
        f->width = f->width * 10 + (*format - '0');
    while (*format == 'l')
        format++;
    return format;
}

static void put_signed(const struct text_sink *sink, const struct field *f, int32_t value)
{
    uint32_t size = value < 0 ? 0u - (uint32_t)value : (uint32_t)value;

    put_number(sink, f, size, 10, value < 0, false);
}

void text_print(const struct text_sink *sink, const char *format, va_list args)
{
    struct field f;

    for (; *format != '\0'; format++) {
        if (*format != '%') {
            sink->put(sink->ctx, *format);
            continue;
        }
        format = parse_field(format + 1, &f);
        switch (*format) {
        case 'c':
            sink->put(sink->ctx, (char)va_arg(args, int));
            break;
        case 's':
            put_string(sink, &f, va_arg(args, const char *));
            break;
        case 'd':
            put_signed(sink, &f, va_arg(args, int32_t));
            break;
        case 'u':
            put_number(sink, &f, va_arg(args, uint32_t), 10, false, false);
            break;
        case 'x':
        case 'X':
            put_number(sink, &f, va_arg(args, uint32_t), 16, false, *format == 'X');
            break;
        case 'm':
            put_milli(sink, &f, va_arg(args, int32_t));
            break;
        case '\0':
            return;
        default:
            sink->put(sink->ctx, *format);
        }
    }
}

struct bounded {
    char *buffer;
    size_t size;
    size_t wanted;
};

static void put_bounded(void *ctx, char c)
{
    struct bounded *b = ctx;

    if (b->wanted + 1 < b->size)
        b->buffer[b->wanted] = c;
    b->wanted++;
}

size_t text_into(char *buffer, size_t size, const char *format, ...)
{
    struct bounded b = {buffer, size, 0};
    struct text_sink sink = {put_bounded, &b};
    va_list args;

    va_start(args, format);
    text_print(&sink, format, args);
    va_end(args);
    if (size > 0)
        buffer[b.wanted < size ? b.wanted : size - 1] = '\0';
    return b.wanted;
}

static int digit_of(char c)
{
    if (c >= '0' && c <= '9')
        return c - '0';
    if (c >= 'a' && c <= 'f')
        return c - 'a' + 10;
    if (c >= 'A' && c <= 'F')
        return c - 'A' + 10;
    return 99;
}

bool text_number(const char *word, int32_t *value)
{
    bool negative = *word == '-';
    int base = 10;
    uint32_t sum = 0;

    word += negative;
    if (word[0] == '0' && word[1] == 'x') {
        base = 16;
        word += 2;
    }
    if (*word == '\0')
        return false;
    for (; *word != '\0'; word++) {
        int digit = digit_of(*word);

        if (digit >= base || sum > (0x7FFFFFFFu - (uint32_t)digit) / (uint32_t)base)
            return false;
        sum = sum * (uint32_t)base + (uint32_t)digit;
    }
    *value = negative ? -(int32_t)sum : (int32_t)sum;
    return true;
}

bool text_milli(const char *word, int32_t *value)
{
    bool negative = *word == '-';
    int32_t sum = 0;
    int places = -1;

    for (word += negative; *word != '\0'; word++) {
        if (*word == '.' && places < 0) {
            places = 0;
            continue;
        }
        if (*word < '0' || *word > '9' || places >= 3 || sum > 200000000)
            return false;
        sum = sum * 10 + (*word - '0');
        places += places >= 0;
    }
    for (places = places < 0 ? 0 : places; places < 3; places++) {
        if (sum > 200000000)
            return false;
        sum *= 10;
    }
    *value = negative ? -sum : sum;
    return true;
}

bool text_same(const char *a, const char *b)
{
    while (*a != '\0' && *a == *b) {
        a++;
        b++;
    }
    return *a == *b;
}

bool text_starts(const char *text, const char *start)
{
    while (*start != '\0' && *text == *start) {
        text++;
        start++;
    }
    return *start == '\0';
}
