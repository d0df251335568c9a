package io.clonetrace.correlate;

import io.clonetrace.clone.CloneCall;
import io.clonetrace.clone.CloneFlag;
import io.clonetrace.clone.NativeOrigin;
import io.clonetrace.clone.TaskKind;
import java.util.ArrayDeque;
import java.util.Deque;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalLong;
import java.util.Queue;
import java.util.Set;
import java.util.concurrent.ArrayBlockingQueue;
import java.util.concurrent.TimeUnit;
import java.util.function.Consumer;
import java.util.function.IntFunction;
import java.util.function.Predicate;

/**
 * Joins the clones that the kernel's side saw with the threads that the JVM's side saw, and hands out exactly one
 * {@link DecidedClone} for each call, or for a refused call and its repetitions. Confined to the agent's own thread,
 * except the methods {@code offer} and {@link #observer}, which any thread may call.
 *
 * <p>If the caller is not inside Thread.start, no Java thread can follow for its call. Such a call is decided at once,
 * apart from the moment that a new thread needs to name itself.
 */
public final class Correlator {
    private static final int CAPACITY = 65_536;
    private static final int FAILED_STARTS = 4_096;
    private static final long NAMING_NANOS = TimeUnit.MILLISECONDS.toNanos(200);

    private final ThreadQueue queue = new ThreadQueue(CAPACITY);
    private final Queue<FailedStart> failedStarts = new ArrayBlockingQueue<>(FAILED_STARTS);
    private final RefusedCalls refusals;
    private final JoinTable joins = new JoinTable(CAPACITY);
    private final EarlyCalls early = new EarlyCalls();
    private final RealtimeClock realtime = new RealtimeClock();
    private final ProcessTasks tasks;
    private final StartsInFlight starts;
    private final ThreadOrigin origin;
    private final IntFunction<String> taskName;
    private final Consumer<DecidedClone> decided;
    private final Map<Long, JavaThread> livedBefore = new HashMap<>();
    private Set<Long> started = new HashSet<>();
    private long calls;
    private long refusedCalls;
    private Consumer<CloneCall> recognized = call -> {};
    private volatile CallObserver observer;

    /**
     * @param tasks is kept up to date
     * @param taskName the kernel's name of a live task of this process, or null
     * @param decided is given each clone of this process, in no particular order
     */
    public Correlator(
            ProcessTasks tasks,
            StartsInFlight starts,
            ThreadOrigin origin,
            IntFunction<String> taskName,
            Consumer<DecidedClone> decided) {
        this.tasks = tasks;
        this.starts = starts;
        this.origin = origin;
        this.taskName = taskName;
        this.decided = decided;
        this.refusals = new RefusedCalls(starts, this::takeFailed, decided, System::nanoTime);
    }

    /** Lets refused calls name the limit that was hit. */
    public void findRefusalsBy(Refusal.Finder limits) {
        refusals.findBy(limits);
    }

    /** Shows each call to {@code listener} that turns out to be this process's after {@link #cloned} returned false. */
    public void onRecognized(Consumer<CloneCall> listener) {
        recognized = listener;
    }

    /** Hands over a thread of the JVM's side. Never blocks. */
    public void offer(JavaThread thread) {
        queue.offer(thread);
    }

    /**
     * Hands over a start that failed. Never blocks; if too many wait, their refused calls stay without their thread.
     */
    public void offer(FailedStart start) {
        failedStarts.offer(start);
    }

    /** Shows each call that follows to {@code observer}; null to stop. */
    public void observer(CallObserver observer) {
        this.observer = observer;
    }

    /**
     * Takes in a call of the kernel's side; calls come in the kernel's order, but that of a short-lived thread may come
     * before the one that made the thread.
     *
     * @return whether it is known to be a call of this process
     */
    public boolean cloned(CloneCall call) {
        if (!tasks.has(call.parentTid())) {
            early.hold(call, System.nanoTime());
            return false;
        }
        take(call);
        if (!early.isEmpty()) {
            takeEarly(call);
        }
        return true;
    }

    /** Takes in the calls of the new thread that came before its creation, and those of the threads that it made. */
    private void takeEarly(CloneCall creation) {
        Deque<Runnable> steps = new ArrayDeque<>();
        addEarly(creation, steps);
        for (Runnable step = steps.poll(); step != null; step = steps.poll()) {
            step.run();
        }
    }

