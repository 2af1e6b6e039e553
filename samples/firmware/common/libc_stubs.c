/* What newlib asks of an operating system. There is none: memory, and nothing else. */
#include <errno.h>
#include <stddef.h>

extern char image_heap_start[], image_heap_end[];

void *_sbrk(ptrdiff_t size);
void _exit(int status) __attribute__((noreturn));
int _kill(int process, int signal);
int _getpid(void);
int _write(int file, const void *bytes, int size);
int _read(int file, void *bytes, int size);
int _close(int file);
int _fstat(int file, void *status);
int _isatty(int file);
int _lseek(int file, int offset, int origin);

/* printf of floating point numbers takes a few hundred bytes, once. */
void *_sbrk(ptrdiff_t size)
{
    static char *top = image_heap_start;
    char *old = top;

    if (size > image_heap_end - top)
        return (void *)-1;
    top += size;
    return old;
}

void _exit(int status)
{
    (void)status;
    for (;;)
        __asm__ volatile("wfi");
}

static int refuse(void)
{
    errno = ENOSYS;
    return -1;
}

int _kill(int process, int signal)
{
    (void)process;
    (void)signal;
    return refuse();
}

int _getpid(void)
{
    return 1;
}

int _write(int file, const void *bytes, int size)
{
    (void)file;
    (void)bytes;
    (void)size;
    return refuse();
}

int _read(int file, void *bytes, int size)
{
    (void)file;
    (void)bytes;
    (void)size;
    return refuse();
}

int _close(int file)
{
    (void)file;
    return refuse();
}

int _fstat(int file, void *status)
{
    (void)file;
    (void)status;
    return refuse();
}

int _isatty(int file)
{
    (void)file;
    return 1;
}

int _lseek(int file, int offset, int origin)
{
    (void)file;
    (void)offset;
    (void)origin;
    return refuse();
}
