/* This machine as the board of the example: a file is its flash, files are what it receives. */
#ifndef PORTING_HOST_H
#define PORTING_HOST_H

#include "../device_example.h"

#include <stdio.h>

/* Power fails at the n-th program or erase from now on, in the middle of it; 0: never. */
void chip_cut_power_at(unsigned operation);
/* Opens the file as flash, at the addresses that the chip has. Made when create is set. */
bool chip_open(const char *path, bool create);
/* The status of a program whose power failed. */
#define POWER_FAILED 4

/* Reads the public key (PEM) that product_keys has. NULL, or what is wrong with the file. */
const char *product_load_key(const char *path);
/* The image that the factory put into the slot: it may start without a package. */
void product_pin(uint32_t size, const uint8_t digest[FWD_DIGEST_SIZE]);
bool product_hash(const void *bytes, size_t size, uint8_t digest[FWD_DIGEST_SIZE]);

#endif
