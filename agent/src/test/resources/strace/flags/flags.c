// Each bit and each signal once, through clone3 and clone; meant for strace's fault injection, so that no task is made: cc -o flags flags.c
#define _GNU_SOURCE
#include <linux/sched.h>
#include <sys/syscall.h>
#include <unistd.h>

static void clone3(struct clone_args arguments) {
    syscall(SYS_clone3, &arguments, sizeof arguments);
}

int main(void) {
    for (int bit = 0; bit < 64; bit++) {
        clone3((struct clone_args){.flags = 1ull << bit});
    }
    for (int signal = 0; signal <= 70; signal++) {
        clone3((struct clone_args){.exit_signal = signal});
    }
    clone3((struct clone_args){.exit_signal = 0xdeadbeefcafeull});
    clone3((struct clone_args){.exit_signal = 0x12345678});
    for (int bit = 0; bit < 64; bit++) {
        syscall(SYS_clone, 1ul << bit, 0x1000, 0x2000, 0x3000, 0x4000);
    }
    for (int bit = 8; bit < 64; bit++) {
        syscall(SYS_clone, 1ul << bit | 17, 0, 0, 0, 0);
    }
    int tids[3] = {4, 5, 6};
    clone3((struct clone_args){
        .flags = CLONE_INTO_CGROUP | CLONE_PIDFD | CLONE_VM | 1ull << 39,
        .pidfd = 0x7000,
        .exit_signal = 17,
        .set_tid = (unsigned long)tids,
        .set_tid_size = 3,
        .cgroup = 7,
    });
    struct {
        struct clone_args arguments;
        unsigned long more;
    } larger = {.more = 0x5d7d2c22}; // "," and "}" and a quote, were they printed as characters
    syscall(SYS_clone3, &larger, sizeof larger);
    syscall(SYS_clone3, NULL, 0);
    syscall(SYS_clone3, &larger, 8);
    return 0;
}
