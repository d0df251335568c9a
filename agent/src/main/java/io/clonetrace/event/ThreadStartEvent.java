package io.clonetrace.event;

import jdk.jfr.Category;
import jdk.jfr.DataAmount;
import jdk.jfr.Description;
import jdk.jfr.Event;
import jdk.jfr.Label;
import jdk.jfr.MemoryAddress;
import jdk.jfr.Name;
import jdk.jfr.StackTrace;

/** A Java thread was started: committed in its creator, with the duration of {@code Thread.start}. */
@Name("clonetrace.ThreadStart")
@Label("Thread Start")
@Category("clonetrace")
@Description("Thread.start was called: by whom, for which thread, on which stack")
@StackTrace(true)
public final class ThreadStartEvent extends Event {
    @Label("Child")
    @Description("The thread that was started; empty on JDK 17 if it has ended already")
    public Thread child;

    @Label("Child Name")
    @Description("The thread's name when it was started")
    public String childName;

    @Label("Child Java Thread Id")
    @Description("The id that Thread.threadId answers")
    public long childId;

    @Label("Child Thread Id")
    @Description("The kernel's id (gettid); -1 if not observed")
    public int childTid;

    @Label("Thread Class")
    @Description("The class of the Thread object")
    public Class<?> threadClass;

    @Label("Requested Stack Size")
    @Description("The stack size that the thread's constructor was given; 0 for the JVM's default")
    @DataAmount
    public long requestedStackSize;

    @Label("Stack Base")
    @Description("The stack's highest address; -1 if not observed")
    @MemoryAddress
    public long stackBase;

    @Label("Stack Size")
    @Description("Bytes below the base that the JVM calls this thread's stack, guard zone included; -1 if not observed")
    @DataAmount
    public long stackSize;

    @Label("Call Site")
    @Description("Who started it: the first frame outside the JDK and clonetrace; empty if there is none or it was not"
            + " observed")
    public String callSite;

    @Label("Context Class Loader")
    @Description("The child's context class loader when it was started, with its identity; empty if it has none or it"
            + " was not observed")
    public String contextClassLoader;
}
