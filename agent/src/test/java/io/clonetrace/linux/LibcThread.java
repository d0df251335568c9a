package io.clonetrace.linux;

import com.sun.jna.Memory;
import com.sun.jna.NativeLibrary;
import com.sun.jna.ptr.LongByReference;

/** A thread that libc's pthread_create(3) made of sem_wait(3), and that ends when its semaphore is posted. */
public final class LibcThread implements AutoCloseable {
    private static final long SEM_T = 64; // more than sizeof(sem_t)

    private final NativeLibrary libc = NativeLibrary.getProcess();
    private final Memory semaphore = new Memory(SEM_T);
    private final long pthread;

    public LibcThread() {
        call("sem_init", semaphore, 0, 0);
        LongByReference thread = new LongByReference();
        call("pthread_create", thread, null, libc.getGlobalVariableAddress("sem_wait"), semaphore);
        pthread = thread.getValue();
    }

    public long pthread() {
        return pthread;
    }

    @Override
    public void close() {
        call("sem_post", semaphore);
        call("pthread_join", pthread, null);
    }

    private void call(String function, Object... arguments) {
        int result = libc.getFunction(function).invokeInt(arguments);
        if (result != 0) {
            throw new AssertionError(function + " answered " + result);
        }
    }
}
