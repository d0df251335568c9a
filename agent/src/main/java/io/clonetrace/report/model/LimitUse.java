package io.clonetrace.report.model;

import java.util.Set;

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
    private static final Set<String> IN_BYTES =
            Set.of("RLIMIT_AS", "RLIMIT_DATA", "memory.max", "memory.limit_in_bytes");

    private static final long KILO = 1024;

    /** The most that is not rounded up to all. */
    private static final double MOST_BELOW = 0.9994;

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

    /** Whether nothing of it is left. */
    public boolean isReached() {
        return left() == 0;
    }

    /** Whether its numbers are bytes, and not tasks or mappings. */
    public boolean isInBytes() {
        return IN_BYTES.contains(name);
    }

    /** A number of it for people: bytes in KiB, as {@code ulimit -v} and {@code ulimit -d} take them. */
    public String amount(long number) {
        return amount(name, number);
    }

    /** The same of a limit with that name. */
    static String amount(String limit, long number) {
        return limit != null && IN_BYTES.contains(limit)
                ? Amounts.count(number / KILO) + " KiB"
                : Amounts.count(number);
    }

    /** How much of it is in use, for people; 100 % only if it is reached. */
    public String percent() {
        return Amounts.percent(isReached() ? 1 : Math.min(share(), MOST_BELOW));
    }

    /** How much of it is in use, 1 for all. */
    public double share() {
        return isKnown() ? (double) used / max : 0;
    }

    /**
     * Whether what others on the machine use counts, too, so that its readings tell nothing about this JVM's growth.
     */
    public boolean isOfMachine() {
        return name.startsWith("kernel.");
    }

    /** Whether it was read but once, which shows no growth, nor that there is none. */
    public boolean isReadOnce() {
        return first == last;
    }

    /** Seconds until it is reached if its use keeps growing at this rate; negative if it doesn't grow. */
    public double secondsLeft() {
        double seconds = (last - first) / 1e9;
        if (!isKnown() || usedFirst < 0 || used <= usedFirst || seconds <= 0) {
            return -1;
        }
        return left() * seconds / (used - usedFirst);
    }
}
