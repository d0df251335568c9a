package io.clonetrace.cli.target;

import io.clonetrace.agent.limits.ThreadHeadroom;
import io.clonetrace.limit.ThreadLimit;
import io.clonetrace.limit.ThreadLimit.Unit;
import io.clonetrace.limit.ThreadNeeds;
import io.clonetrace.limit.ThreadRoom;
import io.clonetrace.linux.proc.Capability;
import io.clonetrace.linux.proc.ProcessStatus;
import io.clonetrace.stack.TaskList;
import java.io.IOException;
import java.nio.file.Path;
import java.util.List;
import java.util.Optional;

/**
 * Whether a JVM's limits have room for what attaching adds. HotSpot starts a thread, "Attach Listener", at the first
 * request, and ends the JVM if it can't (AttachListener::init in attachListener.cpp); it ends it as well if memory
 * can't be mapped.
 */
public final class AttachRoom {
    private static final String LISTENER = "Attach Listener";

    /** What the JVM may map for its reply. */
    private static final Load FOR_REQUEST = new Load(0, 0, 8, 4);

    /** The listener, and what the application may start at the same moment. */
    private static final Load FOR_LISTENER = new Load(4, 0, 0, 0);

    /** The agent is loaded once more to end the active one. */
    private static final Load FOR_DETACH = new Load(0, 0, 32, 24);

    /**
     * Beside the stacks, the jar, libraries of the JDK and of JNA, arenas of malloc and metaspace are mapped: with the
     * stacks 53 mappings and 24 MiB at most, on JDK 17 and 25.
     */
    private static final Load OF_AGENT = new Load(0, 0, 52, 42);

    /** What the agent and its tracer leave to the application. */
    private static final Load LEFT = new Load(ThreadHeadroom.LEFT, 0, 0, 0);

    private static final double MEBI = 1 << 20;

    private AttachRoom() {}

    /**
     * What is added.
     *
     * @param threads in the JVM
     * @param beside tasks of other processes of its user, in its cgroup
     * @param mappings of the JVM, beside those of the threads' stacks
     * @param mebibytes of its address space, beside the threads' stacks
     */
    private record Load(int threads, int beside, int mappings, int mebibytes) {
        Load with(Load other) {
            return new Load(
                    threads + other.threads,
                    beside + other.beside,
                    mappings + other.mappings,
                    mebibytes + other.mebibytes);
        }
    }

    /**
     * Why the JVM can't get a request: it doesn't listen yet, and there is no room for its listener. A clause; empty if
     * there is room.
     *
     * @param folder the JVM's in /proc
     */
    public static Optional<String> missingForListener(Path folder) {
        return missing(room(folder), FOR_LISTENER)
                .map(limit -> "its " + LISTENER + " does not run yet, and " + limit
                        + "; HotSpot ends a JVM in which it can't start that thread");
    }

    /**
     * The same for a JVM that may listen already and then needs no thread.
     *
     * @param folder the JVM's in /proc
     */
    public static Optional<String> missingForRequest(Path folder) {
        return listens(folder) ? missing(room(folder), FOR_REQUEST) : missingForListener(folder);
    }

    /**
     * Whether there is room for the request that ends the agent.
     *
     * @param folder the JVM's in /proc
     */
    public static boolean fitsDetach(Path folder) {
        Load load = listens(folder) ? FOR_DETACH : FOR_DETACH.with(FOR_LISTENER);
        return missing(room(folder), load).isEmpty();
    }

    /**
     * Why there is no room for the agent, as a clause; empty if there is.
     *
     * @param folder the JVM's in /proc
     * @param tracer whether the agent starts a tracer
     * @param records whether the agent starts a recording
     */
    public static Optional<String> missingForAgent(Path folder, boolean tracer, boolean records) {
        ThreadRoom room = room(folder);
        Load now = listens(folder) ? LEFT : LEFT.with(FOR_LISTENER);
        Load agent = OF_AGENT.with(new Load(ThreadHeadroom.ofAgent(records), 0, 0, 0));
        Load all = tracer ? agent.with(new Load(ThreadHeadroom.REAPER, ThreadHeadroom.TRACER, 0, 0)) : agent;
        String threads = all.threads + " threads"
                + (tracer ? " and " + all.beside + " of its tracer, leaves " : " and leaves ") + ThreadHeadroom.LEFT
                + " to the application";
        String other = tracer && missing(room, now.with(agent)).isEmpty() ? ", or attach with source=none" : "";
        return missing(room, now.with(all)).map(limit -> "it brings up to " + threads + ", and " + limit + other);
    }

    /**
     * Whether the agent starts a tracer there under {@code source=auto}, as far as that is visible from outside: if the
     * JVM is not root's, or if its pids differ from those in the kernel's tracing.
     */
    public static boolean autoTraces(ProcessStatus jvm) {
        boolean bpf = jvm.has(Capability.CAP_BPF) && jvm.has(Capability.CAP_PERFMON);
        return jvm.isInInnerPidNamespace() || jvm.user() != 0 && !bpf;
    }

    /** Whether the JVM seems to have its listener, by the kernel's name of the thread, of 15 bytes. */
    private static boolean listens(Path folder) {
        try {
            return TaskList.of(folder).named(LISTENER).isPresent();
        } catch (IOException unreadable) {
            return false;
        }
    }

    private static ThreadRoom room(Path folder) {
        ThreadRoom room = ThreadRoom.of(folder, ThreadNeeds.ofStack(JavaStack.STANDARD.bytes()));
        return room.limitsAddressSpace()
                ? room.with(ThreadNeeds.ofStack(JavaStack.of(folder).bytes()))
                : room;
    }

    /** The exhausted limit, its numbers and what to do; a thread takes two mappings and a stack. */
    private static Optional<String> missing(ThreadRoom room, Load load) {
        int stacks = (int) Math.ceil(load.mebibytes * MEBI / room.one().addressSpace());
        Optional<ThreadLimit> limit = missing(room, Unit.TASKS, load.threads, load.beside)
                .or(() -> missing(room, Unit.MAPPINGS, load.threads + load.mappings / 2, 0))
                .or(() -> missing(room, Unit.ADDRESS_SPACE, load.threads + stacks, 0));
        return limit.map(reached -> room.words(reached) + ": " + reached.advice());
    }

    /** Only for limits of that unit. */
    private static Optional<ThreadLimit> missing(ThreadRoom room, Unit unit, int inside, int beside) {
        List<ThreadLimit> limits =
                room.limits().stream().filter(limit -> limit.unit() == unit).toList();
        return new ThreadRoom(limits, room.one()).missing(inside, beside);
    }
}
