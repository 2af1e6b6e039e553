/* The command that torture prints for a case is the one that was given, without what the case does
 * not depend on. */
#include "cli/torture/torture_replay.h"

#include <check.h>
#include <stdlib.h>

static const struct fwd_given all[] = {{"device", "dev.json"}, {"image", "firmware=a b.bin"},
    {"trust", "it's.pem"}, {"cuts", "double"}, {"tears", "all"}, {"second-every", "5"},
    {"start-faults", NULL}, {"worn", NULL}, {"unconfirmed", NULL}, {"generations", "2"},
    {"faults", "3"}, {"jobs", "2"}, {"json", NULL}, {"report", "r.json"}, {"junit", "j.xml"},
    {"sarif", "s.json"}, {"force", NULL}, {"every-state", NULL}, {"replay", "op=1"}};

static const struct {
    const char *operand;
    size_t given;
    const char *id, *command;
} cases[] = {
    {"a.upd", 0, "op=1,tear=half,seed=0", "fwdelta torture a.upd --replay op=1,tear=half,seed=0"},
    {"-a.upd", 1, "op=1", "fwdelta torture ./-a.upd --device dev.json --replay op=1"},
    {"", 2, "x", "fwdelta torture '' --device dev.json --image 'firmware=a b.bin' --replay x"},
    {"a;b", sizeof all / sizeof all[0], "worn=1,area=journal,at=12+op=305",
        "fwdelta torture 'a;b' --device dev.json --image 'firmware=a b.bin' --trust "
        "'it'\\''s.pem' --start-faults --worn --unconfirmed --generations 2 --faults 3 --replay "
        "worn=1,area=journal,at=12+op=305"},
};

START_TEST(the_command_has_what_decides_the_case)
{
    char *operands[] = {(char *)(uintptr_t)cases[_i].operand};
    const struct fwd_args args = {.operands = operands,
        .operand_count = 1,
        .given = (struct fwd_given *)(uintptr_t)all,
        .given_count = cases[_i].given};
    char *command = fwd_torture_replay_command(&args, cases[_i].id);

    ck_assert_str_eq(command, cases[_i].command);
    free(command);
}
END_TEST

int main(void)
{
    Suite *suite = suite_create("torture replay");
    SRunner *runner = srunner_create(suite);
    TCase *one = tcase_create("command");

    tcase_add_loop_test(
        one, the_command_has_what_decides_the_case, 0, (int)(sizeof cases / sizeof cases[0]));
    suite_add_tcase(suite, one);
    srunner_run_all(runner, CK_ENV);
    int failed = srunner_ntests_failed(runner);
    srunner_free(runner);
    return failed == 0 ? EXIT_SUCCESS : EXIT_FAILURE;
}
