#include "format/dependency.h"

#include "format/cursor.h"
#include "format/text.h"

bool fwd_dependency_next(
    const uint8_t *bytes, uint16_t size, uint16_t *at, struct fwd_dependency *dependency)
{
    struct fwd_reader r = fwd_reader_over(bytes + *at, (size_t)size - *at);

    fwd_text_read(&r, &dependency->name);
    dependency->release = fwd_read_varint(&r);
    if (r.failed || !fwd_text_is_name(dependency->name) || dependency->release == 0)
        return false;
    *at = (uint16_t)(*at + r.at);
    return true;
}

size_t fwd_dependency_encode(
    const struct fwd_dependency *dependencies, uint8_t count, uint8_t *out, size_t size)
{
    struct fwd_writer w = fwd_writer_over(out, size);

    for (uint8_t i = 0; i < count; i++) {
        if (!fwd_text_is_name(dependencies[i].name) || dependencies[i].release == 0)
            w.failed = true;
        fwd_text_write(&w, dependencies[i].name);
        fwd_write_varint(&w, dependencies[i].release);
    }
    return w.failed ? 0 : w.at;
}
