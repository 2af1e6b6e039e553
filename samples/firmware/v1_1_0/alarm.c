#include "samples/firmware/v1_1_0/alarm.h"

#include "samples/firmware/common/console.h"
#include "samples/firmware/common/log.h"
#include "samples/firmware/common/text.h"

struct alarm {
    struct expr condition;
    char text[48];
    int32_t held; /* steps in a row that disagree with `raised` */
    bool raised;
};

static struct alarm alarms[ALARM_MAX];
static uint32_t alarm_count;

bool alarm_define(const char *text, enum string_id *message)
{
    struct alarm *a = &alarms[alarm_count];

    if (alarm_count == ALARM_MAX) {
        *message = STRING_ALARM_TABLE_FULL;
        return false;
    }
    if (!expr_compile(&a->condition, text, message))
        return false;
    text_into(a->text, sizeof a->text, "%s", text);
    a->held = 0;
    a->raised = false;
    alarm_count++;
    return true;
}

void alarm_clear_all(void)
{
    alarm_count = 0;
}

static void step(struct alarm *a, int32_t index)
{
    enum string_id message;
    int32_t value;

    if (!expr_run(&a->condition, &value, &message))
        return;
    if ((value != 0) == a->raised) {
        a->held = 0;
        return;
    }
    if (++a->held < ALARM_HOLD_STEPS)
        return;
    a->held = 0;
    a->raised = !a->raised;
    log_add(LOG_WARNING, a->raised ? STRING_ALARM_RAISED : STRING_ALARM_CLEARED, index);
}

void alarm_step(void)
{
    for (uint32_t i = 0; i < alarm_count; i++)
        step(&alarms[i], (int32_t)i);
}

void command_alarm(int count, char **words)
{
    enum string_id message;

    if (count == 2 && text_same(words[1], "clear")) {
        alarm_clear_all();
    } else if (count > 1) {
        if (!alarm_define(console_rest(count, words, 1), &message))
            console_say(message);
        return;
    }
    if (alarm_count == 0)
        console_say(STRING_ALARM_NONE);
    for (uint32_t i = 0; i < alarm_count; i++)
        console_print("%d %-4s %s\n", i, alarms[i].raised ? "on" : "off", alarms[i].text);
}
