/* Skips single instructions of the checks, as a fault in the processor would: each one that is read
 * from standard input ("ADDRESS LENGTH NAME"), at its first and at its last execution, with
 * ptrace(2). No skipped instruction may start firmware whose signature is forged, or that was
 * changed in its slot, or that an installation took although its signature is forged.
 *
 * usage: skip_probe [--every N] <LIST; exit status: 0; 1: a door opened; 77: ptrace is not allowed
 */
#include "tests/verify/rig/install_shapes.h"

#include <check.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/ptrace.h>
#include <sys/user.h>
#include <sys/wait.h>
#include <unistd.h>

enum { CLOSED = 0, OPEN = 42 };

static struct lab_case c;

static void require(bool what, const char *name)
{
    if (what)
        return;
    fprintf(stderr, "skip_probe: not as it must be without a fault: %s\n", name);
    exit(2);
}

static enum fwd_verdict refuse(void *ctx, const struct fwd_key *key, const uint8_t *message,
    size_t message_size, const uint8_t *signature, size_t signature_size)
{
    (void)ctx;
    (void)key;
    (void)message;
    (void)message_size;
    (void)signature;
    (void)signature_size;
    return FWD_SIGNATURE_INVALID;
}

static void prepare_installed(void)
{
    c = lab_case_delta(lab_shape("A/B, unit 64"), lab_pattern("three steps"), false);
    c.recipe.parts[0].has_counter = true;
    c.recipe.parts[0].counter = 2;
    lab_case_rebuild(&c);
    require(lab_install(c.lab, &c.package, FWD_COMMAND_ANY) == FWD_OK, "preparation");
    (void)lab_boot(c.lab);
    require(c.lab->choice.action == FWD_BOOT_RUN, "preparation");
}

/* Nothing on the device has a valid signature: nothing starts, and no counter follows it. */
static void prepare_forged(void)
{
    prepare_installed();
    require(c.lab->counters[0] == 2, "preparation");
    c.lab->memo.verify = refuse;
    c.lab->counters[0] = 0;
}

/* Both slots were changed by somebody who can write them. */
static void prepare_changed(void)
{
    prepare_installed();
    for (uint16_t slot = 0; slot < 2; slot++) {
        uint8_t byte;
        require(fwd_nor_peek(c.lab->nor, LAB_AREA_SLOTS + slot, 100, &byte, 1), "preparation");
        byte ^= 1;
        require(fwd_nor_poke(c.lab->nor, LAB_AREA_SLOTS + slot, 100, &byte, 1), "preparation");
    }
}

static void prepare_package(void)
{
    c = lab_case_delta(lab_shape("A/B, unit 64"), lab_pattern("three steps"), false);
    c.lab->faulty = true;
    c.lab->memo.verify = refuse;
}

/* What the factory pinned may start without a signature, as long as it is what was pinned. What
 * does not start raises no counter. */
static int start(void)
{
    uint32_t counter = c.lab->counters[0];

    (void)lab_boot(c.lab);
    if (c.lab->counters[0] > counter)
        return OPEN;
    return c.lab->choice.action == FWD_BOOT_RUN && !lab_runs(c.lab, 0, c.lab->old[0]) ? OPEN
                                                                                      : CLOSED;
}

/* The fault is while it is installed; then the device starts as always. */
static int install(void)
{
    (void)lab_install(c.lab, &c.package, FWD_COMMAND_ANY);
    (void)lab_boot(c.lab);
    return c.lab->choice.action == FWD_BOOT_RUN && lab_runs(c.lab, 0, c.lab->new[0]) ? OPEN
                                                                                     : CLOSED;
}

static const struct {
    const char *name;
    void (*prepare)(void);
    int (*run)(void);
} doors[] = {{"a forged signature starts", prepare_forged, start},
    {"a changed slot starts", prepare_changed, start},
    {"a forged package is installed and starts", prepare_package, install}};

/* ---- skipping -------------------------------------------------------------------------------- */

static pid_t child_of(int (*run)(void))
{
    (void)fflush(stdout);
    pid_t child = fork();

    if (child != 0)
        return child;
    if (ptrace(PTRACE_TRACEME, 0, NULL, NULL) != 0)
        _exit(77);
    (void)alarm(10);
    (void)raise(SIGSTOP);
    _exit(run());
}

static long word_at(pid_t child, unsigned long at)
{
    return ptrace(PTRACE_PEEKTEXT, child, (void *)at, NULL);
}

