package io.clonetrace.it.host;

import com.sun.jna.Callback;
import com.sun.jna.CallbackThreadInitializer;
import com.sun.jna.Function;
import com.sun.jna.Memory;
import com.sun.jna.Native;
import com.sun.jna.NativeLibrary;
import com.sun.jna.Pointer;
import java.util.concurrent.CountDownLatch;

/** An application whose native code makes threads that call Java: each is attached to the JVM, and stays so. */
public final class AttachedThreads {
    private AttachedThreads() {}

    /** What pthread_create(3) starts. */
    public interface StartRoutine extends Callback {
        Pointer run(Pointer argument);
    }

    /** @param arguments how many threads; each also starts a Java thread, which ends at once */
    public static void main(String[] arguments) throws InterruptedException {
        int threads = Integer.parseInt(arguments[0]);
        CountDownLatch running = new CountDownLatch(threads);
        CountDownLatch never = new CountDownLatch(1);
        StartRoutine routine = argument -> {
            Thread worker = new Thread(() -> {}, "by-" + Thread.currentThread().getName());
            worker.start();
            try {
                worker.join();
                running.countDown();
                never.await();
            } catch (InterruptedException ended) {
                Thread.currentThread().interrupt();
            }
            return null;
        };
        Native.setCallbackThreadInitializer(routine, new CallbackThreadInitializer(true, false, "attached"));
        Function create = NativeLibrary.getInstance("libc.so.6").getFunction("pthread_create");
        for (int i = 0; i < threads; i++) {
            int error = create.invokeInt(new Object[] {new Memory(Long.BYTES), null, routine, null});
            if (error != 0) {
                throw new IllegalStateException("pthread_create: " + error);
            }
        }
        running.await();
        System.out.println("attached " + threads);
        System.exit(0);
    }
}
