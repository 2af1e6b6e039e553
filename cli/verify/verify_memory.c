/* The checks that need no device: V1 to V6, what the signers may sign for, the source by its
 * digest, decoding, the target. */
#include "cli/device/decode_image.h"
#include "cli/device/session.h"
#include "cli/verify/verify_internal.h"
#include "format/cursor.h"
#include "format/header.h"
#include "verify/trust/authenticate.h"
#include "verify/trust/parse.h"
#include "verify/trust/plan.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#define READ_SIZE 4096u

static enum fwd_reason read_package(void *ctx, uint32_t offset, void *buf, uint32_t size)
{
    const struct fwd_verify_subject *subject = ctx;
    memcpy(buf, subject->package.data + offset, size);
    return FWD_OK;
}

static enum fwd_reason authenticate(struct fwd_verify_subject *subject)
{
    static uint8_t buf[READ_SIZE];
    struct fwd_unverified unverified;
    const struct fwd_input input = {subject, read_package, (uint32_t)subject->package.size};
    const struct fwd_keys_port keys = fwd_trust_port(&subject->trust);
    const struct fwd_ports ports = {.crypto = &subject->crypto.port, .keys = &keys};
    uint8_t threshold = subject->threshold > 0 ? (uint8_t)subject->threshold : 1;
    enum fwd_reason reason = fwd_parse(
        &input, 0, subject->command, subject->signed_bytes, FWD_SIGBLOCK_MAX, &unverified);
    if (reason == FWD_OK)
        reason = fwd_authenticate(&unverified, &ports, threshold, &subject->trusted);
    if (reason == FWD_OK)
        reason = fwd_authenticate_payload(&subject->trusted, &input, &ports, buf, sizeof buf);
    subject->is_trusted = reason == FWD_OK;
    return reason;
}

/* Without --command: that of the package's kind. */
static void choose_command(struct fwd_verify_subject *subject)
{
    struct fwd_header header;
    if (fwd_args_has(subject->args, "command") ||
        fwd_header_decode(subject->package.data, subject->package.size, &header) != FWD_OK)
        return;
    subject->command = header.kind == FWD_KIND_FULL ? FWD_COMMAND_FULL : FWD_COMMAND_DELTA;
}

/* Of V7: what the command and the limits of the trust store decide, on any device. */
static void check_authority(struct fwd_verify_subject *subject)
{
    const struct fwd_trusted *trusted = &subject->trusted;
    enum fwd_reason reason = FWD_OK;
    if (subject->command == FWD_COMMAND_FULL && trusted->kind == FWD_KIND_DELTA)
        reason = FWD_E_DELTA_NOT_FULL;
    for (uint8_t i = 0; i < trusted->manifest.component_count && reason == FWD_OK; i++)
        reason = fwd_authenticate_authority(trusted, &trusted->manifest.components[i], false);
    if (reason != FWD_OK)
        fwd_check_list_result(&subject->list, FWD_CHECK_POLICY, FWD_CHECK_POLICY, reason);
    else if (!fwd_args_has(subject->args, "device"))
        fwd_check_list_skip(&subject->list, FWD_CHECK_POLICY,
            "the signers may sign for it; the rest needs --device");
}

/* As devices look at a slot: what is after the image (padding, a boot loader's trailer) is not
 * part of it. */
static bool begins_with(const struct fwd_image *image, const struct fwd_bytes *slot)
{
    uint8_t digest[FWD_DIGEST_SIZE];
    return image->size <= slot->size && fwd_crypto_port_sha256(slot->data, image->size, digest) &&
           fwd_image_digest_equal(image, digest);
}

static bool is_image(const struct fwd_image *image, const uint8_t *bytes, size_t size)
{
    uint8_t digest[FWD_DIGEST_SIZE];
    return image->size == size && fwd_crypto_port_sha256(bytes, size, digest) &&
           fwd_image_digest_equal(image, digest);
}

