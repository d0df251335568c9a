package io.clonetrace.report.model;

/**
 * What a source last said of itself.
 *
 * @param at nanoseconds since the epoch
 * @param state active, refused, lost or stopped
 * @param reason why, or null
 * @param seen clone calls, or of the source {@code hook} calls of {@code Thread.start}
 * @param lost how many of them are known to be missing; {@link Event#ABSENT} if that can't be known
 */
public record SourceState(long at, String source, String state, String reason, long seen, long lost) {
    /** The name under which the hook in {@code Thread.start} tells of itself. */
    public static final String HOOK = "hook";

    static SourceState of(Event event) {
        return new SourceState(
                event.start(),
                String.valueOf(event.text("source")),
                String.valueOf(event.text("state")),
                event.text("reason"),
                event.number("seen"),
                event.number("lost"));
    }

    public boolean isHook() {
        return source.equals(HOOK);
    }

    SourceState later(SourceState other) {
        return at > other.at ? this : other;
    }
}
