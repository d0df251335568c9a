/*
 * A thread through libc's clone(), with the fewest flags that make a thread. pthread_create passes six more; without
 * CLONE_SETTLS the child has its parent's thread pointer, so it calls nothing of libc.
 */
#include "bare_thread.h"
#include "report.h"

static int run(void *arg) {
    struct bare_thread *self = arg;
    bare_thread_begin(self);
    RAW_SAY("running thread\n");
    RAW_SAY("finished thread\n");
    bare_thread_end(self);
    return 0;
}

int main(void) {
    const int flags = CLONE_THREAD | CLONE_SIGHAND | CLONE_VM;
    struct thread_stack stack = map_thread_stack();
    static struct bare_thread thread;

    print_sentence("starting thread...");
    /* The three last arguments may be left out, but then the kernel gets whatever lies in their places. */
    int tid = clone(run, stack.top, flags, &thread, NULL, NULL, NULL);
    if (tid == -1) {
        fail("failed to clone");
    }
    print_report(&(struct report){
        .program = "clone_thread",
        .syscall = "clone",
        .flags = (uint64_t)flags,
        .stack = (uintptr_t)stack.top - LIBC_CLONE_PUSHES,
        .stack_size = STACK_SIZE,
        .child = tid,
        .guard_size = stack.guard_size,
        .stack_top = (uintptr_t)stack.top,
    });

    await_bare_thread(&thread, tid, &stack);
    unmap_thread_stack(&stack);
    return 0;
}
