package io.clonetrace.agent.limits;

import io.clonetrace.limit.ThreadLimit;
import io.clonetrace.limit.ThreadLimits;
import io.clonetrace.limit.ThreadNeeds;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicReferenceArray;
import java.util.function.Supplier;

/**
 * Tells which limit stopped a thread from being made: HotSpot keeps errno for itself, so all limits are read, and the
 * one at its end is it. No thread or process is made, and no native code called. For any number of threads at once.
 */
public final class LimitFinder {
    /** Readers for this many threads at a time are kept. */
    private static final int KEPT = 4;

    /**
     * Threads end while we read: a limit that has room for so few is the one that was hit. Of a high limit, the
     * fraction.
     */
    private static final long FEW = 16;

    private static final double NEARLY_ALL = 0.98;

    /** An application that tries again and again is not to be held up by more than a twentieth ... */
    private static final long PAUSE = 20;

    /** ... as long as what was read is not older than that. */
    private static final long LONGEST_PAUSE_NANOS = TimeUnit.SECONDS.toNanos(1);

    private final AtomicReferenceArray<ThreadLimits> free = new AtomicReferenceArray<>(KEPT);
    private final long defaultStackSize;
    private final Supplier<ThreadLimits> readers;
    private volatile Slow last = Slow.NEVER;

    /**
     * Why a thread could not be made, as far as the limits tell.
     *
     * @param limit the limit that was hit; null if none is known to be
     * @param reached whether no further thread fitted when it was read; otherwise another thread has ended meanwhile
     * @param location where it was read, or why there is none
     */
    public record Finding(ThreadLimit limit, boolean reached, String location) {
        public static Finding none(String why) {
            return new Finding(null, false, why);
        }

        /** The finding in words, and what to do about it. */
        public String words() {
            if (limit == null) {
                return location;
            }
            return limit.name() + (reached ? " is reached: " : " is the nearest limit: ") + limit.used() + " of "
                    + limit.max() + ", " + location + "; " + limit.advice() + ", or start fewer threads";
        }
    }

    /**
     * The limits that take longer to read.
     *
     * @param at System.nanoTime when they had been read
     * @param took nanoseconds
     */
    private record Slow(List<ThreadLimit> limits, long at, long took) {
        private static final Slow NEVER = new Slow(List.of(), 0, 0);

        boolean isDue(long now) {
            return limits.isEmpty() || now - at > Math.min(PAUSE * took, LONGEST_PAUSE_NANOS);
        }
    }

    /**
     * @param defaultStackSize bytes of a thread's stack that asks for no size of its own
     * @param readers makes what reads the limits for one thread at a time
     */
    public LimitFinder(long defaultStackSize, Supplier<ThreadLimits> readers) {
        this.defaultStackSize = defaultStackSize;
        this.readers = readers;
    }

    /**
     * Reads the limits.
     *
     * @param stackSize bytes, as the thread's constructor was given them; 0 for the default
     */
    public Finding find(long stackSize) {
        ThreadNeeds needs = ThreadNeeds.ofStack(stackSize > 0 ? stackSize : defaultStackSize);
        ThreadLimits reader = borrow();
        try {
            List<ThreadLimit> limits = new ArrayList<>(reader.quick());
            Optional<ThreadLimit> nearest = ThreadLimits.nearest(limits, needs);
            // That memory is at its end stops a thread only where nothing else does.
            if (nearest.isPresent()
                    && nearest.get().isReached(needs)
                    && nearest.get().unit() != ThreadLimit.Unit.MEMORY) {
                return found(nearest.get(), needs, null);
            }
            return withSlow(reader, limits, needs);
        } finally {
            giveBack(reader);
        }
    }

    /** Reads all once, and answers each kind of answer there is. */
    public List<Finding> rehearse() {
        ThreadNeeds needs = ThreadNeeds.ofStack(defaultStackSize);
        ThreadLimit reached = new ThreadLimit("", ThreadLimit.Unit.TASKS, 1, 1, 0, "", "", true);
        Finding now = find(0);
        last = Slow.NEVER;
        return List.of(now, found(reached, needs, ""));
    }

    private Finding withSlow(ThreadLimits reader, List<ThreadLimit> limits, ThreadNeeds needs) {
        Slow slow = last;
        long begin = System.nanoTime();
        String age = null;
        if (slow.isDue(begin)) {
            List<ThreadLimit> read = reader.slow();
            long end = System.nanoTime();
            slow = new Slow(read, end, end - begin);
            last = slow;
        } else {
            age = "read " + TimeUnit.NANOSECONDS.toMillis(begin - slow.at) + " ms before";
        }
        limits.addAll(slow.limits);
        Optional<ThreadLimit> nearest = ThreadLimits.nearest(limits, needs);
        if (nearest.isEmpty()) {
            return Finding.none("none of the known limits could be read");
        }
        ThreadLimit limit = nearest.get();
        return found(limit, needs, slow.limits.contains(limit) ? age : null);
    }

    private static Finding found(ThreadLimit limit, ThreadNeeds needs, String age) {
        long room = limit.room(needs);
        String read = age == null ? "" : "; " + age;
        if (room > FEW && limit.used() < limit.max() * NEARLY_ALL) {
            return Finding.none("none of the known limits is reached; the nearest, " + limit.name() + ", has room for "
                    + room + " more threads" + read);
        }
        return new Finding(limit, room == 0, limit.source() + read);
    }

    private ThreadLimits borrow() {
        for (int i = 0; i < KEPT; i++) {
            ThreadLimits kept = free.getAndSet(i, null);
            if (kept != null) {
                return kept;
            }
        }
        return readers.get();
    }

    private void giveBack(ThreadLimits reader) {
        for (int i = 0; i < KEPT; i++) {
            if (free.compareAndSet(i, null, reader)) {
                return;
            }
        }
    }
}
