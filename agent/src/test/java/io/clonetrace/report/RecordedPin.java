package io.clonetrace.report;

import jdk.jfr.Event;
import jdk.jfr.Name;
import jdk.jfr.StackTrace;

/** A {@code jdk.VirtualThreadPinned} on a JDK that has no virtual threads. */
@Name("jdk.VirtualThreadPinned")
@StackTrace(true)
public final class RecordedPin extends Event {}
