#include "sim/device/watchdog.h"

void fwd_watchdog_start(struct fwd_watchdog *watchdog)
{
    watchdog->work = 0;
}

static void work(struct fwd_watchdog *watchdog, uint64_t bytes)
{
    watchdog->work += bytes;
    if (watchdog->work > watchdog->most)
        watchdog->most = watchdog->work;
    if (watchdog->work <= watchdog->limit)
        return;
    watchdog->work = 0;
    watchdog->expired(watchdog->ctx);
}

/* ---- flash ----------------------------------------------------------------------------------- */

static enum fwd_io flash_read(
    void *ctx, const struct fwd_area *area, uint32_t offset, void *buf, uint32_t size)
{
    struct fwd_watchdog *watchdog = ctx;
    const struct fwd_flash_port *under = watchdog->under->flash;

    work(watchdog, size);
    return under->read(under->ctx, area, offset, buf, size);
}

static enum fwd_io flash_program(
    void *ctx, const struct fwd_area *area, uint32_t offset, const void *buf, uint32_t size)
{
    struct fwd_watchdog *watchdog = ctx;
    const struct fwd_flash_port *under = watchdog->under->flash;

    work(watchdog, size);
    return under->program(under->ctx, area, offset, buf, size);
}

static enum fwd_io flash_erase(
    void *ctx, const struct fwd_area *area, uint32_t offset, uint32_t size)
{
    struct fwd_watchdog *watchdog = ctx;
    const struct fwd_flash_port *under = watchdog->under->flash;

    work(watchdog, FWD_WATCHDOG_LONG);
    return under->erase(under->ctx, area, offset, size);
}

static enum fwd_io flash_sync(void *ctx)
{
    const struct fwd_watchdog *watchdog = ctx;
    const struct fwd_flash_port *under = watchdog->under->flash;

    return under->sync(under->ctx);
}

/* ---- crypto ---------------------------------------------------------------------------------- */

static bool hash_begin(void *ctx, enum fwd_hash_slot slot)
{
    const struct fwd_watchdog *watchdog = ctx;
    const struct fwd_crypto_port *under = watchdog->under->crypto;

    return under->hash_begin(under->ctx, slot);
}

static bool hash_update(void *ctx, enum fwd_hash_slot slot, const void *bytes, size_t size)
{
    struct fwd_watchdog *watchdog = ctx;
    const struct fwd_crypto_port *under = watchdog->under->crypto;

    work(watchdog, size);
    return under->hash_update(under->ctx, slot, bytes, size);
}

static bool hash_end(void *ctx, enum fwd_hash_slot slot, uint8_t digest[FWD_DIGEST_SIZE])
{
    const struct fwd_watchdog *watchdog = ctx;
    const struct fwd_crypto_port *under = watchdog->under->crypto;

    return under->hash_end(under->ctx, slot, digest);
}

static enum fwd_verdict verify(void *ctx, const struct fwd_key *key, const uint8_t *message,
    size_t message_size, const uint8_t *signature, size_t signature_size)
{
    struct fwd_watchdog *watchdog = ctx;
    const struct fwd_crypto_port *under = watchdog->under->crypto;

    work(watchdog, FWD_WATCHDOG_LONG);
    return under->verify(under->ctx, key, message, message_size, signature, signature_size);
}

/* ---- host ------------------------------------------------------------------------------------ */

static enum fwd_reason ready(void *ctx, enum fwd_point point)
{
    const struct fwd_watchdog *watchdog = ctx;
    const struct fwd_host_port *under = watchdog->under->host;

    return under != NULL && under->ready != NULL ? under->ready(under->ctx, point) : FWD_OK;
}

static void progress(void *ctx, enum fwd_progress phase, uint32_t percent)
{
    const struct fwd_watchdog *watchdog = ctx;
    const struct fwd_host_port *under = watchdog->under->host;

    if (under != NULL && under->progress != NULL)
        under->progress(under->ctx, phase, percent);
}

static void alive(void *ctx)
{
    struct fwd_watchdog *watchdog = ctx;
    const struct fwd_host_port *under = watchdog->under->host;

    watchdog->work = 0;
    if (under != NULL && under->alive != NULL)
        under->alive(under->ctx);
}

static bool unclean(void *ctx)
{
    const struct fwd_watchdog *watchdog = ctx;
    const struct fwd_host_port *under = watchdog->under->host;

    return under != NULL && under->unclean != NULL && under->unclean(under->ctx);
}

static enum fwd_reset reset_cause(void *ctx)
{
    const struct fwd_watchdog *watchdog = ctx;
    const struct fwd_host_port *under = watchdog->under->host;

    return under != NULL && under->reset_cause != NULL ? under->reset_cause(under->ctx)
                                                       : FWD_RESET_UNKNOWN;
}

void fwd_watchdog_wrap(struct fwd_watchdog *watchdog, const struct fwd_ports *under)
{
    watchdog->work = watchdog->most = 0;
    watchdog->under = under;
    watchdog->ports = *under;
    if (watchdog->limit == 0)
        return;
    watchdog->flash =
        (struct fwd_flash_port){watchdog, flash_read, flash_program, flash_erase, flash_sync};
    watchdog->crypto =
        (struct fwd_crypto_port){watchdog, hash_begin, hash_update, hash_end, verify};
    watchdog->host = (struct fwd_host_port){.ctx = watchdog,
        .ready = ready,
        .progress = progress,
        .alive = alive,
        .unclean = unclean,
        .reset_cause = reset_cause};
    watchdog->ports.flash = &watchdog->flash;
    watchdog->ports.crypto = &watchdog->crypto;
    watchdog->ports.host = &watchdog->host;
}
