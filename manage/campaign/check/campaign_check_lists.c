/* Rules about devices, records and names. */
#include "manage/campaign/check/campaign_check_internal.h"

#include <jansson.h>
#include <string.h>

#define TESTS_MAX 5u

/* ---- C4: the devices ------------------------------------------------------------------------- */

/* The check digit of an IMEI (Luhn): each second digit from the right counts twice. */
static bool luhn(const char imei[15])
{
    int sum = 0;

    for (int i = 0; i < 15; i++) {
        int digit = imei[14 - i] - '0';
        digit = i % 2 == 1 ? 2 * digit : digit;
        sum += digit > 9 ? digit - 9 : digit;
    }
    return sum % 10 == 0;
}

static bool imei_is_right(const char *imei, struct fwd_error *why)
{
    size_t digits = strspn(imei, "0123456789");

    if (imei[digits] != '\0' || digits != 15) {
        fwd_error_set(why, "'%s' is not an IMEI; an IMEI has 15 digits", imei);
        return false;
    }
    if (!luhn(imei)) {
        fwd_error_set(
            why, "the check digit of the IMEI %s is wrong; look at the label again", imei);
        return false;
    }
    return true;
}

bool fwd_campaign_check_imeis(const struct fwd_campaign_check *check, struct fwd_error *why)
{
    const struct fwd_campaign *c = check->campaign;

    if (c->device_count == 0) {
        fwd_error_set(why, "no device takes part; list them as devices or in devices_file");
        return false;
    }
    for (size_t i = 0; i < c->device_count; i++) {
        if (!imei_is_right(c->devices[i].imei, why))
            return false;
        if (i > 0 && strcmp(c->devices[i - 1].imei, c->devices[i].imei) == 0) {
            fwd_error_set(why, "the IMEI %s is listed twice", c->devices[i].imei);
            return false;
        }
    }
    fwd_error_set(why, "%zu device%s", c->device_count, c->device_count == 1 ? "" : "s");
    return true;
}

/* ---- C9: the devices that are tried first ---------------------------------------------------- */

bool fwd_campaign_check_tests(const struct fwd_campaign_check *check, struct fwd_error *why)
{
    const struct fwd_campaign *c = check->campaign;

    if (c->test_count == 0 || c->test_count > TESTS_MAX) {
        fwd_error_set(why, "a test phase has 1 to %u devices, this one %zu; change test", TESTS_MAX,
            c->test_count);
        return false;
    }
    for (size_t i = 0; i < c->test_count; i++) {
        if (fwd_campaign_find(c, c->tests[i]) == c->device_count) {
            fwd_error_set(why, "the test device %s is not in the list of devices", c->tests[i]);
            return false;
        }
        for (size_t k = 0; k < i; k++) {
            if (strcmp(c->tests[i], c->tests[k]) == 0) {
                fwd_error_set(why, "the test device %s is listed twice", c->tests[i]);
                return false;
            }
        }
    }
    fwd_error_set(why, "%zu of %zu", c->test_count, c->device_count);
    return true;
}

/* ---- C10: what a final phase needs ----------------------------------------------------------- */

static bool report_is_good(const struct fwd_campaign *c, struct fwd_error *why)
{
    json_error_t where;
    json_t *report = json_load_file(c->test_report, 0, &where);
    const json_t *test = json_object_get(report, "test");
    const char *name = json_string_value(json_object_get(report, "campaign"));
    bool same = name != NULL && strcmp(name, c->name) == 0;
    bool good = same && json_is_true(json_object_get(test, "good"));

    if (report == NULL)
        fwd_error_set(why, "%s: the test report cannot be read: %s", c->test_report, where.text);
    else if (!same)
        fwd_error_set(why, "%s is not a report of this campaign", c->test_report);
    else if (!good)
        fwd_error_set(why, "%s: the test phase did not end well on every device", c->test_report);
    json_decref(report);
    return good;
}

bool fwd_campaign_check_final(const struct fwd_campaign_check *check, struct fwd_error *why)
{
    const struct fwd_campaign *c = check->campaign;
    int64_t at;

    if (!c->final) {
        fwd_error_set(why, "the test phase comes first");
        return true;
    }
    if (c->approved_by[0] == '\0' || !fwd_campaign_time(c->approved_at, &at)) {
        fwd_error_set(why, "a final phase needs approval.by, and approval.at as "
                           "2026-12-01T02:00:00Z");
        return false;
    }
    if (c->test_report[0] == '\0') {
        fwd_error_set(why, "a final phase needs the report of the test phase: test_report");
        return false;
    }
    if (!report_is_good(c, why))
        return false;
    fwd_error_set(why, "approved by %s; the test phase ended well", c->approved_by);
    return true;
}

/* ---- C13: names behind a private APN --------------------------------------------------------- */

/* The host of a URI; "" when it is none. */
static void host_of(const char *uri, char host[FWD_CAMPAIGN_TEXT])
{
    const char *at = strstr(uri, "://");
    size_t size = at != NULL ? strcspn(at + 3, ":/") : 0;

    if (at != NULL && at[3] == '[')
        size = strcspn(at + 3, "]") + 1;
    size = size < FWD_CAMPAIGN_TEXT ? size : FWD_CAMPAIGN_TEXT - 1;
    if (size > 0)
        memcpy(host, at + 3, size);
    host[size] = '\0';
}

bool fwd_campaign_check_names(const struct fwd_campaign_check *check, struct fwd_error *why)
{
    const struct fwd_campaign *c = check->campaign;
    const char *const uris[] = {c->lwm2m, c->content};

    if (!c->private_apn) {
        fwd_error_set(why, "no private APN");
        return true;
    }
    for (size_t i = 0; i < 2; i++) {
        char host[FWD_CAMPAIGN_TEXT];
        size_t k = 0;
        host_of(uris[i], host);
        while (k < c->reachable_count && strcmp(c->reachable[k], host) != 0)
            k++;
        if (k == c->reachable_count) {
            fwd_error_set(why,
                "the private APN does not let devices reach %s ('%s'); add it to "
                "private_apn, and to the APN",
                i == 0 ? "the LwM2M server" : "the content server", host);
            return false;
        }
    }
    fwd_error_set(why, "both servers are reachable");
    return true;
}
