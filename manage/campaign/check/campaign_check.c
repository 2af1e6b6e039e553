#include "manage/campaign/check/campaign_check_internal.h"
#include "manage/campaign/check/campaign_product.h"

#include <inttypes.h>
#include <string.h>

#define INSTALL_S 300u /* of a family whose document names no time */

/* ---- C1 to C3: product, versions, packages --------------------------------------------------- */

static bool product(const struct fwd_campaign_check *check, struct fwd_error *why)
{
    const char *name = check->campaign->product;
    bool excluded;

    if (check->profile != NULL) {
        fwd_error_set(why, "%s is of the family %s", name, check->profile->name);
        return true;
    }
    (void)fwd_campaign_product(name, &excluded);
    if (name[0] == '\0')
        fwd_error_set(why, "the product is missing; give it as product");
    else if (excluded)
        fwd_error_set(why, "%s: product versions 00B and 01B cannot be updated so", name);
    else
        fwd_error_set(why, "no family is known for the product '%s'", name);
    return false;
}

static bool versions(const struct fwd_campaign_check *check, struct fwd_error *why)
{
    const struct fwd_campaign_version *from = &check->campaign->from, *to = &check->campaign->to;
    const char *const parts[] = {from->modem, from->application, to->modem, to->application};
    static const char *const names[] = {
        "from.modem", "from.application", "to.modem", "to.application"};

    for (size_t i = 0; i < 4; i++) {
        if (parts[i][0] == '\0') {
            fwd_error_set(why, "the version %s is missing", names[i]);
            return false;
        }
    }
    if (strcmp(from->modem, to->modem) == 0 && strcmp(from->application, to->application) == 0) {
        fwd_error_set(why, "from and to are the same version, %s,%s", to->modem, to->application);
        return false;
    }
    fwd_error_set(
        why, "%s,%s to %s,%s", from->modem, from->application, to->modem, to->application);
    return true;
}

static bool states(const char *text, const struct fwd_campaign_version *version)
{
    char both[2 * FWD_CAMPAIGN_VERSION];

    fwd_campaign_version_text(version, both);
    return strcmp(text, both) == 0;
}

static bool chain(const struct fwd_campaign_check *check, struct fwd_error *why)
{
    const struct fwd_campaign *c = check->campaign;
    const struct fwd_campaign_package *p = check->packages;
    size_t last = check->package_count - 1;

    for (size_t i = 0; i <= last; i++) {
        if (!p[i].delta) {
            fwd_error_set(why, "%s: a delta is expected, this is a full package", c->packages[i]);
            return false;
        }
        if (i > 0 && strcmp(p[i].from, p[i - 1].to) != 0) {
            fwd_error_set(why, "%s is for version '%s', but the package before it leads to '%s'",
                c->packages[i], p[i].from, p[i - 1].to);
            return false;
        }
    }
    if (!states(p[0].from, &c->from)) {
        fwd_error_set(why, "%s is for version '%s', the campaign for '%s,%s'", c->packages[0],
            p[0].from, c->from.modem, c->from.application);
        return false;
    }
    if (!states(p[last].to, &c->to)) {
        fwd_error_set(why, "%s leads to version '%s', the campaign to '%s,%s'", c->packages[last],
            p[last].to, c->to.modem, c->to.application);
        return false;
    }
    return true;
}

static bool packages(const struct fwd_campaign_check *check, struct fwd_error *why)
{
    if (check->campaign->package_count == 0) {
        fwd_error_set(why, "no package is named; give it as packages");
        return false;
    }
    if (check->package_count < check->campaign->package_count) {
        *why = check->package_error;
        return false;
    }
    if (!chain(check, why))
        return false;
    fwd_error_set(why, "%zu package%s, signed, from and to these versions", check->package_count,
        check->package_count == 1 ? "" : "s");
    return true;
}

/* ---- C5 to C8, C11, C12: when, where, how ---------------------------------------------------- */

/* Seconds that an update of one device takes at most: fetched and installed, all hops. */
static uint64_t estimate(const struct fwd_campaign_check *check)
{
    uint32_t minutes = check->profile != NULL ? check->profile->install_minutes : 0;
    uint64_t seconds = 0;

    for (size_t i = 0; i < check->package_count; i++)
        seconds += check->packages[i].bytes.size / check->campaign->bytes_per_s + 1 +
                   (minutes > 0 ? 60u * minutes : INSTALL_S);
    return seconds;
}

static bool schedule(const struct fwd_campaign_check *check, struct fwd_error *why)
{
    const struct fwd_campaign *c = check->campaign;
    uint64_t least = estimate(check);
    int64_t start;

    if (!fwd_campaign_time(c->start, &start)) {
        fwd_error_set(
            why, "schedule.start is '%s'; a time as 2026-12-01T02:00:00Z is expected", c->start);
        return false;
    }
    if (c->duration_s == 0 || c->duration_s < least) {
        fwd_error_set(why,
            "schedule.duration_s is %" PRIu32 ", but a device needs up to %" PRIu64
            " s to fetch and install",
            c->duration_s, least);
        return false;
    }
    fwd_error_set(why, "%s for %" PRIu32 " s; a device needs up to %" PRIu64 " s", c->start,
        c->duration_s, least);
    return true;
}

static bool is_r4(const struct fwd_campaign_check *check)
{
    return check->profile != NULL && check->profile->traits.family == FWD_FAMILY_R4;
}

static bool carrier(const struct fwd_campaign_check *check, struct fwd_error *why)
{
    const char *name = check->campaign->carrier;

    fwd_error_set(why, "%s",
        name[0] != '\0' ? name
        : is_r4(check)  ? "the network operator is missing; SARA-R4 needs it as operator"
                        : "this family does not need one");
    return name[0] != '\0' || !is_r4(check);
}