    private void addEarly(CloneCall creation, Deque<Runnable> steps) {
        if (creation.failed() || !makesThread(creation)) {
            return;
        }
        List<EarlyCalls.Early> own = early.take(creation.childTid());
        for (int i = own.size() - 1; i >= 0; i--) {
            EarlyCalls.Early next = own.get(i);
            if (next.ended()) {
                steps.push(() -> exited(next.call().childTid()));
            }
            steps.push(() -> {
                take(next.call());
                recognized.accept(next.call());
                addEarly(next.call(), steps);
            });
        }
    }

    private void take(CloneCall call) {
        calls++;
        if (call.failed()) {
            refusedCalls++;
            // In this order: a start that has failed since is in the queue.
            OptionalLong madeAt = madeAt(call);
            boolean starting = starts.isStarting(call.parentTid(), madeAt.orElseGet(System::nanoTime));
            takeOffered();
            refusals.add(call, madeAt, tasks.get(call.parentTid()), starting);
            return;
        }
        refusals.succeeded(call.parentTid());
        CallObserver watching = observer;
        Optional<TaskKind> claimed = watching == null ? Optional.empty() : watching.observe(call);
        if (claimed.isPresent()) {
            decide(call, claimed.get());
        } else if (makesThread(call)) {
            tasks.add(call.childTid());
            join(new WaitingCall(call, System.nanoTime(), tasks.get(call.parentTid())));
        } else {
            decide(call, tasks.isAgent(call.parentTid()) ? TaskKind.AGENT : TaskKind.PROCESS);
        }
    }

    /** A task ended; its tid may be another task's after that. */
    public void exited(int tid) {
        tasks.remove(tid);
        joins.ended(tid);
        if (!early.isEmpty()) {
            early.ended(tid);
        }
    }

    /**
     * Takes in the threads that lived before the hook was on: a trace that began earlier may still show their clones.
     */
    public void livedBefore(List<JavaThread> threads) {
        takeOffered();
        for (JavaThread thread : threads) {
            if (!started.contains(thread.id())) {
                livedBefore.put(thread.id(), thread);
                tasks.put(thread.tid(), new ProcessTasks.Task(thread.kind(), thread.name(), thread.id(), false));
                tasks.missedCreationOf(thread.id());
                joins.add(thread);
            }
        }
        started = null;
    }

    /** Takes in the threads offered so far, and decides the calls that can be decided. */
    public void resolve() {
        early.giveUpOld(System.nanoTime());
        decide(waiting -> System.nanoTime() - waiting.arrived() >= NAMING_NANOS && !inFlight(waiting));
        refusals.resolve();
    }

    /**
     * The same without waiting for new threads to name themselves: for the end of a recording.
     *
     * @return whether all calls are decided: none of them belongs to a start that is still in flight
     */
    public boolean flush() {
        // The younger ones may still turn out to be this process's: more calls follow.
        early.giveUpOld(System.nanoTime());
        decide(waiting -> !inFlight(waiting));
        boolean noRefusals = refusals.flush();
        return noRefusals && !joins.hasCalls();
    }

    /** Whether native frames of refused calls are still to come, which decide what calls are one event. */
    public boolean awaitsOrigins() {
        return refusals.awaitsOrigins();
    }

    /** Decides all calls, even those of starts in flight: for the end of the JVM. */
    public void drainAll() {
        early.giveUpAll();
        decide(waiting -> true);
        refusals.drainAll();
    }

    /** Clone calls of this process so far. */
    public long calls() {
        return calls;
    }

    /** Calls among them that the kernel refused. */
    public long refusedCalls() {
        return refusedCalls;
    }

    /** Clone calls of other processes; a call counts once it can't be one of this process any more. */
    public long foreignCalls() {
        return early.foreign();
    }

    /** Java threads started between two moments (milliseconds since the epoch) whose clone is known to be missing. */
    public long missing(long since, long until) {
        return joins.threadsWithoutCall(since, until) + queue.dropped();
    }

    /** When the call was made, by System.nanoTime; empty if the source does not know. */
    private OptionalLong madeAt(CloneCall call) {
        if (call.kernelTime() != CloneCall.UNKNOWN) {
            return OptionalLong.of(call.kernelTime());
        }
        return call.observedAt() == CloneCall.UNKNOWN
                ? OptionalLong.empty()
                : OptionalLong.of(call.observedAt() - realtime.aheadOfNanoTime());
    }

