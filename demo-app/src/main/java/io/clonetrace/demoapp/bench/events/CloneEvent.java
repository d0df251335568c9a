package io.clonetrace.demoapp.bench.events;

import jdk.jfr.Event;
import jdk.jfr.Name;
import jdk.jfr.StackTrace;
import jdk.jfr.Timestamp;

/** The fields of clonetrace.Clone, in their order. */
@Name("bench.Clone")
@StackTrace(false)
final class CloneEvent extends Event {
    String kind;
    String childName;
    long childId;
    int childTid;
    Thread child;
    String parentName;
    long parentId;
    int parentTid;
    String syscall;
    long flags;
    String flagNames;
    long stack;
    long stackSize;
    long tls;
    int exitSignal;
    String source;

    @Timestamp(Timestamp.MILLISECONDS_SINCE_EPOCH)
    long observedAt;

    long kernelTime;
    String error;
    String startRoutine;
    long nativeStackId;
    int attempts;
    String limit;
    long used;
    long max;
    String location;
}
