/* A folder for one test: made before it, removed with all that is in it afterwards. */
#ifndef FWD_TESTS_HOSTIO_SCRATCH_FOLDER_H
#define FWD_TESTS_HOSTIO_SCRATCH_FOLDER_H

#include <stdbool.h>
#include <stddef.h>
#include <sys/types.h>

/* libcheck fixtures */
void scratch_setup(void);
void scratch_teardown(void);

/* The path of a name in the folder. Valid until the eighth next call. */
const char *scratch_path(const char *name);

void scratch_write(const char *name, const void *data, size_t size);
void scratch_write_text(const char *name, const char *text);
bool scratch_exists(const char *name);

/* The file has this text, and nothing else. */
void scratch_expect(const char *name, const char *text);

/* From here on no file can have more than 4096 bytes, as on a disk that is full; or it can again.
 */
void scratch_disk_is_full(bool full);

/* This child process ends by that signal. */
void scratch_ends_by(pid_t child, int signal_number);

/* Files in the folder, hidden ones too. */
size_t scratch_count(void);

/* Runs a shell command in the folder; true when it exits with 0. */
__attribute__((format(printf, 1, 2))) bool scratch_run(const char *format, ...);

#endif
