/*
 * The line in which each program gives its own word about the clone it made, for tests to compare with what strace,
 * ptrace, tracefs and eBPF recorded. The keys and their order are an interface; new keys go to the end.
 */
#ifndef CLONETRACE_REPORT_H
#define CLONETRACE_REPORT_H

#include <inttypes.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <sys/types.h>
#include <unistd.h>

#define FLAGS_UNKNOWN UINT64_MAX

struct report {
    const char *program;
    const char *syscall;  /* "unknown" where libc chooses it */
    uint64_t flags;       /* with the exit signal in the low byte, as clone(2) takes them */
    uintptr_t stack;      /* as the kernel gets it: clone takes the top, clone3 the lowest address */
    size_t stack_size;    /* bytes the child may use; only clone3 tells the kernel */
    uintptr_t tls;        /* 0: none was passed */
    pid_t child;          /* its tid in our pid namespace */
    size_t guard_size;    /* bytes of PROT_NONE right below the stack */
    uintptr_t stack_top;  /* what libc's clone() was given, 0 where it was not called */
};

/* One write(2), because the child writes to the same file meanwhile. */
static inline void print_report(const struct report *report) {
    char flags[sizeof "0x0123456789abcdef"] = "unknown";
    if (report->flags != FLAGS_UNKNOWN) {
        snprintf(flags, sizeof flags, "0x%" PRIx64, report->flags);
    }
    printf("clonetrace program=%s syscall=%s flags=%s stack=0x%" PRIxPTR " stack_size=%zu tls=0x%" PRIxPTR
           " parent=%d child=%d guard_size=%zu",
           report->program, report->syscall, flags, report->stack, report->stack_size, report->tls, gettid(),
           report->child, report->guard_size);
    if (report->stack_top != 0) {
        printf(" stack_top=0x%" PRIxPTR, report->stack_top);
    }
    printf("\n");
    if (fflush(stdout) == EOF) {
        perror("failed to write the report");
        exit(1);
    }
}

/* A sentence for people, written before the next system call, so that the order on the terminal is the real one. */
static inline void print_sentence(const char *sentence) {
    if (puts(sentence) == EOF || fflush(stdout) == EOF) {
        perror("failed to write to stdout");
        exit(1);
    }
}

#endif
