package io.clonetrace.agent.limits;

import io.clonetrace.limit.ThreadLimit;
import io.clonetrace.limit.ThreadNeeds;
import io.clonetrace.limit.ThreadRoom;
import io.clonetrace.stack.JavaThreadStack;
import io.clonetrace.stack.StackSnapshot;
import io.clonetrace.trace.SourceKind;
import java.nio.file.Path;
import java.util.Optional;

/**
 * Whether enough threads would be left to the application beside ours: an agent or a source that would take the last
 * ones is not started. Also says how many threads those are, for the command that attaches the agent.
 */
public final class ThreadHeadroom {
    /** Threads that must stay free: for the application, and for compiler and collector threads that start later. */
    public static final int LEFT = 16;

    /** The JDK's thread that waits for a child process ("process reaper"): with each tracer. */
    public static final int REAPER = 1;

    /** Tasks of a tracer that is a JVM: 17 on JDK 17, 15 on JDK 25. */
    public static final int TRACER = 18;

    /** The thread that unwinds native stacks; it is made with the first. */
    private static final int UNWINDER = 1;

    /** The session's thread, the unwinder, and one at a time that soon ends, such as the self-test's. */
    private static final int AGENT = 2 + UNWINDER;

    /** JFR's three on JDK 17 to 25, and the one in reserve for its shutdown hook. */
    public static final int RECORDING = 4;

    private static final int STRACE = 1;

    private ThreadHeadroom() {}

    /**
     * Threads of the agent, without a tracer.
     *
     * @param records whether JFR is set up because of it
     */
    public static int ofAgent(boolean records) {
        return records ? AGENT + RECORDING : AGENT;
    }

    /**
     * Why the agent must not start; null if it may.
     *
     * @param records whether JFR is set up because of it
     */
    public static String shortageForAgent(boolean records) {
        return missing(room(), "the agent", ofAgent(records), 0);
    }

    /**
     * Why that source must not start; null if it may.
     *
     * @param toCome threads of the agent and of JFR that may not run yet
     */
    public static String shortageForSource(SourceKind source, int toCome) {
        return switch (source) {
            case PTRACE -> missing(room(), source.label(), toCome + REAPER, TRACER);
            case STRACE -> missing(room(), source.label(), toCome + REAPER, STRACE);
            case EBPF, TRACEFS, NONE -> null;
        };
    }

    /** Why the thread that unwinds native stacks must not start; null if it may. */
    public static String shortageForUnwinder() {
        return missing(room(), "native-stacks", UNWINDER, 0);
    }

    /**
     * Why the preflight of that source, a JVM, must not start; null if it may.
     *
     * @param toCome as for a source
     */
    public static String shortageForPreflight(SourceKind source, int toCome) {
        return missing(room(), source.label() + " under a seccomp filter", toCome + REAPER, TRACER);
    }

    private static ThreadRoom room() {
        ThreadRoom room = ThreadRoom.ofSelf(ThreadNeeds.ofStack(JavaThreadStack.STANDARD));
        if (!room.limitsAddressSpace()) {
            return room;
        }
        // Only then: the application's start waits for this.
        Path self = Path.of("/proc/self");
        long stack = JavaThreadStack.seen(self, StackSnapshot.ofSelf()).orElse(JavaThreadStack.STANDARD);
        return room.with(ThreadNeeds.ofStack(stack));
    }

    static String missing(ThreadRoom room, String who, int inside, int beside) {
        Optional<ThreadLimit> missing = room.missing(inside + LEFT, beside);
        if (missing.isEmpty()) {
            return null;
        }
        return room.words(missing.get()) + ", but " + who + " needs " + (inside + beside) + " and leaves " + LEFT
                + " to the application; " + missing.get().advice();
    }
}
