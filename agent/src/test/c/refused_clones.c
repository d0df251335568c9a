/* refused_clones ERRNO: two threads call pthread_create under a seccomp filter that answers clone3 with ERRNO; then the
 * main thread makes a clone whose flags the kernel refuses, and one that succeeds. Prints, for each call, the caller's
 * tid and what it got. */
#define _GNU_SOURCE
#include <errno.h>
#include <linux/filter.h>
#include <linux/seccomp.h>
#include <pthread.h>
#include <sched.h>
#include <stddef.h>
#include <stdio.h>
#include <stdlib.h>
#include <sys/prctl.h>
#include <sys/syscall.h>
#include <sys/wait.h>
#include <unistd.h>

static pthread_barrier_t filtered;
static char stack[65536];

static void *nothing(void *argument) { return argument; }

static int no_task(void *argument) { return argument != NULL; }

static void create(void) {
    pthread_t thread;
    int error = pthread_create(&thread, NULL, nothing, NULL);
    if (error == 0) pthread_join(thread, NULL);
    printf("%ld pthread_create %d\n", syscall(SYS_gettid), error);
}

static void *create_later(void *argument) {
    pthread_barrier_wait(&filtered);
    create();
    return argument;
}

int main(int count, char **words) {
    if (count < 2) return 2;
    pthread_t other;
    pthread_barrier_init(&filtered, NULL, 2);
    if (pthread_create(&other, NULL, create_later, NULL) != 0) return 3;
    struct sock_filter filter[] = {
        BPF_STMT(BPF_LD | BPF_W | BPF_ABS, offsetof(struct seccomp_data, nr)),
        BPF_JUMP(BPF_JMP | BPF_JEQ | BPF_K, 435, 0, 1), /* SYS_clone3, which older headers don't have */
        BPF_STMT(BPF_RET | BPF_K, SECCOMP_RET_ERRNO | atoi(words[1])),
        BPF_STMT(BPF_RET | BPF_K, SECCOMP_RET_ALLOW)};
    struct sock_fprog program = {sizeof filter / sizeof *filter, filter};
    if (prctl(PR_SET_NO_NEW_PRIVS, 1, 0, 0, 0) != 0) return 3;
    if (syscall(SYS_seccomp, SECCOMP_SET_MODE_FILTER, SECCOMP_FILTER_FLAG_TSYNC, &program) != 0) return 3;
    create();
    pthread_barrier_wait(&filtered);
    pthread_join(other, NULL);
    int error = clone(no_task, stack + sizeof stack, CLONE_THREAD, NULL) < 0 ? errno : 0;
    printf("%ld clone %d\n", syscall(SYS_gettid), error);
    error = clone(NULL, stack + sizeof stack, SIGCHLD, NULL) < 0 ? errno : 0; /* glibc refuses this, not the kernel */
    printf("%ld no call %d\n", syscall(SYS_gettid), error);
    int child = clone(no_task, stack + sizeof stack, SIGCHLD, NULL);
    return child < 0 || waitpid(child, NULL, 0) != child;
}
