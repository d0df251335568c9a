// Three fork, two vfork, a posix_spawn and glibc's own fork: cc -static -o forks forks.c
#define _GNU_SOURCE
#include <spawn.h>
#include <stddef.h>
#include <sys/syscall.h>
#include <sys/wait.h>
#include <unistd.h>

extern char **environ;

int main(void) {
    for (int i = 0; i < 3; i++) {
        long pid = syscall(SYS_fork);
        if (pid == 0) {
            _exit(0);
        }
        waitpid(pid, NULL, 0);
    }
    for (int i = 0; i < 2; i++) {
        pid_t pid = vfork();
        if (pid == 0) {
            _exit(0);
        }
        waitpid(pid, NULL, 0);
    }
    pid_t pid;
    char *arguments[] = {"true", NULL};
    posix_spawn(&pid, "/bin/true", NULL, NULL, arguments, environ);
    waitpid(pid, NULL, 0);
    pid = fork();
    if (pid == 0) {
        _exit(0);
    }
    waitpid(pid, NULL, 0);
    return 0;
}
