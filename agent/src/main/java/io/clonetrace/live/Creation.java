package io.clonetrace.live;

import io.clonetrace.report.model.StackTrace;
import java.util.Optional;

/**
 * How a thread was created, as far as events have told. Each says a part: the start by Java, the clone in the kernel.
 *
 * @param at when, in nanoseconds since the epoch
 * @param tid the kernel's id in the JVM's own pid namespace
 * @param provenance what it is counted under
 * @param name the thread's name when it was created; null if not recorded
 * @param javaId Java's id; -1 if it is no Java thread or not recorded
 * @param creator the name of the thread that created it; null if not recorded
 * @param trace where it was created; null if not recorded
 * @param flags the clone flags by name; null if not recorded
 * @param syscall the system call; null if not recorded
 * @param source what observed the system call; null if nothing did
 * @param stack the stack as the JVM knows it
 */
public record Creation(
        long at,
        int tid,
        Provenance provenance,
        String name,
        long javaId,
        String creator,
        StackTrace trace,
        String flags,
        String syscall,
        String source,
        Optional<StackPlace> stack) {

    /**
     * Where a stack is.
     *
     * @param base its highest address
     * @param size bytes below it
     */
    public record StackPlace(long base, long size) {}

    /** The same with the clone that made it. */
    Creation with(Creation clone) {
        return new Creation(
                at,
                tid,
                provenance,
                name,
                javaId,
                creator == null ? clone.creator : creator,
                trace == null ? clone.trace : trace,
                clone.flags,
                clone.syscall,
                clone.source,
                stack);
    }
}
