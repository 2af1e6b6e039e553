/* What the scheduler runs; each release has its own table. */
#ifndef DEMO_TASKS_H
#define DEMO_TASKS_H

#include "samples/firmware/common/sched.h"

extern const struct sched_task tasks[];
extern const uint32_t task_count;

#endif
