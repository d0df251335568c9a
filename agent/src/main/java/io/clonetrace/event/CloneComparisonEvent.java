package io.clonetrace.event;

import jdk.jfr.Category;
import jdk.jfr.DataAmount;
import jdk.jfr.Description;
import jdk.jfr.Event;
import jdk.jfr.Label;
import jdk.jfr.MemoryAddress;
import jdk.jfr.Name;
import jdk.jfr.StackTrace;

/** One way of making a task, by the native demo: what the kernel saw of it. */
@Name("clonetrace.CloneComparison")
@Label("Clone Comparison")
@Category("clonetrace")
@Description("A task that the native clone demo made, to compare the ways in which Linux makes tasks")
@StackTrace(false)
public final class CloneComparisonEvent extends Event {
    @Label("How")
    @Description("java thread, virtual thread, pthread_create, clone, clone3, fork or posix_spawn")
    public String how;

    @Label("System Call")
    @Description("clone, clone3, fork or vfork; empty if there was none for it or none was observed")
    public String syscall;

    @Label("Flags")
    @Description("The clone flags as they were passed, without the exit signal; -1 if not observed")
    @MemoryAddress
    public long flags;

    @Label("Flag Names")
    @Description("The clone flags by the names of the kernel's sched.h; empty if not observed")
    public String flagNames;

    @Label("Missing")
    @Description("The flags that pthread_create of glibc passes and this call did not; empty if not observed")
    public String missing;

    @Label("Shares TLS")
    @Description("Whether the child ran with its creator's thread pointer and errno: yes or no; empty if not known")
    public String sharesTls;

    @Label("Stack Size")
    @Description("clone3's stack_size; -1 if none was passed or it was not observed")
    @DataAmount
    public long stackSize;

    @Label("Source")
    @Description("The source of the call: ebpf, tracefs, ptrace or strace; empty if it was not observed")
    public String source;
}
