/* Text for XML, from whatever a network or a file has said. */
#include "hostio/host_xml.h"

#include <check.h>
#include <stdlib.h>
#include <string.h>

static const struct {
    const char *text, *written;
} texts[] = {
    {"a < b & \"c\" > d", "a &lt; b &amp; &quot;c&quot; &gt; d"},
    {"Stra\xC3\x9F"
     "e, \xE2\x82\xAC, \xF0\x9F\x93\xA6\n",
        "Stra\xC3\x9F"
        "e, \xE2\x82\xAC, \xF0\x9F\x93\xA6\n"},
    {"\x1B[31m\t\x7F", "?[31m??"}, {"\xFF\x80z", "??z"}, /* no first byte, none that goes on */
    {"\xC3", "?"},                                       /* the text ends within a character */
    {"\xE2\x82", "??"},                                  /* likewise */
    {"\xE2\x82<", "??&lt;"},                             /* what follows is not swallowed */
    {"\xC0\xAF", "??"},                                  /* longer than it need be */
    {"\xE0\x80\xAF", "???"},                             /* likewise */
    {"\xF0\x80\x80\xAF", "????"},                        /* likewise */
    {"\xED\xA0\x80", "???"},                             /* a surrogate */
    {"\xF4\x90\x80\x80", "????"},                        /* beyond the last character */
    {"\xF8\x88\x80\x80\x80", "?????"},                   /* five bytes */
    {"\xEF\xBF\xBF", "???"},                             /* not in XML */
};

START_TEST(what_is_no_text_of_xml_becomes_a_question_mark)
{
    char *written = NULL;
    size_t size = 0;
    FILE *out = open_memstream(&written, &size);

    ck_assert_ptr_nonnull(out);
    fwd_xml_put(out, texts[_i].text);
    ck_assert_int_eq(fclose(out), 0);
    ck_assert_str_eq(written, texts[_i].written);
    free(written);
}
END_TEST

int main(void)
{
    Suite *suite = suite_create("xml");
    TCase *all = tcase_create("all");

    tcase_add_loop_test(all, what_is_no_text_of_xml_becomes_a_question_mark, 0,
        (int)(sizeof texts / sizeof texts[0]));
    suite_add_tcase(suite, all);
    SRunner *runner = srunner_create(suite);
    srunner_run_all(runner, CK_NORMAL);
    int failed = srunner_ntests_failed(runner);
    srunner_free(runner);
    return failed == 0 ? EXIT_SUCCESS : EXIT_FAILURE;
}
