/*
 * Asks the kernel which clone flags it accepts: for each line "FLAGS EXIT_SIGNAL" (C notation) on stdin it makes one
 * clone3 call - or one call of the system call that its argument names, clone or unshare - and prints 0 or the errno's
 * name. A second argument is a set of namespaces that the caller unshares first.
 *
 * The child is never let into C: it exits in the instruction after the call, so that it needs no stack, no libc and no
 * thread pointer of its own. Each call is made in a process forked for it, because a child may be a sibling
 * (CLONE_PARENT), a thread (CLONE_THREAD), or may end by sending its creator a deadly exit signal.
 */
#define _GNU_SOURCE
#include <errno.h>
#include <signal.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/prctl.h>
#include <sys/syscall.h>
#include <sys/types.h>
#include <sys/wait.h>
#include <unistd.h>

#ifndef SYS_clone3
#define SYS_clone3 435
#endif
#define VM 0x100u /* CLONE_VM, linux/sched.h */

struct arguments { /* struct clone_args of linux/sched.h, CLONE_ARGS_SIZE_VER2 */
    uint64_t flags, pidfd, child_tid, parent_tid, exit_signal, stack, stack_size, tls, set_tid, set_tid_size, cgroup;
};

static char stack[16384] __attribute__((aligned(16)));
static char tls[256] __attribute__((aligned(16)));
static int pidfd, child_tid, parent_tid;

/* The call's result in the caller; in the child it does not return. */
static long cloning(long call, long a, long b, long c, long d, long e) {
#if defined(__x86_64__)
    long result;
    register long r10 __asm__("r10") = d;
    register long r8 __asm__("r8") = e;
    __asm__ volatile("syscall\n\ttest %%rax, %%rax\n\tjnz 1f\n\txor %%edi, %%edi\n\tmov %[exit], %%eax\n\tsyscall\n\thlt\n1:"
                     : "=a"(result)
                     : "a"(call), "D"(a), "S"(b), "d"(c), "r"(r10), "r"(r8), [exit] "i"(SYS_exit)
                     : "rcx", "r11", "memory");
    return result;
#elif defined(__aarch64__)
    register long x8 __asm__("x8") = call;
    register long x0 __asm__("x0") = a;
    register long x1 __asm__("x1") = b;
    register long x2 __asm__("x2") = c;
    register long x3 __asm__("x3") = e; /* CONFIG_CLONE_BACKWARDS: tls before child_tid */
    register long x4 __asm__("x4") = d;
    __asm__ volatile("svc #0\n\tcbnz x0, 1f\n\tmov x8, %[exit]\n\tsvc #0\n\tbrk #0\n1:"
                     : "+r"(x0)
                     : "r"(x8), "r"(x1), "r"(x2), "r"(x3), "r"(x4), [exit] "i"(SYS_exit)
                     : "memory");
    return x0;
#else
#error "no raw clone for this processor"
#endif
}

enum call { CLONE3, CLONE, UNSHARE };

static long probe(enum call call, uint64_t flags, uint64_t exit_signal) {
    if (call == UNSHARE) {
        return syscall(SYS_unshare, flags) == 0 ? 0 : -errno;
    }
    if (call == CLONE) {
        return cloning(SYS_clone, (long) (flags | exit_signal), (long) (flags & VM ? stack + sizeof stack : NULL),
                       (long) &parent_tid, (long) &child_tid, (long) tls);
    }
    struct arguments args = {.flags = flags, .exit_signal = exit_signal};
    args.pidfd = (uintptr_t) &pidfd;
    args.child_tid = (uintptr_t) &child_tid;
    args.parent_tid = (uintptr_t) &parent_tid;
    args.tls = (uintptr_t) tls;
    args.cgroup = 0; /* stdin is no cgroup: CLONE_INTO_CGROUP ends in EBADF, after every check of the flags */
    if (flags & VM) {
        args.stack = (uintptr_t) stack;
        args.stack_size = sizeof stack;
    }
    return cloning(SYS_clone3, (long) &args, sizeof args, 0, 0, 0);
}

static const char *name_of(int error, char *number) {
    static const struct { int error; const char *name; } names[] = {
        {0, "0"}, {EINVAL, "EINVAL"}, {EPERM, "EPERM"}, {ENOSYS, "ENOSYS"}, {EBADF, "EBADF"}, {ENOSPC, "ENOSPC"},
        {EAGAIN, "EAGAIN"}, {ENOMEM, "ENOMEM"}, {EACCES, "EACCES"}, {E2BIG, "E2BIG"}, {EFAULT, "EFAULT"}};
    for (size_t i = 0; i < sizeof names / sizeof *names; i++) {
        if (names[i].error == error) return names[i].name;
    }
    sprintf(number, "%d", error);
    return number;
}

/* One call in a process of its own; its exit status is the errno. */
static int probe_apart(enum call call, uint64_t unshared, uint64_t flags, uint64_t exit_signal) {
    pid_t caller = fork();
    if (caller == 0) {
        sigset_t all;
        prctl(PR_SET_PDEATHSIG, SIGKILL);
        sigfillset(&all);
        sigprocmask(SIG_BLOCK, &all, NULL);
        if (unshared != 0 && syscall(SYS_unshare, unshared) != 0) {
            _exit(errno);
        }
        long result = probe(call, flags, exit_signal);
        while (waitpid(-1, NULL, __WALL) > 0) {}
        _exit(result < 0 ? (int) -result : 0);
    }
    int error = caller < 0 ? errno : 0;
    int status;
    for (pid_t pid; (pid = waitpid(-1, &status, __WALL | WUNTRACED)) > 0;) {
        if (pid == caller && WIFEXITED(status)) {
            error = WEXITSTATUS(status);
        } else if (pid == caller && WIFSTOPPED(status)) {
            kill(caller, SIGKILL); /* the exit signal was SIGSTOP: the child lived, so the call was accepted */
        }
    }
    return error;
}

int main(int argc, char **argv) {
    char line[128], number[16];
    enum call call = argc < 2 || strcmp(argv[1], "clone3") == 0 ? CLONE3 : strcmp(argv[1], "clone") == 0 ? CLONE : UNSHARE;
    uint64_t unshared = argc > 2 ? strtoull(argv[2], NULL, 0) : 0;
    while (fgets(line, sizeof line, stdin)) {
        char *rest;
        uint64_t flags = strtoull(line, &rest, 0);
        uint64_t exit_signal = strtoull(rest, NULL, 0);
        puts(name_of(probe_apart(call, unshared, flags, exit_signal), number));
    }
    return 0;
}
