package io.clonetrace.event;

import jdk.jfr.Category;
import jdk.jfr.Description;
import jdk.jfr.Event;
import jdk.jfr.Label;
import jdk.jfr.Name;
import jdk.jfr.Period;
import jdk.jfr.StackTrace;

/** Virtual threads are not made by clone; they are counted, so that none is missed among the clones. */
@Name("clonetrace.VirtualThreads")
@Label("Virtual Threads")
@Category("clonetrace")
@Description("Virtual threads started since the agent is on; only their carriers are made by the kernel")
@Period("endChunk")
@StackTrace(false)
public final class VirtualThreadsEvent extends Event {
    @Label("Started")
    @Description("Virtual threads started since the agent is on")
    public long started;
}
