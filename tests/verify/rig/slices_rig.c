#include "tests/verify/rig/slices_rig.h"

#include <check.h>

static const char *const shapes[SLICES_SHAPES] = {
    "in place, unit 64", "A/B, unit 64", "in place and A/B"};

struct lab_case slices_waiting(int shape)
{
    struct lab_case c = lab_case_delta(lab_shape(shapes[shape]), lab_pattern("three steps"), false);

    lab_case_download(&c);
    return c;
}

struct fwd_status slices_status(const struct lab *lab)
{
    struct fwd_status status;

    fwd_update_status(&lab->update, &status);
    return status;
}

enum fwd_reason slices_one(struct lab *lab, uint32_t work, bool *more)
{
    return fwd_update_rehearse_slice(&lab->update, FWD_COMMAND_ANY, work, more);
}

unsigned slices_go_on(struct lab *lab, uint32_t work, unsigned most)
{
    unsigned count = 0;
    uint32_t percent = 0;
    bool more = true;

    while (more && count < most) {
        ck_assert_int_eq(slices_one(lab, work, &more), FWD_OK);
        ck_assert_uint_ge(slices_status(lab).percent, percent);
        percent = slices_status(lab).percent;
        count++;
    }
    ck_assert_uint_lt(count, SLICES_MAX);
    return count;
}

enum fwd_reason slices_end(struct lab *lab)
{
    enum fwd_reason reason = FWD_OK;
    bool more = true;

    while (more)
        reason = slices_one(lab, 512, &more);
    return reason;
}

void slices_until_rehearsing(struct lab *lab)
{
    while (slices_status(lab).state != FWD_STATUS_REHEARSING)
        slices_go_on(lab, 512, 1);
}

void slices_act(struct lab_case *c)
{
    ck_assert_int_eq(slices_status(c->lab).state, FWD_STATUS_STAGED);
    ck_assert_int_eq(lab_boot(c->lab), FWD_OK);
    ck_assert_uint_eq(c->lab->update.decoded, 0);
    lab_case_runs(c, true);
}
