package io.clonetrace.cli.top;

import io.clonetrace.live.LiveSnapshot;
import java.io.IOException;
import java.time.Duration;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;

/**
 * Looks at a JVM each interval, on a thread of its own: a look at a JVM of 10,000 threads takes a while, and a key is
 * answered at once. A look never takes more than a part of the time.
 */
final class Sampler implements AutoCloseable {
    private static final int SHARE = 4;

    private final FollowedJvm jvm;
    private final long interval;
    private final CountDownLatch closing = new CountDownLatch(1);
    private final Thread thread = new Thread(this::run, "clonetrace top");
    private LiveSnapshot latest;
    private String end;

    Sampler(FollowedJvm jvm, Duration interval) {
        this.jvm = jvm;
        this.interval = interval.toNanos();
        thread.setDaemon(true);
        thread.start();
    }

    private void run() {
        try {
            long pause;
            do {
                long began = System.nanoTime();
                LiveSnapshot snapshot = jvm.sample();
                synchronized (this) {
                    latest = snapshot;
                    notifyAll();
                }
                long took = System.nanoTime() - began;
                pause = Math.max(interval - took, SHARE * took);
            } while (!closing.await(pause, TimeUnit.NANOSECONDS));
        } catch (IOException ended) {
            end(String.valueOf(ended.getMessage()));
        } catch (InterruptedException stopped) {
            Thread.currentThread().interrupt();
        } catch (RuntimeException | Error failed) {
            // Otherwise the screen would show the last numbers for ever.
            end("the JVM is no longer followed: " + failed);
        }
    }

    private synchronized void end(String why) {
        end = why;
        notifyAll();
    }

    /** The latest snapshot, once; null if there is no new one. */
    synchronized LiveSnapshot poll() {
        LiveSnapshot snapshot = latest;
        latest = null;
        return snapshot;
    }

    /** Waits for a snapshot or the end, for that long at most. */
    synchronized LiveSnapshot await(long nanos) throws InterruptedException {
        long deadline = System.nanoTime() + nanos;
        long left = nanos;
        while (latest == null && end == null && left > 0) {
            TimeUnit.NANOSECONDS.timedWait(this, left);
            left = deadline - System.nanoTime();
        }
        return poll();
    }

    /** Why nothing more comes; null while it goes on. */
    synchronized String ended() {
        return end;
    }

    /** Waits for the look that is under way. */
    @Override
    public void close() {
        closing.countDown();
        try {
            thread.join();
        } catch (InterruptedException stopped) {
            Thread.currentThread().interrupt();
        }
    }
}
