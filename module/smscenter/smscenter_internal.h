/* Shared by smscenter*.c only. */
#ifndef FWD_MODULE_SMSCENTER_SMSCENTER_INTERNAL_H
#define FWD_MODULE_SMSCENTER_SMSCENTER_INTERNAL_H

#include "module/smscenter/smscenter.h"

/* What the state says of a module; NULL: nothing. */
json_t *fwd_smscenter_module(const struct fwd_smscenter *c, const char *imei);
/* "" when there is none. */
const char *fwd_smscenter_text(const json_t *object, const char *name);
uint32_t fwd_smscenter_u32(const json_t *object, const char *name);
void fwd_smscenter_set(json_t *object, const char *name, const char *value);
/* A number that was not used before. */
uint32_t fwd_smscenter_id(struct fwd_smscenter *c);
void fwd_smscenter_save(struct fwd_smscenter *c);
__attribute__((format(printf, 2, 3))) void fwd_smscenter_say(
    struct fwd_smscenter *c, const char *format, ...);
/* By SMS to a number, or, without one, on the connection. */
void fwd_smscenter_send(
    struct fwd_smscenter *c, const char *number, const struct fwd_telit_message *message);

#endif
