package io.clonetrace.agent.stacks;

import io.clonetrace.linux.hotspot.OsThread;

/**
 * The native sides of threads as they were read before: HotSpot changes none while its thread lives, and a thread has
 * only one. Holds no thread. Not thread-safe.
 */
final class KnownThreads {
    /** So many that ended meanwhile are passed over to find the next one that still lives. */
    static final int ENDED = 64;

    private final long[] ids;
    private final long[] eetops;
    private final OsThread[] os;
    private int next;

    /**
     * Those threads, in the order in which the JVM lists them.
     *
     * @param ids Java's ids, which no other threads of this JVM have or had
     * @param eetops what their fields held before and after the native sides were read
     * @param os null for a thread that isn't known
     */
    KnownThreads(long[] ids, long[] eetops, OsThread[] os) {
        this.ids = ids;
        this.eetops = eetops;
        this.os = os;
    }

    /**
     * The native side of a thread whose field still has that value. To be asked once for each thread of a later list:
     * the JVM adds new threads at its end.
     *
     * @return null if it isn't known, or in another place of the list than expected
     */
    OsThread next(long id, long eetop) {
        int end = Math.min(ids.length, next + ENDED + 1);
        for (int i = next; i < end; i++) {
            if (ids[i] == id) {
                next = i + 1;
                return eetops[i] == eetop ? os[i] : null;
            }
        }
        return null;
    }
}
