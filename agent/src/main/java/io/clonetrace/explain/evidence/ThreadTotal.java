package io.clonetrace.explain.evidence;

/**
 * A number of threads that a text states, rather than lists: {@code Threads: 35} of a status file,
 * {@code length=32550}, {@code thread #35} of the native memory summary.
 *
 * @param kind of which kind all of them are; {@link ThreadKind#UNKNOWN} for all threads of the process
 * @param stackReserved bytes that their stacks reserve together; {@link Document#UNKNOWN} if not stated
 * @param stackCommitted bytes of them that are committed or in memory; {@link Document#UNKNOWN} if not stated
 */
public record ThreadTotal(ThreadKind kind, long count, long stackReserved, long stackCommitted, Place place) {
    /** A size beyond what a long holds is none that was told. */
    public ThreadTotal {
        stackReserved = Math.max(Document.UNKNOWN, stackReserved);
        stackCommitted = Math.max(Document.UNKNOWN, stackCommitted);
    }
}
