#include "samples/firmware/common/sched.h"

#include "samples/firmware/common/clock.h"

static const struct sched_task *table;
static uint32_t table_count;
static struct sched_usage usage[SCHED_TASKS_MAX];

void sched_start(const struct sched_task *tasks, uint32_t count)
{
    table = tasks;
    table_count = count < SCHED_TASKS_MAX ? count : SCHED_TASKS_MAX;
    for (uint32_t i = 0; i < table_count; i++)
        usage[i] = (struct sched_usage){.next_ms = clock_ms() + tasks[i].period_ms};
}

static void run(const struct sched_task *task, struct sched_usage *use)
{
    uint32_t start = clock_ms();

    task->run();
    use->runs++;
    use->next_ms = start + task->period_ms;
    if (clock_ms() - start > use->longest_ms)
        use->longest_ms = clock_ms() - start;
}

void sched_step(void)
{
    for (uint32_t i = 0; i < table_count; i++) {
        if ((int32_t)(clock_ms() - usage[i].next_ms) >= 0)
            run(&table[i], &usage[i]);
    }
}

uint32_t sched_count(void)
{
    return table_count;
}

const struct sched_task *sched_task(uint32_t index)
{
    return &table[index];
}

const struct sched_usage *sched_usage(uint32_t index)
{
    return &usage[index];
}
