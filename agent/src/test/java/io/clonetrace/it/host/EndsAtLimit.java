package io.clonetrace.it.host;

import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;

/**
 * Starts threads until that fails, prints how many there are, and ends, with more shutdown hooks than can be started.
 */
public final class EndsAtLimit {
    private static final int HOOKS = 7;
    private static final int HOOK_SECONDS = 3;
    private static final CountDownLatch NEVER = new CountDownLatch(1);

    private EndsAtLimit() {}

    /**
     * Runs.
     *
     * @param arguments at most so many threads; {@code exit} to end by System.exit, with the status 3
     */
    public static void main(String[] arguments) {
        int most = Integer.parseInt(arguments[0]);
        for (int i = 0; i < HOOKS; i++) {
            Runtime.getRuntime().addShutdownHook(new Thread(() -> await(HOOK_SECONDS), "hook-" + i));
        }
        int started = 0;
        try {
            while (started < most) {
                Thread thread = new Thread(() -> await(Integer.MAX_VALUE), "thread-" + started);
                thread.setDaemon(true);
                thread.start();
                started++;
            }
        } catch (OutOfMemoryError refused) {
            System.out.println("refused");
        }
        System.out.println(started);
        if (arguments.length > 1) {
            System.exit(3);
        }
    }

    /** A hook that ended at once would make room for the next. */
    private static void await(int seconds) {
        try {
            NEVER.await(seconds, TimeUnit.SECONDS);
        } catch (InterruptedException ended) {
            Thread.currentThread().interrupt();
        }
    }
}
