package io.clonetrace.agent.jmx;

import java.util.Map;

/**
 * What clonetrace knows of this JVM's threads, for tools that watch JVMs over JMX; its name is
 * {@code io.clonetrace:type=Threads}. A number that was not observed is null. Sizes are bytes. Only open types, so that
 * a client needs none of our classes. What reading an attribute costs does not depend on the number of threads: what
 * has to look at all of them is measured by the agent's thread, at most every ten seconds, while a client reads.
 */
@Description("Threads of this JVM, by what created them. A number that was not observed is null. Sizes are bytes."
        + " Stacks, Limits and the live tasks by kind are as of the time Measured; the other values are as of now.")
public interface ThreadsMXBean {
    /** The creators with the most live threads; see {@link CreatorCount}. */
    @Description(
            "The 50 call sites (Java) and libraries (native code) with the most live threads: kind, threads created"
                    + " since they are counted, threads alive, and bytes of their stacks: reserved, and touched (in memory, at"
                    + " the last measure). '(others)' are creators beyond 2,048; '(JDK)' are starts by the JDK itself;"
                    + " '(not observed)' are Java threads whose start was not counted.")
    Map<String, CreatorCount> getCreators();

    /** The tasks of this process by kind; see {@link KindCount}. */
    @Description("Tasks by kind (java, vm, native, agent, process, demo, unknown): created since the agent started, as"
            + " the source saw them, and alive at the last measure.")
    Map<String, KindCount> getKinds();

    /**
     * Clone calls that made a task since the agent is on, as the source saw them: by kind of task (java, vm, native,
     * agent, process, demo), {@code unknown} where that could not be observed.
     */
    @Description("Tasks created since the agent started, as the source saw them, by kind: as in Kinds.")
    Map<String, Long> getClones();

    /** Clone calls that the kernel refused; null where the source can't see them, as ptrace and tracefs. */
    @Description("Clone calls that the kernel refused; null if the source cannot see them (ebpf and strace can).")
    Long getRefusedClones();

    /**
     * Calls of {@code Thread.start} that ended in "unable to create native thread" since the agent is on, as the hook
     * saw them: whatever the limit, also one that was hit before the clone call.
     */
    @Description("Calls of Thread.start that failed with 'unable to create native thread' since the agent started.")
    long getFailedStarts();

    /** The failed starts by the limit that was exhausted, since threads are counted by creator. */
    @Description("The failed starts, since threads are counted by creator, by the limit that was found exhausted;"
            + " 'unknown' if none was.")
    Map<String, Long> getFailedStartsByLimit();

    /** Live tasks of this process, by the kernel's count; null if it can't be read. */
    @Description("Live tasks of this process, by the kernel's count (Threads in /proc/self/status).")
    Long getAlive();

    /** The stacks of the live threads at the last measure, summed by kind of thread. */
    @Description("The stacks of live threads by kind, at the last measure: threads, those whose stack could not be"
            + " measured, and bytes: reserved, touched (in memory), and in huge pages.")
    Map<String, StackSum> getStacks();

    /**
     * The limits that stop a process from making threads, as of the last measure; by the kernel's name, which the
     * nearest of several has alone.
     */
    @Description("The limits that can stop this process from creating threads, at the last measure: used and max in the"
            + " limit's own unit, how many more threads fit (room; null if it stops none), and where it was read.")
    Map<String, Limit> getLimits();

    /** When stacks, limits and live tasks by kind were measured: milliseconds since the epoch; null before that. */
    @Description("When Stacks, Limits and the live tasks of Kinds were measured, in milliseconds since the epoch. They"
            + " are measured every ten seconds while a client reads, less often if measuring takes long.")
    Long getMeasured();

    /** The name of the source of clone flags; null if there is none. */
    @Description("The active source of clone flags: ebpf, tracefs, ptrace, strace or a file; null if there is none.")
    String getSource();

    /** The status of each source, at most a second old; {@code hook} is the hook in Thread.start. */
    @Description("Each source, and the hook in Thread.start (hook): state, reason, what it has seen, and how much is"
            + " known to be lost (null if that can't be known).")
    Map<String, Source> getSources();
}
