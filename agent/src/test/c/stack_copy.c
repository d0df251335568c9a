/*
 * A library that copies its caller's registers and stack as a source of clone flags does, and asks glibc's unwinder for
 * the same frames.
 */
#define _GNU_SOURCE
#include <execinfo.h>

#define NOT_INLINE __attribute__((noinline, noclone))

struct copy {
    long registers[17]; /* by DWARF's numbers for x86-64; the last is the instruction's address */
    char stack[8192];
    void *frames[256];
    int frame_count;
};

void copy_stack(long *registers, char *stack, long length);

__asm__(".text\n"
        ".globl copy_stack\n"
        ".type copy_stack, @function\n"
        "copy_stack:\n"
        ".cfi_startproc\n"
        "    mov %rbx, 24(%rdi)\n"
        "    mov %rbp, 48(%rdi)\n"
        "    mov %rsp, 56(%rdi)\n"
        "    mov %r12, 96(%rdi)\n"
        "    mov %r13, 104(%rdi)\n"
        "    mov %r14, 112(%rdi)\n"
        "    mov %r15, 120(%rdi)\n"
        "    lea 1f(%rip), %rax\n"
        "    mov %rax, 128(%rdi)\n"
        "1:  mov %rdx, %rcx\n"
        "    mov %rsi, %rdi\n"
        "    mov %rsp, %rsi\n"
        "    rep movsb\n"
        "    ret\n"
        ".cfi_endproc\n"
        ".size copy_stack, . - copy_stack\n");

NOT_INLINE int take(struct copy *copy)
{
    copy_stack(copy->registers, copy->stack, sizeof copy->stack);
    copy->frame_count = backtrace(copy->frames, 256);
    return copy->frame_count;
}

NOT_INLINE int recurse(struct copy *copy, int depth)
{
    volatile char frame[100];
    frame[0] = 1;
    return (depth > 0 ? recurse(copy, depth - 1) : take(copy)) + frame[0];
}

/* Its frame is aligned and of a length that the compiler doesn't know: the call frame information has expressions. */
NOT_INLINE int realign(struct copy *copy, int depth)
{
    volatile char frame[64] __attribute__((aligned(64)));
    volatile char *more = __builtin_alloca(8 * depth + 8);
    frame[0] = 1;
    more[0] = 1;
    return recurse(copy, depth) + frame[0] + more[0];
}

int copy_here(struct copy *copy, int depth)
{
    return realign(copy, depth) + 1;
}

/* What dladdr(3) says of the frames of glibc's unwinder. */
char **frame_texts(struct copy *copy)
{
    return backtrace_symbols(copy->frames, copy->frame_count);
}
