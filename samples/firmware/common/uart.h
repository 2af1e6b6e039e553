/* The console's serial port (CMSDK UART 0). Receiving is by interrupt, sending waits. */
#ifndef DEMO_UART_H
#define DEMO_UART_H

#include <stdbool.h>
#include <stdint.h>

void uart_start(uint32_t baud);
bool uart_read(uint8_t *byte);
void uart_write(char c);
void uart_write_blocking(const char *text);
uint32_t uart_dropped(void);
void uart_receive_handler(void);

#endif
