package io.clonetrace.correlate;

/**
 * Why the kernel refused a clone, as far as that could be found out just after.
 *
 * @param limit the limit that was hit; null if it was none that is known
 * @param used how much of it was in use: threads, mappings or bytes; -1 without a limit
 * @param max the limit, in what {@code used} counts; -1 without a limit
 * @param location where the limit was read, or why none is named; null if none was looked for
 */
public record Refusal(String limit, long used, long max, String location) {
    /** No limit, for that reason. */
    public static Refusal without(String why) {
        return new Refusal(null, -1, -1, why);
    }

    /** Finds it out. Called by the agent's own thread. */
    @FunctionalInterface
    public interface Finder {
        /**
         * Looks at the limits now.
         *
         * @param error the errno's name
         * @param known what was read in the thread whose Thread.start failed; null if it was another call, or nothing
         *     was read
         */
        Refusal find(String error, Refusal known);
    }
}
