package io.clonetrace.it.host;

import com.sun.jna.Function;
import com.sun.jna.NativeLibrary;
import java.util.concurrent.CountDownLatch;

/**
 * Threads that call a native function with a large frame of which it touches the lowest byte alone, and wait until
 * stdin ends. Each prints its name, tid and the address of that byte. Arguments: the library, threads, bytes of the
 * frame, and {@code exit} if the JVM is to end while they live.
 */
public final class SparseFrames {
    private static final int EXIT = 3;

    private SparseFrames() {}

    public static void main(String[] arguments) throws Exception {
        Function frame = NativeLibrary.getInstance(arguments[0]).getFunction("sparse_frame");
        Function gettid = NativeLibrary.getInstance("libc.so.6").getFunction("gettid");
        int count = Integer.parseInt(arguments[1]);
        long bytes = Long.parseLong(arguments[2]);
        CountDownLatch ready = new CountDownLatch(count);
        CountDownLatch end = new CountDownLatch(1);
        for (int i = 0; i < count; i++) {
            String name = "sparse-" + i;
            Runnable work = () -> {
                long lowest = frame.invokeLong(new Object[] {bytes});
                String line = name + " " + gettid.invokeInt(new Object[0]) + " " + lowest;
                synchronized (frame) {
                    System.out.println(line);
                }
                ready.countDown();
                try {
                    end.await();
                } catch (InterruptedException ends) {
                    // Interrupted: it ends.
                }
            };
            new Thread(work, name).start();
        }
        ready.await();
        System.out.println("ready");
        while (System.in.read() >= 0) {
            // Until stdin is closed.
        }
        if (arguments.length > EXIT) {
            System.exit(0);
        }
        end.countDown();
    }
}
