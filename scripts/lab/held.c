/*
 * Threads of several stack and guard sizes, each touched to a known depth. Each prints its tid and its stack, as
 * pthread_getattr_np(3) has it, and waits until stdin is closed: the truth for clonetrace stacks.
 */
#define _GNU_SOURCE
#include <pthread.h>
#include <stdio.h>
#include <string.h>
#include <sys/syscall.h>
#include <unistd.h>

static pthread_barrier_t told;
static pthread_mutex_t until_end = PTHREAD_MUTEX_INITIALIZER;

static void touch(size_t bytes) {
    char touched[bytes];
    memset(touched, 1, bytes);
    __asm__ volatile("" : : "r"(touched) : "memory");
}

static void *hold(void *depth) {
    pthread_attr_t attr;
    void *stack;
    size_t size, guard;
    pthread_getattr_np(pthread_self(), &attr);
    pthread_attr_getstack(&attr, &stack, &size);
    pthread_attr_getguardsize(&attr, &guard);
    touch((size_t)depth);
    printf("held tid=%ld lowest=%lu size=%lu guard=%lu touched=%lu\n", (long)syscall(SYS_gettid), (unsigned long)stack,
           (unsigned long)size, (unsigned long)guard, (unsigned long)depth);
    fflush(stdout);
    pthread_barrier_wait(&told);
    pthread_mutex_lock(&until_end);
    pthread_mutex_unlock(&until_end);
    return depth;
}

int main(void) {
    const size_t stacks[] = {0, 0, 0, 256 << 10, 1 << 20, 1 << 20, 4 << 20}, guards[] = {4096, 4096, 65536, 4096, 8192, 131072, 4096};
    const size_t depths[] = {4096, 300 << 10, 8192, 100 << 10, 50 << 10, 200 << 10, 1 << 20};
    const int count = sizeof stacks / sizeof *stacks;
    pthread_t threads[sizeof stacks / sizeof *stacks];
    char byte;
    pthread_barrier_init(&told, NULL, count + 1);
    pthread_mutex_lock(&until_end);
    for (int i = 0; i < count; i++) {
        pthread_attr_t attr;
        pthread_attr_init(&attr);
        if (stacks[i]) {
            pthread_attr_setstacksize(&attr, stacks[i]);
        }
        pthread_attr_setguardsize(&attr, guards[i]);
        if (pthread_create(&threads[i], &attr, hold, (void *)depths[i])) {
            return 1;
        }
    }
    pthread_barrier_wait(&told);
    puts("ready");
    fflush(stdout);
    while (read(0, &byte, 1) == 1) {
    }
    pthread_mutex_unlock(&until_end);
    for (int i = 0; i < count; i++) {
        pthread_join(threads[i], NULL);
    }
    return 0;
}
