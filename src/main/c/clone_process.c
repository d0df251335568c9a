/*
 * The call of clone_thread.c without CLONE_VM: a process. Without CLONE_VM the kernel refuses CLONE_SIGHAND, and
 * without that CLONE_THREAD (EINVAL, clone(2)), so none of the three is left; SIGCHLD lets the parent wait for it.
 */
#include <sys/wait.h>

#include "bare_thread.h"
#include "report.h"

#define BEFORE 17
#define AFTER 42

static volatile int variable = BEFORE;

/* The exit status is the child's word about its own copy: the parent cannot look into its memory. */
static int run(void *arg) {
    (void)arg;
    RAW_SAY("running process\n");
    if (variable == BEFORE && raw_syscall3(SYS_getpid, 0, 0, 0) == raw_syscall3(SYS_gettid, 0, 0, 0)) {
        variable = AFTER;
    }
    RAW_SAY("finished process\n");
    return variable;
}

int main(void) {
    const int flags = SIGCHLD;
    struct thread_stack stack = map_thread_stack();

    print_sentence("starting process...");
    pid_t pid = clone(run, stack.top, flags, NULL, NULL, NULL, NULL);
    if (pid == -1) {
        fail("failed to clone");
    }
    print_report(&(struct report){
        .program = "clone_process",
        .syscall = "clone",
        .flags = (uint64_t)flags,
        .stack = (uintptr_t)stack.top - LIBC_CLONE_PUSHES,
        .stack_size = STACK_SIZE,
        .child = pid,
        .guard_size = stack.guard_size,
        .stack_top = (uintptr_t)stack.top,
    });

    int status;
    if (waitpid(pid, &status, 0) == -1) {
        fail("failed to wait for the process");
    }
    unmap_thread_stack(&stack);
    if (!WIFEXITED(status) || WEXITSTATUS(status) != AFTER || variable != BEFORE) {
        fprintf(stderr, "memory is shared, or the child failed: status 0x%x, variable %d\n", status, variable);
        return 1;
    }
    printf("memory is not shared: the child set the variable to %d, the parent still reads %d\n", AFTER, variable);
    if (fflush(stdout) == EOF) {
        fail("failed to write to stdout");
    }
    return 0;
}
