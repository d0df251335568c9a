package io.clonetrace.agent.jmx;

import io.clonetrace.agent.host.SuppressedFailures;
import io.clonetrace.agent.stacks.LiveThreads;
import io.clonetrace.agent.stacks.StackReaders;
import io.clonetrace.agent.stacks.ThreadSnapshot;
import io.clonetrace.clone.CloneCall;
import io.clonetrace.correlate.ProcessTasks;
import io.clonetrace.stack.StackMeasure;
import io.clonetrace.stack.StackSnapshot;
import io.clonetrace.stack.TaskList;
import java.io.IOException;
import java.util.Map;
import java.util.TreeMap;
import java.util.concurrent.TimeUnit;

/** The stacks of all live threads, summed by kind of thread; measured when a client asks, at most once a second. */
public final class StackSums {
    private static final long AGE_NANOS = TimeUnit.SECONDS.toNanos(1);

    private final LiveThreads threads;
    private final ProcessTasks known;
    private final SuppressedFailures suppressed;
    private final StackSnapshot snapshot;
    private final TaskList tasks = TaskList.ofSelf();
    private Map<String, StackSum> last;
    private long measured;

    public StackSums(LiveThreads threads, ProcessTasks known, StackReaders reading, SuppressedFailures suppressed) {
        this.threads = threads;
        this.known = known;
        this.suppressed = suppressed;
        this.snapshot = reading.snapshot();
        if (reading.own() != null) {
            // Only needed where threads measure themselves.
            reading.own().close();
        }
    }

    synchronized Map<String, StackSum> now() {
        if (last == null || System.nanoTime() - measured > AGE_NANOS) {
            last = measure();
            measured = System.nanoTime();
        }
        return last;
    }

    private Map<String, StackSum> measure() {
        Map<String, StackSum> sums = new TreeMap<>();
        try {
            ThreadSnapshot now = ThreadSnapshot.take(threads, tasks);
            for (StackMeasure measure : snapshot.measure(now.all(), tasks::contains)) {
                StackSum sum =
                        sums.computeIfAbsent(kind(measure.tid(), now.java().get(measure.tid())), key -> new StackSum());
                if (measure.base() == StackMeasure.UNKNOWN) {
                    sum.addUnmeasured();
                } else {
                    sum.add(measure.reserved(), measure.touched(), measure.huge());
                }
            }
        } catch (IOException | ReflectiveOperationException unreadable) {
            suppressed.add(unreadable);
        }
        return sums;
    }

    private String kind(int tid, LiveThreads.Live java) {
        if (java != null) {
            return threads.kind(java.thread()).label();
        }
        ProcessTasks.Task task = known.get(tid);
        boolean same = task != null && task.id() == CloneCall.UNKNOWN && task.kind() != null;
        return same ? task.kind().label() : "unknown";
    }
}
