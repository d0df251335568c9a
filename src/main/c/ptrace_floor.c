// ptrace_floor [-o FILE] COMMAND...: runs it with each of its clones stopped by ptrace and let go at once. With nothing
// read, that is the least that any tracer by ptrace adds; with -o, it reads what made each new task, as a tracer has to,
// and writes a line into FILE. scripts/bench.sh measures both.
#include <elf.h>
#include <errno.h>
#include <linux/sched.h>
#include <signal.h>
#include <stdint.h>
#include <stdio.h>
#include <string.h>
#include <sys/ptrace.h>
#include <sys/syscall.h>
#include <sys/uio.h>
#include <sys/user.h>
#include <sys/wait.h>
#include <time.h>
#include <unistd.h>

static const int OPTIONS = PTRACE_O_TRACECLONE | PTRACE_O_TRACEFORK | PTRACE_O_TRACEVFORK;

#if defined(__x86_64__)
static long call_number(const struct user_regs_struct *registers) { return (long)registers->orig_rax; }
static uint64_t argument(const struct user_regs_struct *registers) { return registers->rdi; }
#elif defined(__aarch64__)
static long call_number(const struct user_regs_struct *registers) { return (long)registers->regs[8]; }
static uint64_t argument(const struct user_regs_struct *registers) { return registers->regs[0]; }
#else
#error "ptrace_floor.c knows x86-64 and aarch64 only: add where this processor has a call's number and first argument"
#endif

// Of a task that has just made another, and is stopped for it; of a clone or fork, the first argument alone.
static void report(FILE *out, pid_t tid) {
    unsigned long child = 0;
    struct user_regs_struct registers;
    struct iovec set = {&registers, sizeof registers};
    struct timespec now;
    if (ptrace(PTRACE_GETEVENTMSG, tid, 0, &child) != 0 ||
        ptrace(PTRACE_GETREGSET, tid, (void *)(uintptr_t)NT_PRSTATUS, &set) != 0) {
        return;
    }
    struct clone_args args = {.flags = argument(&registers)};
    if (call_number(&registers) == SYS_clone3) {
        struct iovec from = {(void *)(uintptr_t)argument(&registers), CLONE_ARGS_SIZE_VER0};
        struct iovec to = {&args, CLONE_ARGS_SIZE_VER0};
        if (process_vm_readv(tid, &to, 1, &from, 1, 0) != CLONE_ARGS_SIZE_VER0) {
            return;
        }
    }
    clock_gettime(CLOCK_MONOTONIC, &now);
    fprintf(out, "%lld.%09ld %d %ld %lu %llx %llx %llx %llx\n", (long long)now.tv_sec, now.tv_nsec, tid,
            call_number(&registers), child, (unsigned long long)args.flags, (unsigned long long)args.stack,
            (unsigned long long)args.stack_size, (unsigned long long)args.tls);
}

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

static int trace(pid_t child, FILE *out) {
    int status;
    for (pid_t tid; (tid = waitpid(-1, &status, __WALL)) > 0 || errno == EINTR;) {
        if (tid > 0 && WIFSTOPPED(status)) {
            if (out != NULL && status >> 16 != 0 && status >> 16 != PTRACE_EVENT_STOP) {
                report(out, tid);
            }
            resume(tid, status);
        } else if (tid == child) {
            return WIFEXITED(status) ? WEXITSTATUS(status) : 128 + WTERMSIG(status);
        }
    }
    perror("ptrace_floor");
    return 1;
}

int main(int argc, char **argv) {
    char **command = argv + 1;
    FILE *out = NULL;
    if (argc > 3 && strcmp(argv[1], "-o") == 0) {
        out = fopen(argv[2], "we");
        if (out == NULL) {
            fprintf(stderr, "%s: %s\n", argv[2], strerror(errno));
            return 1;
        }
        command = argv + 3;
    }
    if (*command == NULL || **command == '-') {
        fprintf(stderr, "usage: ptrace_floor [-o FILE] COMMAND...\n");
        return 2;
    }
    pid_t child = fork();
    if (child == 0) {
        raise(SIGSTOP);
        execvp(*command, command);
        fprintf(stderr, "%s: %s\n", *command, strerror(errno));
        _exit(127);
    }
    int status;
    if (child < 0 || waitpid(child, &status, WUNTRACED) < 0 || ptrace(PTRACE_SEIZE, child, 0, OPTIONS) != 0) {
        perror("ptrace_floor");
        return 1;
    }
    kill(child, SIGCONT);
    int result = trace(child, out);
    if (out != NULL && fclose(out) != 0) {
        perror("ptrace_floor");
        return 1;
    }
    return result;
}
