package io.clonetrace.it.host;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.atomic.AtomicInteger;

/** Starts threads from several threads at once. Each prints its name and its tid, as it reads it in /proc. */
public final class Creators {
    private Creators() {}

    /** @param arguments how many threads start others, and how many others */
    public static void main(String[] arguments) throws InterruptedException {
        int creators = Integer.parseInt(arguments[0]);
        int threads = Integer.parseInt(arguments[1]);
        AtomicInteger next = new AtomicInteger();
        List<Thread> all = new ArrayList<>();
        for (int i = 1; i <= creators; i++) {
            all.add(new Thread(() -> start(next, threads), "started-creator-" + i));
        }
        all.forEach(Thread::start);
        for (Thread one : all) {
            one.join();
        }
    }

    private static void start(AtomicInteger next, int threads) {
        say();
        for (int i = next.incrementAndGet(); i <= threads; i = next.incrementAndGet()) {
            // Every other one may outlive its creator.
            Thread thread = new Thread(Creators::say, "started-" + i);
            thread.start();
            if (i % 2 == 0) {
                join(thread);
            }
        }
    }

    private static void join(Thread thread) {
        try {
            thread.join();
        } catch (InterruptedException interrupted) {
            throw new IllegalStateException(interrupted);
        }
    }

    private static void say() {
        try {
            Path self = Files.readSymbolicLink(Path.of("/proc/thread-self"));
            System.out.println(Thread.currentThread().getName() + " " + self.getFileName());
        } catch (IOException noProc) {
            throw new IllegalStateException(noProc);
        }
    }
}
