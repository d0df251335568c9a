/*
 * The thread of clone_thread.c through the clone3 system call itself, without libc. clone3 takes a struct that may
 * grow, the stack as lowest address and size, and the exit signal apart from the flags (clone(2), Linux 5.3).
 */
#include <linux/sched.h>

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
    struct thread_stack stack = map_thread_stack();
    static struct bare_thread thread;
    struct clone_args args = {
        .flags = CLONE_THREAD | CLONE_SIGHAND | CLONE_VM,
        .stack = (uintptr_t)stack.low,
        .stack_size = STACK_SIZE,
    };

    print_sentence("starting thread...");
    long result = raw_clone3(&args, sizeof args, run, &thread);
    if (result < 0) {
        errno = (int)-result;
        fail("failed to clone3");
    }
    pid_t tid = (pid_t)result;
    print_report(&(struct report){
        .program = "clone3_thread",
        .syscall = "clone3",
        .flags = args.flags,
        .stack = (uintptr_t)args.stack,
        .stack_size = (size_t)args.stack_size,
        .child = tid,
        .guard_size = stack.guard_size,
    });

    await_bare_thread(&thread, tid, &stack);
    unmap_thread_stack(&stack);
    return 0;
}
