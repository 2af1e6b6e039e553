/* A running `fwdelta module`, and a host at the other end of its primary UART. What comes is waited
 * for; the time it takes decides nothing, except that nothing is waited for longer than a minute.
 */
#ifndef FWD_TESTS_MODULE_PROCESS_MODULE_PROCESS_H
#define FWD_TESTS_MODULE_PROCESS_MODULE_PROCESS_H

#include "hostio/host_file.h"

#include <sys/types.h>

/* Firmware 1.0.0 of the samples. */
#define MODULE_PROCESS_IMAGE FWD_SOURCE_DIR "/samples/images/demo-1.0.0.bin"

struct module_process {
    pid_t pid;
    char folder[300]; /* of the device */
    char profile[32];
    char scale[16];
    char log[320];
    const char *option; /* one more of the command line; NULL: none */
    char ca[320];       /* certificates for HTTPS; "": the system's */
    int uart;           /* -1: not open */
    char got[8192];     /* what came and was not looked at */
    size_t size;
    bool gone; /* the other end went away: the process was killed */
};

/* Makes a device of a sample description with firmware 1.0.0 of `image` in the scratch folder;
 * key.pub.pem is trusted there. */
void module_process_device(
    struct module_process *p, const char *name, const char *device, const char *image);

/* Starts it, and waits until its ports are there. */
void module_process_start(struct module_process *p);
/* Ends it by a signal and returns what waitpid() gave. */
int module_process_stop(struct module_process *p, int number);

void module_process_send(struct module_process *p, const void *bytes, size_t size);
void module_process_command(struct module_process *p, const char *line);
/* Waits for one of two texts (b NULL: only a): 1, 2, or 0 when the process is gone. What stands
 * before it, and the text itself, is taken away. */
int module_process_wait(struct module_process *p, const char *a, const char *b);
/* The same, but only a moment; 0: neither came. */
int module_process_look(struct module_process *p, const char *a, const char *b);
/* AT until it is answered; false: the process is gone. */
bool module_process_ready(struct module_process *p);
/* Does ATI tell this version? */
bool module_process_version(struct module_process *p, const char *version);
/* How many lines of the log have this text. */
unsigned module_process_logged(const struct module_process *p, const char *text);

/* Sends a package by +UDWNFILE; false: not all of it was taken. */
bool module_process_download(struct module_process *p, const struct fwd_bytes *package);
/* One session of a host: brings the module to version 1.1.0 by a package for it. False: it was
 * killed meanwhile. */
bool module_process_update(struct module_process *p, const struct fwd_bytes *package);

/* Real seconds from some moment on. */
double module_process_seconds(void);

#endif
