package io.clonetrace.correlate;

import io.clonetrace.clone.TaskKind;

/**
 * A Thread.start that threw because the JVM could not make a native thread, to be joined with the clones that the
 * kernel refused meanwhile.
 *
 * @param childId Java's id of the thread
 * @param childName its name
 * @param kind whose it is: Java code's, or the agent's, as that of JFR is where it records because of the agent
 * @param creator who called Thread.start, by a known tid
 * @param began System.nanoTime when Thread.start was entered
 * @param ended the same when it had thrown
 * @param refusal what the limits were just after; null if they were not read
 */
public record FailedStart(
        long childId,
        String childName,
        TaskKind kind,
        JavaThread.Creator creator,
        long began,
        long ended,
        Refusal refusal) {}
