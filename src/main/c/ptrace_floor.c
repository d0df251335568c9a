// ptrace_floor COMMAND...: runs it with each of its clones stopped by ptrace and let go at once, with nothing read. What
// that costs is the least that any tracer by ptrace adds; scripts/bench.sh measures it.
#include <errno.h>
#include <signal.h>
#include <stdio.h>
#include <string.h>
#include <sys/ptrace.h>
#include <sys/wait.h>
#include <unistd.h>

static const int OPTIONS = PTRACE_O_TRACECLONE | PTRACE_O_TRACEFORK | PTRACE_O_TRACEVFORK;

// Lets a stopped task go on, with the signal if it was stopped for one.
static void resume(pid_t tid, int status) {
    int event = status >> 16;
    int signal = WSTOPSIG(status);
    if (event == PTRACE_EVENT_STOP && signal != SIGTRAP) {
        ptrace(PTRACE_LISTEN, tid, 0, 0);
    } else {
        ptrace(PTRACE_CONT, tid, 0, event != 0 ? 0 : signal);
    }
}

int main(int argc, char **argv) {
    if (argc < 2) {
        fprintf(stderr, "usage: ptrace_floor COMMAND...\n");
        return 2;
    }
    pid_t child = fork();
    if (child == 0) {
        raise(SIGSTOP);
        execvp(argv[1], argv + 1);
        fprintf(stderr, "%s: %s\n", argv[1], strerror(errno));
        _exit(127);
    }
    int status;
    if (child < 0 || waitpid(child, &status, WUNTRACED) < 0 || ptrace(PTRACE_SEIZE, child, 0, OPTIONS) != 0) {
        perror("ptrace_floor");
        return 1;
    }
    kill(child, SIGCONT);
    for (pid_t tid; (tid = waitpid(-1, &status, __WALL)) > 0 || errno == EINTR;) {
        if (tid > 0 && WIFSTOPPED(status)) {
            resume(tid, status);
        } else if (tid == child) {
            return WIFEXITED(status) ? WEXITSTATUS(status) : 128 + WTERMSIG(status);
        }
    }
    perror("ptrace_floor");
    return 1;
}
