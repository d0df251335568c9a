package io.clonetrace.agent.creators;

import io.clonetrace.clone.CloneCall;
import java.util.HashMap;
import java.util.Iterator;
import java.util.Map;
import java.util.Set;
import java.util.function.IntPredicate;

/**
 * The native threads that were seen being made, by tid. Most sources don't show when one ends: that is seen when the
 * tasks are listed, or when the tid is another's. Confined to the session's thread.
 */
public final class NativeCreations {
    /** From so many on, those that have ended are looked for even if nothing lists the tasks otherwise. */
    private static final int MANY = 16_384;

    private final CreatorTable libraries;
    private final Map<Integer, Creation> byTid = new HashMap<>();
    private int limit = MANY;

    NativeCreations(CreatorTable libraries) {
        this.libraries = libraries;
    }

    /**
     * A native thread was made.
     *
     * @param library that made it; null if that was not observed
     */
    public void created(int tid, String library) {
        Creation creation = new Creation(tid);
        creation.started(libraries.hold(library == null ? CreatorCounts.NOT_OBSERVED : library), CloneCall.UNKNOWN);
        Creation before = byTid.put(tid, creation);
        if (before != null) {
            before.ended();
        }
    }

    /** Whether so many are known that those which have ended are to be dropped. */
    public boolean areMany() {
        return byTid.size() > limit;
    }

    /**
     * Drops those that are not among the live tasks.
     *
     * @param alive the live tasks of this process, listed after the last call of {@link #created}
     * @param lives whether a task lives that is not in the list: the kernel may leave one out
     */
    public void keepOnly(Set<Integer> alive, IntPredicate lives) {
        for (Iterator<Map.Entry<Integer, Creation>> all = byTid.entrySet().iterator(); all.hasNext(); ) {
            Map.Entry<Integer, Creation> next = all.next();
            if (!alive.contains(next.getKey()) && !lives.test(next.getKey())) {
                next.getValue().ended();
                all.remove();
            }
        }
        limit = Math.max(MANY, 2 * byTid.size());
    }

    /** That tid is another task's now. */
    void ended(int tid) {
        Creation creation = byTid.remove(tid);
        if (creation != null) {
            creation.ended();
        }
    }

    Creation get(int tid) {
        return byTid.get(tid);
    }
}
