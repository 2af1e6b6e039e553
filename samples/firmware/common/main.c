#include "samples/firmware/common/clock.h"
#include "samples/firmware/common/console.h"
#include "samples/firmware/common/kvstore.h"
#include "samples/firmware/common/log.h"
#include "samples/firmware/common/sched.h"
#include "samples/firmware/common/sensor.h"
#include "samples/firmware/common/tasks.h"
#include "samples/firmware/common/uart.h"

int main(void);

int main(void)
{
    clock_start();
    uart_start(115200);
    kvstore_start();
    string_set_language(kvstore_get("lang"));
    sensor_start();
    sched_start(tasks, task_count);
    log_add(LOG_INFO, STRING_STARTED, (int32_t)task_count);
    console_start();
    for (;;)
        sched_step();
}
