/* Start-up of the portable build: no vector table, whatever the processor. Peripherals are those of
 * the Cortex-M4 board: the images are there to be updated, not to be run. */
#include <stdint.h>

extern uint8_t image_data_start[], image_data_end[], image_data_load[];
extern uint8_t image_bss_start[], image_bss_end[];

int main(void);
void reset_handler(void);

__attribute__((section(".start"), used)) void reset_handler(void)
{
    const uint8_t *from = image_data_load;

    for (uint8_t *to = image_data_start; to < image_data_end;)
        *to++ = *from++;
    for (uint8_t *to = image_bss_start; to < image_bss_end;)
        *to++ = 0;
    main();
    for (;;)
        ;
}
