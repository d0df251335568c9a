package io.clonetrace.agent.jmx;

import io.clonetrace.agent.creators.CreatorCounts;
import io.clonetrace.agent.host.SuppressedFailures;
import io.clonetrace.agent.stacks.AllocatedStacks;
import io.clonetrace.agent.stacks.LiveThreads;
import io.clonetrace.agent.stacks.OtherTasks;
import io.clonetrace.agent.stacks.StackReaders;
import io.clonetrace.agent.stacks.TaskKinds;
import io.clonetrace.agent.stacks.ThreadSnapshot;
import io.clonetrace.clone.CloneCall;
import io.clonetrace.clone.TaskKind;
import io.clonetrace.correlate.ProcessTasks;
import io.clonetrace.stack.StackMeasure;
import io.clonetrace.stack.StackSnapshot;
import io.clonetrace.stack.TaskList;
import java.io.IOException;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;

/**
 * Measures the stacks of all live threads, and sums them by kind of thread and by creator. Confined to the session's
 * thread.
 */
public final class StackSums {
    private final LiveThreads threads;
    private final TaskKinds kinds;
    private final SuppressedFailures suppressed;
    private final CreatorCounts creators;
    private final StackSnapshot snapshot;
    private final AllocatedStacks allocated = new AllocatedStacks();
    private final TaskList tasks = TaskList.ofSelf();
    private final OtherTasks others;

    public StackSums(
            LiveThreads threads,
            ProcessTasks known,
            TaskKinds kinds,
            StackReaders reading,
            SuppressedFailures suppressed,
            CreatorCounts creators) {
        this.threads = threads;
        this.others = new OtherTasks(threads, known, tasks);
        this.kinds = kinds;
        this.suppressed = suppressed;
        this.creators = creators;
        this.snapshot = reading.snapshot();
    }

    /** The sums by kind; none if the threads can't be listed. */
    Map<String, StackSum> measure() {
        Map<String, StackSum> sums = new TreeMap<>();
        try {
            ThreadSnapshot now = ThreadSnapshot.take(threads, others, allocated);
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
            ofCreators(now, measures);
        } catch (IOException | ReflectiveOperationException unreadable) {
            suppressed.add(unreadable);
        }
        return sums;
    }

    /** Drops native threads that have ended, if many are known: nothing may have measured for long. */
    void dropEnded() {
        if (creators.natives().areMany()) {
            try {
                Set<Integer> alive = new HashSet<>();
                for (int tid : tasks.tids()) {
                    alive.add(tid);
                }
                creators.natives().keepOnly(alive, tasks::contains);
            } catch (IOException unreadable) {
                suppressed.add(unreadable);
            }
        }
    }

    private void ofCreators(ThreadSnapshot now, List<StackMeasure> measures) {
        Set<Integer> alive = new HashSet<>();
        now.all().forEach(thread -> alive.add(thread.tid()));
        creators.natives().keepOnly(alive, tasks::contains);
        CreatorCounts.Measure sums = creators.measure();
        for (StackMeasure measure : measures) {
            LiveThreads.Live java = now.java().get(measure.tid());
            boolean measured = measure.base() != StackMeasure.UNKNOWN;
            sums.add(
                    measure.tid(),
                    java == null ? CloneCall.UNKNOWN : threads.id(java.thread()),
                    measured ? measure.touched() : CloneCall.UNKNOWN);
        }
        sums.done();
    }

    private static String kind(TaskKinds.Kinds found, int tid) {
        if (found.unidentified().contains(tid)) {
            return TaskKind.JAVA.label();
        }
        TaskKind kind = found.of(tid);
        return kind == null ? "unknown" : kind.label();
    }
}
