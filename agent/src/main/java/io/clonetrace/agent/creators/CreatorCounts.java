package io.clonetrace.agent.creators;

import io.clonetrace.clone.CloneCall;
import io.clonetrace.clone.TaskKind;
import java.util.HashSet;
import java.util.IdentityHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.stream.Stream;

/**
 * Counts Java threads by the call site that started them, and native threads by the library, from {@link #begin} on.
 * See the package for which thread may call what.
 */
public final class CreatorCounts {
    /** Call sites, and libraries, that are counted apart. */
    public static final int MOST = 2_048;

    /** Stands for a start that no code outside the JDK made. */
    public static final String JDK = "(JDK)";

    /** Stands for a native thread whose creator was not observed. */
    public static final String NOT_OBSERVED = "(native, not observed)";

    private static final String OTHERS = "(others)";
    private static final String OTHER_LIBRARIES = "(other libraries)";

    private final CreatorTable sites = new CreatorTable(TaskKind.JAVA, MOST, OTHERS);
    private final CreatorTable libraries = new CreatorTable(TaskKind.NATIVE, MOST, OTHER_LIBRARIES);
    private final NativeCreations natives = new NativeCreations(libraries);
    private volatile LiveCreations live;

    /** Counts from now on. */
    public void begin() {
        if (live == null) {
            live = new LiveCreations();
        }
    }

    /** Counts no more, and forgets the threads. */
    public void end() {
        live = null;
    }

    /** Whether threads are counted. */
    public boolean areOn() {
        return live != null;
    }

    /**
     * A Java thread is about to be started. Called in its creator, before it can end.
     *
     * @param id Java's id of the thread
     * @return what {@link #started} or {@link #failed} takes; null if it is not counted: counting is off, or the thread
     *     was started before
     */
    public Creation starting(long id) {
        LiveCreations now = live;
        if (now == null) {
            return null;
        }
        Creation creation = new Creation(id);
        return now.add(creation) ? creation : null;
    }

    /**
     * Thread.start has returned.
     *
     * @param creation null if it is not counted
     * @param site the call site; null if no code outside the JDK is on the stack
     * @param stackSize bytes; {@link CloneCall#UNKNOWN} if it could not be read
     */
    public void started(Creation creation, String site, long stackSize) {
        if (creation != null) {
            creation.started(sites.hold(site == null ? JDK : site), stackSize);
        }
    }

    /**
     * Thread.start has thrown.
     *
     * @param creation null if it is not counted
     */
    public void failed(Creation creation) {
        if (creation != null) {
            creation.failed();
        }
    }

    /** A Java thread ends. Called in it; allocates nothing. */
    public void ended(long id) {
        LiveCreations now = live;
        Creation creation = now == null ? null : now.get(id);
        if (creation != null) {
            creation.ended();
        }
    }

    /** The native threads; for the session's thread. */
    public NativeCreations natives() {
        return natives;
    }

    /** Retires creators that have no threads, where there are many. Called by the session's thread. */
    public void makeRoom() {
        sites.makeRoom();
        libraries.makeRoom();
    }

    /** Finds the Java threads that are alive. */
    public interface Living {
        /** @throws ReflectiveOperationException if this JDK's Thread is made differently */
        Set<Long> ids() throws ReflectiveOperationException;
    }

    /** Ends the Java threads whose ends were not seen. */
    public void recount(Living living) throws ReflectiveOperationException {
        LiveCreations now = live;
        if (now == null) {
            return;
        }
        // In this order: what has been started is in the VM's list until it ends.
        List<Creation> started = now.started();
        Set<Long> alive = new HashSet<>(living.ids());
        for (Creation creation : started) {
            if (!alive.contains(creation.id())) {
                creation.ended();
            }
        }
    }

    /**
     * All creators, those with the most live threads first, and of the same number those that have created more.
     *
     * @param most how many at most
     */
    public List<Creator> top(int most) {
        return Stream.concat(sites.all().stream(), libraries.all().stream())
                .map(CreatorTable.Ranked::of)
                .sorted(CreatorTable.Ranked.FEWEST_ALIVE_FIRST.reversed())
                .limit(most)
                .map(CreatorTable.Ranked::creator)
                .toList();
    }

    /** Java threads that live and were counted when they were started. */
    public long aliveOfJava() {
        return sites.all().stream().mapToLong(Creator::alive).sum();
    }

    /** The creator of that name; null if there is none. */
    public Creator named(TaskKind kind, String name) {
        return kind == TaskKind.NATIVE ? libraries.get(name) : sites.get(name);
    }

    /** A measure of all stacks: adds up those of each creator. Used by the session's thread. */
    public final class Measure {
        private final Map<Creator, long[]> sums = new IdentityHashMap<>();

        /**
         * Adds the stack of a thread.
         *
         * @param id Java's id; {@link CloneCall#UNKNOWN} if it is no Java thread
         * @param touched bytes that are in memory; {@link CloneCall#UNKNOWN} if that could not be measured
         */
        public void add(int tid, long id, long touched) {
            LiveCreations now = live;
            Creation java = now == null || id == CloneCall.UNKNOWN ? null : now.get(id);
            if (java != null) {
                natives.ended(tid);
            }
            // A native thread may be attached to the JVM, and then has an id, too.
            Creation creation = java == null ? natives.get(tid) : java;
            if (creation != null && creation.creator() != null && touched >= 0) {
                sums.computeIfAbsent(creation.creator(), key -> new long[1])[0] += touched;
            }
        }

        /** Makes the sums those of the creators. */
        public void done() {
            for (Creator creator : top(Integer.MAX_VALUE)) {
                long[] sum = sums.get(creator);
                long none = creator.alive() == 0 ? 0 : CloneCall.UNKNOWN;
                creator.touched(sum == null ? none : sum[0]);
            }
        }
    }

    /** Begins a measure of all stacks. */
    public Measure measure() {
        return new Measure();
    }
}
