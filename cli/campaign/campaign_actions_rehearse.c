/* fwdelta campaign rehearse */
#include "cli/campaign/campaign_actions.h"
#include "cli/campaign/campaign_files.h"
#include "cli/common/json_out.h"
#include "gen/package/decoders.h"
#include "hostio/host_file.h"
#include "manage/campaign/rehearse/campaign_rehearse.h"

#include <inttypes.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#define IMAGES_MAX FWD_COMPONENTS_MAX
#define SCALE      1000u

/* What the command line says of the devices; points into it. */
struct devices {
    struct fwd_machine_image images[IMAGES_MAX];
    char names[IMAGES_MAX][FWD_NAME_MAX + 1];
    char version[2 * FWD_CAMPAIGN_VERSION];
    const char *trust[FWD_CAMPAIGN_FILES];
    struct fwd_machine_recipe recipe;
};

static enum fwd_fail read_image(
    struct devices *d, size_t index, const char *text, struct fwd_error *err)
{
    struct fwd_text name;
    const char *file;

    if (!fwd_args_named(text, &name, &file) || file[0] == '\0' || index == IMAGES_MAX)
        return fwd_error_fail(err, FWD_FAIL_USAGE,
            "--image: expected NAME=FILE, at most %u of them, found '%s'", IMAGES_MAX, text);
    memcpy(d->names[index], name.bytes, name.size);
    d->images[index] = (struct fwd_machine_image){
        .component = d->names[index], .file = file, .version = d->version};
    return FWD_FAIL_NONE;
}

static enum fwd_fail read_devices(const struct fwd_args *args, const struct fwd_campaign *c,
    struct devices *d, struct fwd_error *err)
{
    const char *image;
    size_t at = 0, count = 0;
    enum fwd_fail fail = FWD_FAIL_NONE;

    fwd_campaign_version_text(&c->from, d->version);
    while (fail == FWD_FAIL_NONE && (image = fwd_args_next(args, "image", &at)) != NULL)
        fail = read_image(d, count++, image, err);
    for (size_t i = 0; i < c->trust_count; i++)
        d->trust[i] = c->trust[i];
    d->recipe = (struct fwd_machine_recipe){.description = fwd_args_text(args, "device"),
        .images = d->images,
        .image_count = count,
        .trust = d->trust,
        .trust_count = c->trust_count};
    if (fail == FWD_FAIL_NONE && (d->recipe.description == NULL || count == 0))
        fail = fwd_error_fail(err, FWD_FAIL_USAGE,
            "--device FILE and --image NAME=FILE are needed: what the modules are, and what they "
            "run before the update");
    return fail;
}

static void say(const char *line)
{
    fprintf(stderr, "%s\n", line);
}

static enum fwd_fail read_options(
    const struct fwd_args *args, struct fwd_campaign_rehearsal *r, struct fwd_error *err)
{
    const char *seed = fwd_args_text(args, "seed"), *faults = fwd_args_text(args, "faults");
    uint32_t modules = 0;

    r->codecs = fwd_decoders;
    r->codec_count = fwd_decoders_count;
    r->scale = SCALE;
    r->seed = 1;
    r->logs = fwd_args_text(args, "logs");
    r->shares = fwd_campaign_fault_usual();
    r->say = fwd_args_has(args, "json") ? NULL : say;
    if (!fwd_args_has(args, "modules"))
        return fwd_error_fail(
            err, FWD_FAIL_USAGE, "--modules N is needed: how many virtual modules take part");
    enum fwd_fail fail = fwd_args_u32(args, "modules", 1, FWD_CAMPAIGN_DEVICES, &modules, err);
    if (fail == FWD_FAIL_NONE)
        fail = fwd_args_u32(args, "time-scale", 1, 1000000, &r->scale, err);
    if (fail == FWD_FAIL_NONE)
        fail = fwd_args_u32(args, "kill-server", 0, 100000, &r->kills, err);
    if (fail == FWD_FAIL_NONE && seed != NULL && !fwd_args_number(seed, 0, INT64_MAX, &r->seed))
        fail = fwd_error_fail(
            err, FWD_FAIL_USAGE, "--seed: expected a whole number, found '%s'", seed);
    if (fail == FWD_FAIL_NONE && faults != NULL)
        fail = fwd_campaign_fault_parse(faults, &r->shares, err);
    return fail == FWD_FAIL_NONE ? fwd_campaign_make_up(r->campaign, modules, r->seed, err) : fail;
}

/* Before the work, not after it. */
static enum fwd_fail check_outputs(const struct fwd_args *args, struct fwd_error *err)
{
    static const char *const names[] = {"report", "junit", "html"};
    enum fwd_fail fail = FWD_FAIL_NONE;

    for (size_t i = 0; i < 3 && fail == FWD_FAIL_NONE; i++) {
        const char *path = fwd_args_text(args, names[i]);
        if (path != NULL)
            fail = fwd_file_may_write(path, fwd_args_has(args, "force"), err);
    }
    return fail;
}

