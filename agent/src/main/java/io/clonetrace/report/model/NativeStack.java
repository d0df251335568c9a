package io.clonetrace.report.model;

import io.clonetrace.clone.TaskKind;

/**
 * A stack that is no Java thread's, until it is known whose.
 *
 * @param base its highest address; {@link Event#ABSENT} if it could not be found
 */
record NativeStack(long base, String name, TaskKind kind, StackUse use) {}
