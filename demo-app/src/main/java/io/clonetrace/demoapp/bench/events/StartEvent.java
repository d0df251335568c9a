package io.clonetrace.demoapp.bench.events;

import jdk.jfr.Event;
import jdk.jfr.Name;
import jdk.jfr.StackTrace;

/** The fields of clonetrace.ThreadStart, in their order. */
@Name("bench.ThreadStart")
@StackTrace(true)
final class StartEvent extends Event {
    Thread child;
    String childName;
    long childId;
    int childTid;
    Class<?> threadClass;
    long requestedStackSize;
    long stackBase;
    long stackSize;
    String callSite;
    String contextClassLoader;
}
