/* deny NAME[,NAME] COMMAND...: runs the command under a seccomp filter that answers these system calls with EPERM, as a
 * container's does (seccomp(2)); with kill: before the first name it kills who makes one, as systemd's does; with
 * enosys: it answers ENOSYS, as Docker's does for clone3. */
#include <errno.h>
#include <linux/filter.h>
#include <linux/seccomp.h>
#include <stddef.h>
#include <stdio.h>
#include <string.h>
#include <sys/prctl.h>
#include <sys/syscall.h>
#include <unistd.h>

static int number(const char *name) {
    if (strcmp(name, "ptrace") == 0) return SYS_ptrace;
    if (strcmp(name, "bpf") == 0) return SYS_bpf;
    if (strcmp(name, "perf_event_open") == 0) return SYS_perf_event_open;
    if (strcmp(name, "clone3") == 0) return 435; /* SYS_clone3, the same */
    if (strcmp(name, "fsopen") == 0) return 430; /* SYS_fsopen, which older headers don't have */
    return -1;
}

int main(int count, char **words) {
    struct sock_filter filter[64];
    unsigned short length = 0;
    if (count < 3) return 2;
    int kill = strncmp(words[1], "kill:", 5) == 0;
    int enosys = strncmp(words[1], "enosys:", 7) == 0;
    unsigned answer = kill ? SECCOMP_RET_KILL_PROCESS : SECCOMP_RET_ERRNO | (enosys ? ENOSYS : EPERM);
    filter[length++] = (struct sock_filter)BPF_STMT(BPF_LD | BPF_W | BPF_ABS, offsetof(struct seccomp_data, nr));
    for (char *name = strtok(words[1] + (kill ? 5 : enosys ? 7 : 0), ","); name != NULL; name = strtok(NULL, ",")) {
        if (number(name) < 0 || length > 60) return 2;
        filter[length++] = (struct sock_filter)BPF_JUMP(BPF_JMP | BPF_JEQ | BPF_K, number(name), 0, 1);
        filter[length++] = (struct sock_filter)BPF_STMT(BPF_RET | BPF_K, answer);
    }
    filter[length++] = (struct sock_filter)BPF_STMT(BPF_RET | BPF_K, SECCOMP_RET_ALLOW);
    struct sock_fprog program = {length, filter};
    if (prctl(PR_SET_NO_NEW_PRIVS, 1, 0, 0, 0) != 0 || prctl(PR_SET_SECCOMP, SECCOMP_MODE_FILTER, &program) != 0) {
        perror("seccomp");
        return 3;
    }
    execvp(words[2], words + 2);
    perror(words[2]);
    return 127;
}
