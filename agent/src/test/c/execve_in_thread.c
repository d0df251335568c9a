/* A thread that isn't the leader calls execve, once the leader has returned from its last pthread_create: were it killed
   before, strace would leave that call unfinished, and which trace has it would be chance. */
#include <pthread.h>
#include <stddef.h>
#include <unistd.h>

static int created[2];

static void *wait_forever(void *nothing) {
    pause();
    return nothing;
}

static void *execute(void *nothing) {
    char ready;
    if (read(created[0], &ready, 1) == 1) {
        execl("/bin/true", "true", (char *)NULL);
    }
    return nothing;
}

int main(void) {
    pthread_t thread;
    if (pipe(created) != 0) {
        return 1;
    }
    pthread_create(&thread, NULL, wait_forever, NULL);
    pthread_create(&thread, NULL, execute, NULL);
    if (write(created[1], "x", 1) != 1) {
        return 1;
    }
    pause();
    return 0;
}
