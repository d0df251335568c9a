/*
 * Threads with stacks and guards of several sizes, and one on memory of the program's own. Prints a line a thread: tid,
 * lowest address above the guard (hex), bytes from there, the guard as it is (pthread_getattr_np(3) reports what was
 * requested; glibc's least on aarch64 is 64 KiB), and whose memory it is; then "ready". Ends when its standard input
 * does.
 */
#define _GNU_SOURCE
#include <pthread.h>
#include <sched.h>
#include <stdatomic.h>
#include <stdio.h>
#include <sys/mman.h>
#include <unistd.h>

#define THREADS 8
#define OWN 3
#define SIZE (512 * 1024)

static atomic_int ready;
static pthread_barrier_t end;
static struct { pid_t tid; void *low; size_t size; size_t guard; } threads[THREADS];

static void *run(void *number)
{
    long n = (long)number;
    pthread_attr_t attr;

    pthread_getattr_np(pthread_self(), &attr);
    pthread_attr_getstack(&attr, &threads[n].low, &threads[n].size);
    pthread_attr_getguardsize(&attr, &threads[n].guard);
    pthread_attr_destroy(&attr);
#ifdef __aarch64__
    if (threads[n].guard > 0 && threads[n].guard < 64 * 1024)
        threads[n].guard = 64 * 1024;
#endif
    threads[n].tid = gettid();
    ready++;
    pthread_barrier_wait(&end);
    return NULL;
}

int main(void)
{
    pthread_t id;
    pthread_attr_t attr;
    size_t page = sysconf(_SC_PAGESIZE);

    pthread_barrier_init(&end, NULL, THREADS + 1);
    for (long n = 0; n < THREADS; n++) {
        pthread_attr_init(&attr);
        if (n == OWN) {
            void *own = mmap(NULL, SIZE, PROT_READ | PROT_WRITE, MAP_PRIVATE | MAP_ANONYMOUS, -1, 0);
            if (own == MAP_FAILED || pthread_attr_setstack(&attr, own, SIZE) != 0)
                return 1;
        } else {
            pthread_attr_setstacksize(&attr, SIZE + n * 3 * page);
            pthread_attr_setguardsize(&attr, n * page * (n % 2));
        }
        if (pthread_create(&id, &attr, run, (void *)n) != 0)
            return 1;
    }
    while (ready < THREADS)
        sched_yield();
    for (int n = 0; n < THREADS; n++)
        printf("%d %lx %zu %zu %s\n", threads[n].tid, (unsigned long)threads[n].low, threads[n].size,
               threads[n].guard, n == OWN ? "own" : "glibc");
    puts("ready");
    fflush(stdout);
    while (getchar() != EOF)
        ;
    pthread_barrier_wait(&end);
    return 0;
}
