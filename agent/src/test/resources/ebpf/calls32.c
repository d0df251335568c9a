/*
 * A program of 32 bits without a C library (cc -m32 -nostdlib -static): makes a process by each of clone, fork, vfork and
 * clone3, in that order.
 */
static inline int call(int number, const void *first, int second)
{
    int result;
    __asm__ volatile("int $0x80" : "=a"(result) : "a"(number), "b"(first), "c"(second), "d"(0), "S"(0), "D"(0) : "memory");
    return result;
}

static void end(int result)
{
    if (!result)
        call(1, 0, 0); /* exit */
    if (result < 0)
        call(1, (void *)1, 0);
    call(7, (void *)-1, 0); /* waitpid */
}

void _start(void)
{
    unsigned long long args[8] = {0, 0, 0, 0, 17};
    end(call(120, (void *)17, 0)); /* clone with SIGCHLD */
    end(call(2, 0, 0));            /* fork */
    if (!call(190, 0, 0))          /* vfork */
        call(1, 0, 0);
    end(call(435, args, 64)); /* clone3 */
    call(1, 0, 0);
}
