package io.clonetrace.trace.ptrace;

import java.io.IOException;
import java.io.OutputStream;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.ArrayBlockingQueue;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.locks.LockSupport;
import java.util.function.Consumer;

/**
 * Writes a tracer's events as lines of strace's form, on a thread of its own. The tracer's thread must not wait for
 * whoever reads them, who may himself wait for a task that the tracer has stopped. The first line, a comment, names the
 * source; {@code # lost: N}, where it comes, tells how many events have found the queue full since the beginning.
 */
public final class TraceWriter implements Consumer<TaskEvent>, AutoCloseable {
    private static final int QUEUE = 1 << 15;
    private static final long PERIOD_NANOS = TimeUnit.MILLISECONDS.toNanos(5);
    private static final String SOURCE = "# source: ptrace\n";

    private final OutputStream out;
    private final WhenFull whenFull;
    private final Consumer<IOException> broken;
    private final BlockingQueue<TaskEvent> queue = new ArrayBlockingQueue<>(QUEUE);
    private final Thread thread = new Thread(this::write, "clonetrace-writer");
    private volatile boolean closing;
    private volatile long lost;
    private long toldLost;

    /** What becomes of an event when {@value #QUEUE} of them wait. */
    public enum WhenFull {
        /** It is lost, and counted: right when the reader may be the traced process. */
        DROP,
        /** The tracer waits, and with it the tasks that stop: right when the reader has nothing to do with them. */
        WAIT
    }

    /**
     * Begins to write.
     *
     * @param broken is called once, on the writer's thread, if writing fails; what comes afterwards is dropped
     */
    public TraceWriter(OutputStream out, WhenFull whenFull, Consumer<IOException> broken) {
        this.out = out;
        this.whenFull = whenFull;
        this.broken = broken;
        thread.setDaemon(true);
        thread.start();
    }

    /** Called by one thread. */
    @Override
    public void accept(TaskEvent event) {
        if (queue.offer(event)) {
            return;
        }
        if (whenFull == WhenFull.DROP) {
            lost = lost + 1;
            return;
        }
        try {
            queue.put(event);
        } catch (InterruptedException stopped) {
            lost = lost + 1;
            Thread.currentThread().interrupt();
        }
    }

    /** How many events were dropped. */
    public long lost() {
        return lost;
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
            while (!closing) {
                queue.clear();
                LockSupport.parkNanos(PERIOD_NANOS);
            }
        }
    }

    private void writeAll() throws IOException {
        out.write(SOURCE.getBytes(StandardCharsets.US_ASCII));
        out.flush();
        List<TaskEvent> batch = new ArrayList<>();
        StringBuilder lines = new StringBuilder();
        boolean last = false;
        while (!last) {
            last = closing;
            while (queue.drainTo(batch, 1024) > 0 || toldLost != lost) {
                batch.forEach(event -> lines.append(StraceLine.of(event)).append('\n'));
                tellLost(lines);
                out.write(lines.toString().getBytes(StandardCharsets.US_ASCII));
                out.flush();
                batch.clear();
                lines.setLength(0);
            }
            if (!last) {
                // Not woken by each event: the tracer's thread has no time to wake anybody.
                LockSupport.parkNanos(PERIOD_NANOS);
            }
        }
    }

    private void tellLost(StringBuilder lines) {
        long now = lost;
        if (now != toldLost) {
            toldLost = now;
            lines.append("# lost: ").append(now).append('\n');
        }
    }
}
