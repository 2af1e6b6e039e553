#include "cli/build/build_report.h"

#include "cli/build/attempt_report.h"
#include "cli/common/certificate_out.h"
#include "cli/common/delta_option.h"
#include "cli/common/json_out.h"
#include "cli/common/print.h"
#include "cli/report/opaque_out.h"
#include "gen/package/encoder.h"
#include "hostio/host_time.h"
#include "keys/crypto_port.h"
#include "sim/device/decoder.h"

#include <stdio.h>
#include <string.h>

void fwd_build_report_proof(struct fwd_build_report *report, const char *name, unsigned threshold)
{
    if (report->proof_count < FWD_BUILD_PROOFS_MAX)
        report->proofs[report->proof_count++] = (struct fwd_build_proof){name, threshold};
}

void fwd_build_report_signer(struct fwd_build_report *report, const struct fwd_keypair *key)
{
    if (report->signer_count == FWD_SIGNATURES_MAX)
        return;
    report->signers[report->signer_count].algorithm = key->algorithm;
    fwd_keyid_text(key->id, report->signers[report->signer_count].id);
    report->signer_count++;
}

static uint64_t target_size(const struct fwd_build_report *report)
{
    uint64_t sum = 0;
    for (size_t i = 0; i < report->spec->part_count; i++)
        sum += report->spec->parts[i].target.size;
    return sum;
}

/* null of nothing. */
static json_t *sha256_json(const struct fwd_bytes *bytes)
{
    uint8_t digest[FWD_DIGEST_SIZE];
    return bytes->size > 0 && fwd_crypto_port_sha256(bytes->data, bytes->size, digest)
               ? fwd_json_out_hex(digest, sizeof digest)
               : json_null();
}

static json_t *component_json(const struct fwd_build_part *part,
    const struct fwd_build_outcome *outcome, const struct fwd_opaque_parts *opaque)
{
    return json_pack(
        "{s:s, s:s, s:o, s:o, s:o, s:o, s:o, s:I, s:o, s:s, s:o, s:I, s:b, s:I, s:s, s:o, s:o}",
        "name", part->name, "role", fwd_description_role_name((uint8_t)part->role), "from_version",
        part->from[0] != 0 ? json_string(part->from) : json_null(), "to_version",
        part->to[0] != 0 ? json_string(part->to) : json_null(), "release",
        part->release > 0 ? json_integer((json_int_t)part->release) : json_null(), "source_size",
        part->source.size > 0 ? json_integer((json_int_t)part->source.size) : json_null(),
        "source_sha256", sha256_json(&part->source), "target_size", (json_int_t)part->target.size,
        "target_sha256", sha256_json(&part->target), "codec", fwd_print_codec(outcome->codec),
        "isa",
        fwd_decoder_codec_has_isa(outcome->codec) ? json_string(fwd_delta_isa_name(outcome->isa))
                                                  : json_null(),
        "section_size", (json_int_t)outcome->section_size, "replaced_by_full",
        outcome->replaced_by_full, "arena_size", (json_int_t)outcome->arena_size, "order",
        outcome->descending ? "descending" : "ascending", "candidates",
        fwd_attempt_report_json(outcome), "opaque", fwd_opaque_out_json(opaque));
}

/* What installs as it is, and what needs more signatures first. */
static void add_proof_json(const struct fwd_build_report *report,
    const struct fwd_build_proof *proof, json_t *proofs, json_t *unmet)
{
    if (proof->threshold <= report->signer_count)
        json_array_append_new(proofs, json_string(proof->name));
    else
        json_array_append_new(unmet,
            json_pack("{s:s, s:I, s:I}", "name", proof->name, "threshold",
                (json_int_t)proof->threshold, "signatures", (json_int_t)report->signer_count));
}

static const char *certified_name(const struct fwd_build_report *report, uint8_t index)
{
    return report->spec->devices[report->certify->devices[index]]->name;
}

static json_t *certificates_json(const struct fwd_build_report *report)
{
    json_t *list = json_array();
    for (uint8_t i = 0; i < report->certify->count; i++) {
        json_t *json = fwd_certificate_out_json(&report->certify->certificates[i]);
        json_object_set_new(json, "device", json_string(certified_name(report, i)));
        json_array_append_new(list, json);
    }
    return list;
}

static json_t *requires_json(const struct fwd_build_spec *spec)
{
    json_t *list = json_array();
    for (size_t i = 0; i < spec->dependency_count; i++)
        json_array_append_new(
            list, json_pack("{s:o, s:I}", "name", fwd_json_out_text(spec->dependencies[i].name),
                      "release", (json_int_t)spec->dependencies[i].release));
    return list;
}

