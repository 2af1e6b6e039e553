/* TLV from a server or a host. */
#include "manage/lwm2m/format/lwm2m_format.h"
#include "tests/fuzz/fuzz_value_format.h"

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
    fuzz_value_format(FWD_LWM2M_FORMAT_TLV, data, size);
    return 0;
}
