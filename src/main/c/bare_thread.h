/*
 * The stack of a thread or process that the programs clone themselves, and how a parent learns that such a thread is
 * gone. A bare thread is one that libc did not make: its function may use raw_syscall.h and nothing of libc.
 */
#ifndef CLONETRACE_BARE_THREAD_H
#define CLONETRACE_BARE_THREAD_H

#include <errno.h>
#include <linux/futex.h>
#include <sched.h>
#include <signal.h>
#include <stdatomic.h>
#include <stdio.h>
#include <stdlib.h>
#include <sys/mman.h>
#include <time.h>
#include <unistd.h>

#include "raw_syscall.h"

#define STACK_SIZE ((size_t)65536)
#define DEADLINE_SECONDS 30 /* far more than a thread needs to start and to end, also under strace */

struct thread_stack {
    char *mapping;
    size_t guard_size;
    char *low; /* lowest address that the thread may use, right above the guard page */
    char *top;
};

/* What the child tells its parent through the memory they share. */
struct bare_thread {
    atomic_int finished; /* futex word */
    pid_t tid;
    uintptr_t frame; /* an address on the stack that the child ran on */
};

static inline void fail(const char *message) {
    perror(message);
    exit(1);
}

static inline struct thread_stack map_thread_stack(void) {
    size_t guard_size = (size_t)sysconf(_SC_PAGESIZE);
    char *mapping = mmap(NULL, guard_size + STACK_SIZE, PROT_READ | PROT_WRITE,
                         MAP_PRIVATE | MAP_ANONYMOUS | MAP_STACK, -1, 0);
    if (mapping == MAP_FAILED) {
        fail("failed to map the stack");
    }
    /* The stack grows down: what overruns it meets this page, not someone else's memory. */
    if (mprotect(mapping, guard_size, PROT_NONE) == -1) {
        fail("failed to protect the guard page");
    }
    char *low = mapping + guard_size;
    return (struct thread_stack){mapping, guard_size, low, low + STACK_SIZE};
}

static inline void unmap_thread_stack(const struct thread_stack *stack) {
    if (munmap(stack->mapping, stack->guard_size + STACK_SIZE) == -1) {
        fail("failed to unmap the stack");
    }
}

static inline time_t monotonic_seconds(void) {
    struct timespec now;
    if (clock_gettime(CLOCK_MONOTONIC, &now) == -1) {
        fail("failed to read the clock");
    }
    return now.tv_sec;
}

/* Called by the child, first. */
static inline void bare_thread_begin(struct bare_thread *self) {
    self->tid = (pid_t)raw_syscall3(SYS_gettid, 0, 0, 0);
    self->frame = (uintptr_t)__builtin_frame_address(0);
}

/* Called by the child, last: from here it only returns and exits. */
static inline void bare_thread_end(struct bare_thread *self) {
    atomic_store(&self->finished, 1);
    raw_syscall3(SYS_futex, (long)&self->finished, FUTEX_WAKE_PRIVATE, 1);
}

/*
 * Waits until the kernel no longer knows the thread. The futex says only that its function has ended; the thread
 * still needs its stack to return and to exit, and without CLONE_CHILD_CLEARTID nobody tells when it has. Then checks
 * that the thread that ran is the one that was cloned, on the stack that it was given.
 */
static inline void await_bare_thread(struct bare_thread *thread, pid_t tid, const struct thread_stack *stack) {
    const struct timespec timeout = {.tv_sec = DEADLINE_SECONDS};
    while (atomic_load(&thread->finished) == 0) {
        if (syscall(SYS_futex, &thread->finished, FUTEX_WAIT_PRIVATE, 0, &timeout, NULL, 0) == -1 && errno != EAGAIN
            && errno != EINTR) {
            fail("failed to wait for the thread");
        }
    }
    const time_t deadline = monotonic_seconds() + DEADLINE_SECONDS;
    while (tgkill(getpid(), tid, 0) == 0) {
        if (monotonic_seconds() > deadline) {
            errno = ETIMEDOUT;
            fail("the thread has not exited");
        }
        sched_yield();
    }
    if (errno != ESRCH) {
        fail("failed to look for the thread");
    }
    if (thread->tid != tid || thread->frame < (uintptr_t)stack->low || thread->frame >= (uintptr_t)stack->top) {
        fprintf(stderr, "thread %d ran at 0x%jx, not thread %d on its stack\n", thread->tid,
                (uintmax_t)thread->frame, tid);
        exit(1);
    }
}

#endif