/* opaque: of each component. */
static json_t *report_json(
    const struct fwd_build_report *report, const struct fwd_opaque_parts *opaque)
{
    json_t *components = json_array();
    json_t *signers = json_array();
    json_t *proofs = json_array();
    json_t *unmet = json_array();
    for (size_t i = 0; i < report->spec->part_count; i++)
        json_array_append_new(components,
            component_json(&report->spec->parts[i], &report->build.outcomes[i], &opaque[i]));
    for (size_t i = 0; i < report->signer_count; i++)
        json_array_append_new(
            signers, json_pack("{s:s, s:s}", "algorithm", report->signers[i].algorithm->name,
                         "key_id", report->signers[i].id));
    for (size_t i = 0; i < report->proof_count; i++)
        add_proof_json(report, &report->proofs[i], proofs, unmet);
    json_t *end =
        report->spec->expires ? json_integer((json_int_t)report->spec->not_after) : json_null();
    return json_pack("{s:o, s:s, s:I, s:o, s:I, s:o, s:o, s:o, s:o, s:o, s:o, s:o, s:f}", "file",
        fwd_json_out_string(report->spec->output), "kind", fwd_print_kind(report->build.kind),
        "size", (json_int_t)report->build.package.size, "sha256",
        sha256_json(&report->build.package), "target_size", (json_int_t)target_size(report),
        "components", components, "requires", requires_json(report->spec), "not_after", end,
        "signers", signers, "installed_on", proofs, "threshold_not_met", unmet, "certificates",
        certificates_json(report), "seconds", fwd_progress_bar_seconds(&report->bar));
}

/* Those that cost something. */
static void print_opaque(const struct fwd_opaque_parts *opaque)
{
    char text[FWD_OPAQUE_ADVICE_SIZE];
    for (size_t i = 0; i < opaque->count; i++) {
        if (opaque->list[i].fresh == 0)
            continue;
        fwd_opaque_out_text(&opaque->list[i], text);
        printf("opaque       %s\n", text);
    }
}

static void print_component(const struct fwd_build_part *part,
    const struct fwd_build_outcome *outcome, const struct fwd_opaque_parts *opaque)
{
    char percent[24];
    fwd_print_percent(outcome->section_size, part->target.size, percent);
    printf("%-12s ", part->name);
    if (part->from[0] != 0 || part->to[0] != 0)
        printf(
            "%s -> %s, ", part->from[0] != 0 ? part->from : "?", part->to[0] != 0 ? part->to : "?");
    if (part->source.size > 0)
        printf("%zu -> %zu bytes", part->source.size, part->target.size);
    else
        printf("new, %zu bytes", part->target.size);
    printf(", as %s %u bytes (%s of the new image)\n", fwd_print_codec(outcome->codec),
        (unsigned)outcome->section_size, percent);
    fwd_attempt_report_print(outcome);
    print_opaque(opaque);
}

static void print_proof(const struct fwd_build_report *report, const struct fwd_build_proof *proof)
{
    printf("installs     %s", proof->name);
    if (proof->threshold > report->signer_count)
        printf(" (its threshold of %u signature%s is not met yet: %zu)", proof->threshold,
            proof->threshold == 1 ? "" : "s", report->signer_count);
    printf("\n");
}

static bool changes_nothing(const struct fwd_build_part *part)
{
    return part->source.size > 0 && part->source.size == part->target.size &&
           memcmp(part->source.data, part->target.data, part->source.size) == 0;
}

static void print_certificates(const struct fwd_build_report *report)
{
    char text[FWD_CERTIFICATE_TEXT];
    for (uint8_t i = 0; i < report->certify->count; i++) {
        fwd_certificate_out_text(&report->certify->certificates[i], text);
        printf("certified    %s: %s\n", certified_name(report, i), text);
        fwd_certificate_out_start(&report->certify->certificates[i], text);
        printf("starts       %s: %s\n", certified_name(report, i), text);
    }
}

static void print_conditions(const struct fwd_build_spec *spec)
{
    char end[FWD_HOST_TIME_TEXT];
    for (size_t i = 0; i < spec->part_count; i++) {
        if (spec->parts[i].release > 0)
            printf("release      number %u of %s\n", (unsigned)spec->parts[i].release,
                spec->parts[i].name);
    }
    for (size_t i = 0; i < spec->dependency_count; i++)
        printf("requires     %.*s of release number %u or higher\n",
            (int)spec->dependencies[i].name.size, spec->dependencies[i].name.bytes,
            (unsigned)spec->dependencies[i].release);
    fwd_host_time_text(spec->not_after, end);
    if (spec->expires)
        printf("not after    %s\n", end);
}

