/* Where a package lies: SCHEME://[USER[:PASSWORD]@]HOST[:PORT]/PATH. */
#ifndef HOST_URL_H
#define HOST_URL_H

#include <stdbool.h>

struct host_url {
    char scheme[8]; /* "ftp", "http", "https" */
    char user[64], password[64];
    char host[128];
    unsigned port;  /* that of the scheme if the text names none */
    char path[200]; /* with the slash before it */
};

/* Is it one of these three, or something else, as the name of a file? */
bool host_url_is(const char *text);

/* False: a part is missing or too long, or has characters that no AT command can carry. */
bool host_url_split(const char *text, struct host_url *url);

/* Is the host an address (digits and dots), or a name? */
bool host_url_is_address(const struct host_url *url);

#endif
