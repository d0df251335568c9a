package io.clonetrace.it.host;

import java.io.IOException;
import java.nio.file.DirectoryStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.concurrent.CountDownLatch;

/**
 * Threads that one after the other recurse to {@code n * STEP} calls and end; run with -Xint, so that frames are equal.
 * While each waits at its depth, prints its stack pointer as the kernel shows it (proc(5), /proc/PID/task/TID/syscall).
 */
public final class Depths {
    /** Calls between two depths. */
    public static final int STEP = 1_000;

    /** The system call's number, six arguments, stack pointer and instruction pointer: a thread that waits in one. */
    private static final int FIELDS = 9;

    private Depths() {}

    public static void main(String[] arguments) throws Exception {
        int count = Integer.parseInt(arguments[0]);
        for (int i = 0; i < count; i++) {
            int depth = i * STEP;
            CountDownLatch read = new CountDownLatch(1);
            Thread thread = start("depth-" + i, () -> recurse(depth, read));
            System.out.println(thread.getName() + " " + stackPointer(thread));
            read.countDown();
            thread.join();
        }
        start("overflow", () -> {
                    try {
                        recurse(Integer.MAX_VALUE, null);
                    } catch (StackOverflowError expected) {
                        // It has touched every page down to the guard zone.
                    }
                })
                .join();
    }

    private static Thread start(String name, Runnable work) {
        // Larger than any other, so that no stack in glibc's cache fits.
        Thread thread = new Thread(null, work, name, 8 << 20);
        thread.start();
        return thread;
    }

    private static int recurse(int depth, CountDownLatch read) {
        if (depth > 0) {
            return 1 + recurse(depth - 1, read);
        }
        boolean waiting = true;
        while (waiting) {
            try {
                read.await();
                waiting = false;
            } catch (InterruptedException again) {
                // Never interrupted.
            }
        }
        return 0;
    }

    private static long stackPointer(Thread thread) throws IOException {
        while (true) {
            try (DirectoryStream<Path> tasks = Files.newDirectoryStream(Path.of("/proc/self/task"))) {
                for (Path task : tasks) {
                    if (named(task, thread.getName()) && thread.getState() == Thread.State.WAITING) {
                        String[] syscall =
                                Files.readString(task.resolve("syscall")).split(" ");
                        if (syscall.length == FIELDS) {
                            return Long.decode(syscall[FIELDS - 2]);
                        }
                    }
                }
            }
            Thread.onSpinWait();
        }
    }

    private static boolean named(Path task, String name) {
        try {
            return Files.readString(task.resolve("comm")).strip().equals(name);
        } catch (IOException ended) {
            return false;
        }
    }
}
