package io.clonetrace.it.host;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.concurrent.TimeUnit;

/**
 * Sets /proc/sys/kernel/ns_last_pid (proc(5)) back, so that the kernel gives one tid to thread after thread, and to
 * processes in between. Prints which of them got which tid.
 */
public final class SameTid {
    private static final Path LAST = Path.of("/proc/sys/kernel/ns_last_pid");
    private static final int EVERY = 5;
    private static final long KIB = 1024;
    private static final long GONE_NANOS = TimeUnit.SECONDS.toNanos(10);

    private SameTid() {}

    /** @param arguments how often, and the tid */
    public static void main(String[] arguments) throws Exception {
        int rounds = Integer.parseInt(arguments[0]);
        int tid = Integer.parseInt(arguments[1]);
        System.out.println("main " + self());
        // By now JFR, the compiler and ProcessBuilder have their threads.
        new ProcessBuilder("true").start().waitFor();
        for (int i = 1; i <= rounds; i++) {
            awaitGone(tid);
            if (i % EVERY == 0) {
                process(tid);
            } else {
                // glibc gives a dead thread's stack, and with it the tls, to the next thread that wants the size; it
                // doesn't give one that is more than four times too big.
                thread("same-" + i, tid, 256 * KIB << (3 * (i % 3)));
            }
        }
    }

    private static void process(int tid) throws IOException, InterruptedException {
        Files.writeString(LAST, Integer.toString(tid - 1));
        Process process = new ProcessBuilder("true").start();
        System.out.println("process - " + process.pid() + " 0 0 0");
        process.waitFor();
    }

    private static void thread(String name, int tid, long stackSize) throws IOException, InterruptedException {
        int[] got = new int[1];
        Thread thread = new Thread(null, () -> got[0] = self(), name, stackSize);
        Files.writeString(LAST, Integer.toString(tid - 1));
        long before = System.currentTimeMillis();
        thread.start();
        long after = System.currentTimeMillis();
        thread.join();
        System.out.println("thread " + name + " " + got[0] + " " + stackSize + " " + before + " " + after);
    }

    /** A joined thread is still a task for a moment. */
    private static void awaitGone(int tid) {
        long deadline = System.nanoTime() + GONE_NANOS;
        while (Files.exists(Path.of("/proc/" + tid))) {
            if (System.nanoTime() - deadline > 0) {
                throw new IllegalStateException("tid " + tid + " is taken");
            }
            Thread.onSpinWait();
        }
    }

    private static int self() {
        try {
            return Integer.parseInt(Files.readSymbolicLink(Path.of("/proc/thread-self"))
                    .getFileName()
                    .toString());
        } catch (IOException noProc) {
            throw new IllegalStateException(noProc);
        }
    }
}
