/* Loaded by System.load: has clone3 answered with EPERM in all threads of the process, as old container runtimes do
 * (seccomp(2)), and then fails twice to create a thread. */
#include <errno.h>
#include <linux/filter.h>
#include <linux/seccomp.h>
#include <pthread.h>
#include <stddef.h>
#include <stdio.h>
#include <sys/prctl.h>
#include <sys/syscall.h>
#include <unistd.h>

static void *native_work(void *argument) { return argument; }

static void create_native(void) {
    pthread_t thread;
    printf("pthread_create %d\n", pthread_create(&thread, NULL, native_work, NULL));
}

__attribute__((constructor)) static void forbid(void) {
    struct sock_filter filter[] = {
        BPF_STMT(BPF_LD | BPF_W | BPF_ABS, offsetof(struct seccomp_data, nr)),
        BPF_JUMP(BPF_JMP | BPF_JEQ | BPF_K, 435, 0, 1), /* SYS_clone3, which older headers don't have */
        BPF_STMT(BPF_RET | BPF_K, SECCOMP_RET_ERRNO | EPERM),
        BPF_STMT(BPF_RET | BPF_K, SECCOMP_RET_ALLOW)};
    struct sock_fprog program = {sizeof filter / sizeof *filter, filter};
    prctl(PR_SET_NO_NEW_PRIVS, 1, 0, 0, 0);
    if (syscall(SYS_seccomp, SECCOMP_SET_MODE_FILTER, SECCOMP_FILTER_FLAG_TSYNC, &program) != 0) perror("seccomp");
    create_native();
    create_native();
    fflush(stdout);
}
