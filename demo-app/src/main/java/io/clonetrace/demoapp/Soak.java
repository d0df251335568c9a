package io.clonetrace.demoapp;

import java.io.IOException;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.BrokenBarrierException;
import java.util.concurrent.CyclicBarrier;

/**
 * Starts and ends very many threads, and stops at checkpoints to say what the process holds: {@code THREADS CREATORS
 * CHECKPOINTS}. Prints a {@link Footprint} at each.
 */
public final class Soak {
    /** The names of the threads that are counted begin so. */
    static final String PREFIX = "soak-";

    /** So many threads of one creator live at the same time. */
    private static final int TOGETHER = 13;

    /** What others do behind the threads' backs, such as the end of a JFR chunk, is done by then. */
    private static final long REST_MILLIS = 700;

    private Soak() {}

    public static void main(String[] arguments) throws Exception {
        int threads = Integer.parseInt(arguments[0]);
        int creators = Integer.parseInt(arguments[1]);
        int checkpoints = Integer.parseInt(arguments[2]);
        int each = threads / creators / checkpoints;
        if (each * creators * checkpoints != threads) {
            throw new IllegalArgumentException(
                    threads + " threads can't be shared by " + creators + " creators and " + checkpoints + " legs");
        }
        // Two meetings a leg: its end, and when the checkpoint has been taken.
        CyclicBarrier meeting = new CyclicBarrier(creators + 1);
        for (int i = 0; i < creators; i++) {
            Thread creator = new Thread(() -> create(meeting, checkpoints, each), "creator-" + i);
            creator.setDaemon(true);
            creator.start();
        }
        System.out.println(Footprint.HEADER);
        for (int leg = 1; leg <= checkpoints; leg++) {
            meeting.await();
            System.out.println(rested(leg * each * creators));
            meeting.await();
        }
    }

    private static Footprint rested(int created) throws IOException, InterruptedException {
        System.gc();
        Thread.sleep(REST_MILLIS);
        System.gc();
        return Footprint.now(created);
    }

    private static void create(CyclicBarrier meeting, int legs, int each) {
        try {
            List<Thread> living = new ArrayList<>(TOGETHER);
            for (int leg = 0; leg < legs; leg++) {
                for (int i = 0; i < each; i++) {
                    Thread thread = new Thread(() -> {}, PREFIX + i);
                    thread.start();
                    living.add(thread);
                    if (living.size() == TOGETHER) {
                        end(living);
                    }
                }
                end(living);
                meeting.await();
                meeting.await();
            }
        } catch (InterruptedException | BrokenBarrierException over) {
            Thread.currentThread().interrupt();
        }
    }

    private static void end(List<Thread> living) throws InterruptedException {
        for (Thread thread : living) {
            thread.join();
        }
        living.clear();
    }
}
