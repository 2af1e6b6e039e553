/* What mbed TLS wants before ../porting/crypto_psa.c is used: memory, and its own start. */
#include "board.h"
#include "device.h"

#include <mbedtls/memory_buffer_alloc.h>
#include <psa/crypto.h>
#include <string.h>

/* Enough for a check of a P-256 signature. */
enum { HEAP = 5 * 1024 };

bool crypto_start(void)
{
    static _Alignas(8) uint8_t heap[HEAP];

    mbedtls_memory_buffer_alloc_init(heap, sizeof heap);
    return psa_crypto_init() == PSA_SUCCESS;
}

/* A check takes more than a second on a processor without long products; each number that it
 * discards comes by here. */
void mbedtls_platform_zeroize(void *bytes, size_t size)
{
    if (size > 0)
        memset(bytes, 0, size);
    board_feed_watchdog();
}

psa_status_t mbedtls_psa_external_get_random(
    mbedtls_psa_external_random_context_t *context, uint8_t *bytes, size_t size, size_t *made)
{
    (void)context, (void)bytes, (void)size;
    *made = 0;
    return PSA_ERROR_INSUFFICIENT_ENTROPY;
}
