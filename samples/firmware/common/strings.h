/* Every text for a person, in each language. strings.def has one line a text. */
#ifndef DEMO_STRINGS_H
#define DEMO_STRINGS_H

#include <stdbool.h>

enum string_id {
#define TEXT(id, en, de, fr, es, it) STRING_##id,
#include "strings.def"
#undef TEXT
    STRING_COUNT
};

enum string_language { LANGUAGE_EN, LANGUAGE_DE, LANGUAGE_FR, LANGUAGE_ES, LANGUAGE_IT, LANGUAGES };

/* The text in the current language. */
const char *string_text(enum string_id id);
const char *string_month(int month);
const char *string_weekday(int day);
/* False if no language has this two-letter name. */
bool string_set_language(const char *name);
const char *string_language_name(void);

#endif
