package io.clonetrace.trace.ptrace;

import io.clonetrace.linux.Clocks;
import io.clonetrace.trace.ptrace.TaskEvent.Cloned;
import java.io.IOException;
import java.io.OutputStream;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.ArrayBlockingQueue;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicLong;
import java.util.concurrent.locks.LockSupport;
import java.util.function.Consumer;

/**
 * Writes a tracer's events as lines of strace's form, on a thread of its own. The tracer's thread must not wait for
 * whoever reads them, who may himself wait for a task that the tracer has stopped. The first line, a comment, names the
 * source; {@code # lost: N}, where it comes, tells how many clones could not be told since the beginning.
 */
public final class TraceWriter implements Consumer<TaskEvent>, AutoCloseable {
    private static final int QUEUE = 1 << 15;
    private static final long PERIOD_NANOS = TimeUnit.MILLISECONDS.toNanos(5);

    /** After so many periods in which nothing came it sleeps, until something does. */
    private static final int PERIODS_AWAKE = 200;

    private static final long SLEEP_NANOS = TimeUnit.SECONDS.toNanos(1);
    private static final String SOURCE = "# source: ptrace\n";

    private final OutputStream out;
    private final Reader reader;
    private final Consumer<IOException> broken;
    private final BlockingQueue<TaskEvent> queue = new ArrayBlockingQueue<>(QUEUE);
    private final Thread thread = new Thread(this::write, "clonetrace-writer");
    private final List<TaskEvent> batch = new ArrayList<>();
    private final AtomicLong lost = new AtomicLong();
    private volatile boolean closing;
    private volatile boolean asleep;
    private volatile TracerCounts tracer;
    private long toldLost;

    /** Who reads the lines. */
    public enum Reader {
        /**
         * The traced process: when {@value #QUEUE} events wait for it, the next is lost, and counted. It is told how
         * the clocks lie, and times in nanoseconds.
         */
        TRACEE,
        /** Somebody who has nothing to do with it: the tracer waits for him, and with it the tasks that stop. */
        OTHER
    }

    /**
     * Begins to write.
     *
     * @param broken is called once, on the writer's thread, if writing fails; what comes afterwards is lost, and
     *     counted
     */
    public TraceWriter(OutputStream out, Reader reader, Consumer<IOException> broken) {
        this.out = out;
        this.reader = reader;
        this.broken = broken;
        thread.setDaemon(true);
        thread.start();
    }

    /** Called by one thread. */
    @Override
    public void accept(TaskEvent event) {
        if (queue.offer(event)) {
            if (asleep) {
                LockSupport.unpark(thread);
            }
            return;
        }
        if (reader == Reader.TRACEE) {
            lose(event);
            return;
        }
        try {
            queue.put(event);
        } catch (InterruptedException stopped) {
            lose(event);
            Thread.currentThread().interrupt();
        }
    }

    /** From now on what the tracer itself couldn't read is told as lost, too. */
    public void tellLossesOf(TracerCounts counts) {
        tracer = counts;
    }

    /** How many clones were dropped. */
    public long lost() {
        return lost.get();
    }

    /** A task's end that nobody is told of is no clone that is missing. */
    private void lose(TaskEvent event) {
        if (event instanceof Cloned) {
            lost.incrementAndGet();
        }
    }

    /** Writes what is there, and returns when it is written; the stream stays open. */
    @Override
    public void close() {
        closing = true;
        LockSupport.unpark(thread);
        boolean interrupted = false;
        while (thread.isAlive()) {
            try {
                thread.join();
            } catch (InterruptedException later) {
                interrupted = true;
            }
        }
        if (interrupted) {
            Thread.currentThread().interrupt();
        }
    }

    private void write() {
        try {
            writeAll();
        } catch (IOException | RuntimeException | OutOfMemoryError failed) {
            broken.accept(failed instanceof IOException io ? io : new IOException(failed));
            boolean last = false;
            while (!last) {
                last = closing;
                queue.drainTo(batch);
                batch.forEach(this::lose);
                batch.clear();
                LockSupport.parkNanos(PERIOD_NANOS);
            }
        }
    }

    private void writeAll() throws IOException {
        out.write((reader == Reader.TRACEE ? SOURCE + clock() : SOURCE).getBytes(StandardCharsets.US_ASCII));
        out.flush();
        StringBuilder lines = new StringBuilder();
        boolean last = false;
        int quiet = 0;
        while (!last) {
            last = closing;
            quiet++;
            while (queue.drainTo(batch, 1024) > 0 || toldLost != allLost()) {
                quiet = 0;
                batch.forEach(event -> lines.append(line(event)).append('\n'));
                tellLost(lines);
                out.write(lines.toString().getBytes(StandardCharsets.US_ASCII));
                out.flush();
                batch.clear();
                lines.setLength(0);
            }
            if (!last) {
                rest(quiet);
            }
        }
    }

    /** Not woken by each event, only by the first after a while: the tracer's thread has no time to wake anybody. */
    private void rest(int quiet) {
        asleep = quiet > PERIODS_AWAKE;
        // In this order: what came before the tracer's thread could see it asleep is in the queue.
        LockSupport.parkNanos(asleep && queue.isEmpty() ? SLEEP_NANOS : PERIOD_NANOS);
        asleep = false;
    }

    private String line(TaskEvent event) {
        return reader == Reader.TRACEE && event instanceof Cloned cloned
                ? StraceLine.precise(cloned.call())
                : StraceLine.of(event);
    }

    private static String clock() {
        Clocks clocks = new Clocks();
        try {
            return "# clock: " + (clocks.realtime() - clocks.monotonic()) + "\n";
        } finally {
            clocks.close();
        }
    }

    private long allLost() {
        TracerCounts counts = tracer;
        return lost.get() + (counts == null ? 0 : counts.lost());
    }

    private void tellLost(StringBuilder lines) {
        long now = allLost();
        if (now != toldLost) {
            toldLost = now;
            lines.append("# lost: ").append(now).append('\n');
        }
    }
}
