package io.clonetrace.it.host;

import java.io.IOException;
import java.util.concurrent.CountDownLatch;

/** Starts as many threads as its argument says at the first line of its standard input, and keeps them to its end. */
public final class HeldThreads {
    private HeldThreads() {}

    public static void main(String[] arguments) throws IOException {
        int count = Integer.parseInt(arguments[0]);
        System.out.println("ready");
        System.in.read();
        CountDownLatch never = new CountDownLatch(1);
        for (int i = 1; i <= count; i++) {
            Thread thread = new Thread(() -> hold(never), "started-" + i);
            thread.setDaemon(true);
            thread.start();
        }
        System.out.println("started " + count);
        while (System.in.read() >= 0) {
            // Until the end of the input.
        }
    }

    private static void hold(CountDownLatch never) {
        try {
            never.await();
        } catch (InterruptedException ends) {
            Thread.currentThread().interrupt();
        }
    }
}
