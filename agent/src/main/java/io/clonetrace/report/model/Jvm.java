package io.clonetrace.report.model;

import java.util.List;
import java.util.Optional;
import java.util.Set;

/**
 * What the recordings of one JVM say of its threads.
 *
 * @param name which JVM
 * @param version the JVM's version; empty if not recorded
 * @param system the system it ran on
 * @param from the first event's time, in nanoseconds since the epoch; {@link Event#ABSENT} if there is none
 * @param to the last event's
 * @param events how many events of whatever type were read
 * @param recorded the event types that were recorded, if only by not happening
 * @param coverage which counts of threads are all of them
 * @param sources the last state of each source of clone flags, and of the hook
 * @param threads a row a thread, in no order
 * @param lastLook when all stacks were last looked at; {@link Event#ABSENT} if never
 * @param clones the clone calls
 * @param limits the limits on threads, the nearest first
 * @param failedStarts starts that threw, the most first
 * @param refusals threads and processes that could not be made, those of {@code failedStarts} too, the most first
 * @param comparison the ways of the native clone demo, in its order
 * @param counters what is only counted
 * @param application tells the application's code from that of its libraries
 * @param derived what is computed from all this, once
 */
public record Jvm(
        JvmName name,
        Optional<String> version,
        SystemName system,
        long from,
        long to,
        long events,
        Set<String> recorded,
        Coverage coverage,
        List<SourceStatus> sources,
        List<ThreadRow> threads,
        long lastLook,
        CloneTable clones,
        List<LimitUse> limits,
        List<FailedStart> failedStarts,
        List<Refusal> refusals,
        List<ComparedWay> comparison,
        Counters counters,
        Application application,
        Derived derived) {
    private static final Set<String> THREAD_TYPES = Set.of(
            "jdk.ThreadStart",
            "jdk.ThreadEnd",
            "jdk.ThreadDump",
            "jdk.ThreadAllocationStatistics",
            "jdk.ThreadCPULoad",
            "jdk.JavaThreadStatistics",
            "jdk.VirtualThreadStart",
            "jdk.VirtualThreadPinned");

    /**
     * The system under a JVM, each part empty if not recorded.
     *
     * @param kernel name, version and machine
     */
    public record SystemName(Optional<String> kernel, Optional<String> distribution, Optional<String> libc) {}

    /**
     * What is only counted, each {@link Event#ABSENT} if not recorded.
     *
     * @param virtualThreads virtual threads started; they make no clone
     * @param pinned how often a virtual thread held its carrier while it waited; 0 if it did not
     * @param firstPinned when that was for the first time, in nanoseconds since the epoch
     * @param processors how many processors the JVM has
     * @param rss the last resident size of the process, in bytes
     * @param liveJavaThreads the JVM's own last count of the live Java threads, without its compilers
     * @param peakJavaThreads the most of these at a time since the JVM started
     * @param startedJavaThreads how many of these were started between its first count and its last
     * @param lostBytes bytes of events that JFR itself threw away; 0 if it did not
     */
    public record Counters(
            long virtualThreads,
            long pinned,
            long firstPinned,
            long processors,
            long rss,
            long liveJavaThreads,
            long peakJavaThreads,
            long startedJavaThreads,
            long lostBytes) {}

    /** Whether events of that type would be in the recording, had they happened. */
    public boolean records(String type) {
        return recorded.contains(type);
    }

    /** Of what no other JVM has: that of its threads takes time. */
    @Override
    public int hashCode() {
        return derived.hashCode();
    }

    /** Whether anything about threads was recorded, be it that there was nothing. */
    public boolean isAboutThreads() {
        return hasAgent() || recorded.stream().anyMatch(THREAD_TYPES::contains);
    }

    /** Whether the agent was there. */
    public boolean hasAgent() {
        return recorded.stream().anyMatch(type -> type.startsWith("clonetrace."));
    }
}
