/*
 * System calls without libc, for code that runs in a bare thread. Such a thread has its parent's thread pointer, so
 * libc's wrappers would write its parent's errno. Everything that depends on the processor is in this file.
 *
 * All functions return what the kernel returns: a result, or a negated errno. syscall(2) lists the registers.
 */
#ifndef CLONETRACE_RAW_SYSCALL_H
#define CLONETRACE_RAW_SYSCALL_H

#include <stddef.h>
#include <stdint.h>
#include <sys/syscall.h>

struct clone_args;

#if defined(__x86_64__)

#include <asm/prctl.h>

/*
 * Bytes between the stack pointer given to libc's clone() and the one that the kernel gets. glibc stores fn and arg
 * there for the child to pop (sysdeps/unix/sysv/linux/x86_64/clone.S); strace shows the lower address.
 */
#define LIBC_CLONE_PUSHES 16

static inline long raw_syscall3(long number, long a, long b, long c) {
    long result;
    __asm__ volatile("syscall" : "=a"(result) : "a"(number), "D"(a), "S"(b), "d"(c) : "rcx", "r11", "memory");
    return result;
}

/* The child has an empty stack, so it must not come back into the C function that its parent called this from. */
static inline long raw_clone3(const struct clone_args *args, size_t size, int (*fn)(void *), void *arg) {
    long result;
    __asm__ volatile("syscall\n\t"
                     "test %%rax, %%rax\n\t"
                     "jnz 1f\n\t"
                     "mov %[fn], %%rax\n\t"
                     "mov %[arg], %%rdi\n\t"
                     "xor %%ebp, %%ebp\n\t" /* ends the chain of frames for debuggers */
                     "call *%%rax\n\t"
                     "mov %%eax, %%edi\n\t"
                     "mov %[exit], %%eax\n\t"
                     "syscall\n"
                     "1:"
                     : "=a"(result)
                     : "a"((long)SYS_clone3), "D"(args), "S"(size), [fn] "r"(fn), [arg] "r"(arg), [exit] "i"(SYS_exit)
                     : "rcx", "r11", "memory", "cc");
    return result;
}

/* FS base, asked from the kernel: reading %fs:0x10 instead would trust the libc that is being examined. */
static inline uintptr_t raw_thread_pointer(void) {
    uintptr_t base = 0;
    raw_syscall3(SYS_arch_prctl, ARCH_GET_FS, (long)&base, 0);
    return base;
}

#elif defined(__aarch64__)

/* glibc keeps fn and arg in registers here (sysdeps/unix/sysv/linux/aarch64/clone.S). */
#define LIBC_CLONE_PUSHES 0

static inline long raw_syscall3(long number, long a, long b, long c) {
    register long x8 __asm__("x8") = number;
    register long x0 __asm__("x0") = a;
    register long x1 __asm__("x1") = b;
    register long x2 __asm__("x2") = c;
    __asm__ volatile("svc #0" : "+r"(x0) : "r"(x8), "r"(x1), "r"(x2) : "memory");
    return x0;
}

/* The child has an empty stack, so it must not come back into the C function that its parent called this from. */
static inline long raw_clone3(const struct clone_args *args, size_t size, int (*fn)(void *), void *arg) {
    register long x8 __asm__("x8") = SYS_clone3;
    register long x0 __asm__("x0") = (long)args;
    register size_t x1 __asm__("x1") = size;
    register int (*x9)(void *) __asm__("x9") = fn;
    register void *x10 __asm__("x10") = arg;
    __asm__ volatile("svc #0\n\t"
                     "cbnz x0, 1f\n\t"
                     "mov x0, x10\n\t"
                     "mov x29, xzr\n\t" /* ends the chain of frames for debuggers */
                     "blr x9\n\t"
                     "mov x8, %[exit]\n\t"
                     "svc #0\n"
                     "1:"
                     : "+r"(x0)
                     : "r"(x8), "r"(x1), "r"(x9), "r"(x10), [exit] "i"(SYS_exit)
                     : "memory", "cc");
    return x0;
}

/* User space may read the register itself; no system call does. */
static inline uintptr_t raw_thread_pointer(void) {
    uintptr_t tpidr;
    __asm__ volatile("mrs %0, tpidr_el0" : "=r"(tpidr));
    return tpidr;
}

#else
#error "raw_syscall.h knows x86-64 and aarch64 only: add this processor's system call, clone3 entry and thread pointer"
#endif

#if !defined(__GLIBC__)
#error "LIBC_CLONE_PUSHES is known for glibc only: find this libc's value with strace and add it"
#endif

static inline void raw_write(const char *text, size_t length) {
    raw_syscall3(SYS_write, 1, (long)text, (long)length);
}

/* For string literals: a loop that looks for the end may be compiled into a call of libc's strlen. */
#define RAW_SAY(literal) raw_write("" literal, sizeof(literal) - 1)

#endif
