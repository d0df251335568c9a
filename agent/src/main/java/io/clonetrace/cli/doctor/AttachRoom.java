package io.clonetrace.cli.doctor;

import io.clonetrace.stack.Room;
import io.clonetrace.stack.TaskList;
import io.clonetrace.stack.ThreadLimit;
import io.clonetrace.stack.ThreadLimit.Unit;
import io.clonetrace.stack.ThreadNeeds;
import java.io.IOException;
import java.nio.file.Path;
import java.util.List;
import java.util.Optional;

/**
 * Whether what attaching brings fits into the limits of a JVM. HotSpot starts a thread, "Attach Listener", at the first
 * request that comes, and ends the JVM if it can't (AttachListener::init in attachListener.cpp); where memory can't be
 * mapped it ends as well.
 */
public final class AttachRoom {
    private static final String LISTENER = "Attach Listener";

    /** HotSpot's ThreadStackSize on both processors, unless -Xss says otherwise. */
    private static final ThreadNeeds JAVA_THREAD = ThreadNeeds.ofStack(1 << 20);

    /** What the JVM may map for its answer. */
    private static final Load FOR_REQUEST = new Load(0, 0, 8, 4);

    /** The listener as well, and what the application may start at the same moment. */
    private static final Load FOR_LISTENER = new Load(4, 0, 8, 4);

    /** The agent is loaded once more to end the one that is on. */
    private static final Load FOR_DETACH = new Load(0, 0, 32, 24);

    /**
     * Of the agent: its own thread, three of JFR's, the JDK's for the end of a child. One collector's or compiler's may
     * come. Mapped are the jar, libraries of the JDK's and JNA's, stacks, arenas of malloc and metaspace: 53 mappings
     * and 24 MiB at the most, on JDK 17 and 25.
     */
    private static final Load FOR_AGENT = new Load(6, 0, 64, 48);

    /** Of the tracer, a JVM beside the observed one: 15 to 17 threads. */
    private static final Load TRACER = new Load(0, 17, 0, 0);

    private AttachRoom() {}

    /**
     * What comes.
     *
     * @param threads of the JVM
     * @param beside tasks of other processes of its user, in its cgroup
     * @param mappings of the JVM, those of the threads' stacks included
     * @param mebibytes of its address space
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
     * Why a command can't be given to the JVM: it doesn't listen yet, and there is no room for its listener. In words
     * that go on a sentence; empty if nothing is missing.
     *
     * @param folder the JVM's in /proc
     */
    public static Optional<String> missingForListener(Path folder) {
        return missing(Room.of(folder, JAVA_THREAD), FOR_LISTENER)
                .map(limit -> "its " + LISTENER + " does not run yet, and " + limit
                        + "; HotSpot ends a JVM in which it can't start that thread");
    }

    /**
     * The same of a JVM that may listen already: it needs no thread then.
     *
     * @param folder the JVM's in /proc
     */
    public static Optional<String> missingForRequest(Path folder) {
        return listens(folder) ? missing(Room.of(folder, JAVA_THREAD), FOR_REQUEST) : missingForListener(folder);
    }

    /**
     * Whether there is room for the request that ends the agent.
     *
     * @param folder the JVM's in /proc
     */
    public static boolean fitsDetach(Path folder) {
        Load load = listens(folder) ? FOR_DETACH : FOR_DETACH.with(FOR_LISTENER);
        return missing(Room.of(folder, JAVA_THREAD), load).isEmpty();
    }

    /**
     * Why there is no room for the agent, in words that go on a sentence; empty if there is.
     *
     * @param folder the JVM's in /proc
     * @param tracer whether the agent starts a tracer
     */
    public static Optional<String> missingForAgent(Path folder, boolean tracer) {
        Room room = Room.of(folder, JAVA_THREAD);
        Load agent = listens(folder) ? FOR_AGENT : FOR_AGENT.with(FOR_LISTENER);
        Load all = tracer ? agent.with(TRACER) : agent;
        String threads = agent.threads + " threads" + (tracer ? " and " + TRACER.beside + " of its tracer" : "");
        String other = tracer && missing(room, agent).isEmpty() ? ", or attach with source=none" : "";
        return missing(room, all).map(limit -> "it brings up to " + threads + ", and " + limit + other);
    }

    /**
     * Whether the agent starts a tracer there under {@code source=auto}, as far as that can be told from outside: where
     * it is not root's, and where it sees other pids than the kernel's tracing has.
     */
    public static boolean autoTraces(ProcessStatus jvm) {
        boolean bpf = jvm.has(Capability.CAP_BPF) && jvm.has(Capability.CAP_PERFMON);
        boolean inside =
                jvm.field("NSpid").filter(pids -> pids.matches(".*\\s.*")).isPresent();
        return inside || jvm.user() != 0 && !bpf;
    }

    /** Whether the JVM seems to have its listener: by the kernel's name of a thread, which is cut to 15 bytes. */
    private static boolean listens(Path folder) {
        TaskList tasks = TaskList.of(folder);
        try {
            for (int tid : tasks.tids()) {
                if (tasks.comm(tid).filter(LISTENER::equals).isPresent()) {
                    return true;
                }
            }
            return false;
        } catch (IOException unreadable) {
            return false;
        }
    }

    /** The limit that is in the way, its numbers and what to do. */
    private static Optional<String> missing(Room room, Load load) {
        Optional<ThreadLimit> limit = missing(room, Unit.TASKS, load.threads, load.beside)
                .or(() -> missing(room, Unit.MAPPINGS, load.mappings / 2, 0))
                .or(() -> missing(room, Unit.ADDRESS_SPACE, load.mebibytes, 0));
        return limit.map(reached -> room.words(reached) + ": " + reached.advice());
    }

    /** Of limits of that unit; what a thread takes of one is two mappings, and a mebibyte. */
    private static Optional<ThreadLimit> missing(Room room, Unit unit, int inside, int beside) {
        List<ThreadLimit> limits =
                room.limits().stream().filter(limit -> limit.unit() == unit).toList();
        return new Room(limits, room.one()).missing(inside, beside);
    }
}
