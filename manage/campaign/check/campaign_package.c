#include "manage/campaign/check/campaign_package.h"

#include "keys/crypto_port.h"
#include "keys/trust.h"
#include "verify/trust/authenticate.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#define PACKAGE_MAX 1073741824u
#define READ_SIZE   4096u

struct job {
    const struct fwd_campaign *campaign;
    struct fwd_bytes *package;
    struct fwd_host_crypto crypto;
    struct fwd_trust trust;
    struct fwd_trusted trusted;
    uint8_t *signed_bytes;
    uint8_t buf[READ_SIZE];
};

static enum fwd_reason read_package(void *ctx, uint32_t offset, void *buf, uint32_t size)
{
    const struct job *job = ctx;

    memcpy(buf, job->package->data + offset, size);
    return FWD_OK;
}

static enum fwd_reason authenticate(struct job *job)
{
    struct fwd_unverified unverified;
    const struct fwd_input input = {job, read_package, (uint32_t)job->package->size};
    const struct fwd_keys_port keys = fwd_trust_port(&job->trust);
    const struct fwd_ports ports = {.crypto = &job->crypto.port, .keys = &keys};

    enum fwd_reason reason =
        fwd_parse(&input, 0, FWD_COMMAND_ANY, job->signed_bytes, FWD_SIGBLOCK_MAX, &unverified);
    if (reason == FWD_OK)
        reason = fwd_authenticate(&unverified, &ports, 1, &job->trusted);
    if (reason == FWD_OK)
        reason = fwd_authenticate_payload(&job->trusted, &input, &ports, job->buf, sizeof job->buf);
    return reason;
}

static enum fwd_fail load(struct job *job, const char *path, struct fwd_error *err)
{
    enum fwd_fail fail = fwd_file_read_as("a package", path, PACKAGE_MAX, job->package, err);

    if (fail == FWD_FAIL_NONE)
        fail = fwd_crypto_port_init(&job->crypto, err);
    for (size_t i = 0; i < job->campaign->trust_count && fail == FWD_FAIL_NONE; i++)
        fail = fwd_trust_load(&job->trust, job->campaign->trust[i], FWD_TRUST_STRICT, err);
    job->signed_bytes = malloc(FWD_SIGNED_MAX + FWD_SIGBLOCK_MAX);
    if (fail == FWD_FAIL_NONE && job->signed_bytes == NULL)
        fail = fwd_error_memory(err, path);
    return fail;
}

static void take_version(struct fwd_text text, char out[2 * FWD_CAMPAIGN_VERSION])
{
    (void)snprintf(
        out, 2 * FWD_CAMPAIGN_VERSION, "%.*s", (int)text.size, text.size > 0 ? text.bytes : "");
}

static void take(const struct job *job, struct fwd_campaign_package *out)
{
    const struct fwd_component *c = &job->trusted.manifest.components[0];

    out->delta = job->trusted.kind == FWD_KIND_DELTA;
    take_version(c->source.version, out->from);
    take_version(c->target.version, out->to);
}

enum fwd_fail fwd_campaign_package_open(const struct fwd_campaign *campaign, const char *path,
    struct fwd_campaign_package *out, struct fwd_error *err)
{
    struct job job = {.campaign = campaign, .package = &out->bytes};

    *out = (struct fwd_campaign_package){0};
    enum fwd_fail fail = load(&job, path, err);
    enum fwd_reason reason = fail == FWD_FAIL_NONE ? authenticate(&job) : FWD_OK;
    if (reason != FWD_OK)
        fail = fwd_error_fail(err, FWD_FAIL_REFUSED, "%s: %s (%s); %s", path,
            fwd_reason_info(reason)->meaning, fwd_reason_info(reason)->name,
            fwd_reason_info(reason)->advice);
    if (fail == FWD_FAIL_NONE &&
        !fwd_crypto_port_sha256(out->bytes.data, out->bytes.size, out->digest))
        fail = fwd_error_memory(err, path);
    if (fail == FWD_FAIL_NONE)
        take(&job, out);
    else
        fwd_campaign_package_close(out);
    free(job.signed_bytes);
    fwd_trust_free(&job.trust);
    fwd_crypto_port_free(&job.crypto);
    return fail;
}

void fwd_campaign_package_close(struct fwd_campaign_package *package)
{
    fwd_bytes_free(&package->bytes);
}
