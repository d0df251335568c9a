// many_threads PROCESSES THREADS: each process makes so many threads, one after the other, and then waits for a line on
// stdin to end. Says when all have made theirs, and ends with status 7. None of them reads a pipe of ours.
#include <pthread.h>
#include <stdio.h>
#include <stdlib.h>
#include <sys/wait.h>
#include <unistd.h>

static void *nothing(void *argument) { return argument; }

static void make(long threads) {
    for (long i = 0; i < threads; i++) {
        pthread_t thread;
        if (pthread_create(&thread, 0, nothing, 0) || pthread_join(thread, 0)) {
            _exit(1);
        }
    }
}

int main(int count, char **words) {
    int processes = count > 2 ? atoi(words[1]) : 0, made[2], go[2], status;
    char byte;
    if (pipe(made) || pipe(go)) {
        return 1;
    }
    for (int i = 0; i < processes; i++) {
        if (!fork()) {
            close(go[1]);
            make(atol(words[2]));
            _exit(write(made[1], "m", 1) != 1 || read(go[0], &byte, 1) != 0);
        }
    }
    for (int i = 0; i < processes; i++) {
        if (read(made[0], &byte, 1) != 1) {
            return 1;
        }
    }
    puts("made");
    fflush(stdout);
    while (read(0, &byte, 1) == 1) {
    }
    close(go[1]);
    while (wait(&status) > 0) {
        if (status) {
            return 1;
        }
    }
    return 7;
}
