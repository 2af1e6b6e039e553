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
void fwd_description_read_decoders(
    struct fwd_json *json, const struct fwd_json_node *root, struct fwd_device_description *d);
void fwd_description_read_components(
    struct fwd_json *json, const struct fwd_json_node *root, struct fwd_device_description *d);

/* Gives every area an address and every chip a size, then checks that areas are disjoint, aligned
 * and large enough for their use. */
void fwd_description_lay_out(struct fwd_json *json, struct fwd_device_description *d);

/* Once the areas are known: does the memory suffice for what `arena` promises? */
void fwd_description_check_arenas(struct fwd_json *json, const struct fwd_json_node *root,
    const struct fwd_device_description *d);

/* The members of a decoder. */
void fwd_description_dump_decoder(json_t *out, const struct fwd_decoder *decoder);

#endif
