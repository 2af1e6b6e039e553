/* usage: with_pty COMMAND [ARGUMENT...]
 *
 * Becomes the command, a test that needs pseudo-terminals; where none can be opened it says so and
 * ends with 77, which ctest shows as skipped. */
#include <errno.h>
#include <fcntl.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

static int open_both_ends(void)
{
    int master = posix_openpt(O_RDWR | O_NOCTTY);

    if (master < 0 || grantpt(master) != 0 || unlockpt(master) != 0)
        return -1;
    const char *name = ptsname(master);
    int slave = name != NULL ? open(name, O_RDWR | O_NOCTTY) : -1;
    if (slave < 0)
        return -1;
    (void)close(slave);
    return close(master);
}

int main(int argc, char **argv)
{
    if (argc < 2) {
        fputs("usage: with_pty COMMAND [ARGUMENT...]\n", stderr);
        return 2;
    }
    if (open_both_ends() != 0) {
        printf("skipped: no pseudo-terminal can be opened (%s); is devpts mounted on /dev/pts?\n",
            strerror(errno));
        return 77;
    }
    (void)execvp(argv[1], argv + 1);
    fprintf(stderr, "with_pty: %s: %s\n", argv[1], strerror(errno));
    return 1;
}
