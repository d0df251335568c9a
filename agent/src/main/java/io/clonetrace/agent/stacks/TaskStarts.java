package io.clonetrace.agent.stacks;

import io.clonetrace.clone.CloneCall;
import io.clonetrace.linux.process.Clocks;
import io.clonetrace.stack.TaskList;
import io.clonetrace.stack.ThreadToMeasure;
import java.util.HashMap;
import java.util.HashSet;
import java.util.Map;
import java.util.OptionalLong;
import java.util.Set;
import java.util.concurrent.TimeUnit;

/** When the kernel started this process's tasks; each is read once. Confined to the session's thread. */
final class TaskStarts implements AutoCloseable {
    /** USER_HZ, the unit of the kernel's clock ticks in /proc on x86-64 and aarch64 (sysconf(3), _SC_CLK_TCK). */
    private static final long TICK_NANOS = TimeUnit.SECONDS.toNanos(1) / 100;

    private final TaskList tasks;
    private final Clocks clocks = new Clocks();
    private final Map<Task, Long> read = new HashMap<>();

    /**
     * Tids are reused, Java's ids are not. Its methods by hand: those of a record would be made while a recording ends
     * (java.lang.runtime.ObjectMethods).
     */
    private record Task(int tid, long threadId) {
        @Override
        public boolean equals(Object other) {
            return other instanceof Task its && tid == its.tid && threadId == its.threadId;
        }

        @Override
        public int hashCode() {
            return 31 * tid + Long.hashCode(threadId);
        }
    }

    TaskStarts(TaskList tasks) {
        this.tasks = tasks;
    }

    /**
     * When the task was started, in nanoseconds since the epoch; -1 if that can't be read.
     *
     * @param threadId Java's id; -1 if it is no Java thread
     */
    long of(int tid, long threadId) {
        return read.computeIfAbsent(new Task(tid, threadId), task -> read(tid));
    }

    private long read(int tid) {
        OptionalLong ticks = tasks.startTicks(tid);
        if (ticks.isEmpty()) {
            return CloneCall.UNKNOWN;
        }
        return clocks.realtime() - clocks.boottime() + ticks.getAsLong() * TICK_NANOS;
    }

    /** Forgets the tasks that are not among these. */
    void keepOnly(ThreadSnapshot now) {
        Set<Integer> tids = new HashSet<>();
        for (ThreadToMeasure thread : now.all()) {
            tids.add(thread.tid());
        }
        read.keySet().removeIf(task -> !tids.contains(task.tid()));
    }

    @Override
    public void close() {
        clocks.close();
    }
}
