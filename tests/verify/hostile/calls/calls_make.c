/* The calls of the library, each with arguments that come from the seed. */
#include "tests/verify/hostile/calls/calls_rig.h"

#define CALLS_MAX 25

static const struct fwd_bytes *any_package(struct calls *calls)
{
    return &calls->packages[dice_below(&calls->dice, CALLS_GIVEN)];
}

static enum fwd_command any_command(struct calls *calls)
{
    return (enum fwd_command)dice_below(&calls->dice, FWD_COMMAND_ANY + 1);
}

static enum fwd_reason begin(struct calls *calls)
{
    calls->sending = any_package(calls);
    calls->sent = 0;
    return fwd_download_begin(&calls->lab->update, dice_once_in(&calls->dice, 3) ? 127 : 0);
}

static enum fwd_reason write(struct calls *calls)
{
    const struct fwd_bytes *package = calls->sending;
    uint32_t at = calls->sent, left = (uint32_t)package->size - at;
    uint32_t size = dice_once_in(&calls->dice, 3) ? left : dice_below(&calls->dice, 700);

    if (size > left)
        size = left;
    calls->sent += size;
    return fwd_download_write(&calls->lab->update, package->data + at, size);
}

static enum fwd_reason end(struct calls *calls)
{
    return fwd_download_end(&calls->lab->update);
}

static enum fwd_reason download(struct calls *calls)
{
    return lab_download(calls->lab, any_package(calls), 0);
}

static enum fwd_reason install(struct calls *calls)
{
    return fwd_update_install(&calls->lab->update, any_command(calls));
}

static enum fwd_reason rehearse(struct calls *calls)
{
    return fwd_update_rehearse(&calls->lab->update, any_command(calls));
}

static enum fwd_reason slices(struct calls *calls)
{
    uint32_t count = dice_below(&calls->dice, 60), work = dice_below(&calls->dice, 2000);
    enum fwd_reason reason = FWD_OK;
    bool more;

    for (uint32_t i = 0; i < count; i++)
        reason = fwd_update_rehearse_slice(&calls->lab->update, FWD_COMMAND_ANY, work, &more);
    return reason;
}

static enum fwd_reason decide(struct calls *calls)
{
    enum fwd_reason reason = fwd_boot_decide(&calls->lab->update, &calls->lab->choice);

    calls_check_choice(calls);
    return reason;
}

static enum fwd_reason resume(struct calls *calls)
{
    return fwd_update_resume(&calls->lab->update);
}

static enum fwd_reason reported(struct calls *calls)
{
    return fwd_update_reported(&calls->lab->update);
}

static enum fwd_reason confirm(struct calls *calls)
{
    return fwd_update_confirm(&calls->lab->update);
}

static enum fwd_reason revert(struct calls *calls)
{
    return fwd_update_revert(&calls->lab->update);
}

static enum fwd_reason abandon(struct calls *calls)
{
    return fwd_update_abandon(&calls->lab->update, FWD_E_ABANDONED);
}

static enum fwd_reason adopt(struct calls *calls)
{
    uint32_t stored = (uint32_t)any_package(calls)->size;

    if (dice_once_in(&calls->dice, 2))
        stored = 0;
    return fwd_download_adopt(&calls->lab->update, stored, dice_below(&calls->dice, 2) * 127);
}

static enum fwd_reason provision(struct calls *calls)
{
    const struct fwd_bytes *package = any_package(calls);
    uint32_t size = dice_once_in(&calls->dice, 2) ? 600 : (uint32_t)package->size;

    return fwd_update_provision(
        &calls->lab->update, package->data, size < package->size ? size : (uint32_t)package->size);
}

/* The processor is reset, and power stays. */
static enum fwd_reason reset(struct calls *calls)
{
    calls_start(calls);
    return FWD_OK;
}

/* A download that nobody signed, with another call between two of its pieces. */
static enum fwd_reason interrupted(struct calls *calls);

static const struct {
    const char *name;
    enum fwd_reason (*make)(struct calls *calls);
} table[] = {
    {"begin", begin},
    {"write", write},
    {"write", write},
    {"write", write},
    {"end", end},
    {"download", download},
    {"download", download},
    {"install", install},
    {"rehearse", rehearse},
    {"slices", slices},
    {"slices", slices},
    {"slices", slices},
    {"decide", decide},
    {"resume", resume},
    {"reported", reported},
    {"confirm", confirm},
    {"revert", revert},
    {"abandon", abandon},
    {"adopt", adopt},
    {"provision", provision},
    {"reset", reset},
    {"interrupted", interrupted},
    {"interrupted", interrupted},
};

static enum fwd_reason interrupted(struct calls *calls)
{
    struct fwd_update *update = &calls->lab->update;
    const struct fwd_bytes *package = &calls->packages[CALLS_HOSTILE];
    uint32_t first = dice_below(&calls->dice, 4000);
    enum fwd_reason reason = fwd_download_begin(update, 0);

    if (reason == FWD_OK)
        reason = fwd_download_write(update, package->data, first);
    calls_log_reason(calls, reason);
    reason = dice_once_in(&calls->dice, 2) ? decide(calls) : install(calls);
    calls_log_reason(calls, reason);
    return fwd_download_write(update, package->data + first, (uint32_t)package->size - first);
}

void calls_make_some(struct calls *calls)
{
    for (uint32_t left = dice_below(&calls->dice, CALLS_MAX); left > 0; left--) {
        uint32_t which = dice_below(&calls->dice, sizeof table / sizeof table[0]);
        calls_log(calls, table[which].name, calls->sent);
        calls_log_reason(calls, table[which].make(calls));
        calls_check(calls);
    }
}
