/* The device of this boot loader: ports, and what its description says. */
#ifndef DEVICE_H
#define DEVICE_H

#include "verify/verify.h"

extern const struct fwd_device boot_device;

extern const struct fwd_crypto_port product_crypto; /* samples/porting/crypto_*.c */
/* Before anything is checked; start_sodium.c or start_mbedtls.c. */
bool crypto_start(void);
extern const struct fwd_keys_port product_keys; /* keys.c */

#endif
