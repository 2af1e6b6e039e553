/* The levels of a module's pins, as a program sees them that cannot measure: the file "pins" of the
 * device folder has one line for each, "gpio 1". It is there while the module's process runs. */
#ifndef FWD_MODULE_PROCESS_PIN_FILE_H
#define FWD_MODULE_PROCESS_PIN_FILE_H

#include <jansson.h>
#include <stddef.h>

#define FWD_PIN_FILE_PINS 8

struct fwd_pin_file {
    char path[4096]; /* "": there is no file */
    struct fwd_pin_level {
        char name[8];
        int level;
    } pins[FWD_PIN_FILE_PINS];
    size_t count;
};

/* Without a folder of that length, or one that can be written, there is no file. */
void fwd_pin_file_open(struct fwd_pin_file *file, const char *folder);
void fwd_pin_file_close(struct fwd_pin_file *file);

/* Takes what an event of the log says of a pin; who reads the file sees all of it or what was
 * before. */
void fwd_pin_file_event(struct fwd_pin_file *file, const json_t *event);

#endif
