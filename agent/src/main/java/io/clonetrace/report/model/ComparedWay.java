package io.clonetrace.report.model;

/**
 * One way of making a task, from the native clone demo ({@code clonetrace.CloneComparison}).
 *
 * @param at nanoseconds since the epoch
 * @param how java thread, virtual thread, pthread_create, clone, clone3, fork or posix_spawn
 * @param syscall null if none was observed
 * @param flags {@link Event#ABSENT} if not observed
 * @param missing the flags of pthread_create that this way does not pass, as the event names them, or null
 * @param sharesTls yes or no, or null if not known
 * @param stackSize in bytes; {@link Event#ABSENT} if none was passed
 * @param source the source that observed it, or null
 */
public record ComparedWay(
        long at,
        String how,
        String syscall,
        long flags,
        String missing,
        String sharesTls,
        long stackSize,
        String source) {
    static ComparedWay of(Event event) {
        return new ComparedWay(
                event.start(),
                String.valueOf(event.text("how")),
                event.text("syscall"),
                event.number("flags"),
                event.text("missing"),
                event.text("sharesTls"),
                event.number("stackSize"),
                event.text("source"));
    }
}
