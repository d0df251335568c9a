package io.clonetrace.agent.jmx;

import java.util.Map;

/**
 * What clonetrace knows of this JVM's threads, for whoever watches many JVMs over JMX; its name is
 * {@code io.clonetrace:type=Threads}. A number that was not observed is -1. Sizes are bytes. Only open types, so that a
 * client needs none of our classes.
 */
public interface ThreadsMXBean {
    /**
     * Clone calls that made a task since the agent came, as the source saw them: by whose the task is (java, vm,
     * native, agent, process, demo), and {@code unknown} where that could not be observed.
     */
    Map<String, Long> getClones();

    /** Clone calls that the kernel refused; -1 where the source can't see them, which only strace can. */
    long getRefusedClones();

    /**
     * Calls of {@code Thread.start} that ended in "unable to create native thread" since the agent came, as the hook
     * saw them: whatever limit refused, also one that the kernel met before it came to a clone.
     */
    long getFailedStarts();

    /** Live tasks of this process, by the kernel's count. */
    long getAlive();

    /** The stacks of the live threads as they are measured when this is read, summed by whose the threads are. */
    Map<String, StackSum> getStacks();

    /**
     * The limits that stop a process from making threads, read now; by the kernel's name, the nearest of a name first.
     */
    Map<String, Limit> getLimits();

    /** The name of the source that observes the clones; null if there is none. */
    String getSource();

    /** What became of each source, of a second ago or newer: {@code hook} is that of Thread.start itself. */
    Map<String, Source> getSources();
}
