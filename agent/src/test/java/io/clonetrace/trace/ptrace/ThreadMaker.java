package io.clonetrace.trace.ptrace;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.util.Scanner;
import java.util.concurrent.CountDownLatch;

/**
 * A program to be traced. Each line on stdin makes it do something and then print {@code done}; it ends with stdin:
 * {@code live N C} starts N threads, by C creators, that stay; {@code short N C} starts and joins N by each of C
 * creators; {@code processes N} runs the program true N times; {@code nulls} throws a NullPointerException, for which
 * HotSpot takes a SIGSEGV, again and again from now on.
 */
final class ThreadMaker {
    private static volatile int[] array;
    private static volatile long caught;

    private ThreadMaker() {}

    public static void main(String[] arguments) throws Exception {
        System.out.println("ready");
        Scanner lines = new Scanner(System.in, StandardCharsets.US_ASCII);
        while (lines.hasNextLine()) {
            String[] words = lines.nextLine().split(" ");
            int number = words.length > 1 ? Integer.parseInt(words[1]) : 0;
            switch (words[0]) {
                case "live" -> live(number, Integer.parseInt(words[2]));
                case "short" -> inThreads(Integer.parseInt(words[2]), () -> startAndJoin(number));
                case "processes" -> processes(number);
                case "nulls" -> daemon("nulls", ThreadMaker::nulls);
                default -> throw new IllegalArgumentException(words[0]);
            }
            System.out.println("done");
        }
    }

    private static void live(int threads, int creators) throws InterruptedException {
        CountDownLatch running = new CountDownLatch(threads);
        inThreads(creators, () -> {
            for (int i = 0; i < threads / creators; i++) {
                startLive(running);
            }
        });
        for (int i = 0; i < threads % creators; i++) {
            startLive(running);
        }
        running.await();
    }

    private static void startLive(CountDownLatch running) {
        daemon("live", () -> {
            running.countDown();
            while (true) {
                java.util.concurrent.locks.LockSupport.park();
            }
        });
    }

    private static void inThreads(int creators, Runnable work) throws InterruptedException {
        Thread[] threads = new Thread[creators];
        for (int i = 0; i < creators; i++) {
            threads[i] = daemon("creator", work);
        }
        for (Thread thread : threads) {
            thread.join();
        }
    }

    private static void startAndJoin(int number) {
        try {
            for (int i = 0; i < number; i++) {
                daemon("short", () -> {}).join();
            }
        } catch (InterruptedException unexpected) {
            throw new IllegalStateException(unexpected);
        }
    }

    private static void processes(int number) throws IOException, InterruptedException {
        for (int i = 0; i < number; i++) {
            new ProcessBuilder("true").start().waitFor();
        }
    }

    private static void nulls() {
        while (true) {
            try {
                array[0]++;
            } catch (NullPointerException expected) {
                caught++;
            }
        }
    }

    private static Thread daemon(String name, Runnable work) {
        Thread thread = new Thread(null, work, name, 128 << 10);
        thread.setDaemon(true);
        thread.start();
        return thread;
    }
}
