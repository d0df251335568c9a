// A process is killed by its vfork child, before vfork has returned to it: cc -o killed_vfork killed_vfork.c
#include <signal.h>
#include <stddef.h>
#include <sys/wait.h>
#include <unistd.h>

int main(void) {
    pid_t pid = fork();
    if (pid == 0 && vfork() == 0) {
        kill(getppid(), SIGKILL);
        usleep(3000);
        _exit(0);
    }
    waitpid(pid, NULL, 0);
    return 0;
}
