package io.clonetrace.report.model;

/** What was recorded of one thread's stack, in bytes; {@link Event#ABSENT} for what was not. */
public final class StackUse {
    private Measure measure = Measure.NONE;
    private long at = Event.ABSENT;
    /** Null for what was measured once, as it ended: most of many threads. */
    private Looks looks;

    private boolean ended;

    /** What was measured: of many threads the same, which is one object then. */
    record Measure(long reserved, long guard, long touched, long depth, long huge) {
        static final Measure NONE = new Measure(Event.ABSENT, Event.ABSENT, Event.ABSENT, Event.ABSENT, Event.ABSENT);

        static Measure of(Event event) {
            return new Measure(
                    event.number("reserved"),
                    event.number("guard"),
                    event.number("touched"),
                    event.number("depth"),
                    event.number("huge"));
        }

        /** As {@link #equals}, without what that costs where code is compiled by C1 alone. */
        boolean isSame(Measure other) {
            return reserved == other.reserved
                    && guard == other.guard
                    && touched == other.touched
                    && depth == other.depth
                    && huge == other.huge;
        }
    }

    /** What several measurements show. */
    private static final class Looks {
        private long peak = Event.ABSENT;
        private long mostHuge = Event.ABSENT;
        private long looked = Event.ABSENT;
        private long before = Event.ABSENT;
    }

    /**
     * Takes in a {@code clonetrace.ThreadStack}; they may come in any order.
     *
     * @param atEnd whether it was measured as the thread ended
     */
    void add(Event event, boolean atEnd, Interner pool) {
        if (at >= 0 || !atEnd) {
            StackUse one = new StackUse();
            one.measured(event, atEnd, pool);
            add(one);
        } else {
            measured(event, true, pool);
        }
    }

    private void measured(Event event, boolean atEnd, Interner pool) {
        measure = pool.measure(Measure.of(event));
        at = event.start();
        ended = atEnd;
        if (!atEnd) {
            looks().looked = look(event);
        }
    }

    private Looks looks() {
        if (looks == null) {
            looks = new Looks();
            looks.peak = touched();
            looks.mostHuge = huge();
        }
        return looks;
    }

    /** When the look at all stacks began that the event is of; without that, when it came to this one. */
    static long look(Event event) {
        long began = event.number("snapshot");
        return began > 0 ? began : event.start();
    }

    /** Takes in what else was recorded of the same stack. */
    void add(StackUse other) {
        Looks all = looks();
        all.peak = Math.max(all.peak, other.peak());
        all.mostHuge = Math.max(all.mostHuge, other.mostHuge());
        all.before = Math.max(Math.max(all.before, other.before()), Math.min(all.looked, other.looked()));
        all.looked = Math.max(all.looked, other.looked());
        Measure last = other.at >= at ? other.measure : measure;
        measure = new Measure(last.reserved, last.guard, last.touched, Math.max(depth(), other.depth()), last.huge);
        ended |= other.ended;
        at = Math.max(at, other.at);
    }

    /** Address space, guard zone included. */
    public long reserved() {
        return measure.reserved;
    }

    /** The part at the low end that may not be touched. */
    public long guard() {
        return measure.guard;
    }

    /** Memory that it held when it was last looked at. */
    public long touched() {
        return measure.touched;
    }

    /** The most that it was seen to hold. Stack pages are not given back, so at a thread's end this is its peak. */
    public long peak() {
        return looks == null ? touched() : looks.peak;
    }

    /**
     * The deepest that it was seen to reach: from its top down to the lowest page that was touched, which may be far
     * more than it holds. Absent in recordings of clonetrace 0.1.
     */
    public long depth() {
        return measure.depth;
    }

    /** Whether it was measured, but not how deep it reached. */
    public boolean withoutDepth() {
        return peak() >= 0 && depth() < 0;
    }

    /** Bytes in transparent huge pages when it was last looked at. */
    public long huge() {
        return measure.huge;
    }

    /** The most of it that was seen in huge pages. */
    public long mostHuge() {
        return looks == null ? huge() : looks.mostHuge;
    }

    /** What the thread may use: the reserved bytes without the guard zone. */
    public long usable() {
        return reserved() < 0 ? Event.ABSENT : reserved() - Math.max(0, guard());
    }

    /** Its depth; where that was not recorded, what it held, which is not more. */
    public long depthAtLeast() {
        return depth() < 0 ? peak() : depth();
    }

    /** How much of it is in use, at least, from its top down: 1 for all; 0 if not measured. */
    public double share() {
        return depthAtLeast() < 0 || usable() <= 0 ? 0 : (double) depthAtLeast() / usable();
    }

    /** Whether the thread measured itself as it ended. */
    public boolean measuredAtEnd() {
        return ended;
    }

    /** When it was last measured, in nanoseconds since the epoch. */
    public long at() {
        return at;
    }

    /** When all stacks, and it with them, were last looked at; absent if never. */
    long looked() {
        return looks == null ? Event.ABSENT : looks.looked;
    }

    /** When that was the time before. */
    long before() {
        return looks == null ? Event.ABSENT : looks.before;
    }
}
