package io.clonetrace.event;

import jdk.jfr.Category;
import jdk.jfr.Description;
import jdk.jfr.Event;
import jdk.jfr.Label;
import jdk.jfr.Name;
import jdk.jfr.StackTrace;

/** What became of a source of clone flags: committed at every change and at the end. */
@Name("clonetrace.SourceStatus")
@Label("Source Status")
@Category("clonetrace")
@Description("Which source of clone flags ran, how much it saw and what it lost")
@StackTrace(false)
public final class SourceStatusEvent extends Event {
    @Label("Source")
    @Description("ebpf, tracefs, ptrace, strace or none; hook: Thread.start; stacks: what measures them")
    public String source;

    @Label("State")
    @Description("active, refused, lost or stopped")
    public String state;

    @Label("Reason")
    @Description("Why it is in that state, and what to do")
    public String reason;

    @Label("Seen")
    @Description("Clone calls of this process that the source saw so far; thread starts, or stacks measured")
    public long seen;

    @Label("Lost")
    @Description("Those that are known to be missing; -1 if it can't be known how many")
    public long lost;
}