static void print_text(const json_t *report)
{
    const json_t *all = json_object_get(report, "all"), *fault;
    const json_t *rehearsal = json_object_get(report, "rehearsal");
    const char *name;

    printf("phase     %s\n", json_string_value(json_object_get(report, "phase")));
    printf("devices   %" JSON_INTEGER_FORMAT "\n",
        json_integer_value(json_object_get(all, "devices")));
    for (int i = 0; i < FWD_CAMPAIGN_OUTCOMES; i++) {
        name = fwd_campaign_outcome_name((enum fwd_campaign_outcome)i);
        if (json_integer_value(json_object_get(all, name)) > 0)
            printf("  %-15s %" JSON_INTEGER_FORMAT "\n", name,
                json_integer_value(json_object_get(all, name)));
    }
    puts("faults    devices, ended as expected");
    json_object_foreach ((json_t *)(uintptr_t)json_object_get(rehearsal, "faults"), name, fault) {
        if (json_integer_value(json_object_get(fault, "devices")) > 0)
            printf("  %-15s %" JSON_INTEGER_FORMAT ", %" JSON_INTEGER_FORMAT "\n", name,
                json_integer_value(json_object_get(fault, "devices")),
                json_integer_value(json_object_get(fault, "as_expected")));
    }
    printf("time      %.1f s\n",
        json_real_value(json_object_get(json_object_get(rehearsal, "times"), "seconds")));
}

/* Prints or writes the report, which it takes over. */
static enum fwd_fail put_report(
    const struct fwd_args *args, struct fwd_file_set *set, json_t *report, struct fwd_error *err)
{
    const char *path = fwd_args_text(args, "report");
    enum fwd_fail fail = FWD_FAIL_NONE;

    if (path != NULL) {
        json_t *whole = json_pack("{s:s}", "schema", "fwdelta-campaign-rehearsal-1");
        (void)json_object_update(whole, report);
        char *text = json_dumps(whole, JSON_INDENT(2) | JSON_REAL_PRECISION(6));
        json_decref(whole);
        fail = text != NULL ? fwd_file_set_add(set, path, text, strlen(text), 0666,
                                  fwd_args_has(args, "force"), err)
                            : fwd_error_memory(err, path);
        free(text);
    }
    if (fail == FWD_FAIL_NONE)
        fail = fwd_file_set_keep(set, err);
    if (fail == FWD_FAIL_NONE && fwd_args_has(args, "json"))
        return fwd_json_out("campaign-rehearsal", report, err);
    if (fail == FWD_FAIL_NONE)
        print_text(report);
    json_decref(report);
    return fail;
}

static enum fwd_fail rehearse(
    const struct fwd_args *args, struct fwd_campaign_rehearsal *r, struct fwd_error *err)
{
    struct fwd_error verdict = {""}, *why = &verdict;
    struct fwd_file_set set = {0};
    json_t *report = NULL;

    enum fwd_fail fail = fwd_campaign_rehearse(r, &set, fwd_args_text(args, "junit"),
        fwd_args_text(args, "html"), fwd_args_has(args, "force"), &report, why);
    *err = verdict;
    if (fail == FWD_FAIL_NONE || fail == FWD_FAIL_REFUSED) {
        enum fwd_fail put = put_report(args, &set, report, err);
        fail = put != FWD_FAIL_NONE ? put : fail;
    }
    fwd_file_set_free(&set);
    return fail;
}

int fwd_campaign_actions_rehearse(const struct fwd_args *args, struct fwd_error *err)
{
    struct fwd_campaign *campaign = NULL;
    struct fwd_campaign_check check = {0};
    struct devices devices = {0};
    struct fwd_campaign_rehearsal r = {.check = &check, .recipe = &devices.recipe};

    enum fwd_fail fail = check_outputs(args, err);
    if (fail == FWD_FAIL_NONE)
        fail = fwd_campaign_load(args->operands[1], &campaign, err);
    if (fail == FWD_FAIL_NONE)
        fail = fwd_campaign_files_outputs(args, campaign, err);
    r.campaign = campaign;
    if (fail == FWD_FAIL_NONE)
        fail = read_devices(args, campaign, &devices, err);
    if (fail == FWD_FAIL_NONE)
        fail = read_options(args, &r, err);
    if (fail == FWD_FAIL_NONE) {
        fwd_campaign_check_run(campaign, &check);
        fail = fwd_campaign_files_rules(&check, err);
    }
    if (fail == FWD_FAIL_NONE && check.profile->traits.model == NULL)
        fail = fwd_error_fail(err, FWD_FAIL_REFUSED,
            "%s: there is no virtual module of the family %s to rehearse with", campaign->path,
            check.profile->name);
    if (fail == FWD_FAIL_NONE)
        fail = rehearse(args, &r, err);
    fwd_campaign_check_free(&check);
    fwd_campaign_free(campaign);
    return (int)fail;
}
