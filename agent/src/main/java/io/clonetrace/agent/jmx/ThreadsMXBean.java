package io.clonetrace.agent.jmx;

import java.util.Map;

/**
 * What clonetrace knows of this JVM's threads, for tools that watch JVMs over JMX; its name is
 * {@code io.clonetrace:type=Threads}. A number that was not observed is -1. Sizes are bytes. Only open types, so that a
 * client needs none of our classes.
 */
public interface ThreadsMXBean {
    /**
     * Clone calls that made a task since the agent is on, as the source saw them: by kind of task (java, vm, native,
     * agent, process, demo), {@code unknown} where that could not be observed.
     */
    Map<String, Long> getClones();

    /** Clone calls that the kernel refused; -1 where the source can't see them, as ptrace and tracefs. */
    long getRefusedClones();

    /**
     * Calls of {@code Thread.start} that ended in "unable to create native thread" since the agent is on, as the hook
     * saw them: whatever the limit, also one that was hit before the clone call.
     */
    long getFailedStarts();

    /** Live tasks of this process, by the kernel's count. */
    long getAlive();

    /** The stacks of the live threads, measured when this is read, summed by kind of thread. */
    Map<String, StackSum> getStacks();

    /**
     * The limits that stop a process from making threads, read now; by the kernel's name, which the nearest of several
     * has alone.
     */
    Map<String, Limit> getLimits();

    /** The name of the source of clone flags; null if there is none. */
    String getSource();

    /** The status of each source, at most a second old; {@code hook} is the hook in Thread.start. */
    Map<String, Source> getSources();
}
