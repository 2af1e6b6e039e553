#include "cli/device/flash_archive.h"

#include "hostio/host_file.h"

#include <dirent.h>
#include <jansson.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#define FILE_MAX         1048576u
#define CALIBRATION      16 /* bytes, of which each is two digits */
#define CALIBRATION_TEXT (2 * CALIBRATION + 1)
#define MODULE           "what 'fwdelta module' keeps of a module"
#define ARCHIVE          "an archive that 'fwdelta device flash' has made"

/* ---- JSON in files --------------------------------------------------------------------------- */

/* *out: an object, for the caller to give back; NULL after a failure. */
static enum fwd_fail load(const char *what, const char *path, json_t **out, struct fwd_error *err)
{
    struct fwd_bytes bytes = {NULL, 0};
    enum fwd_fail fail = fwd_file_read_as(what, path, FILE_MAX, &bytes, err);

    *out = NULL;
    if (fail != FWD_FAIL_NONE)
        return fail;
    json_t *json = json_loadb((const char *)bytes.data, bytes.size, 0, NULL);
    fwd_bytes_free(&bytes);
    if (json_is_object(json)) {
        *out = json;
        return FWD_FAIL_NONE;
    }
    json_decref(json);
    return fwd_error_fail(
        err, FWD_FAIL_REFUSED, "%s: expected %s, found something else", path, what);
}

static enum fwd_fail save(const char *path, const json_t *json, struct fwd_error *err)
{
    char *text = json_dumps(json, JSON_INDENT(2) | JSON_SORT_KEYS);

    if (text == NULL)
        return fwd_error_memory(err, path);
    enum fwd_fail fail = fwd_file_write_atomic(path, text, strlen(text), 0666, true, err);
    free(text);
    return fail;
}

static void in_device(const char *device, const char *name, char path[FWD_FLASH_ARCHIVE_PATH])
{
    (void)snprintf(path, FWD_FLASH_ARCHIVE_PATH, "%.4000s/%s", device, name);
}

static const char *text_of(const json_t *json, const char *name)
{
    const char *text = json_string_value(json_object_get(json, name));

    return text != NULL ? text : "";
}

/* ---- who the module is ----------------------------------------------------------------------- */

/* Fifteen digits of which the last makes the sum right (Luhn). */
static bool is_imei(const char *text)
{
    unsigned sum = 0;

    if (strlen(text) != 15 || strspn(text, "0123456789") != 15)
        return false;
    for (unsigned i = 0; i < 15; i++) {
        unsigned d = (unsigned)(text[i] - '0') * (i % 2 == 1 ? 2 : 1);
        sum += d > 9 ? d - 9 : d;
    }
    return sum % 10 == 0;
}

enum fwd_fail fwd_flash_archive_identify(struct fwd_flash_archive *a, struct fwd_error *err)
{
    char path[FWD_FLASH_ARCHIVE_PATH];

    in_device(a->device, "module.json", path);
    json_t *module = NULL;
    enum fwd_fail fail = access(path, F_OK) == 0 ? load(MODULE, path, &module, err) : FWD_FAIL_NONE;
    if (fail != FWD_FAIL_NONE)
        return fail;
    const char *imei = text_of(module, "imei");
    bool valid = is_imei(imei);

    (void)snprintf(a->imei, sizeof a->imei, "%.15s", imei);
    json_decref(module);
    if (valid)
        return FWD_FAIL_NONE;
    if (a->imei[0] == '\0')
        return fwd_error_fail(err, FWD_FAIL_REFUSED,
            "%s: expected a device that is a module, with an IMEI in module.json, found none; "
            "start it once "
            "with 'fwdelta module %s'",
            a->device, a->device);
    return fwd_error_fail(err, FWD_FAIL_REFUSED,
        "%s/module.json: expected an IMEI (15 digits, the last a check digit), found '%s'; correct "
        "it",
        a->device, a->imei);
}

/* ---- the archive ----------------------------------------------------------------------------- */

static uint32_t hash_of(const char *text, uint32_t seed)
{
    uint32_t hash = 2166136261u ^ seed; /* FNV-1a */

    for (; *text != '\0'; text++)
        hash = (hash ^ (unsigned char)*text) * 16777619u;
    return hash;
}

/* As the factory made it; a module that was never flashed has no file of it. */
static void factory_calibration(const char *imei, char text[CALIBRATION_TEXT])
{
    for (unsigned i = 0; i < 2 * CALIBRATION / 8; i++)
        (void)snprintf(text + 8 * i, 9, "%08x", (unsigned)hash_of(imei, i));
}

static enum fwd_fail make(
    struct fwd_flash_archive *a, const char *calibration, struct fwd_error *err)
{
    (void)snprintf(a->path, sizeof a->path, "%.3900s/EASYFLASH_archive_%08x_%s.qbackup", a->folder,
        (unsigned)hash_of(calibration, 0), a->imei);
    json_t *archive = json_pack("{s:s, s:s}", "imei", a->imei, "calibration", calibration);
    enum fwd_fail fail = save(a->path, archive, err);
    json_decref(archive);
    return fail;
}

