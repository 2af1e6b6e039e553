#include "matrix/plan/release_devices.h"

#include "sim/device/json.h"

#include <stdlib.h>
#include <string.h>

struct product_name {
    char text[FWD_MATRIX_NAME]; /* "": not known */
};

static void read_name(const char *path, struct product_name *out)
{
    struct fwd_json json;
    struct fwd_error ignored = {""};

    fwd_json_open(&json, path, &ignored);
    if (json.fail == FWD_FAIL_NONE) {
        struct fwd_json_node root = fwd_json_root(&json);
        fwd_json_text(&json, &root, "product", out->text, sizeof out->text, true);
    }
    if (json.fail != FWD_FAIL_NONE)
        out->text[0] = '\0';
    fwd_json_close(&json);
}

static enum fwd_fail find_for(struct fwd_release_file *release, struct fwd_matrix_product *product,
    const struct product_name *names, struct fwd_error *err)
{
    size_t count = 0;

    for (size_t i = 0; i < release->device_count; i++) {
        product->on[i] = names[i].text[0] == '\0' || strcmp(names[i].text, product->name) == 0;
        count += product->on[i] ? 1 : 0;
    }
    if (count > 0)
        return FWD_FAIL_NONE;
    return fwd_error_fail(err, FWD_FAIL_REFUSED,
        "%s: product %s: no device is for it; %s says that it is for product %s. Name the product "
        "as its devices do, add a device, or list \"devices\"",
        release->path, product->name, release->devices[0].description, names[0].text);
}

enum fwd_fail fwd_release_devices_find(struct fwd_release_file *release, struct fwd_error *err)
{
    struct product_name *names = calloc(release->device_count + 1, sizeof *names);
    enum fwd_fail fail = FWD_FAIL_NONE;

    if (names == NULL)
        return fwd_error_memory(err, release->path);
    for (size_t i = 0; i < release->device_count; i++)
        read_name(release->devices[i].description, &names[i]);
    for (size_t i = 0; i < release->product_count && fail == FWD_FAIL_NONE; i++)
        if (release->products[i].any)
            fail = find_for(release, &release->products[i], names, err);
    free(names);
    return fail;
}
