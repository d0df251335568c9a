// Threads whose names look like parts of strace's lines: cc -pthread -o names names.c
#define _GNU_SOURCE
#include <pthread.h>
#include <stddef.h>
#include <sys/prctl.h>

static void *nothing(void *argument) {
    return argument;
}

int main(void) {
    const char *names[] = {"a> clone(", "<b> 1 2", "c\n\x01\xff\"]}", "\xc3\xa9[pid 3] ", ") = 5 (INJECTED)", "/*"};
    for (int i = 0; i < 6; i++) {
        prctl(PR_SET_NAME, names[i]);
        pthread_t thread;
        pthread_create(&thread, NULL, nothing, NULL);
        pthread_join(thread, NULL);
    }
    return 0;
}
