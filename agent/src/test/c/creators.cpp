// libcreatorsxx.so: makes threads as C++ libraries do, in a template of the standard library.
#include <jni.h>
#include <thread>
#include <vector>

namespace creators {
class Pool {
    std::vector<std::thread> threads;

    void work() {}

public:
    __attribute__((noinline)) void grow(int count) {
        for (int i = 0; i < count; i++) {
            threads.emplace_back([this] { work(); });
        }
    }

    ~Pool() {
        for (auto &thread : threads) {
            thread.join();
        }
    }
};
}

extern "C" JNIEXPORT jint JNICALL
Java_io_clonetrace_it_host_NativeCreators_stdThreads(JNIEnv *, jclass, jint threads) {
    creators::Pool pool;
    pool.grow(threads);
    return threads;
}
