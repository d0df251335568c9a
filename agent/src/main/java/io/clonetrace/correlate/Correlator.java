package io.clonetrace.correlate;

import io.clonetrace.clone.CloneCall;
import io.clonetrace.clone.CloneFlag;
import io.clonetrace.clone.TaskKind;
import io.clonetrace.trace.CloneSink;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.TimeUnit;
import java.util.function.IntFunction;
import java.util.function.IntPredicate;
import java.util.function.Predicate;

/**
 * Joins what the kernel's side saw with what the JVM's side saw, and commits exactly one event a clone. Confined to the
 * agent's own thread, {@link #offer} apart, which any thread may call.
 *
 * <p>A call whose caller is not inside Thread.start can have no Java thread that is yet to come, so it is decided at
 * once, but for the moment that a new thread needs to name itself.
 */
public final class Correlator implements CloneSink {
    private static final int CAPACITY = 65_536;
    private static final long NAMING_NANOS = TimeUnit.MILLISECONDS.toNanos(200);

    private final ThreadQueue queue = new ThreadQueue(CAPACITY);
    private final JoinTable joins = new JoinTable(CAPACITY);
    private final KnownTasks known;
    private final UnseenStarts unseen = new UnseenStarts();
    private final Marker marker = new Marker();
    private final ProcessTasks tasks;
    private final StartsInFlight starts;
    private final ThreadOrigin origin;
    private final IntFunction<String> taskName;
    private final CloneLog events = new CloneLog();
    private final Map<Long, JavaThread> seenById = new HashMap<>();
    private Set<Long> started = new HashSet<>();
    private long seen;
    private long foreign;
    private long failed;
    private volatile CallObserver observer;

    /**
     * @param pid this process
     * @param alive whether a tid is a thread of this process now
     * @param taskName the kernel's name of a live task of this process, or null
     */
    public Correlator(
            int pid, IntPredicate alive, StartsInFlight starts, ThreadOrigin origin, IntFunction<String> taskName) {
        this.tasks = new ProcessTasks(pid, alive);
        this.known = new KnownTasks(alive);
        this.starts = starts;
        this.origin = origin;
        this.taskName = taskName;
        // The first task is nobody's clone here; the java launcher leaves it to wait for main's end.
        known.put(pid, new KnownTasks.Task(TaskKind.NATIVE, null, CloneCall.UNKNOWN, false));
    }

    /** Hands over a thread of the JVM's side. Never blocks. */
    public void offer(JavaThread thread) {
        queue.offer(thread);
    }

    @Override
    public void source(String name) {
        events.source(name);
    }

    @Override
    public void cloned(CloneCall call) {
        if (!tasks.has(call.parentTid())) {
            foreign++;
            return;
        }
        seen++;
        if (call.failed()) {
            failed++;
            events.commit(call, null, null, known.get(call.parentTid()), null);
        } else if (isDemo(call)) {
            events.commit(call, TaskKind.DEMO, null, known.get(call.parentTid()), null);
        } else if (makesThread(call)) {
            tasks.add(call.childTid());
            known.remove(call.childTid());
            marker.look(call);
            join(new WaitingCall(call, System.nanoTime(), known.get(call.parentTid())));
        } else {
            TaskKind kind = known.isAgent(call.parentTid()) ? TaskKind.AGENT : TaskKind.PROCESS;
            events.commit(call, kind, null, known.get(call.parentTid()), null);
        }
    }

    @Override
    public void exited(int tid) {
        tasks.remove(tid);
        known.remove(tid);
        joins.ended(tid);
    }

    /** Threads that lived before the hook was on: their clones may still come, from a trace that began earlier. */
    public void seen(List<JavaThread> threads) {
        drain();
        for (JavaThread thread : threads) {
            if (!started.contains(thread.id())) {
                seenById.put(thread.id(), thread);
                known.put(thread.tid(), new KnownTasks.Task(thread.kind(), thread.name(), thread.id(), false));
                unseen.add(thread.id());
                joins.add(thread);
            }
        }
        started = null;
    }

    /** Takes over what the JVM's side has handed over since, and decides what can be decided. */
    public void settle() {
        settle(waiting -> System.nanoTime() - waiting.arrived() >= NAMING_NANOS && !inFlight(waiting));
    }

    /**
     * The same, without waiting for new threads to name themselves: a recording ends.
     *
     * @return whether all is decided: no thread is being started whose clone has come
     */
    public boolean settleNow() {
        settle(waiting -> !inFlight(waiting));
        return !joins.hasCalls();
    }

    /** Decides everything, also for threads that are being started at this moment: the JVM ends. */
    public void settleAll() {
        settle(waiting -> true);
    }

    /** A start that its caller entered after the call had come is another thread's. */
    private boolean inFlight(WaitingCall waiting) {
        return starts.by(waiting.call().parentTid(), waiting.arrived());
    }

