/* Image files whose checksums are right again after they were changed, so that a fuzz target and
 * the mutation test reach what is behind the checks. In place; what is not such a file is left
 * alone. */
#ifndef FWD_TESTS_FUZZ_IMAGE_REPAIR_H
#define FWD_TESTS_FUZZ_IMAGE_REPAIR_H

#include <stddef.h>
#include <stdint.h>

void repair_hex(uint8_t *data, size_t size);     /* count and checksum of each record */
void repair_srec(uint8_t *data, size_t size);    /* the same */
void repair_uf2(uint8_t *data, size_t size);     /* the magic numbers, number and count of blocks */
void repair_dfu(uint8_t *data, size_t size);     /* sizes of a DfuSe file, the suffix's CRC */
void repair_esp(uint8_t *data, size_t size);     /* sum and SHA-256 */
void repair_mcuboot(uint8_t *data, size_t size); /* SHA-256 */
void repair_elf(uint8_t *data, size_t size);     /* the identification */

#endif
