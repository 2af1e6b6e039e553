#include <psa/crypto.h>
#include <stdlib.h>

void porting_crypto_start(void);

void porting_crypto_start(void)
{
    if (psa_crypto_init() != PSA_SUCCESS)
        abort();
}
