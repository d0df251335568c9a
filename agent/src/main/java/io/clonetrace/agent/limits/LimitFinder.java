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
 * Finds the limit that stopped a thread from being made. HotSpot does not pass errno on, so all limits are read, and
 * the exhausted one is it. Makes no thread or process and calls no native code. Thread-safe.
 */
public final class LimitFinder {
    /** So many readers are kept, one for each thread that reads at the same time. */
    private static final int KEPT = 4;

    /**
     * Threads end while the limits are read: one that has room for so few was hit. {@link #NEARLY_ALL} is the same for
     * high limits, as a fraction.
     */
    private static final long FEW = 16;

    private static final double NEARLY_ALL = 0.98;

    /** Reading must not slow down an application that tries again and again by more than a twentieth ... */
    private static final long PAUSE = 20;

    /** ... unless the last reading is older than that. */
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
     * @param defaultStackSize bytes of the stack of a thread that asks for no size
     * @param readers makes readers of the limits, each for one thread at a time
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
            // Exhausted memory stops a thread only where nothing else does.
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

    /** Reads all limits once, and returns one finding of each kind. */
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
