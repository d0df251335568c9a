package io.clonetrace.report.model;

/**
 * A limit that can stop a process from making threads, as it was first and last read.
 *
 * @param name the kernel's name of it
 * @param location where it was read
 * @param first when it was first read, in nanoseconds since the epoch
 * @param usedFirst how much was in use then; {@link Event#ABSENT} if that could not be read
 * @param last when it was last read
 * @param used how much was in use then
 * @param max the limit; {@link Event#ABSENT} if there is none or it could not be read
 */
public record LimitUse(String name, String location, long first, long usedFirst, long last, long used, long max) {
    static LimitUse of(Event event) {
        long used = event.number("used");
        return new LimitUse(
                String.valueOf(event.text("limit")),
                String.valueOf(event.text("location")),
                event.start(),
                used,
                event.start(),
                used,
                event.number("max"));
    }

    LimitUse and(LimitUse other) {
        LimitUse early = first <= other.first ? this : other;
        LimitUse late = last >= other.last ? this : other;
        return new LimitUse(name, location, early.first, early.usedFirst, late.last, late.used, late.max);
    }

    /** Whether there are two numbers to compare. */
    public boolean isKnown() {
        return used >= 0 && max > 0;
    }

    /** How much is left; {@link Event#ABSENT} if that is not known. */
    public long left() {
        return isKnown() ? Math.max(0, max - used) : Event.ABSENT;
    }

    /** How much of it is in use, 1 for all. */
    public double share() {
        return isKnown() ? (double) used / max : 0;
    }

    /** In how many seconds it is reached if its use goes on growing so; negative if it doesn't grow. */
    public double secondsLeft() {
        double seconds = (last - first) / 1e9;
        if (!isKnown() || usedFirst < 0 || used <= usedFirst || seconds <= 0) {
            return -1;
        }
        return left() * seconds / (used - usedFirst);
    }
}
