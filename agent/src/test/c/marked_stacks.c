/*
 * Threads whose stacks lie side by side in one mapping, each above a guard that is a page-table marker, as glibc makes
 * them since 2.42; the last has an inaccessible zone at its low end too, as HotSpot's. Prints a line a thread: tid, base
 * (hex), size with the guard, guard with the zone, touched bytes and those from the base down to the lowest touched
 * page, the last two by mincore(2) of what is above the guard; then "ready". Ends when its standard input does. Exit
 * status 77: this kernel has no such guards.
 */
#define _GNU_SOURCE
#include <pthread.h>
#include <sched.h>
#include <stdatomic.h>
#include <stdio.h>
#include <sys/mman.h>
#include <unistd.h>

#ifndef MADV_GUARD_INSTALL
#define MADV_GUARD_INSTALL 102
#endif

#define THREADS 7
#define SIZE (512 * 1024)

static atomic_int touched;
static pthread_barrier_t end;
static struct { pid_t tid; char *low; size_t size; size_t guard; size_t zone; } threads[THREADS];

static void touch(long pages)
{
    volatile char page[4096];
    page[0] = (char)pages;
    if (pages > 0)
        touch(pages - 1);
    page[4095] = page[0];
}

static void *run(void *number)
{
    long n = (long)number;

    threads[n].tid = gettid();
    touch(2 + n * 5);
    touched++;
    pthread_barrier_wait(&end);
    return NULL;
}

int main(void)
{
    pthread_t ids[THREADS];
    pthread_attr_t attr;
    size_t page = sysconf(_SC_PAGESIZE);
    char *at = mmap(NULL, THREADS * 2 * SIZE, PROT_READ | PROT_WRITE, MAP_PRIVATE | MAP_ANONYMOUS | MAP_STACK, -1, 0);

    if (at == MAP_FAILED)
        return 1;
    pthread_barrier_init(&end, NULL, THREADS + 1);
    pthread_attr_init(&attr);
    for (long n = 0; n < THREADS; n++) {
        threads[n].low = at;
        threads[n].guard = n % 2 == 1 ? 64 * 1024 : page;
        threads[n].size = SIZE + n * page;
        if (madvise(at, threads[n].guard, MADV_GUARD_INSTALL) != 0)
            return 77;
        if (n == THREADS - 1) {
            threads[n].zone = 4 * page;
            if (mprotect(at + threads[n].guard, threads[n].zone, PROT_NONE) != 0)
                return 1;
        }
        pthread_attr_setstack(&attr, at + threads[n].guard, threads[n].size - threads[n].guard);
        if (pthread_create(&ids[n], &attr, run, (void *)n) != 0)
            return 1;
        at += threads[n].size;
    }
    while (touched < THREADS)
        sched_yield();
    for (int n = 0; n < THREADS; n++) {
        static unsigned char present[2 * SIZE / 4096];
        size_t guard = threads[n].guard + threads[n].zone, pages = (threads[n].size - guard) / page;
        long count = 0, lowest = -1;
        if (mincore(threads[n].low + guard, pages * page, present) != 0)
            return 1;
        for (size_t i = 0; i < pages; i++)
            if (present[i] & 1) {
                count++;
                lowest = lowest < 0 ? (long)i : lowest;
            }
        printf("%d %lx %zu %zu %ld %ld\n", threads[n].tid, (unsigned long)(threads[n].low + threads[n].size),
               threads[n].size, guard, count * (long)page, ((long)pages - lowest) * (long)page);
    }
    puts("ready");
    fflush(stdout);
    while (getchar() != EOF)
        ;
    pthread_barrier_wait(&end);
    return 0;
}
