// libcreators.so: makes threads as C libraries do. Built without frame pointers, so that only the call frame
// information leads from a frame to its caller; start_worker is static and keeps its name in .symtab alone.
#include <jni.h>
#include <pthread.h>
#include <unistd.h>

static void *creators_worker(void *argument) {
    return argument;
}

static __attribute__((noinline)) int start_worker(pthread_t *thread, int i) {
    volatile char frame[200];
    frame[i] = 1;
    return pthread_create(thread, 0, creators_worker, (void *)(long)frame[i]) + frame[i] - 1;
}

__attribute__((noinline)) int creators_pool(int threads) {
    pthread_t made[64];
    int errors = 0;
    for (int i = 0; i < threads && i < 64; i++) {
        errors += start_worker(&made[i], i);
    }
    for (int i = 0; i < threads && i < 64; i++) {
        pthread_join(made[i], 0);
    }
    return errors;
}

// Not its caller's last act: that would be a jump, which leaves no frame.
JNIEXPORT jint JNICALL Java_io_clonetrace_it_host_NativeCreators_pool(JNIEnv *env, jclass class, jint threads) {
    return creators_pool(threads) + threads;
}

#ifdef CONSTRUCTOR
__attribute__((constructor)) static void make_at_load(void) {
    if (creators_pool(CONSTRUCTOR)) {
        _exit(1);
    }
}
#endif
