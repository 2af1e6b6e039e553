/* What each kind of job calls. */
#include "format/limits.h"
#include "matrix/plan/matrix_plan.h"

#include <stdlib.h>

static void put(struct fwd_matrix_command *command, struct fwd_matrix_word word)
{
    if (command->count == command->room) {
        size_t room = command->room > 0 ? 2 * command->room : 32;
        struct fwd_matrix_word *words = realloc(command->words, room * sizeof *words);

        if (words == NULL) {
            command->complete = false;
            return;
        }
        command->words = words;
        command->room = room;
    }
    command->words[command->count++] = word;
}

static void put_text(struct fwd_matrix_command *command, const char *text)
{
    put(command, (struct fwd_matrix_word){.kind = FWD_MATRIX_TEXT, .text = text});
}

static void put_prefixed(struct fwd_matrix_plan *plan, struct fwd_matrix_command *command,
    const char *prefix, const char *path)
{
    size_t index = fwd_matrix_inputs_add(&plan->inputs, path);

    if (index == SIZE_MAX)
        command->complete = false;
    else
        put(command, (struct fwd_matrix_word){FWD_MATRIX_INPUT, prefix, index});
}

static void put_input(
    struct fwd_matrix_plan *plan, struct fwd_matrix_command *command, const char *path)
{
    put_prefixed(plan, command, "", path);
}

static void put_package(struct fwd_matrix_command *command, size_t job)
{
    put(command, (struct fwd_matrix_word){.kind = FWD_MATRIX_PACKAGE, .index = job});
}

static void put_trust(struct fwd_matrix_plan *plan, struct fwd_matrix_command *command)
{
    for (size_t i = 0; i < plan->release->trust_count; i++) {
        put_text(command, "--trust");
        put_input(plan, command, plan->release->trust[i]);
    }
}

static void put_device(
    struct fwd_matrix_plan *plan, struct fwd_matrix_command *command, size_t device)
{
    put_text(command, "--device");
    put_input(plan, command, plan->release->devices[device].description);
}

/* Keys count by reference: the trusted ones among the inputs of what looks at the package tell a
 * key that was changed. */
static void gen(struct fwd_matrix_plan *plan, size_t number, struct fwd_matrix_command *command)
{
    const struct fwd_matrix_job *job = &plan->jobs[number];
    const struct fwd_release_file *release = plan->release;
    const struct fwd_matrix_product *product = &release->products[job->product];
    bool full = job->kind == FWD_MATRIX_FULL;

    put_text(command, "gen");
    if (!full)
        put_input(plan, command, product->versions[job->from].image);
    put_input(plan, command, product->versions[job->to].image);
    if (full)
        put_text(command, "--full");
    put_text(command, "--output");
    put_package(command, number);
    for (size_t i = 0; i < release->key_count; i++) {
        put_text(command, "--key");
        put_text(command, release->keys[i]);
    }
    put_text(command, "--product");
    put_text(command, product->name);
    if (!full) {
        put_text(command, "--from-version");
        put_text(command, product->versions[job->from].version);
    }
    put_text(command, "--to-version");
    put_text(command, product->versions[job->to].version);
    for (size_t i = 0; i < release->device_count; i++)
        if (job->device == FWD_MATRIX_NONE ? product->on[i] : job->device == i)
            put_device(plan, command, i);
    for (size_t i = 0; i < release->gen_count; i++)
        put_text(command, release->gen[i]);
    put_text(command, "--jobs");
    put_text(command, "1");
    put_text(command, "--force");
    put_text(command, "--json");
}

static void verify(struct fwd_matrix_plan *plan, size_t number, struct fwd_matrix_command *command)
{
    const struct fwd_matrix_job *job = &plan->jobs[number];
    const struct fwd_matrix_product *product = &plan->release->products[job->product];

    put_text(command, "verify");
    put_package(command, job->package);
    put_trust(plan, command);
    put_device(plan, command, job->device);
    put_text(command, "--source");
    put_input(plan, command, product->versions[job->from].image);
    put_text(command, "--source-version");
    put_text(command, product->versions[job->from].version);
    put_text(command, "--target");
    put_input(plan, command, product->versions[job->to].image);
    put_text(command, "--json");
}

static void torture(struct fwd_matrix_plan *plan, size_t number, struct fwd_matrix_command *command)
{
    const struct fwd_matrix_job *job = &plan->jobs[number];
    const struct fwd_matrix_product *product = &plan->release->products[job->product];

    put_text(command, "torture");
    put_package(command, job->package);
    put_trust(plan, command);
    put_device(plan, command, job->device);
    put_text(command, "--image");
    put_prefixed(plan, command, FWD_USUAL_NAME "=", product->versions[job->from].image);
    put_text(command, "--version");
    put_text(command, product->versions[job->from].version);
    for (size_t i = 0; i < plan->release->torture_count; i++)
        put_text(command, plan->release->torture[i]);
    put_text(command, "--jobs");
    put_text(command, "1");
    put_text(command, "--json");
}

struct fwd_matrix_command fwd_matrix_plan_command(struct fwd_matrix_plan *plan, size_t job)
{
    static void (*const kinds[])(struct fwd_matrix_plan *, size_t, struct fwd_matrix_command *) = {
        [FWD_MATRIX_DELTA] = gen,
        [FWD_MATRIX_FULL] = gen,
        [FWD_MATRIX_VERIFY] = verify,
        [FWD_MATRIX_TORTURE] = torture,
    };
    struct fwd_matrix_command command = {.complete = true};

    kinds[plan->jobs[job].kind](plan, job, &command);
    return command;
}

void fwd_matrix_command_free(struct fwd_matrix_command *command)
{
    free(command->words);
    *command = (struct fwd_matrix_command){0};
}
