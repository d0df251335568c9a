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
        Memory made = new Memory((long) threads * Long.BYTES);
        for (long at = 0; at < made.size(); at += Long.BYTES) {
            int error = create.invokeInt(new Object[] {made.share(at), null, work, micros});
            if (error != 0) {
                throw new IllegalStateException("pthread_create: " + error);
            }
        }
        for (long at = 0; at < made.size(); at += Long.BYTES) {
            join.invokeInt(new Object[] {made.getLong(at), null});
        }
        System.out.println("native " + threads);
    }
}
