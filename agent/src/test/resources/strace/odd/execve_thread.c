// A thread that isn't the leader calls execve, while another waits: cc -pthread -o execve_thread execve_thread.c
#include <pthread.h>
#include <stddef.h>
#include <unistd.h>

static void *wait_for_ever(void *nothing) {
    pause();
    return nothing;
}

static void *execute(void *nothing) {
    execl("/bin/true", "true", (char *)NULL);
    return nothing;
}

int main(void) {
    pthread_t thread;
    pthread_create(&thread, NULL, wait_for_ever, NULL);
    pthread_create(&thread, NULL, execute, NULL);
    pause();
    return 0;
}