static bool https(const struct fwd_campaign_check *check, struct fwd_error *why)
{
    enum fwd_campaign_answer answer = check->campaign->https;

    if (is_r4(check) && answer == FWD_CAMPAIGN_YES) {
        fwd_error_set(why, "https is true, but SARA-R4 fetches packages by HTTP only");
        return false;
    }
    if (!is_r4(check) && answer == FWD_CAMPAIGN_UNSAID) {
        fwd_error_set(why, "say whether packages are fetched by HTTPS: https, true or false");
        return false;
    }
    fwd_error_set(why, "%s", answer == FWD_CAMPAIGN_YES ? "by HTTPS" : "by HTTP");
    return true;
}

static bool area(const struct fwd_campaign_check *check, struct fwd_error *why)
{
    const char *name = check->campaign->area;

    fwd_error_set(
        why, "%s", name[0] != '\0' ? name : "the location area is missing; give it as area");
    return name[0] != '\0';
}

static bool sizes(const struct fwd_campaign_check *check, struct fwd_error *why)
{
    const struct fwd_profile *p = check->profile;

    for (size_t i = 0; i < check->package_count && p->package_max > 0; i++) {
        size_t size = check->packages[i].bytes.size;
        if (size < p->package_min || size > p->package_max) {
            fwd_error_set(why,
                "%s has %zu bytes; deltas of %s usually have %" PRIu32 " to %" PRIu32,
                check->campaign->packages[i], size, p->title, p->package_min, p->package_max);
            return false;
        }
    }
    fwd_error_set(why, "%s", p->package_max > 0 ? "as usual for this family" : "any size");
    return true;
}

static bool host(const struct fwd_campaign_check *check, struct fwd_error *why)
{
    bool r5 = check->profile != NULL && check->profile->traits.family == FWD_FAMILY_R5;

    for (int i = 0; i < FWD_CAMPAIGN_HOSTS; i++) {
        enum fwd_campaign_answer answer = check->campaign->host[i];
        if (answer == FWD_CAMPAIGN_YES || (i == FWD_CAMPAIGN_HOST_EDRX && r5))
            continue;
        fwd_error_set(why, "host.%s is %s; the host application has to, before a campaign",
            fwd_campaign_host_words[i], answer == FWD_CAMPAIGN_NO ? "false" : "missing");
        return false;
    }
    fwd_error_set(why, "reviewed");
    return true;
}

/* ---- all of them ----------------------------------------------------------------------------- */

static const struct {
    const char *id, *title;
    bool (*keeps)(const struct fwd_campaign_check *check, struct fwd_error *why);
    bool warning;        /* broken: a warning only */
    bool needs_profile;  /* skipped without, as C1 says it */
    bool needs_packages; /* likewise, C3 */
} rules[FWD_CAMPAIGN_RULES] = {
    {"C1", "product", product, false, false, false},
    {"C2", "versions", versions, false, false, false},
    {"C3", "packages", packages, false, false, false},
    {"C4", "devices", fwd_campaign_check_imeis, false, false, false},
    {"C5", "schedule", schedule, false, false, false},
    {"C6", "network operator", carrier, false, true, false},
    {"C7", "HTTP or HTTPS", https, false, true, false},
    {"C8", "location area", area, true, false, false},
    {"C9", "test devices", fwd_campaign_check_tests, false, false, false},
    {"C10", "before the final phase", fwd_campaign_check_final, false, false, false},
    {"C11", "package size", sizes, true, true, true},
    {"C12", "design review of the host", host, false, false, false},
    {"C13", "names behind a private APN", fwd_campaign_check_names, true, false, false},
};

static void apply(struct fwd_campaign_check *check, size_t index)
{
    struct fwd_campaign_finding *f = &check->findings[index];

    *f = (struct fwd_campaign_finding){.id = rules[index].id, .title = rules[index].title};
    if (rules[index].needs_profile && check->profile == NULL) {
        f->verdict = FWD_CAMPAIGN_SKIPPED;
        fwd_error_set(&f->why, "depends on the family, see C1");
    } else if (rules[index].needs_packages && check->package_count == 0) {
        f->verdict = FWD_CAMPAIGN_SKIPPED;
        fwd_error_set(&f->why, "no package could be read, see C3");
    } else if (!rules[index].keeps(check, &f->why)) {
        f->verdict = rules[index].warning ? FWD_CAMPAIGN_WARNED : FWD_CAMPAIGN_BROKEN;
        check->warned += rules[index].warning ? 1 : 0;
        check->broken += rules[index].warning ? 0 : 1;
    }
}

void fwd_campaign_check_run(const struct fwd_campaign *campaign, struct fwd_campaign_check *check)
{
    bool excluded;

    *check = (struct fwd_campaign_check){.campaign = campaign};
    check->profile = fwd_campaign_product(campaign->product, &excluded);
    while (check->package_count < campaign->package_count &&
           fwd_campaign_package_open(campaign, campaign->packages[check->package_count],
               &check->packages[check->package_count], &check->package_error) == FWD_FAIL_NONE)
        check->package_count++;
    for (size_t i = 0; i < FWD_CAMPAIGN_RULES; i++)
        apply(check, i);
}

void fwd_campaign_check_free(struct fwd_campaign_check *check)
{
    for (size_t i = 0; i < check->package_count; i++)
        fwd_campaign_package_close(&check->packages[i]);
    check->package_count = 0;
}

const char *fwd_campaign_verdict_word(enum fwd_campaign_verdict verdict)
{
    static const char *const words[] = {"kept", "BROKEN", "warning", "skipped"};

    return words[verdict];
}
