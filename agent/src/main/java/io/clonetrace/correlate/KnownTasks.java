package io.clonetrace.correlate;

import io.clonetrace.clone.TaskKind;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;
import java.util.function.IntPredicate;

/** Who the live tasks of this process are, by tid: what a clone by them, or their stack, is said to belong to. */
public final class KnownTasks {
    /** With more than this, those are looked for whose end nobody told: a trace need not hold exits. */
    private static final int MANY = 16_384;

    private final Map<Integer, Task> tasks = new ConcurrentHashMap<>();
    private final IntPredicate alive;
    private int limit = MANY;

    /** @param alive whether a tid is a thread of this process now */
    KnownTasks(IntPredicate alive) {
        this.alive = alive;
    }

    /**
     * A task.
     *
     * @param kind whose it is; null if that could not be observed
     * @param name the Java thread's name, or the kernel's; null if unknown
     * @param id Java's id; -1 if it is no Java thread
     * @param observed whether its clone was seen
     */
    public record Task(TaskKind kind, String name, long id, boolean observed) {}

    /** The task of that tid, or null. May be called by any thread. */
    public Task get(int tid) {
        return tasks.get(tid);
    }

    boolean isAgent(int tid) {
        Task task = tasks.get(tid);
        return task != null && task.kind() == TaskKind.AGENT;
    }

    void put(int tid, Task task) {
        tasks.put(tid, task);
        if (tasks.size() > limit) {
            tasks.keySet().removeIf(other -> !alive.test(other));
            limit = Math.max(MANY, 2 * tasks.size());
        }
    }

    void remove(int tid) {
        tasks.remove(tid);
    }
}
