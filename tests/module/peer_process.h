/* Programs that a test talks to: sx, vsftpd, nginx. Each is a child of the test and ends with it.
 */
#ifndef FWD_TESTS_MODULE_PEER_PROCESS_H
#define FWD_TESTS_MODULE_PEER_PROCESS_H

#include <stdbool.h>
#include <stdint.h>
#include <sys/types.h>

/* Full path of a program, looked for in PATH and the folders for administrators; NULL: not there.
 * Valid until the next call. */
const char *peer_find(const char *program);

/* Starts argv[0] (a full path) as the leader of a process group, with in and out as its standard
 * input and output (-1: /dev/null); standard error is the test's when FWD_PEER_LOUD is set. */
pid_t peer_start(const char *const *argv, int in, int out);

/* Sends a signal to the group and waits for the leader; returns its wait status. *pid becomes 0;
 * does nothing for 0. */
int peer_stop(pid_t *pid, int signal);

/* Waits for the end of the leader; returns its exit status, or -1. */
int peer_wait(pid_t *pid);

/* A port of 127.0.0.1 at which nobody listens. */
uint16_t peer_free_port(void);

/* Waits until somebody listens there; false: not within some seconds. */
bool peer_listens(uint16_t port);

/* Waits until a server has so many open connections at a port; false: not within some seconds. */
bool peer_has_sessions(uint16_t port, int count);

#endif
