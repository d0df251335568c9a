package io.clonetrace;

import static org.junit.jupiter.api.Assertions.fail;

import java.lang.management.ManagementFactory;
import java.time.Duration;
import java.util.concurrent.Callable;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.FutureTask;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;

/**
 * Bounds the processor time of work whose time must not grow with the square of its input. Unlike a clock, it does not
 * run while other processes do.
 */
public final class ProcessorTime {
    /** Reading takes a second at most; what grows with the square takes hours. */
    private static final Duration MOST = Duration.ofSeconds(60);

    private static final long CHECK_MILLIS = 100;

    private ProcessorTime() {}

    /** Runs the work in a thread of its own, and fails once that has used a minute of processor time. */
    public static <T> T bounded(Callable<T> work) {
        FutureTask<T> task = new FutureTask<>(work);
        Thread worker = new Thread(task, "bounded-work");
        worker.setDaemon(true);
        worker.start();
        while (true) {
            try {
                return task.get(CHECK_MILLIS, TimeUnit.MILLISECONDS);
            } catch (TimeoutException running) {
                long used = ManagementFactory.getThreadMXBean().getThreadCpuTime(worker.getId());
                if (used > MOST.toNanos()) {
                    StringBuilder where = new StringBuilder();
                    for (StackTraceElement frame : worker.getStackTrace()) {
                        where.append("\n\tat ").append(frame);
                    }
                    return fail("more than " + MOST.toSeconds() + " s of processor time" + where);
                }
            } catch (ExecutionException thrown) {
                throw new AssertionError(thrown.getCause());
            } catch (InterruptedException interrupted) {
                throw new AssertionError(interrupted);
            }
        }
    }
}
