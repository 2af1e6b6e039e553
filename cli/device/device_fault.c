#include "cli/device/device_fault.h"

#include "cli/common/json_out.h"
#include "cli/device/session.h"
#include "sim/device/system.h"

#include <dirent.h>
#include <errno.h>
#include <stdio.h>
#include <string.h>
#include <unistd.h>

#define WORD_MAX 80u

struct breaking {
    const struct fwd_args *args;
    const char *folder;
    struct fwd_machine *machine;
    bool checking; /* flash and files stay as they are until all options are known to be right */
    struct fwd_error *err;
};

static enum fwd_fail wrong(
    const struct breaking *b, const char *option, const char *expected, const char *found)
{
    return fwd_error_fail(
        b->err, FWD_FAIL_USAGE, "--%s: expected %s, found '%s'", option, expected, found);
}

/* The part of text before the separator, and what follows it. False: no separator, or too long. */
static bool split(const char *text, char separator, char first[WORD_MAX], const char **rest)
{
    const char *at = strchr(text, separator);

    if (at == NULL || (size_t)(at - text) >= WORD_MAX)
        return false;
    memcpy(first, text, (size_t)(at - text));
    first[at - text] = 0;
    *rest = at + 1;
    return true;
}

static int word_index(const char *word, const char *const *words, int count)
{
    for (int i = 0; i < count; i++) {
        if (strcmp(words[i], word) == 0)
            return i;
    }
    return -1;
}

/* ---- hooks and faults ------------------------------------------------------------------------ */

static enum fwd_fail add_hook(struct breaking *b, const char *text)
{
    struct fwd_nvm *nvm = &b->machine->nvm;
    char point[WORD_MAX];
    const char *name;
    enum fwd_reason reason;

    int index = split(text, '=', point, &name)
                    ? word_index(point, fwd_nvm_point_words, FWD_NVM_POINTS)
                    : -1;
    if (index < 0 || !fwd_nvm_reason(name, &reason) || reason == FWD_OK)
        return wrong(b, "hook",
            "POINT=REASON, as finalization=finalize (points: flash, partitions, config, "
            "bad-blocks, file-system, package, validation, installation, finalization; reasons: "
            "'fwdelta explain')",
            text);
    if (nvm->hook_count == FWD_NVM_HOOKS_MAX)
        return fwd_error_fail(
            b->err, FWD_FAIL_USAGE, "--hook: a device has at most %u", FWD_NVM_HOOKS_MAX);
    nvm->hooks[nvm->hook_count++] = (struct fwd_nvm_hook){(enum fwd_point)index, reason};
    return FWD_FAIL_NONE;
}

/* "area=...", "skip=3" */
static bool take_member(const struct breaking *b, const char *word, struct fwd_nor_fault *fault)
{
    uint32_t *const numbers[] = {&fault->offset, &fault->size, &fault->skip, &fault->times};
    static const char *const names[] = {"offset", "size", "skip", "times"};
    char name[WORD_MAX];
    const char *value;
    uint64_t number;

    if (!split(word, '=', name, &value))
        return false;
    if (strcmp(name, "until") == 0) {
        fault->until_write = true;
        return strcmp(value, "write") == 0;
    }
    if (strcmp(name, "area") == 0) {
        fault->everywhere = false;
        return fwd_nvm_area(b->machine->description, value, &fault->area);
    }
    int index = word_index(name, names, 4);
    if (!fwd_args_number(value, 0, UINT32_MAX, &number))
        return false;
    if (strcmp(name, "start") == 0 && number > 0)
        fault->cycle = fwd_nor_power_cycles(b->machine->nor) + number;
    else if (index >= 0)
        *numbers[index] = (uint32_t)number;
    else
        return false;
    return true;
}

static bool parse_fault(const struct breaking *b, const char *text, struct fwd_nor_fault *fault)
{
    char word[WORD_MAX];
    bool first = true;

    *fault = (struct fwd_nor_fault){.everywhere = true};
    for (const char *at = text; at != NULL; first = false) {
        size_t size = strcspn(at, ",");
        if (size == 0 || size >= sizeof word)
            return false;
        memcpy(word, at, size);
        word[size] = 0;
        at = at[size] == ',' ? at + size + 1 : NULL;
        int operation = word_index(word, fwd_nvm_operation_words, FWD_NOR_OPERATIONS);
        int effect = word_index(word, fwd_nvm_effect_words, FWD_NOR_EFFECTS);
        if (first && operation >= 0)
            fault->operation = (enum fwd_nor_operation)operation;
        else if (!first && effect >= 0)
            fault->effect = (enum fwd_nor_effect)effect;
        else if (first || !take_member(b, word, fault))
            return false;
    }
    return true;
}

static enum fwd_fail add_fault(struct breaking *b, const char *text)
{
    struct fwd_nvm *nvm = &b->machine->nvm;
    struct fwd_nor_fault fault;

