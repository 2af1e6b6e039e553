#include "hostio/host_file_set.h"

#include "hostio/host_file.h"
#include "hostio/host_file_internal.h"
#include "hostio/host_signal.h"

#include <errno.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

struct fwd_file_set_entry {
    struct fwd_file_set_entry *before; /* the one that was added before it */
    struct fwd_file_output output;
    struct fwd_temp temp;
    struct fwd_bytes bytes; /* for a system on which files without a name cannot get one */
    char *shown;
    unsigned mode;
    bool force;
    bool is_open;   /* temp has a file */
    bool was_there; /* a file of that name, before this one */
    bool is_named;
};

static void free_entry(struct fwd_file_set_entry *e)
{
    if (e->is_open)
        fwd_temp_drop(&e->temp);
    fwd_bytes_wipe(&e->bytes); /* may be a key */
    free(e->shown);
    free(e);
}

static struct fwd_file_set_entry *make_entry(const char *path, const void *data, size_t size)
{
    struct fwd_file_set_entry *e = calloc(1, sizeof *e);
    if (e == NULL)
        return NULL;
    e->shown = strdup(path);
    e->bytes.data = malloc(size + 1);
    if (e->shown == NULL || e->bytes.data == NULL) {
        free_entry(e);
        return NULL;
    }
    memcpy(e->bytes.data, data, size);
    e->bytes.size = size;
    return e;
}

static int write_entry(struct fwd_file_set_entry *e, bool named)
{
    int number =
        fwd_file_output_write(&e->output, e->bytes.data, e->bytes.size, e->mode, named, &e->temp);
    e->is_open = number == 0;
    return number;
}

enum fwd_fail fwd_file_set_add(struct fwd_file_set *set, const char *path, const void *data,
    size_t size, unsigned mode, bool force, struct fwd_error *err)
{
    if (set == NULL)
        return fwd_file_write_atomic(path, data, size, mode, force, err);
    struct fwd_file_set_entry *e = make_entry(path, data, size);
    if (e == NULL)
        return fwd_error_memory(err, path);
    e->mode = mode;
    e->force = force;
    enum fwd_fail fail = fwd_file_output_find(e->shown, force, &e->output, err);
    if (!set->holds)
        fwd_signal_hold();
    set->holds = true;
    int number = fail == FWD_FAIL_NONE ? write_entry(e, false) : 0;
    if (number != 0)
        fail = fwd_file_output_fail(&e->output, number, err);
    if (fail == FWD_FAIL_NONE) {
        e->before = set->list;
        set->list = e;
    } else {
        free_entry(e);
    }
    return fail;
}

static int name_entry(struct fwd_file_set_entry *e)
{
    e->was_there = access(e->output.path, F_OK) == 0;
    e->is_open = false;
    int number = fwd_file_output_name(&e->output, e->force, &e->temp);
    if (number == FWD_FILE_NO_NAME) {
        number = write_entry(e, true);
        e->is_open = false;
        if (number == 0)
            number = fwd_file_output_name(&e->output, e->force, &e->temp);
    }
    e->is_named = number == 0;
    return number;
}

enum fwd_fail fwd_file_set_keep(struct fwd_file_set *set, struct fwd_error *err)
{
    enum fwd_fail fail = FWD_FAIL_NONE;
    for (struct fwd_file_set_entry *e = set->list; e != NULL && fail == FWD_FAIL_NONE;
         e = e->before) {
        int number = fwd_signal_seen() ? EINTR : name_entry(e);
        if (number != 0)
            fail = fwd_file_output_fail(&e->output, number, err);
    }
    for (struct fwd_file_set_entry *e = set->list; e != NULL && fail != FWD_FAIL_NONE;
         e = e->before)
        if (e->is_named && !e->was_there)
            (void)unlink(e->output.path);
    return fail;
}

void fwd_file_set_free(struct fwd_file_set *set)
{
    while (set->list != NULL) {
        struct fwd_file_set_entry *before = set->list->before;
        free_entry(set->list);
        set->list = before;
    }
    if (set->holds)
        fwd_signal_release();
    set->holds = false;
}

enum fwd_fail fwd_file_set_put(struct fwd_file_set *set, const char *path,
    bool (*put)(FILE *out, const void *ctx), const void *ctx, bool force, struct fwd_error *err)
{
    char *text = NULL;
    size_t size = 0;
    FILE *out = open_memstream(&text, &size);

    if (out == NULL)
        return fwd_error_memory(err, path);
    bool complete = put(out, ctx) && ferror(out) == 0;
    complete = fclose(out) == 0 && complete;
    enum fwd_fail fail = complete ? fwd_file_set_add(set, path, text, size, 0666, force, err)
                                  : fwd_error_memory(err, path);
    free(text);
    return fail;
}
