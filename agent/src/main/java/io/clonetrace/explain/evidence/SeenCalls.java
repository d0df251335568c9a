package io.clonetrace.explain.evidence;

/**
 * Calls that make tasks, alike in all of these fields.
 *
 * @param syscall the kernel's name of it; null if the log shows the new task but not the call
 * @param flags the clone flags without the exit signal; {@link Document#UNKNOWN} if not stated
 * @param profile what they are known as, such as {@code pthread_create of glibc}; null if they are not known
 * @param errno the errno's name; null for calls that made a task, and for those whose result the log does not show
 * @param place the first of them
 */
public record SeenCalls(String syscall, long flags, String profile, String errno, long count, Place place) {
    SeenCalls and(SeenCalls other) {
        return new SeenCalls(syscall, flags, profile, errno, count + other.count, place);
    }

    record Key(String syscall, long flags, String errno) {}

    Key key() {
        return new Key(syscall, flags, errno);
    }
}
