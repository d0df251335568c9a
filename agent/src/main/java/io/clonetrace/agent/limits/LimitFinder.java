package io.clonetrace.agent.limits;

import io.clonetrace.correlate.Refusal;
import io.clonetrace.limit.CgroupRefusals;
import io.clonetrace.limit.ThreadLimit;
import io.clonetrace.limit.ThreadLimit.Unit;
import io.clonetrace.limit.ThreadLimits;
import io.clonetrace.limit.ThreadNeeds;
import io.clonetrace.linux.Errno;
import io.clonetrace.stack.JavaThreadStack;
import io.clonetrace.trace.AccessDenial;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicReferenceArray;
import java.util.function.Supplier;

/**
 * Finds the limit that stopped a thread from being made: the one whose counter of refusals has grown, or the exhausted
 * one. Makes no thread or process and calls no native code. Thread-safe.
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

    private static final String PIDS_MAX = "pids.max";

    private static final String FILTER = "a seccomp filter is on (Seccomp: 2 in ";
    private static final String BY_FILTER = "; " + FILTER;

    private final AtomicReferenceArray<ThreadLimits> free = new AtomicReferenceArray<>(KEPT);
    private final long defaultStackSize;
    private final Supplier<ThreadLimits> readers;
    private volatile Slow last = Slow.NEVER;

    /** Refusals by the file that counts them, as read before. */
    private volatile Map<String, Long> counted = Map.of();

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

        /** The same as the events carry it. */
        public Refusal refusal() {
            return limit == null
                    ? Refusal.without(location)
                    : new Refusal(limit.name(), limit.used(), limit.max(), location);
        }

        /** The finding in words, and what to do about it. */
        public String words() {
            if (limit == null) {
                return location;
            }
            if (limit.max() == ThreadLimit.UNKNOWN) {
                return limit.name() + " is reached, " + location + "; " + limit.advice() + ", or start fewer threads";
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

    /** One for the time before the size of the threads' stacks is known. */
    public static LimitFinder early() {
        return new LimitFinder(JavaThreadStack.STANDARD, ThreadLimits::ofSelf);
    }

    /**
     * Reads the limits, for a thread that HotSpot could not make: it does not pass errno on.
     *
     * @param stackSize bytes, as the thread's constructor was given them; 0 for the default
     */
    public Finding find(long stackSize) {
        ThreadLimits reader = borrow();
        try {
            return find(
                    reader, ThreadNeeds.ofStack(stackSize > 0 ? stackSize : defaultStackSize), Set.of(Unit.values()));
        } finally {
            giveBack(reader);
        }
    }

    /**
     * Finds out why the kernel refused a clone. Only the limits that it answers with that error count.
     *
     * @param error the errno's name
     * @param known what {@link #find(long)} found at that moment; null if it was not asked
     */
    public Refusal find(String error, Refusal known) {
        boolean ofTasks = error.equals(Errno.EAGAIN.name());
        if (!ofTasks && !error.equals(Errno.ENOMEM.name())) {
            ThreadLimits reader = borrow();
            try {
                return Refusal.without(words(error, reader.seccompFilter()));
            } finally {
                giveBack(reader);
            }
        }
        if (known != null) {
            return withoutFilter(known);
        }
        ThreadLimits reader = borrow();
        try {
            Set<Unit> units = ofTasks ? Set.of(Unit.TASKS) : Set.of(Unit.MEMORY);
            return withoutFilter(
                    find(reader, ThreadNeeds.ofStack(defaultStackSize), units).refusal());
        } finally {
            giveBack(reader);
        }
    }

    /** A filter that refuses clone3 with another error is not the reason. */
    private static Refusal withoutFilter(Refusal found) {
        int filter = found.limit() == null && found.location() != null
                ? found.location().indexOf(BY_FILTER)
                : -1;
        return filter < 0 ? found : Refusal.without(found.location().substring(0, filter));
    }

    /** Reads all limits once, and returns one finding of each kind. */
    public List<Finding> rehearse() {
        ThreadNeeds needs = ThreadNeeds.ofStack(defaultStackSize);
        ThreadLimit reached = new ThreadLimit("", Unit.TASKS, 1, 1, 0, "", "", true);
        Finding now = find(0);
        last = Slow.NEVER;
        return List.of(
                now,
                found(reached, needs, ""),
                proven(reached, new CgroupRefusals.Count("", "", 1, true)),
                hidden(new CgroupRefusals.Count("", "", 1, false)),
                Finding.none(words(Errno.EPERM.name(), "") + words(Errno.ENOSYS.name(), null)));
    }

    private Finding find(ThreadLimits reader, ThreadNeeds needs, Set<Unit> units) {
        List<ThreadLimit> limits = new ArrayList<>(reader.quick());
        limits.removeIf(limit -> !units.contains(limit.unit()));
        CgroupRefusals refusals = reader.refusals();
        if (units.contains(Unit.TASKS)) {
            Finding proven = proven(refusals, limits, needs);
            if (proven != null) {
                return proven;
            }
        }
        Optional<ThreadLimit> nearest = ThreadLimits.nearest(limits, needs);
        // Exhausted memory stops a thread only where nothing else does.
        if (nearest.isPresent()
                && nearest.get().isReached(needs)
                && nearest.get().unit() != Unit.MEMORY) {
            return found(nearest.get(), needs, null);
        }
        return withSlow(reader, limits, needs, units, refusals.hidden());
    }

    /** What a counter proves that has grown since the limits were read before; null if none has. */
    private Finding proven(CgroupRefusals now, List<ThreadLimit> limits, ThreadNeeds needs) {
        Map<String, Long> before = counted;
        Map<String, Long> counts = new HashMap<>();
        now.innermostFirst().forEach(count -> counts.put(count.file(), count.refused()));
        counted = counts;
        for (CgroupRefusals.Count count : now.innermostFirst()) {
            Long earlier = before.get(count.file());
            if (earlier == null || count.refused() <= earlier) {
                continue;
            }
            List<ThreadLimit> candidates = new ArrayList<>(limits);
            candidates.removeIf(limit -> count.itsOwn() && !limit.location().equals(count.max())
                    || !count.itsOwn() && !limit.name().equals(PIDS_MAX));
            Optional<ThreadLimit> limit = ThreadLimits.nearest(candidates, needs);
            if (limit.isPresent() && (count.itsOwn() || isNear(limit.get(), needs))) {
                return proven(limit.get(), count);
            }
            if (!count.itsOwn() && now.hidden() != null) {
                return hidden(count);
            }
        }
        return null;
    }

    private static Finding proven(ThreadLimit limit, CgroupRefusals.Count count) {
        return new Finding(
                limit, true, limit.source() + "; " + count.file() + " counts " + count.refused() + " refusals");
    }

    private static Finding hidden(CgroupRefusals.Count count) {
        ThreadLimit limit = new ThreadLimit(
                PIDS_MAX, Unit.TASKS, ThreadLimit.UNKNOWN, ThreadLimit.UNKNOWN, 0, count.file(), null, true);
        return new Finding(
                limit,
                true,
                "of a cgroup above those that are visible here: " + count.file() + " counts " + count.refused()
                        + " refusals, and no visible pids.max is reached");
    }

    private Finding withSlow(
            ThreadLimits reader, List<ThreadLimit> limits, ThreadNeeds needs, Set<Unit> units, String hidden) {
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
        for (ThreadLimit limit : slow.limits) {
            if (units.contains(limit.unit())) {
                limits.add(limit);
            }
        }
        Optional<ThreadLimit> nearest = ThreadLimits.nearest(limits, needs);
        if (nearest.isEmpty()) {
            return Finding.none("none of the known limits could be read");
        }
        ThreadLimit limit = nearest.get();
        String read = null;
        for (ThreadLimit one : slow.limits) {
            // The same object: to be compared, a record's methods would have to be made
            // (java.lang.runtime.ObjectMethods).
            if (one == limit) {
                read = age;
            }
        }
        return isNear(limit, needs)
                ? found(limit, needs, read)
                : Finding.none(noneReached(limit, needs, read, hidden, reader.seccompFilter()));
    }

    private static String noneReached(
            ThreadLimit nearest, ThreadNeeds needs, String age, String hidden, String filter) {
        String room = "the nearest, " + nearest.name() + ", has room for " + nearest.room(needs) + " more threads"
                + (age == null ? "" : "; " + age);
        String none = hidden == null
                ? "none of the known limits is reached; " + room
                : "no visible limit is exhausted; inside this container an outer one may be: the cgroups above "
                        + hidden + " can't be seen; " + room;
        return filter == null
                ? none
                : none + BY_FILTER + filter + "): it may refuse the call; " + AccessDenial.CLONE3_REMEDY;
    }

    private static boolean isNear(ThreadLimit limit, ThreadNeeds needs) {
        return limit.room(needs) <= FEW || limit.used() >= limit.max() * NEARLY_ALL;
    }

    private static Finding found(ThreadLimit limit, ThreadNeeds needs, String age) {
        return new Finding(limit, limit.room(needs) == 0, limit.source() + (age == null ? "" : "; " + age));
    }

    /** Why the kernel answers with that error, where it is no limit's. */
    private static String words(String error, String filter) {
        if (error.equals(Errno.EPERM.name())) {
            return filter == null
                    ? "EPERM is no limit's: the flags need a right (CAP_SYS_ADMIN for a namespace), or a security"
                            + " module refuses the call"
                    : "EPERM is no limit's: " + FILTER + filter + "); " + AccessDenial.CLONE3_REMEDY;
        }
        if (error.equals(Errno.ENOSYS.name())) {
            return "ENOSYS is no limit's: "
                    + (filter == null ? "this kernel has no such call" : FILTER + filter + ") hides the call")
                    + "; glibc falls back from clone3 to clone";
        }
        return error + " is no limit's: it is about the arguments";
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