/* An archive of this module in the folder. */
static void find(struct fwd_flash_archive *a)
{
    DIR *dir = opendir(a->folder);
    const struct dirent *entry;
    char end[40];

    (void)snprintf(end, sizeof end, "_%s.qbackup", a->imei);
    a->path[0] = '\0';
    while (dir != NULL && (entry = readdir(dir)) != NULL) {
        size_t size = strlen(entry->d_name);
        if (strncmp(entry->d_name, "EASYFLASH_archive_", 18) == 0 && size > strlen(end) &&
            strcmp(entry->d_name + size - strlen(end), end) == 0)
            (void)snprintf(a->path, sizeof a->path, "%.3800s/%s", a->folder, entry->d_name);
    }
    if (dir != NULL)
        (void)closedir(dir);
}

/* The calibration in a file of a module, or in an archive. */
static enum fwd_fail read_calibration(
    const char *what, const char *path, char calibration[CALIBRATION_TEXT], struct fwd_error *err)
{
    json_t *json;
    enum fwd_fail fail = load(what, path, &json, err);

    if (fail != FWD_FAIL_NONE)
        return fail;
    (void)snprintf(calibration, CALIBRATION_TEXT, "%.32s", text_of(json, "calibration"));
    json_decref(json);
    return calibration[0] != '\0' ? FWD_FAIL_NONE
                                  : fwd_error_fail(err, FWD_FAIL_REFUSED,
                                        "%s: expected %s, found something else", path, what);
}

static enum fwd_fail use(struct fwd_flash_archive *a, const char *given, struct fwd_error *err)
{
    char calibration[CALIBRATION_TEXT];
    json_t *archive = NULL;
    enum fwd_fail fail = read_calibration(ARCHIVE, given, calibration, err);

    (void)snprintf(a->path, sizeof a->path, "%.4000s", given);
    if (fail == FWD_FAIL_NONE)
        fail = load(ARCHIVE, given, &archive, err);
    const char *imei = text_of(archive, "imei");
    if (fail == FWD_FAIL_NONE && strcmp(imei, a->imei) != 0)
        fail = fwd_error_fail(err, FWD_FAIL_REFUSED,
            "%s: the archive is of the module with IMEI %.15s; this one has IMEI %s", given, imei,
            a->imei);
    json_decref(archive);
    return fail;
}

enum fwd_fail fwd_flash_archive_take(
    struct fwd_flash_archive *a, const char *given, struct fwd_error *err)
{
    char path[FWD_FLASH_ARCHIVE_PATH], calibration[CALIBRATION_TEXT];
    enum fwd_fail fail = FWD_FAIL_NONE;

    if (given != NULL)
        return use(a, given, err);
    in_device(a->device, "calibration.json", path);
    bool own = access(path, F_OK) == 0;
    find(a);
    if (!own && a->path[0] != '\0')
        return FWD_FAIL_NONE; /* an earlier flash took it */
    factory_calibration(a->imei, calibration);
    if (own)
        fail = read_calibration(
            "the module's calibration (without this file it is that of the factory)", path,
            calibration, err);
    if (fail == FWD_FAIL_NONE)
        fail = make(a, calibration, err);
    if (fail == FWD_FAIL_NONE)
        (void)unlink(path);
    return fail;
}

enum fwd_fail fwd_flash_archive_restore(
    const struct fwd_flash_archive *a, bool remove, struct fwd_error *err)
{
    char path[FWD_FLASH_ARCHIVE_PATH], calibration[CALIBRATION_TEXT];
    enum fwd_fail fail = read_calibration(ARCHIVE, a->path, calibration, err);

    if (fail != FWD_FAIL_NONE)
        return fail;
    json_t *own = json_pack("{s:s}", "calibration", calibration);
    in_device(a->device, "calibration.json", path);
    fail = save(path, own, err);
    json_decref(own);
    if (fail == FWD_FAIL_NONE && remove)
        (void)unlink(a->path);
    return fail;
}

/* ---- what is lost ---------------------------------------------------------------------------- */

static void erase_tag(const char *device, const char *tag)
{
    char folder[FWD_FLASH_ARCHIVE_PATH], path[FWD_FLASH_ARCHIVE_PATH + 300];
    const struct dirent *entry;

    (void)snprintf(folder, sizeof folder, "%.3900s/files/%s", device, tag);
    DIR *dir = opendir(folder);
    while (dir != NULL && (entry = readdir(dir)) != NULL) {
        (void)snprintf(path, sizeof path, "%s/%.255s", folder, entry->d_name);
        if (entry->d_name[0] != '.')
            (void)unlink(path);
    }
    if (dir != NULL)
        (void)closedir(dir);
}

enum fwd_fail fwd_flash_archive_erase(const char *device, bool arm, struct fwd_error *err)
{
    static const char *const tags[] = {"USER", "LWM2M", "MNO", "SMS"};
    static const char *const members[] = {"settings", "urcs", "package", "pending", "resume",
        "ufota", "mno_profile", "backups", "lifetime", "lifetime_off", "update_port",
        "update_baud"};
    char path[FWD_FLASH_ARCHIVE_PATH];

    for (size_t i = 0; i < sizeof tags / sizeof *tags; i++)
        erase_tag(device, tags[i]);
    in_device(device, "incoming.part", path);
    (void)unlink(path);
    in_device(device, "module.json", path);
    json_t *module;
    enum fwd_fail fail = load(MODULE, path, &module, err);
    if (fail != FWD_FAIL_NONE)
        return fail;
    for (size_t i = 0; i < sizeof members / sizeof *members; i++)
        (void)json_object_del(module, members[i]);
    if (arm) {
        (void)json_object_set_new(module, "armed_backup", json_true());
        (void)json_object_set_new(module, "needs_cpms", json_true());
    }
    fail = save(path, module, err);
    json_decref(module);
    return fail;
}
