#include "tests/verify/rig/conditions_rig.h"

#include "format/dependency.h"

#include <check.h>
#include <string.h>

#define RADIO_RELEASE 7

struct conditions conditions_asks;

static void edit(struct lab_draft *draft)
{
    struct fwd_manifest *m = &draft->manifest;

    for (uint8_t i = 0; i < m->component_count; i++)
        m->components[i].release = conditions_asks.release[i];
    m->expires = conditions_asks.expires;
    m->not_after = conditions_asks.not_after;
    if (conditions_asks.count == 0)
        return;
    m->dependencies = conditions_asks.list;
    m->dependencies_size = (uint16_t)fwd_dependency_encode(conditions_asks.needed,
        conditions_asks.count, conditions_asks.list, sizeof conditions_asks.list);
    m->dependencies_size = (uint16_t)(m->dependencies_size - conditions_asks.cut);
}

void conditions_need(const char *name, uint32_t release)
{
    conditions_asks.needed[conditions_asks.count++] =
        (struct fwd_dependency){fwd_text_of(name), release};
}

struct lab_case conditions_device(void)
{
    static struct lab_shape shape;

    shape = *lab_shape("in place and A/B");
    shape.service_block = 4096; /* room for the signed bytes of two packages */
    struct lab_case c = lab_case_delta(&shape, lab_pattern("code inserted"), false);
    memset(&conditions_asks, 0, sizeof conditions_asks);
    c.recipe.edit = edit;
    c.lab->device.releases = &fwd_releases;
    return c;
}

void conditions_only(struct lab_case *c, int part)
{
    c->recipe.parts[0] = c->recipe.parts[part];
    c->recipe.part_count = 1;
}

struct lab_case conditions_app(void)
{
    struct lab_case c = conditions_device();

    conditions_only(&c, CONDITIONS_APP);
    lab_count(c.lab, CONDITIONS_RADIO, RADIO_RELEASE);
    conditions_need("radio", RADIO_RELEASE);
    return c;
}

enum fwd_reason conditions_install(struct lab_case *c)
{
    lab_case_rebuild(c);
    return lab_install(c->lab, &c->package, FWD_COMMAND_ANY);
}

void conditions_expect_old(struct lab *lab)
{
    const char *disturbed = lab_disturbed(lab);

    ck_assert_msg(!disturbed, "%s", disturbed);
}

void conditions_cut_before(struct lab *lab, uint64_t operation)
{
    const struct fwd_nor_cut cut = {.operation = operation};

    fwd_nor_arm(lab->nor, &cut);
}

void conditions_cut_in_the_action(struct lab_case *c)
{
    struct fwd_status status = {.state = FWD_STATUS_IDLE};

    lab_case_rehearse(c);
    for (uint64_t cut = 1;
         lab_slot_holds(c->lab, CONDITIONS_APP, 0, c->lab->old[CONDITIONS_APP], false); cut++) {
        ck_assert_uint_lt(cut, 60);
        conditions_cut_before(c->lab, cut);
        (void)lab_boot(c->lab);
        ck_assert_int_eq(lab_start(c->lab), FWD_OK);
        fwd_update_status(&c->lab->update, &status);
    }
    ck_assert_int_eq(status.state, FWD_STATUS_ACTING);
}