    /** A start that the caller entered after the call arrived made another thread. */
    private boolean inFlight(WaitingCall waiting) {
        return starts.isStarting(waiting.call().parentTid(), waiting.arrived());
    }

    private void takeFailed() {
        for (FailedStart start = failedStarts.poll(); start != null; start = failedStarts.poll()) {
            refusals.add(start);
        }
    }

    private void takeOffered() {
        takeFailed();
        for (JavaThread thread = queue.poll(); thread != null; thread = queue.poll()) {
            notLivedBefore(thread);
            WaitingCall waiting = joins.take(thread);
            if (waiting != null) {
                matched(waiting, thread);
            } else {
                joins.add(thread);
            }
        }
    }

    /** A thread that was started while the live ones were listed is in both lists; its creator knows more of it. */
    private void notLivedBefore(JavaThread thread) {
        if (started != null) {
            started.add(thread.id());
        }
        JavaThread twin = livedBefore.remove(thread.id());
        if (twin != null) {
            tasks.creationSeen(thread.id());
            joins.remove(twin);
        }
    }

    private void join(WaitingCall waiting) {
        takeOffered();
        JavaThread thread = joins.take(waiting.call());
        if (thread == null) {
            waiting.origin(madeByHotSpotAtTheCall(waiting.call()));
            joins.add(waiting);
            joins.takeExcess().ifPresent(this::decide);
        } else {
            matched(waiting, thread);
        }
    }

    private void decide(Predicate<WaitingCall> ripe) {
        takeOffered();
        for (WaitingCall waiting : joins.takeCalls(ripe)) {
            // A start may have ended since: after the queue was read, before it was asked whether it is in flight.
            takeOffered();
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

    /** A call that made no thread to be joined. */
    private void decide(CloneCall call, TaskKind kind) {
        decided.accept(new DecidedClone(call, kind, null, tasks.get(call.parentTid()), null));
    }

    private void matched(WaitingCall waiting, JavaThread thread) {
        TaskKind kind = waiting.calledBy(TaskKind.AGENT) ? TaskKind.AGENT : thread.kind();
        tasks.creationSeen(thread.id());
        alive(waiting, new ProcessTasks.Task(kind, thread.name(), thread.id(), true, thread.creator() != null));
        decided.accept(new DecidedClone(waiting.call(), kind, thread, waiting.parent(), null));
    }

    /** The start routine that the source saw at the call is known for a thread that is gone, too. */
    private Optional<Boolean> madeByHotSpotAtTheCall(CloneCall call) {
        NativeOrigin seen = call.origin();
        Optional<Boolean> seenThere = seen == null || seen.startRoutineAddress() == CloneCall.UNKNOWN
                ? Optional.empty()
                : origin.isHotSpots(seen.startRoutineAddress());
        return seenThere.or(() -> origin.madeByHotSpot(call));
    }

    private void unmatched(WaitingCall waiting) {
        CloneCall call = waiting.call();
        TaskKind kind = waiting.calledBy(TaskKind.AGENT)
                ? TaskKind.AGENT
                : waiting.origin()
                        // In a trace it is some lines below the call.
                        .or(() -> Optional.ofNullable(call.origin()).flatMap(NativeOrigin::madeByHotSpot))
                        .map(hotSpot -> hotSpot ? madeByHotSpot(waiting) : TaskKind.NATIVE)
                        .orElse(null);
        // The tid leads to the thread's name only while the thread is still the same.
        String name = origin.madeByHotSpot(call).isPresent() ? taskName.apply(call.childTid()) : null;
        alive(waiting, new ProcessTasks.Task(kind, name, CloneCall.UNKNOWN, true));
        decided.accept(new DecidedClone(call, kind, null, waiting.parent(), name));
    }

    /** HotSpot makes Java's threads and its own in one place: only a complete list of Java's tells them apart. */
    private TaskKind madeByHotSpot(WaitingCall waiting) {
        boolean dropped = queue.dropped() > 0 || joins.droppedThreads() > 0;
        boolean complete = !dropped && !starts.mayMissStarts() && !inFlight(waiting);
        return complete ? TaskKind.VM : null;
    }

    private void alive(WaitingCall waiting, ProcessTasks.Task task) {
        if (!waiting.ended()) {
            tasks.put(waiting.call().childTid(), task);
        }
    }

    private static boolean makesThread(CloneCall call) {
        // fork and vfork pass no flags, and not every source knows which of the calls it was.
        return call.has(CloneFlag.CLONE_THREAD);
    }
}
