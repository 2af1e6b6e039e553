/* fwdelta matrix plan, list */
#include "cli/common/json_out.h"
#include "cli/matrix/matrix_actions.h"
#include "cli/matrix/matrix_folder.h"
#include "matrix/plan/release_devices.h"
#include "matrix/run/job_call.h"

#include <stdlib.h>
#include <string.h>
#include <unistd.h>

/* ---- plan ------------------------------------------------------------------------------------ */

/* Keys count by name only; but one that is not there is told before the first job fails. */
static bool key_is_missing(const char *key)
{
    return strncmp(key, "pkcs11:", 7) != 0 && access(key, R_OK) != 0;
}

static void count(
    const struct fwd_matrix_plan *plan, size_t kinds[FWD_MATRIX_KINDS], size_t *unreadable)
{
    *unreadable = 0;
    for (size_t i = 0; i < plan->inputs.count; i++)
        *unreadable += plan->inputs.list[i].digest[0] == '\0' ? 1 : 0;
    for (size_t i = 0; i < plan->job_count; i++)
        kinds[plan->jobs[i].kind]++;
}

static enum fwd_fail print_plan(
    const struct fwd_matrix_plan *plan, const char *dir, bool json, struct fwd_error *err)
{
    size_t kinds[FWD_MATRIX_KINDS] = {0}, unreadable;

    count(plan, kinds, &unreadable);
    if (json) {
        json_t *missing = json_array();
        for (size_t i = 0; i < plan->inputs.count; i++)
            if (plan->inputs.list[i].digest[0] == '\0')
                json_array_append_new(missing, fwd_json_out_string(plan->inputs.list[i].why));
        for (size_t i = 0; i < plan->release->key_count; i++)
            if (key_is_missing(plan->release->keys[i]))
                json_array_append_new(missing, fwd_json_out_string(plan->release->keys[i]));
        return fwd_json_out("matrix-plan",
            json_pack("{s:s, s:o, s:I, s:I, s:I, s:I, s:I, s:o}", "release", plan->release->name,
                "folder", fwd_json_out_string(dir), "jobs", (json_int_t)plan->job_count, "deltas",
                (json_int_t)kinds[FWD_MATRIX_DELTA], "full", (json_int_t)kinds[FWD_MATRIX_FULL],
                "verifications", (json_int_t)kinds[FWD_MATRIX_VERIFY], "tortures",
                (json_int_t)kinds[FWD_MATRIX_TORTURE], "unreadable", missing),
            err);
    }
    printf("release   %s, %zu products, %zu devices\n", plan->release->name,
        plan->release->product_count, plan->release->device_count);
    printf("jobs      %zu: %zu deltas, %zu full packages, %zu installations, %zu with power cuts\n",
        plan->job_count, kinds[FWD_MATRIX_DELTA], kinds[FWD_MATRIX_FULL], kinds[FWD_MATRIX_VERIFY],
        kinds[FWD_MATRIX_TORTURE]);
    for (size_t i = 0; i < plan->inputs.count; i++)
        if (plan->inputs.list[i].digest[0] == '\0')
            printf("missing   %s\n", plan->inputs.list[i].why);
    for (size_t i = 0; i < plan->release->key_count; i++)
        if (key_is_missing(plan->release->keys[i]))
            printf("missing   %s: this private key cannot be read; make it with: fwdelta keygen\n",
                plan->release->keys[i]);
    printf("next      fwdelta matrix run %s\n", dir);
    return FWD_FAIL_NONE;
}

int fwd_matrix_actions_plan(const struct fwd_args *args, struct fwd_error *err)
{
    struct fwd_matrix_plan plan = {0};
    struct fwd_release_file *release = NULL;
    char dir[PATH_MAX];
    const char *output = fwd_args_text(args, "output");
    enum fwd_fail fail = FWD_FAIL_NONE;

    if (output == NULL)
        return (int)fwd_error_fail(err, FWD_FAIL_USAGE,
            "--output DIR is needed: the folder for everything that comes of the plan");
    /* a file that is no release makes no folder */
    fail = fwd_release_file_load(args->operands[1], &release, err);
    if (fail == FWD_FAIL_NONE)
        fail = fwd_release_devices_find(release, err);
    fwd_release_file_free(release);
    if (fail == FWD_FAIL_NONE)
        fail = fwd_matrix_folder_make(output, args->operands[1], err);
    if (fail == FWD_FAIL_NONE)
        fail = fwd_matrix_folder_open(output, dir, &plan, err);
    if (fail == FWD_FAIL_NONE)
        fail = print_plan(&plan, output, fwd_args_has(args, "json"), err);
    fwd_matrix_plan_free(&plan);
    return (int)fail;
}

/* ---- list ------------------------------------------------------------------------------------ */

static void print_line(const struct fwd_matrix_plan *plan, const char *dir, size_t job)
{
    fwd_job_call_quote(stdout, plan->program);
    fputs(" matrix job ", stdout);
    fwd_job_call_quote(stdout, dir);
    printf(" %s\n", plan->jobs[job].id);
}

/* Targets are never files: a job that is done ends at once. */
static void print_makefile(const struct fwd_matrix_plan *plan, const char *dir)
{
    fputs(".PHONY: all", stdout);
    for (size_t i = 0; i < plan->job_count; i++)
        if (plan->jobs[i].id[0] != '\0')
            printf(" %s", plan->jobs[i].id);
    fputs("\nall:", stdout);
    for (size_t i = 0; i < plan->job_count; i++)
        if (plan->jobs[i].id[0] != '\0')
            printf(" %s", plan->jobs[i].id);
    fputs("\n", stdout);
    for (size_t i = 0; i < plan->job_count; i++) {
        const struct fwd_matrix_job *job = &plan->jobs[i];
        if (job->id[0] == '\0' || fwd_matrix_plan_find(plan, job->id) != i)
            continue;
        printf("%s:%s%s\n\t", job->id, job->package != FWD_MATRIX_NONE ? " " : "",
            job->package != FWD_MATRIX_NONE ? plan->jobs[job->package].id : "");
        print_line(plan, dir, i);
    }
}

int fwd_matrix_actions_list(const struct fwd_args *args, struct fwd_error *err)
{
    struct fwd_matrix_plan plan = {0};
    char dir[PATH_MAX];
    uint32_t wave = 0;
    enum fwd_fail fail = fwd_args_u32(args, "wave", 1, 2, &wave, err);

    if (fail == FWD_FAIL_NONE && wave != 0 && fwd_args_has(args, "make"))
        fail = fwd_error_fail(err, FWD_FAIL_USAGE, "--make lists all waves; leave --wave out");
    if (fail == FWD_FAIL_NONE)
        fail = fwd_matrix_folder_open(args->operands[1], dir, &plan, err);
    if (fail == FWD_FAIL_NONE && fwd_args_has(args, "make"))
        print_makefile(&plan, dir);
    else if (fail == FWD_FAIL_NONE)
        for (size_t i = 0; i < plan.job_count; i++)
            if (plan.jobs[i].id[0] != '\0' &&
                (wave == 0 || fwd_matrix_plan_wave(&plan.jobs[i]) == wave))
                print_line(&plan, dir, i);
    fwd_matrix_plan_free(&plan);
    return (int)fail;
}
