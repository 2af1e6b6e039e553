/* A Modbus RTU server: the sensors as input registers, a few holding registers. */
#ifndef DEMO_BUS_H
#define DEMO_BUS_H

#include <stddef.h>
#include <stdint.h>

enum { BUS_FRAME_MAX = 256, BUS_ADDRESS = 17 };

/* Answers a request; 0: not for us or damaged, else the size of the answer. */
size_t bus_answer(const uint8_t *request, size_t size, uint8_t answer[BUS_FRAME_MAX]);
void command_bus(int count, char **words);

#endif
