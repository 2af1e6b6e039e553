#include "matrix/plan/matrix_plan.h"

#include "matrix/plan/input_cache.h"
#include "matrix/plan/release_devices.h"

#include <stdlib.h>
#include <string.h>

/* ---- which jobs ------------------------------------------------------------------------------ */

static bool add(struct fwd_matrix_plan *plan, struct fwd_matrix_job job)
{
    if (plan->job_count == plan->room) {
        size_t room = plan->room > 0 ? 2 * plan->room : 256;
        struct fwd_matrix_job *jobs = realloc(plan->jobs, room * sizeof *jobs);

        if (jobs == NULL)
            return false;
        plan->jobs = jobs;
        plan->room = room;
    }
    job.unreadable = FWD_MATRIX_NONE;
    plan->jobs[plan->job_count++] = job;
    return true;
}

/* What looks at the package of a job, from one version, on one device. */
static bool add_trials(
    struct fwd_matrix_plan *plan, size_t package, size_t from, size_t device, bool tortures)
{
    struct fwd_matrix_job job = plan->jobs[package];

    job.from = from;
    job.device = device;
    job.package = package;
    job.kind = FWD_MATRIX_VERIFY;
    if (!add(plan, job))
        return false;
    job.kind = FWD_MATRIX_TORTURE;
    return !tortures || add(plan, job);
}

static bool add_delta(struct fwd_matrix_plan *plan, size_t product, size_t from, size_t to)
{
    const struct fwd_release_file *release = plan->release;
    const struct fwd_matrix_product *p = &release->products[product];
    size_t package = FWD_MATRIX_NONE;

    for (size_t device = 0; device < release->device_count; device++) {
        if (!p->on[device])
            continue;
        if (release->per_device || package == FWD_MATRIX_NONE) {
            package = plan->job_count;
            if (!add(plan, (struct fwd_matrix_job){.kind = FWD_MATRIX_DELTA,
                               .product = product,
                               .from = from,
                               .to = to,
                               .device = release->per_device ? device : FWD_MATRIX_NONE,
                               .package = FWD_MATRIX_NONE}))
                return false;
        }
        if (!add_trials(plan, package, from, device, release->tortures))
            return false;
    }
    return true;
}

/* A full package is tried from every version; its cuts from the first, as what was there before
 * is gone with the first block. device: FWD_MATRIX_NONE: for all of the product. */
static bool add_full(struct fwd_matrix_plan *plan, size_t product, size_t device)
{
    const struct fwd_release_file *release = plan->release;
    const struct fwd_matrix_product *p = &release->products[product];
    size_t package = plan->job_count;

    if (!add(plan, (struct fwd_matrix_job){.kind = FWD_MATRIX_FULL,
                       .product = product,
                       .from = FWD_MATRIX_NONE,
                       .to = p->version_count - 1,
                       .device = device,
                       .package = FWD_MATRIX_NONE}))
        return false;
    for (size_t from = 0; from + 1 < p->version_count; from++)
        for (size_t i = 0; i < release->device_count; i++)
            if ((device == FWD_MATRIX_NONE ? p->on[i] : device == i) &&
                !add_trials(plan, package, from, i, release->tortures && from == 0))
                return false;
    return true;
}

static bool add_fulls(struct fwd_matrix_plan *plan, size_t product)
{
    const struct fwd_release_file *release = plan->release;

    if (!release->per_device)
        return add_full(plan, product, FWD_MATRIX_NONE);
    for (size_t i = 0; i < release->device_count; i++)
        if (release->products[product].on[i] && !add_full(plan, product, i))
            return false;
    return true;
}

static bool add_product(struct fwd_matrix_plan *plan, size_t product)
{
    const struct fwd_matrix_product *p = &plan->release->products[product];

    for (size_t from = 0; from + 1 < p->version_count; from++)
        if (!add_delta(plan, product, from, p->version_count - 1))
            return false;
    for (size_t i = 0; i < p->via_count; i++)
        if (!add_delta(plan, product, p->via[i].from, p->via[i].to))
            return false;
    return !p->full || add_fulls(plan, product);
}

/* ---- their ids ------------------------------------------------------------------------------- */

/* A word as it counts for the id; false: what it needs cannot be read. */
static bool put_word(struct fwd_matrix_plan *plan, struct fwd_matrix_job *job, size_t number,
    const struct fwd_matrix_word *word, FILE *out)
{
    switch (word->kind) {
    case FWD_MATRIX_INPUT:
        if (plan->inputs.list[word->index].digest[0] == '\0') {
            job->unreadable = word->index;
            return false;
        }
        fprintf(out, "%s<%s>\n", word->text, plan->inputs.list[word->index].digest);
        return true;
    case FWD_MATRIX_PACKAGE:
        if (word->index == number) {
            fputs("<package>\n", out);
            return true;
        }
        job->unreadable = plan->jobs[word->index].unreadable;
        fprintf(out, "<package of %s>\n", plan->jobs[word->index].id);
        return job->unreadable == FWD_MATRIX_NONE;
    default:
        fprintf(out, "%s\n", word->text);
        return true;
    }
}

