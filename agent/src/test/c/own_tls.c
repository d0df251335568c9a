// Makes threads by pthread_create, and between them one by a clone3 of its own, whose tls is no struct pthread while the
// register in which glibc passes one on holds the main thread's. x86-64 only.
#define _GNU_SOURCE
#include <linux/sched.h>
#include <pthread.h>
#include <sched.h>
#include <stdint.h>
#include <stdlib.h>
#include <string.h>
#include <sys/syscall.h>
#include <unistd.h>

static char stack[1 << 16] __attribute__((aligned(16)));
static char tls[1 << 13] __attribute__((aligned(64)));

static void *worker(void *nothing) { return nothing; }

static void threads(int count) {
    for (int i = 0; i < count; i++) {
        pthread_t thread;
        if (pthread_create(&thread, NULL, worker, NULL) != 0 || pthread_join(thread, NULL) != 0) {
            exit(1);
        }
    }
}

static void thread_without_glibc(void *inside) {
    static volatile int gone = 1;
    struct clone_args args;
    memset(&args, 0, sizeof args);
    args.flags = CLONE_VM | CLONE_FS | CLONE_FILES | CLONE_SIGHAND | CLONE_THREAD | CLONE_SYSVSEM | CLONE_SETTLS |
                 CLONE_CHILD_CLEARTID;
    args.stack = (uintptr_t)stack;
    args.stack_size = sizeof stack;
    args.tls = (uintptr_t)tls;
    args.child_tid = (uintptr_t)&gone;
    long made = SYS_clone3;
    // Every register that may hold a struct pthread in glibc's own call.
    register long r8 __asm__("r8") = (long)inside;
    register long r9 __asm__("r9") = (long)inside;
    register long r10 __asm__("r10") = (long)inside;
    register long r12 __asm__("r12") = (long)inside;
    register long r13 __asm__("r13") = (long)inside;
    register long r14 __asm__("r14") = (long)inside;
    register long r15 __asm__("r15") = (long)inside;
    __asm__ volatile("push %%rbp\n\tmov %%rdx, %%rbp\n\tsyscall\n\ttest %%rax, %%rax\n\tjnz 1f\n\t"
                     "mov $60, %%eax\n\txor %%edi, %%edi\n\tsyscall\n1:\tpop %%rbp"
                     : "+a"(made)
                     : "D"(&args), "S"(sizeof args), "d"(inside), "b"(inside), "r"(r8), "r"(r9), "r"(r10), "r"(r12),
                       "r"(r13), "r"(r14), "r"(r15)
                     : "rcx", "r11", "memory");
    if (made < 0) {
        exit(1);
    }
    while (gone) {
        sched_yield();
    }
}

// Its own struct pthread has a start routine, the main thread's has none.
static void *maker(void *nothing) {
    thread_without_glibc((void *)pthread_self());
    return nothing;
}

int main(void) {
    pthread_t thread;
    threads(3);
    if (pthread_create(&thread, NULL, maker, NULL) != 0 || pthread_join(thread, NULL) != 0) {
        return 1;
    }
    threads(3);
    return 0;
}
