/* Cooperative scheduler: a fixed table of tasks, each run when its period has passed. */
#ifndef DEMO_SCHED_H
#define DEMO_SCHED_H

#include <stdint.h>

struct sched_task {
    const char *name;
    void (*run)(void);
    uint32_t period_ms;
};

struct sched_usage {
    uint32_t next_ms;
    uint32_t runs;
    uint32_t longest_ms;
};

enum { SCHED_TASKS_MAX = 12 };

void sched_start(const struct sched_task *tasks, uint32_t count);
/* Runs each task that is due, once. */
void sched_step(void);
uint32_t sched_count(void);
const struct sched_task *sched_task(uint32_t index);
const struct sched_usage *sched_usage(uint32_t index);

#endif
