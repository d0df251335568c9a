package io.clonetrace.it.host;

import com.sun.jna.Function;
import com.sun.jna.Memory;
import com.sun.jna.NativeLibrary;
import com.sun.jna.Pointer;
import java.time.Instant;
import java.util.concurrent.CountDownLatch;
import jdk.jfr.consumer.EventStream;

/**
 * An application whose own native code makes threads: pthread_create of a function of libc, which never enters the JVM.
 */
public final class NativeThreads {
    private static final NativeLibrary LIBC = NativeLibrary.getInstance("libc.so.6");

    /** More than a sem_t takes on any 64-bit Linux: semaphore.h has 32. */
    private static final long SEMAPHORE_BYTES = 64;

    private NativeThreads() {}

    /**
     * @param arguments how many threads, and for how many microseconds each lives; without, each lives until a
     *     recording of this JVM has it as a native one
     */
    public static void main(String[] arguments) throws Exception {
        int threads = Integer.parseInt(arguments[0]);
        if (arguments.length > 1) {
            join(make(threads, "usleep", new Pointer(Long.parseLong(arguments[1]))));
        } else {
            CountDownLatch recorded = new CountDownLatch(threads);
            Memory semaphore = new Memory(SEMAPHORE_BYTES);
            try (EventStream events = EventStream.openRepository()) {
                events.onEvent("clonetrace.Clone", clone -> {
                    if ("native".equals(clone.getString("kind"))) {
                        recorded.countDown();
                    }
                });
                // From the beginning of the recording: strace may give a clone a time just before the stream's start.
                events.setStartTime(Instant.EPOCH);
                events.startAsync();
                LIBC.getFunction("sem_init").invokeInt(new Object[] {semaphore, 0, 0});
                Memory made = make(threads, "sem_wait", semaphore);
                recorded.await();
                for (int thread = 0; thread < threads; thread++) {
                    LIBC.getFunction("sem_post").invokeInt(new Object[] {semaphore});
                }
                join(made);
            }
        }
        System.out.println("native " + threads);
    }

    private static Memory make(int threads, String work, Pointer argument) {
        Function create = LIBC.getFunction("pthread_create");
        Memory made = new Memory((long) threads * Long.BYTES);
        for (long at = 0; at < made.size(); at += Long.BYTES) {
            int error = create.invokeInt(new Object[] {made.share(at), null, LIBC.getFunction(work), argument});
            if (error != 0) {
                throw new IllegalStateException("pthread_create: " + error);
            }
        }
        return made;
    }

    private static void join(Memory made) {
        Function join = LIBC.getFunction("pthread_join");
        for (long at = 0; at < made.size(); at += Long.BYTES) {
            join.invokeInt(new Object[] {made.getLong(at), null});
        }
    }
}
