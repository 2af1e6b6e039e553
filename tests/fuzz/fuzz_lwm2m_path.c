/* Paths of LwM2M, and plain text as values. */
#include "manage/lwm2m/format/lwm2m_format.h"
#include "tests/fuzz/fuzz_value_format.h"

#include <stdlib.h>
#include <string.h>

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

static void require(bool what)
{
    if (!what)
        abort();
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
    struct fwd_lwm2m_path path, again;
    char text[FWD_LWM2M_PATH_TEXT];

    fuzz_value_format(FWD_LWM2M_FORMAT_TEXT, data, size);
    fuzz_value_format(FWD_LWM2M_FORMAT_OPAQUE, data, size);
    if (!fwd_lwm2m_path_parse((const char *)data, size, &path))
        return 0;
    require(path.level <= FWD_LWM2M_LEVELS);
    fwd_lwm2m_path_print(&path, text);
    require(strlen(text) < sizeof text);
    require(
        fwd_lwm2m_path_parse(text, strlen(text), &again) && fwd_lwm2m_path_equal(&path, &again));
    return 0;
}
