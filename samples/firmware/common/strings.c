#include "samples/firmware/common/strings.h"

#include "samples/firmware/common/text.h"

static const char *const texts[LANGUAGES][STRING_COUNT] = {
#define TEXT(id, en, de, fr, es, it) en,
    {
#include "strings.def"
    },
#undef TEXT
#define TEXT(id, en, de, fr, es, it) de,
    {
#include "strings.def"
    },
#undef TEXT
#define TEXT(id, en, de, fr, es, it) fr,
    {
#include "strings.def"
    },
#undef TEXT
#define TEXT(id, en, de, fr, es, it) es,
    {
#include "strings.def"
    },
#undef TEXT
#define TEXT(id, en, de, fr, es, it) it,
    {
#include "strings.def"
    },
#undef TEXT
};

static const char *const names[LANGUAGES] = {"en", "de", "fr", "es", "it"};

static const char *const months[LANGUAGES][12] = {
    {"January", "February", "March", "April", "May", "June", "July", "August", "September",
        "October", "November", "December"},
    {"Januar", "Februar", "März", "April", "Mai", "Juni", "Juli", "August", "September", "Oktober",
        "November", "Dezember"},
    {"janvier", "février", "mars", "avril", "mai", "juin", "juillet", "août", "septembre",
        "octobre", "novembre", "décembre"},
    {"enero", "febrero", "marzo", "abril", "mayo", "junio", "julio", "agosto", "septiembre",
        "octubre", "noviembre", "diciembre"},
    {"gennaio", "febbraio", "marzo", "aprile", "maggio", "giugno", "luglio", "agosto", "settembre",
        "ottobre", "novembre", "dicembre"},
};

static const char *const weekdays[LANGUAGES][7] = {
    {"Monday", "Tuesday", "Wednesday", "Thursday", "Friday", "Saturday", "Sunday"},
    {"Montag", "Dienstag", "Mittwoch", "Donnerstag", "Freitag", "Samstag", "Sonntag"},
    {"lundi", "mardi", "mercredi", "jeudi", "vendredi", "samedi", "dimanche"},
    {"lunes", "martes", "miércoles", "jueves", "viernes", "sábado", "domingo"},
    {"lunedì", "martedì", "mercoledì", "giovedì", "venerdì", "sabato", "domenica"},
};

static enum string_language language;

const char *string_text(enum string_id id)
{
    return texts[language][id];
}

const char *string_month(int month)
{
    return months[language][(month + 11) % 12];
}

const char *string_weekday(int day)
{
    return weekdays[language][day % 7];
}

bool string_set_language(const char *name)
{
    for (int i = 0; i < LANGUAGES; i++) {
        if (text_same(name, names[i])) {
            language = (enum string_language)i;
            return true;
        }
    }
    return false;
}

const char *string_language_name(void)
{
    return names[language];
}
