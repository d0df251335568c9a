/*
 * Why printf is unsafe in the thread of clone_thread.c, without calling it there. The child compares its thread
 * pointer with its parent's, and with it what libc finds through that register: errno, and who owns the lock of a
 * stream. It writes the verdict with write(2).
 */
#include <pthread.h>
#include <stdbool.h>
#include <sys/single_threaded.h>

#include "bare_thread.h"
#include "report.h"

/* What FILE's _lock points to in glibc (sysdeps/nptl/stdio-lock.h); main checks it before it relies on it. */
struct stdio_lock {
    int lock;
    int count;
    void *owner;
};

struct comparison {
    struct bare_thread thread;
    uintptr_t parent_pointer;
    uintptr_t parent_errno;
    const struct stdio_lock *lock;
    uintptr_t lock_owner;
};

/* A fixed number of digits, so that no compiler makes a call of libc out of the loop. */
static void say_hex(uintptr_t value) {
    char text[16];
    for (int i = 15; i >= 0; i--, value >>= 4) {
        text[i] = "0123456789abcdef"[value & 15];
    }
    RAW_SAY("0x");
    raw_write(text, sizeof text);
}

static bool same(uintptr_t parent, uintptr_t child) {
    RAW_SAY("parent ");
    say_hex(parent);
    RAW_SAY(", child ");
    say_hex(child);
    if (parent == child) {
        RAW_SAY(": the same\n");
    } else {
        RAW_SAY(": different\n");
    }
    return parent == child;
}

/*
 * errno and the thread descriptor, which is what a lock's owner is compared with, lie at the same distance from the
 * thread pointer in every thread, so the child finds where libc would look for its own without asking libc.
 */
static int run(void *arg) {
    struct comparison *facts = arg;
    bare_thread_begin(&facts->thread);
    RAW_SAY("running thread\n");
    const uintptr_t pointer = raw_thread_pointer();
    const uintptr_t distance = pointer - facts->parent_pointer;
    RAW_SAY("thread pointer  ");
    bool shared = same(facts->parent_pointer, pointer);
    RAW_SAY("errno           ");
    shared |= same(facts->parent_errno, facts->parent_errno + distance);
    RAW_SAY("stdout's owner  ");
    shared |= same((uintptr_t)facts->lock->owner, facts->lock_owner + distance);
    if (__libc_single_threaded) {
        RAW_SAY("libc counts one thread (__libc_single_threaded): it may leave out locks altogether\n");
    }
    if (shared) {
        RAW_SAY("printf is unsafe here: the parent holds stdout's lock, and libc would take the child for its owner\n");
    } else {
        RAW_SAY("printf is safe here: the parent holds stdout's lock, and libc would let the child wait for it\n");
    }
    RAW_SAY("finished thread\n");
    bare_thread_end(&facts->thread);
    return 0;
}

int main(void) {
    const int flags = CLONE_THREAD | CLONE_SIGHAND | CLONE_VM;
    struct thread_stack stack = map_thread_stack();
    print_sentence("starting thread...");
    flockfile(stdout);
    static struct comparison facts;
    facts.parent_pointer = raw_thread_pointer();
    facts.parent_errno = (uintptr_t)&errno;
    facts.lock = stdout->_lock;
    facts.lock_owner = (uintptr_t)pthread_self();
    if ((uintptr_t)facts.lock->owner != facts.lock_owner) {
        fprintf(stderr, "this libc keeps the owner of a stream's lock elsewhere\n");
        return 1;
    }

    int tid = clone(run, stack.top, flags, &facts, NULL, NULL, NULL);
    if (tid == -1) {
        fail("failed to clone");
    }
    await_bare_thread(&facts.thread, tid, &stack);
    funlockfile(stdout);
    /* Not before the child's end: its sentences are several writes. */
    print_report(&(struct report){
        .program = "printf_thread",
        .syscall = "clone",
        .flags = (uint64_t)flags,
        .stack = (uintptr_t)stack.top - LIBC_CLONE_PUSHES,
        .stack_size = STACK_SIZE,
        .child = tid,
        .guard_size = stack.guard_size,
        .stack_top = (uintptr_t)stack.top,
    });
    unmap_thread_stack(&stack);
    return 0;
}