    private void settle(Predicate<WaitingCall> ripe) {
        drain();
        for (WaitingCall waiting : joins.takeCalls(ripe)) {
            // The start may have ended between the last drain and the question whether it is in flight.
            drain();
            decide(waiting);
        }
    }

    private void decide(WaitingCall waiting) {
        JavaThread thread = joins.take(waiting.call());
        if (thread == null) {
            unmatched(waiting);
        } else {
            matched(waiting, thread);
        }
    }

    /** The question comes first: once it is shown the call, the demo goes on to its next task. */
    private boolean isDemo(CloneCall call) {
        CallObserver shown = observer;
        if (shown == null) {
            return false;
        }
        boolean demo = shown.isDemo(call);
        shown.saw(call);
        return demo;
    }

    /** From now on each call is shown to {@code observer}; null to stop. May be called by any thread. */
    public void observer(CallObserver observer) {
        this.observer = observer;
    }

    /** From now on {@link #markerSeen} tells whether the source has come as far as this clone of ours. */
    public void expectMarker(int parentTid, int childTid) {
        marker.expect(parentTid, childTid);
    }

    /** Whether the clone of the last marker was seen. */
    public boolean markerSeen() {
        return marker.isSeen();
    }

    /** Who the live tasks are. */
    public KnownTasks known() {
        return known;
    }

    /** Which Java threads nobody saw being made. */
    public UnseenStarts unseen() {
        return unseen;
    }

    /** The name of the source whose records come, as events carry it; null before there is one. */
    public String source() {
        return events.source();
    }

    /** How many clones of each kind there were. */
    public CloneCounts counts() {
        return events.counts();
    }

    /** Clone calls of this process so far. */
    public long seen() {
        return seen;
    }

    /** Calls among them that the kernel refused. */
    public long failed() {
        return failed;
    }

    /** Clone calls of other processes. */
    public long foreign() {
        return foreign;
    }

    /** Java threads started between two moments (milliseconds since the epoch) whose clone is known to be missing. */
    public long missing(long since, long until) {
        return joins.threadsWithoutCall(since, until) + queue.dropped();
    }

    private void drain() {
        for (JavaThread thread = queue.poll(); thread != null; thread = queue.poll()) {
            notSeenBefore(thread);
            WaitingCall waiting = joins.take(thread);
            if (waiting != null) {
                matched(waiting, thread);
            } else {
                joins.add(thread);
            }
        }
    }

    /** A thread that was started while the live ones were listed is in both lists; its creator knows more of it. */
    private void notSeenBefore(JavaThread thread) {
        if (started != null) {
            started.add(thread.id());
        }
        JavaThread twin = seenById.remove(thread.id());
        if (twin != null) {
            unseen.remove(thread.id());
            joins.remove(twin);
        }
    }

    private void join(WaitingCall waiting) {
        drain();
        JavaThread thread = joins.take(waiting.call());
        if (thread == null) {
            waiting.origin(origin.madeByHotSpot(waiting.call()));
            joins.add(waiting);
            joins.takeExcess().ifPresent(this::decide);
        } else {
            matched(waiting, thread);
        }
    }

    private void matched(WaitingCall waiting, JavaThread thread) {
        TaskKind kind = waiting.calledBy(TaskKind.AGENT) ? TaskKind.AGENT : thread.kind();
        unseen.remove(thread.id());
        alive(waiting, new KnownTasks.Task(kind, thread.name(), thread.id(), true));
        events.commit(waiting.call(), kind, thread, waiting.parent(), null);
    }

    private void unmatched(WaitingCall waiting) {
        CloneCall call = waiting.call();
        TaskKind kind = waiting.calledBy(TaskKind.AGENT)
                ? TaskKind.AGENT
                : waiting.origin()
                        .map(hotSpot -> hotSpot ? madeByHotSpot(waiting) : TaskKind.NATIVE)
                        .orElse(null);
        // Only where the thread is still the same does its tid lead to its name.
        String name = origin.madeByHotSpot(call).isPresent() ? taskName.apply(call.childTid()) : null;
        alive(waiting, new KnownTasks.Task(kind, name, CloneCall.UNKNOWN, true));
        events.commit(call, kind, null, waiting.parent(), name);
    }

    /** HotSpot makes Java's threads and its own in one place: whose it is, only a complete list of Java's tells. */
    private TaskKind madeByHotSpot(WaitingCall waiting) {
        boolean dropped = queue.dropped() > 0 || joins.droppedThreads() > 0;
        boolean complete = !dropped && !starts.isUnseen() && !inFlight(waiting);
        return complete ? TaskKind.VM : null;
    }

    private void alive(WaitingCall waiting, KnownTasks.Task task) {
        if (!waiting.ended()) {
            known.put(waiting.call().childTid(), task);
        }
    }

    private static boolean makesThread(CloneCall call) {
        // fork and vfork pass no flags, and not every source knows which of the calls it was.
        return call.has(CloneFlag.CLONE_THREAD);
    }
}
