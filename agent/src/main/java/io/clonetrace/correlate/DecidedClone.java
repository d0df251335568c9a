package io.clonetrace.correlate;

import io.clonetrace.clone.CloneCall;
import io.clonetrace.clone.TaskKind;

/**
 * A clone call and all that the two sides know of it: what the {@link Correlator} hands out, once for each call.
 *
 * @param call the kernel's record
 * @param kind whose the new task is, or would have been; null if that could not be observed
 * @param thread the Java thread that the call made, or null
 * @param parent the caller, or null if unknown
 * @param name the child's name where it is no Java thread, or null
 * @param failed of a refused call, the Thread.start that it was made for, or null
 * @param refusal of a refused call, what the limits were; null if they were not read
 */
public record DecidedClone(
        CloneCall call,
        TaskKind kind,
        JavaThread thread,
        ProcessTasks.Task parent,
        String name,
        FailedStart failed,
        Refusal refusal) {
    DecidedClone(CloneCall call, TaskKind kind, JavaThread thread, ProcessTasks.Task parent, String name) {
        this(call, kind, thread, parent, name, null, null);
    }
}
