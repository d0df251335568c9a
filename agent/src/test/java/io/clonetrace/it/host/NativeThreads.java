package io.clonetrace.it.host;

import com.sun.jna.Function;
import com.sun.jna.Memory;
import com.sun.jna.NativeLibrary;
import com.sun.jna.Pointer;

/**
 * An application whose own native code makes threads: pthread_create of a function of libc, which never enters the JVM.
 */
public final class NativeThreads {
    private NativeThreads() {}

    /** @param arguments how many threads, and for how many microseconds each lives */
    public static void main(String[] arguments) {
        NativeLibrary libc = NativeLibrary.getInstance("libc.so.6");
        Function create = libc.getFunction("pthread_create");
        Function join = libc.getFunction("pthread_join");
        Pointer work = libc.getFunction("usleep");
        int threads = Integer.parseInt(arguments[0]);
        Pointer micros = new Pointer(Long.parseLong(arguments[1]));
        for (int i = 0; i < threads; i++) {
            Memory thread = new Memory(Long.BYTES);
            int error = create.invokeInt(new Object[] {thread, null, work, micros});
            if (error != 0) {
                throw new IllegalStateException("pthread_create: " + error);
            }
            join.invokeInt(new Object[] {thread.getLong(0), null});
        }
        System.out.println("native " + threads);
    }
}
