package io.clonetrace.correlate;

/**
 * A Thread.start that threw because the JVM could not make a native thread, to be joined with the clones that the
 * kernel refused meanwhile.
 *
 * @param childId Java's id of the thread
 * @param childName its name
 * @param creator who called Thread.start, by a known tid
 * @param began System.nanoTime when Thread.start was entered
 * @param ended the same when it had thrown
 * @param thrownAt the same moment in nanoseconds since the epoch
 * @param refusal what the limits were just after; null if they were not read
 */
public record FailedStart(
        long childId,
        String childName,
        JavaThread.Creator creator,
        long began,
        long ended,
        long thrownAt,
        Refusal refusal) {}
