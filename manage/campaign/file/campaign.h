/* A campaign: which devices go from which firmware to which, by which packages, when, and who has
 * agreed to it. Read from a JSON file; what the rules of a campaign ask for may be missing in it,
 * so that the rules can name it. (*: optional for reading)
 *
 *     name: of the campaign
 *     *product: of the module, "SARA-R410M-02B"
 *     *operator: whose network it is
 *     *area: where the devices are
 *     *from, *to: {*modem, *application}: versions
 *     *packages: list of files, one for each hop, in their order
 *     *trust: list of public keys (PEM) that the packages are signed with
 *     *schedule: {*start: "2026-12-01T02:00:00Z", *duration_s}
 *     *https: is the package fetched by HTTPS?
 *     *devices: list of IMEIs
 *     *devices_file: a file with one IMEI a line, instead of it or besides
 *     *test: list of the IMEIs that are tried first
 *     *host: {*never_resets, *decides, *knows_duration, *disables_edrx, *keeps_log}: what the host
 *         application was found to do
 *     *private_apn: list of the names that it lets devices reach; absent: no private APN
 *     *phase: "test" (default) or "final"; final needs approval {by, at} and test_report, a file
 *     *lwm2m, *content: URIs of the two servers
 *     *certificate, *key: PEM files of the content server, for https://
 *     *psk: a file with a line for each device: IMEI, key in hexadecimal digits, *identity
 *     *lifetime_s: of registrations, which the server gives to devices whose turn it is
 *     *attempts: for each device and hop; *bytes_per_s: of downloads
 *
 * Names of files count from the folder of the campaign file. */
#ifndef FWD_MANAGE_CAMPAIGN_FILE_CAMPAIGN_H
#define FWD_MANAGE_CAMPAIGN_FILE_CAMPAIGN_H

#include "hostio/host_error.h"
#include "sim/family/profiles.h"

#include <stdbool.h>
#include <stdint.h>

#define FWD_CAMPAIGN_TEXT     128u
#define FWD_CAMPAIGN_VERSION  64u
#define FWD_CAMPAIGN_PATH     1024u
#define FWD_CAMPAIGN_FILES    8u       /* packages, keys, names of an APN */
#define FWD_CAMPAIGN_DEVICES  1000000u /* of one campaign */
#define FWD_CAMPAIGN_TESTS    64u      /* of the list; a test phase has at most 5 */
#define FWD_CAMPAIGN_IMEI     24u      /* as written: 15 digits and a zero, or something wrong */
#define FWD_CAMPAIGN_PSK      64u
#define FWD_CAMPAIGN_IDENTITY 128u
#define FWD_CAMPAIGN_LIFETIME 86400u /* seconds; what modules have from the factory */

enum fwd_campaign_answer { FWD_CAMPAIGN_NO, FWD_CAMPAIGN_YES, FWD_CAMPAIGN_UNSAID };

/* What the design review of a host application asks (in the order of fwd_campaign_host_words). */
enum fwd_campaign_host {
    FWD_CAMPAIGN_HOST_RESETS,
    FWD_CAMPAIGN_HOST_DECIDES,
    FWD_CAMPAIGN_HOST_DURATION,
    FWD_CAMPAIGN_HOST_EDRX,
    FWD_CAMPAIGN_HOST_LOG,
    FWD_CAMPAIGN_HOSTS
};
extern const char *const fwd_campaign_host_words[FWD_CAMPAIGN_HOSTS];

struct fwd_campaign_version {
    char modem[FWD_CAMPAIGN_VERSION], application[FWD_CAMPAIGN_VERSION];
};

struct fwd_campaign_device {
    char imei[FWD_CAMPAIGN_IMEI];
    bool test;
    uint8_t key_size; /* 0: no pre-shared key */
    uint8_t key[FWD_CAMPAIGN_PSK];
    char *identity; /* owned; NULL: the endpoint, urn:imei:<IMEI> */
};

struct fwd_campaign {
    char path[FWD_CAMPAIGN_PATH]; /* of the file */
    char name[FWD_CAMPAIGN_TEXT], product[FWD_CAMPAIGN_TEXT], carrier[FWD_CAMPAIGN_TEXT],
        area[FWD_CAMPAIGN_TEXT];
    struct fwd_campaign_version from, to;
    char packages[FWD_CAMPAIGN_FILES][FWD_CAMPAIGN_PATH]; /* with the folder */
    char trust[FWD_CAMPAIGN_FILES][FWD_CAMPAIGN_PATH];
    size_t package_count, trust_count;
    char start[FWD_CAMPAIGN_VERSION]; /* as written; "": not given */
    uint32_t duration_s;              /* 0: not given */
    enum fwd_campaign_answer https;
    struct fwd_campaign_device *devices; /* owned; in the order of their IMEIs after loading */
    size_t device_count;
    char tests[FWD_CAMPAIGN_TESTS][FWD_CAMPAIGN_IMEI];
    size_t test_count;
    enum fwd_campaign_answer host[FWD_CAMPAIGN_HOSTS];
    bool private_apn;
    char reachable[FWD_CAMPAIGN_FILES][FWD_CAMPAIGN_TEXT];
    size_t reachable_count;
    bool final;
    char approved_by[FWD_CAMPAIGN_TEXT], approved_at[FWD_CAMPAIGN_VERSION];
    char test_report[FWD_CAMPAIGN_PATH]; /* "": none */
    char lwm2m[FWD_CAMPAIGN_TEXT], content[FWD_CAMPAIGN_TEXT];
    char certificate[FWD_CAMPAIGN_PATH], key[FWD_CAMPAIGN_PATH];
    uint32_t attempts, bytes_per_s, lifetime_s; /* lifetime_s 0: as devices have it */
};

/* Reads a campaign; what follows from its members (dates, digits, versions) is not looked at.
 * *out: freed by fwd_campaign_free(). FWD_FAIL_REFUSED: not a campaign file, or one of the lists it
 * names is not valid; FWD_FAIL_ENVIRONMENT: a file cannot be read. */
enum fwd_fail fwd_campaign_load(const char *path, struct fwd_campaign **out, struct fwd_error *err);
void fwd_campaign_free(struct fwd_campaign *campaign); /* NULL-safe */

/* Index of a device; device_count: none. */
size_t fwd_campaign_find(const struct fwd_campaign *campaign, const char *imei);

/* For a rehearsal: makes it a campaign of so many devices, those that are tried first, then others
 * of it, then made-up ones, the same for the same seed. FWD_FAIL_USAGE: too few, or too many. */
enum fwd_fail fwd_campaign_make_up(
    struct fwd_campaign *campaign, size_t count, uint64_t seed, struct fwd_error *err);

/* "MODEM,APPLICATION": how a module states both in one text. */
void fwd_campaign_version_text(
    const struct fwd_campaign_version *version, char text[2 * FWD_CAMPAIGN_VERSION]);

/* Seconds since 1970 of "2026-12-01T02:00:00Z"; false: not such a text. */
bool fwd_campaign_time(const char *text, int64_t *seconds);

#endif
