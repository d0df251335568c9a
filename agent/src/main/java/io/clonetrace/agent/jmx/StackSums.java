package io.clonetrace.agent.jmx;

import io.clonetrace.agent.host.SuppressedFailures;
import io.clonetrace.agent.stacks.AllocatedStacks;
import io.clonetrace.agent.stacks.LiveThreads;
import io.clonetrace.agent.stacks.StackReaders;
import io.clonetrace.agent.stacks.TaskKinds;
import io.clonetrace.agent.stacks.ThreadSnapshot;
import io.clonetrace.clone.TaskKind;
import io.clonetrace.stack.StackMeasure;
import io.clonetrace.stack.StackSnapshot;
import io.clonetrace.stack.TaskList;
import java.io.IOException;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.concurrent.TimeUnit;

/** The stacks of all live threads, summed by kind of thread; measured when a client asks, at most once a second. */
public final class StackSums {
    private static final long AGE_NANOS = TimeUnit.SECONDS.toNanos(1);

    private final LiveThreads threads;
    private final TaskKinds kinds;
    private final SuppressedFailures suppressed;
    private final StackSnapshot snapshot;
    private final AllocatedStacks allocated = new AllocatedStacks();
    private final TaskList tasks = TaskList.ofSelf();
    private Map<String, StackSum> last;
    private long measured;

    public StackSums(LiveThreads threads, TaskKinds kinds, StackReaders reading, SuppressedFailures suppressed) {
        this.threads = threads;
        this.kinds = kinds;
        this.suppressed = suppressed;
        this.snapshot = reading.snapshot();
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
            ThreadSnapshot now = ThreadSnapshot.take(threads, tasks, allocated);
            List<StackMeasure> measures = snapshot.measure(now.all(), tasks::contains);
            TaskKinds.Kinds found = kinds.of(now);
            for (StackMeasure measure : measures) {
                StackSum sum = sums.computeIfAbsent(kind(found, measure.tid()), key -> new StackSum());
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

    private static String kind(TaskKinds.Kinds found, int tid) {
        if (found.unidentified().contains(tid)) {
            return TaskKind.JAVA.label();
        }
        TaskKind kind = found.of(tid);
        return kind == null ? "unknown" : kind.label();
    }
}
