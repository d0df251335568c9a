/*
 * A thread through pthread_create. libc chooses system call and flags and tells nobody, so this program says
 * "unknown" and names what identifies the clone instead: the tid, and the pthread_t, which is the tls that the kernel
 * got. The stack is pthread_getattr_np's: libc passes its guard to the kernel too, and keeps the top for itself.
 */
#include <errno.h>
#include <pthread.h>

#include "report.h"

struct seen {
    pid_t tid;
    uintptr_t self;
    void *stack;
    size_t stack_size;
    size_t guard_size;
};

static void check(int error, const char *message) {
    if (error != 0) {
        errno = error; /* pthread functions return it instead */
        perror(message);
        exit(1);
    }
}

static void *run(void *arg) {
    struct seen *seen = arg;
    pthread_attr_t attr;
    print_sentence("running thread");
    seen->tid = gettid();
    seen->self = (uintptr_t)pthread_self();
    check(pthread_getattr_np(pthread_self(), &attr), "failed to get the thread's attributes");
    check(pthread_attr_getstack(&attr, &seen->stack, &seen->stack_size), "failed to get the thread's stack");
    check(pthread_attr_getguardsize(&attr, &seen->guard_size), "failed to get the thread's guard size");
    check(pthread_attr_destroy(&attr), "failed to destroy the thread's attributes");
    print_sentence("finished thread");
    return NULL;
}

int main(void) {
    struct seen seen;
    pthread_t thread;
    print_sentence("starting thread...");
    check(pthread_create(&thread, NULL, run, &seen), "failed to create the thread");
    check(pthread_join(thread, NULL), "failed to join the thread");
    print_report(&(struct report){
        .program = "pthread_thread",
        .syscall = "unknown",
        .flags = FLAGS_UNKNOWN,
        .stack = (uintptr_t)seen.stack,
        .stack_size = seen.stack_size,
        .tls = seen.self,
        .child = seen.tid,
        .guard_size = seen.guard_size,
    });
    return 0;
}