/* V9 by the image alone. False: it cannot be decoded from here. */
static bool check_source(struct fwd_verify_subject *subject, uint8_t index)
{
    const struct fwd_component *c = &subject->trusted.manifest.components[index];
    const struct fwd_verify_images *images = &subject->images[index];
    if ((c->flags & FWD_COMPONENT_HAS_SOURCE) == 0)
        return true;
    if (images->source.data == NULL) {
        fwd_check_list_skip(&subject->list, FWD_CHECK_SOURCE,
            "--source of component %.*s is not given", (int)c->name.size, c->name.bytes);
        fwd_check_list_skip(&subject->list, FWD_CHECK_DECODE,
            "it needs the source of component %.*s", (int)c->name.size, c->name.bytes);
        return false;
    }
    if (begins_with(&c->source, &images->source))
        return true;
    fwd_check_list_result(&subject->list, FWD_CHECK_SOURCE, FWD_CHECK_SOURCE, FWD_E_SOURCE_DIGEST);
    return false;
}

/* --target against the manifest: the digest says it without decoding. */
static bool check_target(struct fwd_verify_subject *subject, uint8_t index)
{
    const struct fwd_component *c = &subject->trusted.manifest.components[index];
    const struct fwd_verify_images *images = &subject->images[index];
    if (images->target.data == NULL) {
        fwd_check_list_skip(&subject->list, FWD_CHECK_TARGET,
            "--target of component %.*s is not given", (int)c->name.size, c->name.bytes);
        return false;
    }
    if (is_image(&c->target, images->target.data, images->target.size))
        return true;
    struct fwd_check *check = &subject->list.checks[FWD_CHECK_TARGET];
    *check = (struct fwd_check){.state = FWD_CHECK_FAILED, .reason = FWD_E_TARGET_DIGEST};
    snprintf(check->why, sizeof check->why, "component %.*s becomes another image than %.120s",
        (int)c->name.size, c->name.bytes, images->target_path);
    return false;
}

static enum fwd_reason decode(struct fwd_verify_subject *subject, uint8_t index)
{
    const struct fwd_component *c = &subject->trusted.manifest.components[index];
    const struct fwd_decode_image job = {
        .component = c,
        .section = subject->package.data + subject->trusted.payload_offset + c->section_offset,
        .source = c->flags & FWD_COMPONENT_HAS_SOURCE
                      ? (struct fwd_bytes){subject->images[index].source.data, c->source.size}
                      : (struct fwd_bytes){NULL, 0},
    };
    uint8_t *target = malloc(c->target.size);
    if (target == NULL)
        return FWD_E_DECODER_MEMORY;
    enum fwd_reason reason = fwd_decode_image(&job, target);
    if (reason == FWD_OK && !is_image(&c->target, target, c->target.size))
        reason = FWD_E_TARGET_DIGEST;
    free(target);
    return reason;
}

static void check_images(struct fwd_verify_subject *subject)
{
    uint8_t count = subject->trusted.manifest.component_count;
    uint8_t sources = 0;
    uint8_t targets = 0;
    uint8_t decoded = 0;
    for (uint8_t i = 0; i < count; i++) {
        targets = (uint8_t)(targets + (check_target(subject, i) ? 1 : 0));
        if (!check_source(subject, i))
            continue;
        sources++;
        enum fwd_reason reason = decode(subject, i);
        if (reason == FWD_OK)
            decoded++;
        else
            fwd_check_list_result(&subject->list, FWD_CHECK_DECODE, FWD_CHECK_DECODE, reason);
    }
    if (sources == count)
        fwd_check_list_pass(&subject->list, FWD_CHECK_SOURCE, FWD_CHECK_SOURCE);
    if (decoded == count)
        fwd_check_list_pass(&subject->list, FWD_CHECK_DECODE, FWD_CHECK_DECODE);
    if (targets == count)
        fwd_check_list_pass(&subject->list, FWD_CHECK_TARGET, FWD_CHECK_TARGET);
}

enum fwd_fail fwd_verify_in_memory(struct fwd_verify_subject *subject, struct fwd_error *err)
{
    choose_command(subject);
    enum fwd_reason reason = authenticate(subject);
    if (reason == FWD_OK)
        reason = fwd_plan_structure(&subject->trusted, fwd_decoders, fwd_decoders_count);
    fwd_check_list_result(&subject->list, FWD_CHECK_KIND, FWD_CHECK_STRUCTURE, reason);
    if (reason != FWD_OK)
        return FWD_FAIL_NONE;
    check_authority(subject);
    enum fwd_fail fail = fwd_verify_images(subject, err);
    if (fail == FWD_FAIL_NONE)
        check_images(subject);
    return fail;
}
