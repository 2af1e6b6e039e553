/* Goes through a counterexample with the real code: `replay_trace [--starts] ID`, ID from `run.sh
 * id`. A device lives the starts of the id, then as many without a cut or a fault; twice, as what a
 * fault hides can give errors or read blank. Says how it ends: exit 0: it runs what it should; 1:
 * it is lost, one way or the other; 2: the id is none. --starts: says what each start ends with.
 * trace_id.awk says what is in an id; a cut that the code never comes to is passed over, and told.
 */
#include "tests/model/replay_device.h"
#include "tests/model/replay_flash.h"

#include <check.h>
#include <stdio.h>
#include <string.h>

#define CALM_STARTS 8

static struct {
    struct replay_device *device;
    bool blank, starts;
    unsigned count;
    const char *lost;
} replay;

static bool starts_with(const char *text, const char *with)
{
    return strncmp(text, with, strlen(with)) == 0;
}

/* The event after this one in the same start; "": there is none. */
static const char *next_of(const char *event)
{
    size_t size = strcspn(event, ",/");

    return event[size] == ',' ? event + size + 1 : "";
}

static const char *next_start(const char *events)
{
    const char *at = strchr(events, '/');

    return at != NULL ? at + 1 : "";
}

static void look(void)
{
    if (replay.lost == NULL)
        replay.lost = replay_device_lost(replay.device);
}

/* A cut, or the end of the journal, that comes next is due from now on. */
static void aim(const char *event)
{
    replay_flash_due(starts_with(event, "cut=") ? event + 4 : NULL,
        starts_with(event, "wear=") ? event + 5 : NULL);
}

/* Before the start, not while it lasts. */
static bool is_fault(const char *event)
{
    return starts_with(event, "hide=") || starts_with(event, "mute") || starts_with(event, "lose");
}

static void live(void *arg)
{
    struct lab *lab = replay_device_lab(replay.device);
    const char *event = arg;

    while (is_fault(event))
        event = next_of(event);
    aim(event);
    (void)lab_boot(lab);
    look();
    for (; event[0] != '\0' && event[0] != '/'; event = next_of(event)) {
        aim(next_of(event));
        replay_device_event(replay.device, event);
        if (fwd_boot_decide(&lab->update, &lab->choice) == FWD_OK)
            look();
    }
}

static void tell(const struct lab *lab, const char *events, bool ended)
{
    const struct fwd_journal *journal = &lab->update.journal;

    printf("start %u: %.*s: ", ++replay.count, (int)strcspn(events, "/"), events);
    if (!ended)
        printf("power fails in ");
    printf("%s%s, start %u, step %u", journal->lost ? "a lost journal, " : "",
        fwd_state_name(journal->record.state), (unsigned)journal->record.starts,
        (unsigned)journal->record.step);
    if (ended && lab->choice.action == FWD_BOOT_RUN)
        printf(", RUN release %u\n", replay_device_runs(replay.device));
    else
        printf(ended ? ", RECOVERY\n" : "\n");
}

static bool start(const char *events)
{
    struct lab *lab = replay_device_lab(replay.device);

    fwd_nor_power_off(lab->nor);
    replay_flash_start();
    fwd_nor_power_on(lab->nor);
    for (const char *event = events; is_fault(event); event = next_of(event)) {
        if (starts_with(event, "lose"))
            replay_flash_lose();
        else if (starts_with(event, "mute"))
            replay_flash_mute();
        else if (!replay_flash_hide(event + 5, replay.blank))
            return false;
    }
    bool ended = fwd_nor_run(lab->nor, live, (void *)(uintptr_t)events);
    fwd_nor_arm(lab->nor, NULL);
    if (replay.starts)
        tell(lab, events, ended);
    return true;
}

/* False: that is no id. */
static bool go_through(const char *id)
{
    for (const char *events = strchr(id, ':') + 1; events[0] != '\0'; events = next_start(events)) {
        if (!start(events))
            return false;
    }
    for (int i = 0; i < CALM_STARTS; i++)
        (void)start("");
    if (replay.lost == NULL)
        replay.lost = replay_device_lost_for_good(replay.device);
    return true;
}

static const char *id;
static int status = 2;

START_TEST(replayed)
{
    const struct replay_kind *kind = replay_kind(id);
    unsigned runs = 0, passed = 0;
    bool known = kind != NULL;

    for (int i = 0; i < 2 && known && replay.lost == NULL; i++) {
        replay.blank = i == 1;
        replay.count = 0;
        replay.device = replay_device_new(kind);
        replay_flash_begin(replay_device_lab(replay.device));
        known = go_through(id);
        runs = replay_device_runs(replay.device);
        passed = replay_flash_passed();
        replay_device_free(replay.device);
    }
    if (!known)
        fprintf(stderr, "replay_trace: %s: no id of a model\n", id);
    else if (replay.lost != NULL)
        printf("lost: %s%s", replay.lost, replay.blank ? " (what is hidden reads blank)" : "");
    else
        printf("runs release %u", runs);
    if (known && passed > 0)
        printf(" (%u of its cuts passed over)", passed);
    if (known)
        printf("\n");
    status = !known ? 2 : replay.lost != NULL ? 1 : 0;
}
END_TEST

int main(int argc, char **argv)
{
    replay.starts = argc == 3 && strcmp(argv[1], "--starts") == 0;
    if (argc != 2 && !replay.starts) {
        fprintf(stderr, "usage: replay_trace [--starts] ID\n");
        return 2;
    }
    id = argv[argc - 1];
    Suite *suite = suite_create("replay");
    TCase *tests = tcase_create("replay");
    SRunner *runner = srunner_create(suite);
    tcase_add_test(tests, replayed);
    suite_add_tcase(suite, tests);
    srunner_set_fork_status(runner, CK_NOFORK);
    srunner_run_all(runner, CK_SILENT);
    srunner_free(runner);
    lab_keys_free();
    return status;
}
