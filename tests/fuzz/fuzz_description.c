/* The description of a device: any bytes; what is accepted must survive being written and read. */
#include "sim/device/description.h"

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
    struct fwd_device_description *first = NULL, *second = NULL;
    struct fwd_error err = {""};

    enum fwd_fail fail = fwd_description_parse("file", (const char *)data, size, &first, &err);
    require((fail == FWD_FAIL_NONE) == (first != NULL));
    require(fail == FWD_FAIL_NONE || strncmp(err.text, "file: ", 6) == 0);
    if (first == NULL)
        return 0;
    char *text = fwd_description_dump(first);
    require(text != NULL);
    require(fwd_description_parse("dump", text, strlen(text), &second, &err) == FWD_FAIL_NONE);
    free(text);
    fwd_description_free(second);
    fwd_description_free(first);
    return 0;
}