/* False: no memory. */
static bool identify(struct fwd_matrix_plan *plan, size_t number)
{
    struct fwd_matrix_job *job = &plan->jobs[number];
    struct fwd_matrix_command command = fwd_matrix_plan_command(plan, number);
    char *text = NULL;
    size_t size = 0;
    FILE *out = open_memstream(&text, &size);
    bool readable = true;

    if (out != NULL)
        fprintf(out, "fwdelta job 1\n%s\n", plan->tool);
    for (size_t i = 0; i < command.count && out != NULL && readable; i++)
        readable = put_word(plan, job, number, &command.words[i], out);
    bool ok = out != NULL && fclose(out) == 0 && command.complete;
    if (ok && readable)
        ok = fwd_matrix_digest(text, size, job->id);
    free(text);
    fwd_matrix_command_free(&command);
    return ok;
}

/* ---- the plan -------------------------------------------------------------------------------- */

static enum fwd_fail make(
    const char *release, const char *program, struct fwd_matrix_plan *plan, struct fwd_error *err)
{
    size_t tool = fwd_matrix_inputs_add(&plan->inputs, program);

    if (tool == SIZE_MAX)
        return fwd_error_memory(err, release);
    if (plan->inputs.list[tool].digest[0] == '\0')
        return fwd_error_fail(err, FWD_FAIL_ENVIRONMENT, "%s",
            plan->inputs.list[tool].why != NULL ? plan->inputs.list[tool].why : program);
    strcpy(plan->tool, plan->inputs.list[tool].digest);
    enum fwd_fail fail = fwd_release_file_load(release, &plan->release, err);
    if (fail == FWD_FAIL_NONE)
        fail = fwd_release_devices_find(plan->release, err);
    if (fail != FWD_FAIL_NONE)
        return fail;
    for (size_t i = 0; i < plan->release->product_count; i++)
        if (!add_product(plan, i))
            return fwd_error_memory(err, release);
    for (size_t i = 0; i < plan->job_count; i++)
        if (!identify(plan, i))
            return fwd_error_memory(err, release);
    return FWD_FAIL_NONE;
}

enum fwd_fail fwd_matrix_plan_make(const char *release, const char *program, const char *cache,
    struct fwd_matrix_plan *plan, struct fwd_error *err)
{
    struct fwd_input_cache known = {0};

    *plan = (struct fwd_matrix_plan){.program = strdup(program)};
    if (plan->program == NULL)
        return fwd_error_memory(err, release);
    if (cache != NULL)
        fwd_input_cache_load(&known, cache);
    plan->inputs.cache = &known;
    enum fwd_fail fail = make(release, program, plan, err);
    plan->inputs.cache = NULL;
    fwd_input_cache_free(&known);
    if (fail == FWD_FAIL_NONE && cache != NULL)
        fail = fwd_input_cache_save(&plan->inputs, cache, err);
    return fail;
}

void fwd_matrix_plan_free(struct fwd_matrix_plan *plan)
{
    fwd_release_file_free(plan->release);
    fwd_matrix_inputs_free(&plan->inputs);
    free(plan->jobs);
    free(plan->program);
    *plan = (struct fwd_matrix_plan){0};
}

void fwd_matrix_plan_name(const struct fwd_matrix_plan *plan, size_t number, char *out, size_t size)
{
    static const char *const kinds[] = {"delta", "full", "verify", "torture"};
    const struct fwd_matrix_job *job = &plan->jobs[number];
    const struct fwd_matrix_product *product = &plan->release->products[job->product];
    bool of_full =
        job->package != FWD_MATRIX_NONE && plan->jobs[job->package].kind == FWD_MATRIX_FULL;

    (void)snprintf(out, size, "%s%s %s %s%s%s%s%s", kinds[job->kind], of_full ? " full" : "",
        product->name, job->from != FWD_MATRIX_NONE ? product->versions[job->from].version : "",
        job->from != FWD_MATRIX_NONE ? " " : "", product->versions[job->to].version,
        job->device != FWD_MATRIX_NONE ? " " : "",
        job->device != FWD_MATRIX_NONE ? plan->release->devices[job->device].name : "");
}

unsigned fwd_matrix_plan_wave(const struct fwd_matrix_job *job)
{
    return job->package == FWD_MATRIX_NONE ? 1 : 2;
}

size_t fwd_matrix_plan_find(const struct fwd_matrix_plan *plan, const char *id)
{
    for (size_t i = 0; i < plan->job_count; i++)
        if (plan->jobs[i].id[0] != '\0' && strcmp(plan->jobs[i].id, id) == 0)
            return i;
    return FWD_MATRIX_NONE;
}
