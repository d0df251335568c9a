/*
 * creator THREADS [room | untouched | unreadable | exec COMMAND...]: makes threads, one after the other, and says what a
 * tracer must have seen.
 * With "room", the threads are made by a thread whose stack ends soon above its frames, and that end is printed, too.
 * With "untouched" and "unreadable", a page between the frames is so, and its address and that of a marked word above
 * it are printed, too.
 *
 * Prints: offset of the start routine in bytes from pthread_self(), start routine, a marked word's address.
 */
#define _GNU_SOURCE
#include <pthread.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/mman.h>
#include <unistd.h>

#define MARK 0x6d61726b6d61726bUL

static int threads;

static void *worker(void *offset)
{
    char *self = (char *)pthread_self();
    for (long at = -4096; offset && at < 2304; at += 8)
        if (*(void **)(self + at) == (void *)worker) {
            *(long *)offset = at;
            break;
        }
    return NULL;
}

static void *create(void *unused)
{
    volatile unsigned long mark = MARK;
    long offset = 0;
    pthread_attr_t small;
    pthread_attr_init(&small);
    pthread_attr_setstacksize(&small, 64 << 10);
    for (int i = 0; i < threads; i++) {
        pthread_t thread;
        if (pthread_create(&thread, &small, worker, &offset))
            abort();
        pthread_join(thread, NULL);
    }
    printf("%ld %p %p\n", offset, (void *)worker, (void *)&mark);
    fflush(stdout);
    return unused;
}

static const char *hole_is;

/* A whole page that lies in a buffer, which the shortest copy spans. */
static void *create_below_hole(void *unused)
{
    volatile unsigned long mark = MARK;
    char buffer[2 * 4096];
    char *page = (char *)(((unsigned long)buffer + 4095) & -4096UL);
    buffer[0] = 1;
    if (!strcmp(hole_is, "unreadable"))
        mprotect(page, 4096, PROT_NONE);
    else
        madvise(page, 4096, MADV_DONTNEED);
    create(NULL);
    mprotect(page, 4096, PROT_READ | PROT_WRITE);
    printf("%p %p\n", (void *)page, (void *)&mark);
    return unused;
}

int main(int argc, char **argv)
{
    threads = atoi(argv[1]);
    if (argc < 3 || !strcmp(argv[2], "exec")) {
        create(NULL);
        if (argc > 3)
            execvp(argv[3], argv + 3);
        return argc > 3;
    }
    if (strcmp(argv[2], "room")) {
        hole_is = argv[2];
        pthread_t creator;
        if (pthread_create(&creator, NULL, create_below_hole, NULL))
            abort();
        pthread_join(creator, NULL);
        return 0;
    }
    /* The stack ends at a page that can't be read; glibc puts struct pthread and the thread's data there. */
    size_t size = 256 << 10;
    char *stack = mmap(NULL, size + 4096, PROT_READ | PROT_WRITE, MAP_PRIVATE | MAP_ANONYMOUS, -1, 0);
    mprotect(stack + size, 4096, PROT_NONE);
    pthread_attr_t own;
    pthread_attr_init(&own);
    pthread_attr_setstack(&own, stack, size);
    pthread_t creator;
    if (pthread_create(&creator, &own, create, NULL))
        abort();
    pthread_join(creator, NULL);
    printf("%p\n", (void *)(stack + size));
    return 0;
}
