package io.clonetrace.correlate;

import io.clonetrace.clone.CloneCall;
import io.clonetrace.clone.TaskKind;

/**
 * A clone call and all that the two sides know of it: what the {@link Correlator} hands out, once for each call.
 *
 * @param call the kernel's record
 * @param kind whose the new task is; null if that could not be observed, or the kernel refused the call
 * @param thread the Java thread that the call made, or null
 * @param parent the caller, or null if unknown
 * @param name the child's name where it is no Java thread, or null
 */
public record DecidedClone(CloneCall call, TaskKind kind, JavaThread thread, ProcessTasks.Task parent, String name) {}