static void print_text(const struct fwd_build_report *report, const struct fwd_opaque_parts *opaque)
{
    const struct fwd_build_spec *spec = report->spec;
    char percent[24];
    fwd_print_percent(report->build.package.size, target_size(report), percent);
    printf("wrote        %s: %s package, %zu bytes, %s of the new images\n", spec->output,
        fwd_print_kind(report->build.kind), report->build.package.size, percent);
    for (size_t i = 0; i < spec->part_count; i++)
        print_component(&spec->parts[i], &report->build.outcomes[i], &opaque[i]);
    print_conditions(spec);
    if (report->signer_count == 0)
        printf("not signed   devices refuse it: sign it with sign, or with tbs and attach\n");
    for (size_t i = 0; i < report->signer_count; i++)
        printf("signed by    key %s (%s)\n", report->signers[i].id,
            report->signers[i].algorithm->title);
    for (size_t i = 0; i < report->proof_count; i++)
        print_proof(report, &report->proofs[i]);
    print_certificates(report);
    printf("time         %.1f s\n", fwd_progress_bar_seconds(&report->bar));
}

/* Was no delta made because none fits the decoder's memory? */
static bool no_delta_fits(const struct fwd_build_outcome *outcome)
{
    for (size_t i = 0; i < outcome->attempt_count; i++) {
        const struct fwd_encoder *encoder = fwd_encoder_find(outcome->attempts[i].codec);
        if (encoder != NULL && encoder->takes_source &&
            outcome->attempts[i].end != FWD_ATTEMPT_REFUSED)
            return false;
    }
    return true;
}

/* told: what in the image is compressed or encrypted has been said. */
static void note_full_image(
    const char *command, const char *name, const struct fwd_build_outcome *outcome, bool told)
{
    if (no_delta_fits(outcome))
        fprintf(stderr,
            "fwdelta %s: note: %s: no delta fits the decoder's memory (--ram, or what the device "
            "leaves), so the full image is in the package\n",
            command, name);
    else
        fprintf(stderr,
            "fwdelta %s: note: %s: the delta was not smaller than the full image, so the full "
            "image "
            "is in the package (--force-delta keeps the delta)%s\n",
            command, name,
            told ? ""
                 : "; compressed or encrypted images are never alike: give gen what is inside "
                   "them");
}

/* Only where a delta is asked for: full images cost what they cost. */
static enum fwd_fail find_opaque(const struct fwd_args *args, const struct fwd_build_spec *spec,
    struct fwd_opaque_parts *opaque, struct fwd_error *err)
{
    enum fwd_fail fail = FWD_FAIL_NONE;
    for (size_t i = 0; i < spec->part_count && fail == FWD_FAIL_NONE; i++) {
        const struct fwd_build_part *part = &spec->parts[i];
        const struct fwd_pair pair = {.source = part->source.data,
            .target = part->target.data,
            .source_size = (uint32_t)part->source.size,
            .target_size = (uint32_t)part->target.size};
        opaque[i] = (struct fwd_opaque_parts){.count = 0};
        if (part->source.size > 0 && !fwd_args_has(args, "full"))
            fail = fwd_opaque_out_find(&pair, &opaque[i], err);
    }
    return fail;
}

/* When they are an eighth of the delta or more. False: there is nothing to tell. */
static bool note_opaque(const char *command, const char *name,
    const struct fwd_build_outcome *outcome, const struct fwd_opaque_parts *opaque)
{
    char text[FWD_OPAQUE_ADVICE_SIZE];
    if (opaque->fresh == 0 || opaque->fresh < outcome->section_size / 8)
        return false;
    fwd_opaque_out_advice(opaque, text);
    fprintf(stderr, "fwdelta %s: note: %s: %s\n", command, name, text);
    return true;
}

enum fwd_fail fwd_build_report_print(
    const struct fwd_args *args, const struct fwd_build_report *report, struct fwd_error *err)
{
    struct fwd_opaque_parts opaque[FWD_COMPONENTS_MAX];
    enum fwd_fail fail = find_opaque(args, report->spec, opaque, err);
    if (fail != FWD_FAIL_NONE)
        return fail;
    for (size_t i = 0; i < report->spec->part_count; i++) {
        bool told = note_opaque(args->command->name, report->spec->parts[i].name,
            &report->build.outcomes[i], &opaque[i]);
        if (report->build.outcomes[i].replaced_by_full)
            note_full_image(
                args->command->name, report->spec->parts[i].name, &report->build.outcomes[i], told);
        if (report->spec->parts[i].to[0] == 0)
            fprintf(stderr,
                "fwdelta %s: note: %s: no version of the new image is stated (--to-version), so a "
                "device that installs this forgets the one that it has\n",
                args->command->name, report->spec->parts[i].name);
        if (changes_nothing(&report->spec->parts[i]))
            fprintf(stderr, "fwdelta %s: note: %s: the old and the new image are identical\n",
                args->command->name, report->spec->parts[i].name);
    }
    if (fwd_args_has(args, "json"))
        return fwd_json_out("gen", report_json(report, opaque), err);
    print_text(report, opaque);
    return FWD_FAIL_NONE;
}
