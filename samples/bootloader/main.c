/* The boot loader: goes on with an update that the loss of power interrupted, takes a package where
 * the application asked for one or nothing can run, and starts what is signed. */
#include "board.h"
#include "console.h"
#include "device.h"
#include "memory_use.h"
#include "nor_rules.h"
#include "xmodem_receive.h"

__attribute__((section(".mailbox"))) volatile uint32_t board_mailbox;

/* More than policy.max_attempts: then something outside the update is wrong. */
enum { RESUMES_MAX = 4 };

static bool take(void *ctx, const uint8_t *bytes, uint32_t size)
{
    enum fwd_reason reason = fwd_download_write(ctx, bytes, size);

    if (reason != FWD_OK)
        say_number("boot: package refused, code ", fwd_reason_code(reason), "\n");
    return reason == FWD_OK;
}

/* From the far end of the console, or, sooner, from the memory that the bench shares with this
 * machine. */
static bool receive(struct fwd_update *update)
{
    const uint8_t *at = board_bench + NOR_BENCH_PACKAGE;
    uint32_t left = nor_bench()->package_size;
    bool taken = left > 0;

    if (left == 0) {
        say("boot: send a package by Xmodem\n");
        return xmodem_receive(take, update) == XMODEM_COMPLETE;
    }
    for (uint32_t size; taken && left > 0; left -= size, at += size) {
        size = left < 512 ? left : 512;
        taken = take(update, at, size);
    }
    return taken;
}

/* Did the application ask for an update, or the bench for firmware that cannot? */
static bool asks_for_update(void)
{
    bool asked = board_mailbox == BOARD_ASKED_FOR_UPDATE || nor_bench()->asks != 0;

    nor_bench()->asks = 0;
    return asked;
}

/* One package into the package area; then it is installed. */
static void take_and_install(struct fwd_update *update)
{
    nor_takes_anew();
    enum fwd_reason reason = fwd_download_begin(update, XMODEM_PADDING_MAX);

    if (reason == FWD_OK) {
        if (!receive(update)) {
            say("boot: no package came\n");
            return;
        }
        reason = fwd_download_end(update);
    }
    uint32_t start = board_ms();
    if (reason == FWD_OK)
        reason = fwd_update_install(update, FWD_COMMAND_ANY);
    say_number("boot: installation took ", board_ms() - start, " ms\n");
    say_number("boot: update ended, code ", fwd_reason_code(reason), "\n");
}

static void tell_outcome(struct fwd_update *update, const struct fwd_boot_choice *choice)
{
    if (!choice->outcome_pending)
        return;
    say_number("boot: last update ended, code ", fwd_reason_code(choice->outcome), "\n");
    if (fwd_update_reported(update) != FWD_OK)
        board_reset(); /* told again after the next start */
}

/* Asked again: a fault that makes the processor skip an instruction of main() starts nothing. */
static void run(const struct fwd_boot_choice *choice)
{
    const volatile enum fwd_boot_action *action = &choice->action;
    const struct fwd_area *slot = &boot_device.places[0].slots[choice->slot[0]];

    memory_use_tell();
    if (*action != FWD_BOOT_RUN)
        board_reset();
    if (*action != FWD_BOOT_RUN)
        board_reset();
    say_number("boot: run slot ", choice->slot[0], "\n");
    if (*action == FWD_BOOT_RUN)
        board_run(nor_mapped(slot->chip, slot->address));
    board_reset();
}

static void resume(struct fwd_update *update, unsigned *resumes)
{
    if ((*resumes)++ == RESUMES_MAX)
        board_reset();
    say("boot: resume\n");
    say_number("boot: resumed, code ", fwd_reason_code(fwd_update_resume(update)), "\n");
}

int main(void)
{
    static struct fwd_update update;
    struct fwd_boot_choice choice;
    bool asked = asks_for_update(), well = board_mailbox == BOARD_IS_WELL;
    unsigned resumes = 0;

    memory_use_paint();
    board_mailbox = 0;
    board_start();
    board_start_watchdog();
    nor_start();
    say("\nboot: start\n");
    if (!crypto_start() || fwd_update_init(&update, &boot_device) != FWD_OK) {
        say("boot: the signature check or the flash cannot be used\n");
        board_reset();
    }
    /* An application that has the library in it confirms by itself. */
    if (well)
        say_number("boot: confirmed, code ", fwd_reason_code(fwd_update_confirm(&update)), "\n");
    for (;;) {
        enum fwd_reason reason = fwd_boot_decide(&update, &choice);
        if (reason != FWD_OK || choice.action == FWD_BOOT_RECOVERY) {
            say_number("boot: recovery, code ",
                fwd_reason_code(reason != FWD_OK ? reason : choice.start), "\n");
            take_and_install(&update);
        } else if (choice.action == FWD_BOOT_RESUME) {
            resume(&update, &resumes);
        } else if (asked) {
            asked = false; /* once: a refused package is not tried again at each start */
            take_and_install(&update);
        } else {
            tell_outcome(&update, &choice);
            run(&choice);
        }
    }
}