    if (!parse_fault(b, text, &fault))
        return wrong(b, "fault",
            "program, erase, write (both) or read, then fail, unreadable, silent or blank, "
            "area=NAME, offset=N, size=N, skip=N, times=N, until=write, start=N, each after a "
            "comma, "
            "as program,fail,area=firmware,skip=20",
            text);
    if (nvm->fault_count == FWD_NOR_FAULTS_MAX)
        return fwd_error_fail(
            b->err, FWD_FAIL_USAGE, "--fault: a device has at most %u", FWD_NOR_FAULTS_MAX);
    nvm->faults[nvm->fault_count++] = fault;
    return FWD_FAIL_NONE;
}

/* ---- what is in flash ------------------------------------------------------------------------ */

/* AREA:OFFSET; an area may itself have a colon. */
static bool parse_place(
    const struct breaking *b, const char *text, uint16_t *area, uint32_t *offset)
{
    const char *colon = strrchr(text, ':');
    char name[WORD_MAX];
    uint64_t number;

    if (colon == NULL || (size_t)(colon - text) >= sizeof name)
        return false;
    memcpy(name, text, (size_t)(colon - text));
    name[colon - text] = 0;
    if (!fwd_nvm_area(b->machine->description, name, area) ||
        !fwd_args_number(colon + 1, 0, b->machine->description->areas[*area].size - 1, &number))
        return false;
    *offset = (uint32_t)number;
    return true;
}

static enum fwd_fail flip(struct breaking *b, const char *text)
{
    struct fwd_nor *nor = b->machine->nor;
    uint16_t area;
    uint32_t offset;
    uint8_t byte;

    if (!parse_place(b, text, &area, &offset) || !fwd_nor_peek(nor, area, offset, &byte, 1))
        return wrong(b, "flip", "AREA:OFFSET inside an area of the device, as firmware:100", text);
    byte ^= 0x01;
    if (!b->checking)
        (void)fwd_nor_poke(nor, area, offset, &byte, 1);
    return FWD_FAIL_NONE;
}

static enum fwd_fail spoil(struct breaking *b, const char *text)
{
    uint16_t area;
    uint32_t offset;

    if (!parse_place(b, text, &area, &offset) ||
        (!b->checking && !fwd_nor_spoil(b->machine->nor, area, offset, 1)))
        return wrong(b, "spoil", "AREA:OFFSET inside an area of the device, as journal:0", text);
    return FWD_FAIL_NONE;
}

static enum fwd_fail destroy(struct breaking *b, const char *text)
{
    static const char *const names[FWD_SYSTEM_TABLES] = {
        [FWD_SYSTEM_PARTITIONS] = "partition-table",
        [FWD_SYSTEM_BAD_BLOCKS] = "bad-block-table",
        [FWD_SYSTEM_FILE_STORE] = "file-store"};
    static const uint8_t rubbish[8] = {0};
    int table = word_index(text, names, FWD_SYSTEM_TABLES);

    if (table < 0)
        return wrong(b, "destroy", "partition-table, bad-block-table or file-store", text);
    if (!b->checking)
        (void)fwd_nor_poke(b->machine->nor, FWD_AREA_SYSTEM,
            fwd_system_offset(b->machine->description, (enum fwd_system_table)table), rubbish,
            sizeof rubbish);
    return FWD_FAIL_NONE;
}

/* ---- the rest of the device ------------------------------------------------------------------ */

static enum fwd_fail set_counter(struct breaking *b, const char *text)
{
    char name[WORD_MAX];
    const char *value;
    uint64_t number;

    uint8_t index = split(text, '=', name, &value) ? fwd_machine_component(b->machine, name)
                                                   : FWD_COMPONENTS_MAX;
    if (index == FWD_COMPONENTS_MAX || !fwd_args_number(value, 0, UINT32_MAX, &number))
        return wrong(b, "counter", "NAME=N with a component of the device", text);
    b->machine->nvm.counters[index] = (uint32_t)number;
    /* as if the image that the device was made with had it */
    b->machine->trust.pins[index].counter = (uint32_t)number;
    return FWD_FAIL_NONE;
}

static enum fwd_fail set_channel(struct breaking *b)
{
    const char *text = fwd_args_text(b->args, "channel"), *baud;
    char port[WORD_MAX];
    uint64_t ports, bauds;

    if (text == NULL)
        return FWD_FAIL_NONE;
    b->machine->nvm.channel_readable = strcmp(text, "unreadable") != 0;
    if (!b->machine->nvm.channel_readable)
        return FWD_FAIL_NONE;
    if (!split(text, ':', port, &baud) || !fwd_args_number(port, 1, 255, &ports) ||
        !fwd_args_number(baud, 1, 10000000, &bauds))
        return wrong(b, "channel", "PORT:BAUD, as 1:115200, or unreadable", text);
    b->machine->nvm.channel = (struct fwd_channel){(uint8_t)ports, (uint32_t)bauds};
    return FWD_FAIL_NONE;
}

