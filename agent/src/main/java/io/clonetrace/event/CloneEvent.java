package io.clonetrace.event;

import jdk.jfr.Category;
import jdk.jfr.DataAmount;
import jdk.jfr.Description;
import jdk.jfr.Event;
import jdk.jfr.Label;
import jdk.jfr.MemoryAddress;
import jdk.jfr.Name;
import jdk.jfr.StackTrace;
import jdk.jfr.Timestamp;

/** The kernel made a task for this process, or refused to. */
@Name("clonetrace.Clone")
@Label("Clone")
@Category("clonetrace")
@Description("A clone, clone3, fork or vfork of this process, as the kernel saw it")
@StackTrace(false)
public final class CloneEvent extends Event {
    @Label("Kind")
    @Description("java, vm, native, agent, process or demo; empty if it could not be observed")
    public String kind;

    @Label("Child Name")
    @Description("The Java thread's name, or the task's name in /proc; empty if not observed")
    public String childName;

    @Label("Child Java Thread Id")
    @Description("The id that Thread.threadId answers; -1 if the child is no Java thread or not known to be one")
    public long childId;

    @Label("Child Thread Id")
    @Description("The kernel's id of the new task; -1 if the call failed")
    public int childTid;

    @Label("Child")
    @Description("The Java thread; empty if it is none, and on JDK 17 if it has ended already")
    public Thread child;

    @Label("Parent Name")
    @Description("The name of the thread that made the call; empty if not known")
    public String parentName;

    @Label("Parent Java Thread Id")
    @Description("The id that Thread.threadId answers; -1 if not known")
    public long parentId;

    @Label("Parent Thread Id")
    @Description("The kernel's id of the task that made the call")
    public int parentTid;

    @Label("System Call")
    @Description("clone, clone3, fork or vfork; empty if not observed")
    public String syscall;

    @Label("Flags")
    @Description("The clone flags as they were passed, without the exit signal; -1 if not observed")
    @MemoryAddress
    public long flags;

    @Label("Flag Names")
    @Description("The clone flags by the names of the kernel's sched.h, unknown bits in hex")
    public String flagNames;

    @Label("Stack")
    @Description(
            "The stack argument: its highest address for clone, its lowest for clone3; 0 for NULL, -1 if not observed")
    @MemoryAddress
    public long stack;

    @Label("Stack Size")
    @Description("clone3's stack_size; -1 if not observed")
    @DataAmount
    public long stackSize;

    @Label("TLS")
    @Description("The new thread pointer; -1 if none was passed or it was not observed")
    @MemoryAddress
    public long tls;

    @Label("Exit Signal")
    @Description("The signal sent to the parent when the child ends, 0 for none, -1 if not observed")
    public int exitSignal;

    @Label("Source")
    @Description("The source: ebpf, tracefs, ptrace or strace")
    public String source;

    @Label("Observed At")
    @Description("When the call was made, by the source's clock")
    @Timestamp(Timestamp.MILLISECONDS_SINCE_EPOCH)
    public long observedAt;

    @Label("Kernel Time")
    @Description("When the call was made, in nanoseconds of CLOCK_MONOTONIC; -1 if the source doesn't read that clock")
    public long kernelTime;

    @Label("Error")
    @Description("The errno's name if the kernel refused; empty if the task was made")
    public String error;

    @Label("Start Routine")
    @Description("The function that the new thread runs, as library!function+offset; empty if not observed")
    public String startRoutine;

    @Label("Native Stack Id")
    @Description("Which clonetrace.NativeStack event has the frames that made the call; -1 if they were not captured")
    public long nativeStackId;

    @Label("Attempts")
    @Description("How often in a row the call was made and refused; 1 for a call that made a task")
    public int attempts;

    @Label("Limit")
    @Description("Of a refused call, the limit that was hit; empty if it was none that is known")
    public String limit;

    @Label("Used")
    @Description("How much of the limit was in use just after: threads, mappings or bytes; -1 without a limit")
    public long used;

    @Label("Max")
    @Description("The limit, in what Used counts; -1 without a limit")
    public long max;

    @Label("Location")
    @Description("Of a refused call, the file that the limit was read from, or why none is named")
    public String location;
}
