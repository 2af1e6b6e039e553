/* Nothing is needed before ../porting/crypto_sodium.c is used: no heap, no random numbers. */
#include "device.h"

bool crypto_start(void)
{
    return true;
}
