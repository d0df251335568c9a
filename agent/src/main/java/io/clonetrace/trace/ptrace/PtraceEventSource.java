package io.clonetrace.trace.ptrace;

import io.clonetrace.trace.CloneSink;
import io.clonetrace.trace.CloneSource;
import io.clonetrace.trace.SourceKind;
import io.clonetrace.trace.wire.TaskEvent;
import io.clonetrace.trace.wire.TaskEvent.Cloned;
import io.clonetrace.trace.wire.TaskEvent.Superseded;
import java.util.concurrent.ArrayBlockingQueue;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.atomic.AtomicLong;
import java.util.function.Consumer;

/**
 * Presents what a tracer in this process sees as a source that another thread polls. The tracer's thread never waits
 * for it: clones that find the queue full are lost and counted.
 */
public final class PtraceEventSource implements CloneSource, Consumer<TaskEvent> {
    private static final int CAPACITY = 1 << 16;

    private final BlockingQueue<TaskEvent> queue = new ArrayBlockingQueue<>(CAPACITY);
    private final AtomicLong lost = new AtomicLong();
    private PtraceTracer tracer;

    /** Sets the tracer that fills the queue, for the tracer's own counts. */
    public void tracer(PtraceTracer tracer) {
        this.tracer = tracer;
    }

    @Override
    public void accept(TaskEvent event) {
        if (!queue.offer(event) && event instanceof Cloned) {
            lost.incrementAndGet();
        }
    }

    @Override
    public SourceKind kind() {
        return SourceKind.PTRACE;
    }

    /** Does nothing: the tracer is already running. */
    @Override
    public void start() {}

    @Override
    public boolean poll(CloneSink sink) {
        boolean any = false;
        for (TaskEvent event = queue.poll(); event != null; event = queue.poll()) {
            any = true;
            if (event instanceof Cloned cloned) {
                sink.cloned(cloned.call());
            } else {
                sink.exited(gone(event));
            }
        }
        return any;
    }

    @Override
    public long lostRecords() {
        return lost.get() + tracer.counts().lost();
    }

    @Override
    public String lossReason() {
        return tracer.failure();
    }

    @Override
    public void stop() {
        tracer.stop();
    }

    private static int gone(TaskEvent event) {
        return event instanceof Superseded superseded ? superseded.by() : ((TaskEvent.Ended) event).tid();
    }
}
