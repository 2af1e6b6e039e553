#include "cli/prove/prove_statement.h"

#include "cli/common/json_out.h"
#include "cli/prove/prove.h"
#include "cli/torture/torture_option.h"
#include "format/release.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

/* ---- making ---------------------------------------------------------------------------------- */

static bool decides(const char *option)
{
    char word[48];
    (void)snprintf(word, sizeof word, " %s ", option);
    return strstr(FWD_TORTURE_OPTION_NAMES, word) != NULL;
}

static json_t *options_json(const struct fwd_args *args)
{
    json_t *list = json_array();
    for (size_t i = 0; i < args->given_count; i++) {
        const struct fwd_given *given = &args->given[i];
        if (decides(given->name))
            json_array_append_new(list, json_pack("{s:s, s:o}", "name", given->name, "value",
                                            fwd_json_out_string(given->value)));
    }
    return list;
}

/* All but the power cuts: it takes about a second. */
static enum fwd_fail add_quick(
    const struct fwd_prove_subject *s, json_t *predicate, struct fwd_error *err)
{
    static const struct {
        const char *name;
        enum fwd_fail (*make)(
            const struct fwd_prove_subject *subject, json_t **out, struct fwd_error *err);
    } parts[] = {{"update", fwd_prove_update}, {"certificate", fwd_prove_certificate},
        {"wrong_inputs", fwd_prove_wrong}, {"bytes", fwd_prove_bytes}};
    enum fwd_fail fail = FWD_FAIL_NONE;
    for (size_t i = 0; i < sizeof parts / sizeof parts[0] && fail == FWD_FAIL_NONE; i++) {
        json_t *part = NULL;
        fail = parts[i].make(s, &part, err);
        if (fail == FWD_FAIL_NONE)
            json_object_set_new(predicate, parts[i].name, part);
    }
    return fail;
}

static json_t *statement_json(const struct fwd_prove_subject *s, json_t *predicate)
{
    return json_pack("{s:s, s:[{s:o, s:{s:o}}], s:s, s:O}", "_type",
        "https://in-toto.io/Statement/v1", "subject", "name",
        fwd_prove_file_name(s->args->operands[0]), "digest", "sha256",
        fwd_prove_sha256(s->package.data, s->package.size), "predicateType",
        FWD_PROVE_PREDICATE_TYPE, "predicate", predicate);
}

enum fwd_fail fwd_prove_statement_make(
    const struct fwd_prove_subject *subject, json_t **out, struct fwd_error *err)
{
    json_t *inputs, *cuts = NULL;
    enum fwd_fail fail = fwd_prove_subject_json(subject, &inputs, err);
    if (fail != FWD_FAIL_NONE)
        return fail;
    json_t *predicate = json_pack("{s:s, s:{s:s, s:s}, s:o, s:o}", "schema", "fwdelta-proof-1",
        "tool", "name", "fwdelta", "version", FWD_VERSION_STRING, "inputs", inputs, "options",
        options_json(subject->args));
    fail =
        predicate != NULL ? add_quick(subject, predicate, err) : fwd_error_memory(err, "the proof");
    if (fail == FWD_FAIL_NONE)
        fail = fwd_prove_cuts(subject, subject->args, &cuts, err);
    if (fail == FWD_FAIL_NONE) {
        json_object_set_new(predicate, "power_cuts", cuts);
        *out = statement_json(subject, predicate);
        fail = *out != NULL ? fail : fwd_error_memory(err, "the proof");
    }
    json_decref(predicate);
    return fail;
}

/* ---- checking -------------------------------------------------------------------------------- */

bool fwd_prove_statement_is(const json_t *statement)
{
    const char *type = json_string_value(json_object_get(statement, "predicateType"));
    const json_t *predicate = json_object_get(statement, "predicate");
    return type != NULL && strcmp(type, FWD_PROVE_PREDICATE_TYPE) == 0 &&
           json_is_object(json_object_get(predicate, "inputs"));
}

/* What is only a name may differ. */
static void drop_names(json_t *inputs)
{
    json_object_del(json_object_get(inputs, "package"), "file");
    json_object_del(json_object_get(inputs, "device"), "file");
}

