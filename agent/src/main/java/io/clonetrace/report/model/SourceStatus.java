package io.clonetrace.report.model;

/**
 * The last status of a source.
 *
 * @param at nanoseconds since the epoch
 * @param state active, refused, lost or stopped
 * @param reason why, or null
 * @param seen clone calls; of the source {@code hook} calls of {@code Thread.start}, of {@code stacks} their measures;
 *     {@link Event#ABSENT} if that can't be known
 * @param lost how many of them are known to be missing; {@link Event#ABSENT} if that can't be known
 */
public record SourceStatus(long at, String source, String state, String reason, long seen, long lost) {
    /** The name of the hook in {@code Thread.start} in its statuses. */
    public static final String HOOK = "hook";

    private static final String ACTIVE = "active";

    /** The name of the stack measurement in its statuses. */
    private static final String STACKS = "stacks";

    static SourceStatus of(Event event) {
        return new SourceStatus(
                event.start(),
                String.valueOf(event.text("source")),
                String.valueOf(event.text("state")),
                event.text("reason"),
                event.number("seen"),
                event.number("lost"));
    }

    /** Whether it sees clones, and is neither the hook nor what measures stacks. */
    public boolean isOfClones() {
        return !source.equals(HOOK) && !source.equals(STACKS);
    }

    /** Whether it measures stacks. */
    public boolean isStacks() {
        return source.equals(STACKS);
    }

    /**
     * Whether its counts were recorded: an active source reports them when it stops or a recording ends, and the
     * recording of a JVM that still runs or was killed ends before.
     */
    public boolean isCounted() {
        return !state.equals(ACTIVE) || seen > 0 || lost > 0;
    }

    /** {@code 7 clone calls seen, 0 lost}. */
    public String counts() {
        if (!isCounted()) {
            return "its counts are not in the recording";
        }
        return known(seen) + " " + counted() + ", " + known(lost) + " lost"
                + (state.equals(ACTIVE) ? " at its last report" : "");
    }

    /** What it counts: {@code clone calls seen}. */
    public String counted() {
        return switch (source) {
            case HOOK -> "thread starts seen";
            case STACKS -> "measured";
            default -> "clone calls seen";
        };
    }

    private static String known(long number) {
        return number < 0 ? "not known how many" : Amounts.count(number);
    }

    SourceStatus later(SourceStatus other) {
        return at > other.at ? this : other;
    }
}
