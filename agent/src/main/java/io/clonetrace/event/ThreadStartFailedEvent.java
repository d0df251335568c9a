package io.clonetrace.event;

import jdk.jfr.Category;
import jdk.jfr.Description;
import jdk.jfr.Event;
import jdk.jfr.Label;
import jdk.jfr.Name;
import jdk.jfr.StackTrace;

/** {@code Thread.start} threw: committed in the creator. */
@Name("clonetrace.ThreadStartFailed")
@Label("Thread Start Failed")
@Category("clonetrace")
@Description("Thread.start threw: for which thread, what, and which limit was hit, read at that moment")
@StackTrace(true)
public final class ThreadStartFailedEvent extends Event {
    @Label("Child Name")
    @Description("The name of the thread that was not started")
    public String childName;

    @Label("Child Java Thread Id")
    @Description("The id that Thread.threadId answers")
    public long childId;

    @Label("Error")
    @Description("What Thread.start threw")
    public String error;

    @Label("Limit")
    @Description("The limit that was hit; empty if it was none that is known")
    public String limit;

    @Label("Used")
    @Description("How much of the limit was in use just after: threads, mappings or bytes; -1 without a limit")
    public long used;

    @Label("Max")
    @Description("The limit, in what Used counts; -1 without a limit")
    public long max;

    @Label("Location")
    @Description("The file that the limit was read from, or why none is named")
    public String location;
}
