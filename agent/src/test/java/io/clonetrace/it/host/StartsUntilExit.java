package io.clonetrace.it.host;

import java.lang.reflect.Field;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import jdk.jfr.FlightRecorder;

/**
 * Ends while threads live, a daemon thread keeps starting others, and shutdown hooks start some too; arguments:
 * {@code exit} or {@code halt}, how many threads live, and how many a shutdown hook starts.
 *
 * <p>JFR's own shutdown hook runs beside the others and ends the recording some time: it is held up until they are
 * through, so that all of theirs has to be in the recording. That of the daemon thread goes on beyond its end.
 */
public final class StartsUntilExit {
    private static final int STEADY = 211;
    private static final int HOOKS = 2;
    private static final long DEADLINE_SECONDS = 60;

    private StartsUntilExit() {}

    public static void main(String[] arguments) throws Exception {
        int live = Integer.parseInt(arguments[1]);
        int each = Integer.parseInt(arguments[2]);
        CountDownLatch hooks = new CountDownLatch(HOOKS);
        for (int hook = 0; hook < HOOKS; hook++) {
            String name = "hook-" + hook + "-";
            Runtime.getRuntime().addShutdownHook(new Thread(() -> {
                start(name, each);
                hooks.countDown();
            }));
        }
        if (each > 0) {
            holdRecorder(hooks);
        }
        park(live);
        CountDownLatch steady = new CountDownLatch(STEADY);
        daemon("starter", () -> startForEver(steady));
        steady.await();
        System.out.println("ends");
        if (arguments[0].equals("halt")) {
            Runtime.getRuntime().halt(9);
        }
        new Thread(() -> System.exit(7), "last").start();
        new CountDownLatch(1).await();
    }

    private static void start(String name, int threads) {
        for (int i = 0; i < threads; i++) {
            new Thread(() -> {}, name + i).start();
        }
    }

    private static void startForEver(CountDownLatch steady) {
        try {
            for (int i = 0; true; i++) {
                Thread thread = new Thread(steady::countDown, "steady-" + i);
                thread.start();
                thread.join();
            }
        } catch (InterruptedException end) {
            Thread.currentThread().interrupt();
        }
    }

    /** Keeps JFR from ending recordings until then: it does so under this lock. */
    private static void holdRecorder(CountDownLatch until) throws ReflectiveOperationException, InterruptedException {
        Field internal = FlightRecorder.class.getDeclaredField("internal");
        internal.setAccessible(true);
        Object recorder = internal.get(FlightRecorder.getFlightRecorder());
        CountDownLatch held = new CountDownLatch(1);
        daemon("holder", () -> {
            synchronized (recorder) {
                held.countDown();
                await(until);
            }
        });
        held.await();
    }

    private static void park(int threads) throws InterruptedException {
        CountDownLatch parked = new CountDownLatch(threads);
        CountDownLatch never = new CountDownLatch(1);
        for (int i = 0; i < threads; i++) {
            daemon("parked-" + i, () -> {
                parked.countDown();
                await(never);
            });
        }
        parked.await();
    }

    private static void daemon(String name, Runnable work) {
        Thread thread = new Thread(work, name);
        thread.setDaemon(true);
        thread.start();
    }

    private static void await(CountDownLatch latch) {
        try {
            latch.await(DEADLINE_SECONDS, TimeUnit.SECONDS);
        } catch (InterruptedException end) {
            Thread.currentThread().interrupt();
        }
    }
}