static void set_word(pid_t child, unsigned long at, long word)
{
    (void)ptrace(PTRACE_POKETEXT, child, (void *)at, (void *)word);
}

static void set_ip(pid_t child, unsigned long ip)
{
    struct user_regs_struct registers;

    (void)ptrace(PTRACE_GETREGS, child, NULL, &registers);
    registers.rip = ip;
    (void)ptrace(PTRACE_SETREGS, child, NULL, &registers);
}

/* Runs with a breakpoint at `at`; skips `size` bytes at hit number `which` (0: never). Returns how
 * the child ended; *hits: how often it came there. */
static int run_child(
    int (*run)(void), unsigned long at, unsigned size, unsigned which, unsigned *hits)
{
    pid_t child = child_of(run);
    int status = 0;
    bool done = false;

    *hits = 0;
    if (waitpid(child, &status, 0) != child || !WIFSTOPPED(status))
        return WIFEXITED(status) ? WEXITSTATUS(status) : CLOSED;
    long word = word_at(child, at);
    long trap = (long)(((unsigned long)word & ~0xFFul) | 0xCCul);
    set_word(child, at, trap);
    (void)ptrace(PTRACE_CONT, child, NULL, NULL);
    while (waitpid(child, &status, 0) == child && WIFSTOPPED(status)) {
        if (WSTOPSIG(status) != SIGTRAP) {
            (void)kill(child, SIGKILL); /* crashed, or never ends: the watchdog resets it */
            (void)ptrace(PTRACE_CONT, child, NULL, NULL);
            continue;
        }
        (*hits)++;
        set_word(child, at, word);
        if (*hits == which) {
            set_ip(child, at + size);
            done = true;
        } else {
            set_ip(child, at);
            (void)ptrace(PTRACE_SINGLESTEP, child, NULL, NULL);
            (void)waitpid(child, &status, 0);
            if (!WIFSTOPPED(status))
                break;
        }
        if (!done && *hits < 100000)
            set_word(child, at, trap);
        (void)ptrace(PTRACE_CONT, child, NULL, NULL);
    }
    return WIFEXITED(status) ? WEXITSTATUS(status) : CLOSED;
}

static unsigned tried, opened;

static void try_one(size_t door, unsigned long at, unsigned size, const char *name)
{
    unsigned hits = 0, ignored;
    int plain = run_child(doors[door].run, at, size, 0, &hits);

    if (plain == 77) {
        printf("skipped: ptrace is not allowed here\n");
        exit(77);
    }
    require(plain == CLOSED, doors[door].name);
    for (unsigned which = 1; hits > 0; which = hits) {
        tried++;
        if (run_child(doors[door].run, at, size, which, &ignored) == OPEN) {
            printf("%s: skipped 0x%lx in %s, execution %u of %u\n", doors[door].name, at, name,
                which, hits);
            opened++;
        }
        if (which == hits)
            break;
    }
}

static struct instruction {
    unsigned long at;
    unsigned size;
    char name[64];
} list[8192];
static size_t count, every = 1;

/* A test, because the rig is made for tests. */
START_TEST(no_skipped_instruction_opens_a_door)
{
    for (size_t door = 0; door < sizeof doors / sizeof doors[0]; door++) {
        unsigned before = tried;
        doors[door].prepare();
        for (size_t i = door; i < count; i += every)
            try_one(door, list[i].at, list[i].size, list[i].name);
        lab_case_free(&c);
        printf("%s: %u instructions skipped\n", doors[door].name, tried - before);
    }
    printf("%zu instructions in the list, %u faults, %u doors opened\n", count, tried, opened);
}
END_TEST

int main(int argc, char **argv)
{
    Suite *suite = suite_create("skip");
    TCase *tc = tcase_create("skip");
    SRunner *runner = srunner_create(suite);

    if (argc == 3 && strcmp(argv[1], "--every") == 0)
        every = strtoul(argv[2], NULL, 10);
    while (count < 8192 &&
           scanf("%lx %u %63s", &list[count].at, &list[count].size, list[count].name) == 3)
        count++;
    if (count == 0 || every == 0)
        return 2;
    suite_add_tcase(suite, tc);
    tcase_add_test(tc, no_skipped_instruction_opens_a_door);
    srunner_set_fork_status(runner, CK_NOFORK);
    srunner_run_all(runner, CK_SILENT);
    int failed = srunner_ntests_failed(runner);
    srunner_free(runner);
    return failed > 0 || opened > 0;
}
