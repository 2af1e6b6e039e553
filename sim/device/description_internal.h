/* What the files of the device description share. */
#ifndef FWD_SIM_DEVICE_DESCRIPTION_INTERNAL_H
#define FWD_SIM_DEVICE_DESCRIPTION_INTERNAL_H

#include "sim/device/description.h"
#include "sim/device/json.h"

extern const char *const fwd_description_area_words[FWD_AREA_SLOTS];
extern const char *const fwd_description_role_words[FWD_ROLE_COUNT];
extern const char *const fwd_description_layout_words[2];

/* Readers of parts; failures stick to json. */
void fwd_description_read_chips(
    struct fwd_json *json, const struct fwd_json_node *root, struct fwd_device_description *d);
void fwd_description_read_areas(
    struct fwd_json *json, const struct fwd_json_node *root, struct fwd_device_description *d);
void fwd_description_read_components(
    struct fwd_json *json, const struct fwd_json_node *root, struct fwd_device_description *d);

/* Gives every area an address and every chip a size, then checks that areas are disjoint, aligned
 * and large enough for their use. */
void fwd_description_lay_out(struct fwd_json *json, struct fwd_device_description *d);

#endif
