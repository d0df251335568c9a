package io.clonetrace.correlate;

import io.clonetrace.clone.CloneCall;
import io.clonetrace.clone.TaskKind;
import java.util.BitSet;
import java.util.Collection;
import java.util.Collections;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.function.IntPredicate;

/**
 * The tasks of this process: which tids are its threads, what is known of each, and which Java threads no source saw
 * being made. The {@link Correlator} writes it, on the agent's own thread; any thread may call the public methods.
 */
public final class ProcessTasks {
    /** With more tasks than this, dead ones are looked for: a trace need not hold exits. */
    private static final int MANY = 16_384;

    /** Confined to the agent's thread. Bounded, because tids are: by 2^22 (proc(5), pid_max). */
    private final BitSet tids = new BitSet();

    private final Map<Integer, Task> known = new ConcurrentHashMap<>();

    /** The tids of those known that are no Java threads: few, where there are thousands of Java threads. */
    private final Set<Integer> natives = ConcurrentHashMap.newKeySet();

    private final Set<Long> unseenThreads = ConcurrentHashMap.newKeySet();
    private final IntPredicate alive;
    private int limit = MANY;

    /**
     * @param pid this process
     * @param alive whether a tid is a thread of this process now
     */
    public ProcessTasks(int pid, IntPredicate alive) {
        this.alive = alive;
        tids.set(pid);
        // No clone of this process made its first task; the java launcher leaves it to wait for the end of main.
        put(pid, new Task(TaskKind.NATIVE, null, CloneCall.UNKNOWN, false));
    }

    /**
     * A task.
     *
     * @param kind whose it is; null if that could not be observed
     * @param name the Java thread's name, or the kernel's; null if unknown
     * @param id Java's id; -1 if it is no Java thread
     * @param observed whether its clone was seen
     * @param started whether it was seen in Thread.start, too: then HotSpot made it
     */
    public record Task(TaskKind kind, String name, long id, boolean observed, boolean started) {
        /** One that no Thread.start was seen of. */
        public Task(TaskKind kind, String name, long id, boolean observed) {
            this(kind, name, id, observed, false);
        }
    }

    /** What is known of the task with that tid, or null. */
    public Task get(int tid) {
        return known.get(tid);
    }

    /** The tids of the known tasks that are no Java threads. Some may have ended: a source need not see exits. */
    public Collection<Integer> natives() {
        return Collections.unmodifiableSet(natives);
    }

    /**
     * Whether the creation of a Java thread was seen: false for one that lived before the hook was on and whose clone
     * no source showed.
     *
     * @param id Java's id
     */
    public boolean sawCreationOf(long id) {
        return !unseenThreads.contains(id);
    }

    /** Forgets a Java thread that has ended; Java's ids are not used again. */
    public void threadEnded(long id) {
        unseenThreads.remove(id);
    }

    /**
     * Whether a tid is a thread of this process: a source may also see others, such as the shell that started the JVM.
     * True too for a thread that was made before the source looked; the kernel is asked once, not at each call.
     */
    boolean has(int tid) {
        if (tid <= 0) {
            return false;
        }
        if (!tids.get(tid) && alive.test(tid)) {
            tids.set(tid);
        }
        return tids.get(tid);
    }

    /** A thread of this process was made; nothing is known of it yet. */
    void add(int tid) {
        tids.set(tid);
        known.remove(tid);
        natives.remove(tid);
    }

    void put(int tid, Task task) {
        known.put(tid, task);
        if (task.id() == CloneCall.UNKNOWN) {
            natives.add(tid);
        } else {
            natives.remove(tid);
        }
        if (known.size() > limit) {
            known.keySet().removeIf(other -> !alive.test(other));
            natives.retainAll(known.keySet());
            limit = Math.max(MANY, 2 * known.size());
        }
    }

    /** A task ended. */
    void remove(int tid) {
        tids.clear(tid);
        known.remove(tid);
        natives.remove(tid);
    }

    boolean isAgent(int tid) {
        Task task = known.get(tid);
        return task != null && task.kind() == TaskKind.AGENT;
    }

    void missedCreationOf(long id) {
        unseenThreads.add(id);
    }

    void creationSeen(long id) {
        unseenThreads.remove(id);
    }
}
