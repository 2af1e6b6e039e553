/* What a host application says to a u-blox module to update it, step by step. Each step says on
 * stderr why it failed. */
#ifndef HOST_MODULE_H
#define HOST_MODULE_H

#include "host_link.h"

struct host_module {
    char model[64];
    char version[64];
};

bool host_fail(const char *what);

bool host_module_is_r4(const struct host_module *module);
bool host_module_is_lara(const struct host_module *module);

/* Waits for the module and asks who it is. Of a SARA-R5 whose +UFWUPD was interrupted nothing but
 * that it wants its file again is to be learnt: `wants_file` then, else false. */
bool host_module_identify(struct host_link *link, struct host_module *module, bool *wants_file);

/* +UDWNFILE: the bytes of the package as they are, after the prompt. */
bool host_module_bring_raw(struct host_link *link, FILE *package);

/* +UFWUPD: by Xmodem, in blocks of 128 or 1024 bytes. SARA-R4 keeps the package, a delta; the
 * others take a full one, and begin to install it. asked: the module waits for it already. */
bool host_module_bring_xmodem(struct host_link *link, const struct host_module *module,
    FILE *package, size_t block, bool asked);

/* +UFWINSTALL, up to its end. */
bool host_module_install(struct host_link *link, const struct host_module *module);

/* The end of an installation that runs. True: it succeeded, or, with SARA-R4, it is over. */
bool host_module_await_end(struct host_link *link);

/* The number of a progress or result line; -1: it is neither. */
int host_module_install_number(const char *line);

/* What an installation ended with. True: 128, success. */
bool host_module_tell_result(int code);

/* eDRX off: before a package comes over the network. */
bool host_module_no_edrx(struct host_link *link);

/* What an update of a LARA loses. */
bool host_module_set_up_again(struct host_link *link, const char *apn);

#endif
