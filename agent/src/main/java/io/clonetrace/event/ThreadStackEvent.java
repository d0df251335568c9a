package io.clonetrace.event;

import jdk.jfr.Category;
import jdk.jfr.DataAmount;
import jdk.jfr.Description;
import jdk.jfr.Event;
import jdk.jfr.Label;
import jdk.jfr.MemoryAddress;
import jdk.jfr.Name;
import jdk.jfr.StackTrace;

/** A thread's stack, as the kernel maps it. */
@Name("clonetrace.ThreadStack")
@Label("Thread Stack")
@Category("clonetrace")
@Description("The memory mapping that holds a thread's stack")
@StackTrace(false)
public final class ThreadStackEvent extends Event {
    @Label("Name")
    @Description("The Java thread's name, or the task's name in /proc")
    public String name;

    @Label("Java Thread Id")
    @Description("The id that Thread.threadId answers; -1 if it is no Java thread")
    public long threadId;

    @Label("Thread Id")
    @Description("The kernel's id (gettid)")
    public int tid;

    @Label("Thread")
    @Description("The Java thread; empty if it is none")
    public Thread thread;

    @Label("Kind")
    @Description("java, vm, native or agent; empty if it could not be observed")
    public String kind;

    @Label("Moment")
    @Description("periodic: a snapshot of all live threads, or end: the thread's own measure as it ends, its peak")
    public String moment;

    @Label("Base")
    @Description("The stack's highest address")
    @MemoryAddress
    public long base;

    @Label("Reserved")
    @Description("Bytes of address space, guard zone included")
    @DataAmount
    public long reserved;

    @Label("Guard")
    @Description("Bytes at the low end that may not be touched")
    @DataAmount
    public long guard;

    @Label("Touched")
    @Description("Bytes of memory that the stack holds; -1 if not observed")
    @DataAmount
    public long touched;

    @Label("Huge")
    @Description("Bytes of it in transparent huge pages; -1 if not observed")
    @DataAmount
    public long huge;

    @Label("Creation Observed")
    @Description("Whether a Thread Start or a Clone event tells how it was made; false for threads that lived before")
    public boolean creationObserved;

    @Label("Depth")
    @Description("Bytes from the base down to the lowest page that was touched; -1 if not observed. A frame may reserve"
            + " far more than it touches")
    @DataAmount
    public long depth;

    @Label("Task Started")
    @Description("When the kernel started a thread whose creation was not observed, in nanoseconds since the epoch, to"
            + " a clock tick; -1 if not read")
    public long taskStarted = -1;

    @Label("Snapshot")
    @Description(
            "When the snapshot began that has this thread, in nanoseconds since the epoch, the same for all threads"
                    + " in it; -1 for moment=end")
    public long snapshot = -1;
}
