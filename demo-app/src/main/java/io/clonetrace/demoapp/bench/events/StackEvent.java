package io.clonetrace.demoapp.bench.events;

import jdk.jfr.Event;
import jdk.jfr.Name;
import jdk.jfr.Period;
import jdk.jfr.StackTrace;

/** The fields of clonetrace.ThreadStack, in their order. */
@Name("bench.ThreadStack")
@StackTrace(false)
@Period("endChunk")
final class StackEvent extends Event {
    String name;
    long threadId;
    int tid;
    Thread thread;
    String kind;
    String moment;
    long base;
    long reserved;
    long guard;
    long touched;
    long huge;
    boolean creationObserved;
    long depth;
    long taskStarted;
    long snapshot;
}