static enum fwd_fail same_inputs(const char *name, const json_t *predicate,
    const struct fwd_prove_subject *s, struct fwd_error *err)
{
    static const char *const members[][2] = {{"package", "the package"},
        {"device", "the description (--device)"},
        {"images", "the image before the update (--image, --version)"},
        {"trusted_keys", "the set of trusted keys (--trust)"}};
    json_t *given;
    enum fwd_fail fail = fwd_prove_subject_json(s, &given, err);
    if (fail != FWD_FAIL_NONE)
        return fail;
    json_t *proven = json_deep_copy(json_object_get(predicate, "inputs"));
    drop_names(given);
    drop_names(proven);
    for (size_t i = 0; i < sizeof members / sizeof members[0] && fail == FWD_FAIL_NONE; i++) {
        if (!json_equal(
                json_object_get(given, members[i][0]), json_object_get(proven, members[i][0])))
            fail = fwd_error_fail(err, FWD_FAIL_REFUSED,
                "%s: proves something else: %s is not what is given here", name, members[i][1]);
    }
    json_decref(given);
    json_decref(proven);
    return fail;
}

/* The same command line, with the options of the proof. *given: freed by the caller. */
static enum fwd_fail options_of(const json_t *predicate, const struct fwd_args *own,
    struct fwd_args *args, struct fwd_error *err)
{
    const json_t *list = json_object_get(predicate, "options"), *one;
    size_t i, count = json_array_size(list);
    *args = *own;
    args->given = calloc(own->given_count + count + 1, sizeof *args->given);
    if (args->given == NULL)
        return fwd_error_memory(err, "the proof");
    memcpy(args->given, own->given, own->given_count * sizeof *args->given);
    json_array_foreach (list, i, one) {
        const char *option = json_string_value(json_object_get(one, "name"));
        if (option != NULL && decides(option))
            args->given[args->given_count++] =
                (struct fwd_given){option, json_string_value(json_object_get(one, "value"))};
    }
    return FWD_FAIL_NONE;
}

static enum fwd_fail differs(
    const char *name, const char *part, const json_t *predicate, struct fwd_error *err)
{
    const char *version =
        json_string_value(json_object_get(json_object_get(predicate, "tool"), "version"));
    return fwd_error_fail(err, FWD_FAIL_REFUSED,
        "%s: does not hold here: \"%s\" comes out otherwise (the proof was made by fwdelta %s, "
        "this is %s)",
        name, part, version != NULL ? version : "of unknown version", FWD_VERSION_STRING);
}

static enum fwd_fail same_quick(const char *name, const json_t *predicate,
    const struct fwd_prove_subject *s, struct fwd_error *err)
{
    json_t *again = json_object();
    const char *part;
    json_t *value;
    enum fwd_fail fail =
        again != NULL ? add_quick(s, again, err) : fwd_error_memory(err, "the proof");
    json_object_foreach (again, part, value) {
        if (fail == FWD_FAIL_NONE && !json_equal(value, json_object_get(predicate, part)))
            fail = differs(name, part, predicate, err);
    }
    json_decref(again);
    return fail;
}

static enum fwd_fail same_cuts(const char *name, const json_t *predicate,
    const struct fwd_prove_subject *s, uint32_t sample, struct fwd_prove_checked *checked,
    struct fwd_error *err)
{
    const json_t *proven = json_object_get(predicate, "power_cuts");
    struct fwd_args args;
    json_t *cuts = NULL;
    enum fwd_fail fail = options_of(predicate, s->args, &args, err);
    checked->all = sample == 0;
    if (fail == FWD_FAIL_NONE && sample > 0)
        fail = fwd_prove_cuts_sample(s, &args, sample, proven, &checked->cuts, err);
    else if (fail == FWD_FAIL_NONE)
        fail = fwd_prove_cuts(s, &args, &cuts, err);
    if (fail == FWD_FAIL_NONE && sample == 0) {
        checked->cuts = (uint64_t)json_integer_value(json_object_get(cuts, "cases"));
        fail = json_equal(cuts, proven) ? fail : differs(name, "power_cuts", predicate, err);
    }
    json_decref(cuts);
    free(args.given);
    return fail;
}

enum fwd_fail fwd_prove_statement_check(const char *name, const json_t *statement,
    const struct fwd_prove_subject *subject, uint32_t sample, struct fwd_prove_checked *checked,
    struct fwd_error *err)
{
    const json_t *predicate = json_object_get(statement, "predicate");
    *checked = (struct fwd_prove_checked){
        .inputs = json_array_size(json_object_get(predicate, "wrong_inputs"))};
    enum fwd_fail fail = same_inputs(name, predicate, subject, err);
    if (fail == FWD_FAIL_NONE)
        fail = same_quick(name, predicate, subject, err);
    return fail == FWD_FAIL_NONE ? same_cuts(name, predicate, subject, sample, checked, err) : fail;
}