static enum fwd_fail remove_file(struct breaking *b, const char *name)
{
    char path[4096];
    int size = snprintf(path, sizeof path, "%s/%s", b->folder, name);

    if (size > 0 && (size_t)size < sizeof path && (unlink(path) == 0 || errno == ENOENT))
        return FWD_FAIL_NONE;
    return fwd_error_fail(b->err, FWD_FAIL_ENVIRONMENT, "%s/%s cannot be removed: %s", b->folder,
        name, fwd_error_cause(errno));
}

static enum fwd_fail remove_keys(struct breaking *b)
{
    char path[4096], name[600];
    enum fwd_fail fail = FWD_FAIL_NONE;
    const struct dirent *entry;

    if (b->machine->has_keyring)
        return fwd_error_fail(b->err, FWD_FAIL_USAGE,
            "--remove keys: the keys of %s are in its area \"trust\"; break that with --spoil or "
            "--fault",
            b->folder);
    snprintf(path, sizeof path, "%s/trust", b->folder);
    DIR *dir = b->checking ? NULL : opendir(path);
    while (dir != NULL && fail == FWD_FAIL_NONE && (entry = readdir(dir)) != NULL) {
        if (entry->d_name[0] == '.')
            continue;
        snprintf(name, sizeof name, "trust/%s", entry->d_name);
        fail = remove_file(b, name);
    }
    if (dir != NULL)
        closedir(dir);
    return fail;
}

static enum fwd_fail take_away(struct breaking *b, const char *text)
{
    if (strcmp(text, "flash") == 0)
        return b->checking ? FWD_FAIL_NONE : remove_file(b, "flash.img");
    if (strcmp(text, "keys") == 0)
        return remove_keys(b);
    return wrong(b, "remove", "flash or keys", text);
}

/* ---- all of it ------------------------------------------------------------------------------- */

struct action {
    const char *option;
    enum fwd_fail (*apply)(struct breaking *b, const char *text);
};

/* In the order in which they are done. */
static const struct action in_nvm[] = {
    {"hook", add_hook}, {"fault", add_fault}, {"counter", set_counter}, {NULL, NULL}};
static const struct action in_flash[] = {
    {"flip", flip}, {"spoil", spoil}, {"destroy", destroy}, {"remove", take_away}, {NULL, NULL}};

static enum fwd_fail apply_each(struct breaking *b, const struct action *actions)
{
    enum fwd_fail fail = FWD_FAIL_NONE;

    for (; actions->option != NULL; actions++) {
        const char *text;
        size_t at = 0;
        while (
            fail == FWD_FAIL_NONE && (text = fwd_args_next(b->args, actions->option, &at)) != NULL)
            fail = actions->apply(b, text);
    }
    return fail;
}

/* Nothing is broken when an option is wrong, or what is in memory cannot be kept. */
static enum fwd_fail apply_all(struct breaking *b)
{
    enum fwd_fail fail = set_channel(b);

    if (fail == FWD_FAIL_NONE)
        fail = apply_each(b, in_nvm);
    b->checking = true;
    if (fail == FWD_FAIL_NONE)
        fail = apply_each(b, in_flash);
    if (fail == FWD_FAIL_NONE)
        fail = fwd_machine_save(b->machine, b->err);
    b->checking = false;
    return fail == FWD_FAIL_NONE ? apply_each(b, in_flash) : fail;
}

int fwd_device_fault(const struct fwd_args *args, const char *folder, struct fwd_error *err)
{
    struct breaking b = {.args = args, .folder = folder, .err = err};
    enum fwd_fail fail =
        fwd_machine_open(folder, fwd_decoders, fwd_decoders_count, &b.machine, err);

    if (fail != FWD_FAIL_NONE)
        return (int)fail;
    if (fwd_args_has(args, "clear"))
        b.machine->nvm.hook_count = b.machine->nvm.fault_count = 0;
    fail = apply_all(&b);
    if (fail == FWD_FAIL_NONE && fwd_args_has(args, "json"))
        fail = fwd_json_out("device-fault",
            json_pack("{s:o, s:I, s:I}", "device", fwd_json_out_string(folder), "hooks",
                (json_int_t)b.machine->nvm.hook_count, "faults",
                (json_int_t)b.machine->nvm.fault_count),
            err);
    else if (fail == FWD_FAIL_NONE)
        printf("device     %s (%u hooks, %u faults)\n", folder, b.machine->nvm.hook_count,
            b.machine->nvm.fault_count);
    fwd_machine_close(b.machine);
    return (int)fail;
}
