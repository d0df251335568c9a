/*
 * Threads without a guard, as HotSpot asks for them: their stacks merge into one mapping. Each touches a different
 * number of pages and waits, every other below a frame of which it touches the lowest byte only. Prints a line a
 * thread: tid, base (hex), size, touched bytes and those from the base down to the lowest touched page, the last two by
 * mincore(2); then "ready". Ends when its standard input does.
 */
#define _GNU_SOURCE
#include <pthread.h>
#include <sched.h>
#include <stdatomic.h>
#include <stdio.h>
#include <sys/mman.h>
#include <unistd.h>

#define THREADS 7
#define SIZE (256 * 1024)

static atomic_int touched;
static pthread_barrier_t end;
static struct { pid_t tid; char *low; size_t size; } threads[THREADS];

static void touch(long pages)
{
    volatile char page[4096];
    page[0] = (char)pages;
    if (pages > 0)
        touch(pages - 1);
    page[4095] = page[0];
}

static void reserve(void)
{
    volatile char large[SIZE * 3 / 4];
    large[0] = 1;
}

static void *run(void *number)
{
    long n = (long)number;
    pthread_attr_t attr;
    void *low;

    pthread_getattr_np(pthread_self(), &attr);
    pthread_attr_getstack(&attr, &low, &threads[n].size);
    pthread_attr_destroy(&attr);
    threads[n].low = low;
    threads[n].tid = gettid();
    if (n % 2 == 1)
        reserve();
    touch(2 + n * 5);
    touched++;
    pthread_barrier_wait(&end);
    return NULL;
}

int main(void)
{
    pthread_t ids[THREADS];
    pthread_attr_t attr;
    long page = sysconf(_SC_PAGESIZE);

    pthread_barrier_init(&end, NULL, THREADS + 1);
    pthread_attr_init(&attr);
    pthread_attr_setguardsize(&attr, 0);
    pthread_attr_setstacksize(&attr, SIZE);
    for (long n = 0; n < THREADS; n++)
        if (pthread_create(&ids[n], &attr, run, (void *)n) != 0)
            return 1;
    while (touched < THREADS)
        sched_yield();
    for (int n = 0; n < THREADS; n++) {
        unsigned char present[SIZE / 4096 + 64];
        long pages = threads[n].size / page, count = 0, lowest = -1;
        if (mincore(threads[n].low, threads[n].size, present) != 0)
            return 1;
        for (long i = 0; i < pages; i++)
            if (present[i] & 1) {
                count++;
                lowest = lowest < 0 ? i : lowest;
            }
        printf("%d %lx %zu %ld %ld\n", threads[n].tid, (unsigned long)(threads[n].low + threads[n].size),
               threads[n].size, count * page, (pages - lowest) * page);
    }
    puts("ready");
    fflush(stdout);
    while (getchar() != EOF)
        ;
    pthread_barrier_wait(&end);
    return 0;
}
