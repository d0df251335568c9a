package io.clonetrace.stack;

import java.util.Arrays;

/**
 * Those of some threads whose stacks are known, in the order of their lowest addresses. Sorted as numbers, for a
 * comparator's calls are interpreted when the first snapshot is taken.
 */
final class StacksInOrder {
    /**
     * The lowest of a key are an index: Linux has no more tasks (PID_MAX_LIMIT of linux/threads.h). The others hold the
     * page of an address below 2^53; a process gets none above 2^52 without asking for it.
     */
    private static final int INDEX_BITS = 22;

    /** Stacks begin at a page, and no page is smaller. */
    private static final int PAGE_BITS = 12;

    private final ThreadToMeasure[] threads;
    private final long[] keys;
    private final int[] others;

    StacksInOrder(ThreadToMeasure[] threads) {
        if (threads.length > 1 << INDEX_BITS) {
            throw new IllegalArgumentException(threads.length + " threads");
        }
        this.threads = threads;
        long[] known = new long[threads.length];
        int[] unknown = new int[threads.length];
        int count = 0;
        int first = threads.length;
        // The JVM lists older threads first, and their stacks lie higher: so there is little to sort.
        for (int i = threads.length - 1; i >= 0; i--) {
            long key = key(threads[i], i);
            if (key >= 0) {
                known[count++] = key;
            } else {
                unknown[--first] = i;
            }
        }
        keys = Arrays.copyOf(known, count);
        others = Arrays.copyOfRange(unknown, first, unknown.length);
        Arrays.sort(keys);
    }

    /** A method of its own, so that it is compiled after some hundred threads. */
    private static long key(ThreadToMeasure thread, int index) {
        return thread.hasRange() ? (thread.base() - thread.size()) >>> PAGE_BITS << INDEX_BITS | index : -1;
    }

    int size() {
        return keys.length;
    }

    ThreadToMeasure get(int place) {
        return threads[index(place)];
    }

    /** Where the thread is among those that were given. */
    int index(int place) {
        return (int) keys[place] & (1 << INDEX_BITS) - 1;
    }

    /** Where those are whose stacks are not known, ascending. */
    int[] others() {
        return others;
    }
}
