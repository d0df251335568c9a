package io.clonetrace.correlate;

import io.clonetrace.clone.CloneCall;
import io.clonetrace.clone.CloneFlag;
import io.clonetrace.clone.CloneSyscall;
import io.clonetrace.clone.NativeOrigin;
import io.clonetrace.clone.TaskKind;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Deque;
import java.util.HashMap;
import java.util.Iterator;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;
import java.util.OptionalLong;
import java.util.concurrent.TimeUnit;
import java.util.function.Consumer;
import java.util.function.IntPredicate;
import java.util.function.LongSupplier;

/**
 * Calls that the kernel refused, until it is known what they belong to. One {@link DecidedClone} stands for the
 * attempts of one Thread.start (HotSpot makes four), or for a call that other code of a thread repeats within a second,
 * with the same arguments apart from stack and tls, the same start routine and the same native frames, and without a
 * successful call in between. Where there is no clone3 (ENOSYS), glibc calls clone: such refusals are a row of their
 * own, whatever succeeds in between. The calls of one thread come in the kernel's order. Confined to the agent's own
 * thread.
 */
final class RefusedCalls {
    /** A repetition within this time is in the same row, and no row is complete earlier. */
    private static final long TOGETHER_NANOS = TimeUnit.SECONDS.toNanos(1);

    /**
     * However often a call is repeated, its row is not kept longer, unless its start is still in flight: on a slow
     * machine a start may take longer to fail. Nor is a failed start kept longer, for calls that come late.
     */
    private static final long LONGEST_NANOS = TimeUnit.SECONDS.toNanos(10);

    private static final int CAPACITY = 16_384;

    /** A call continues one of so many rows: glibc's clone follows each clone3, and places may take turns. */
    private static final int LAST_ROWS = 16;

    private static final long SECOND = TimeUnit.SECONDS.toNanos(1);

    /** HotSpot's os::create_thread (os_linux.cpp) tries again up to three times, on EAGAIN only. */
    private static final int TRIES = 4;

    private static final String TRY_AGAIN = "EAGAIN";
    private static final String NO_SUCH_CALL = "ENOSYS";
    private static final NativeOrigin NOT_CAPTURED = NativeOrigin.of(null, null);

    private final StartsInFlight starts;
    private final Runnable takeFailed;
    private final Consumer<DecidedClone> decided;
    private final LongSupplier nanoTime;
    private final Map<Integer, Deque<Refused>> waiting = new LinkedHashMap<>();
    private final Map<Integer, Integer> successes = new HashMap<>();
    private final Map<Integer, Deque<Failed>> failed = new HashMap<>();
    private final Deque<Failed> failedInOrder = new ArrayDeque<>();
    private Refusal.Finder finder = (error, known) -> known;
    private int waitingCalls;

    /**
     * A refused call.
     *
     * @param madeAt System.nanoTime when it was made, as exactly as the source knows it; empty if it does not
     * @param arrived System.nanoTime
     * @param parent the caller, or null
     * @param starting whether the caller was inside Thread.start
     * @param success how many successful calls the caller had made since the first of those that wait
     * @param found what the limits were on arrival; null if the caller reads them itself
     */
    private record Refused(
            CloneCall call,
            OptionalLong madeAt,
            long arrived,
            ProcessTasks.Task parent,
            boolean starting,
            int success,
            Refusal found) {
        Refused finding(Refusal limits) {
            return new Refused(call, madeAt, arrived, parent, starting, success, limits);
        }

        boolean hasError(String name) {
            return call.error().equals(name);
        }

        /** Whether the time is the kernel's, and not that of a trace, which may be a whole second. */
        boolean isExact() {
            return call.kernelTime() != CloneCall.UNKNOWN;
        }

        boolean isWithin(FailedStart start) {
            // strace -t prints whole seconds.
            long slack = !isExact() && call.observedAt() % SECOND == 0 ? SECOND : 0;
            return madeAt.isEmpty()
                    || start.began() - slack <= madeAt.getAsLong() && madeAt.getAsLong() <= start.ended();
        }

        boolean isAfter(FailedStart start) {
            return madeAt.isPresent() && start.ended() < madeAt.getAsLong();
        }
    }

    /** A start, and how many calls were found to be attempts of it. */
    private static final class Failed {
        private final FailedStart start;
        private final long taken;
        private int tries;

        Failed(FailedStart start, long taken) {
            this.start = start;
            this.taken = taken;
        }

        /** Whether that call was made during the start, as far as the source knows the time. */
        boolean made(Refused refused) {
            return refused.isWithin(start) && !isTriedEnough(refused);
        }

        /** Whether the start was over before that call: the thread's next calls are not its either. */
        boolean isBefore(Refused refused) {
            return refused.isAfter(start) || isTriedEnough(refused);
        }

        private boolean isTriedEnough(Refused refused) {
            return !refused.isExact()
                    && !refused.hasError(NO_SUCH_CALL)
                    && tries >= (refused.hasError(TRY_AGAIN) ? TRIES : 1);
        }
    }

    /** The calls that become one event. */
    private static final class Row {
        private final Refused first;
        private final FailedStart start;
        private Refused last;
        private int attempts = 1;

        Row(Refused first, FailedStart start) {
            this.first = first;
            this.start = start;
            this.last = first;
        }

        boolean add(Refused next, FailedStart itsStart) {
            CloneCall call = first.call;
            CloneCall other = next.call;
            boolean same = itsStart == start
                    && call.syscall() == other.syscall()
                    && call.error().equals(other.error())
                    && call.flags() == other.flags()
                    && call.stackSize() == other.stackSize()
                    && call.exitSignal() == other.exitSignal()
                    && (start != null || isSamePlace(call.origin(), other.origin()));
            boolean together = start != null
                    || next.arrived - last.arrived <= TOGETHER_NANOS
                            && (first.success == next.success || next.hasError(NO_SUCH_CALL));
            if (same && together) {
                last = next;
                attempts++;
            }
            return same && together;
        }

        /** Whether that is known: what is unknown of one must be so of both, and not to come. */
        private static boolean isSamePlace(NativeOrigin one, NativeOrigin other) {
            NativeOrigin a = one == null ? NOT_CAPTURED : one;
            NativeOrigin b = other == null ? NOT_CAPTURED : other;
            return a == b
                    || a.isDone()
                            && b.isDone()
                            && a.startRoutineAddress() == b.startRoutineAddress()
                            && Objects.equals(a.startRoutine(), b.startRoutine())
                            && a.stack().equals(b.stack());
        }
    }

    /**
     * @param takeFailed adds here all starts that have failed by now
     * @param decided is given each row, those of a thread in order
     * @param nanoTime System.nanoTime
     */
    RefusedCalls(StartsInFlight starts, Runnable takeFailed, Consumer<DecidedClone> decided, LongSupplier nanoTime) {
        this.starts = starts;
        this.takeFailed = takeFailed;
        this.decided = decided;
        this.nanoTime = nanoTime;
    }

    void findBy(Refusal.Finder limits) {
        finder = limits;
    }

    /**
     * Takes in a refused call.
     *
     * @param madeAt System.nanoTime when it was made; empty if the source does not know
     * @param starting whether the caller is inside Thread.start, as asked before the failed starts were taken in
     */
    void add(CloneCall call, OptionalLong madeAt, ProcessTasks.Task parent, boolean starting) {
        int tid = call.parentTid();
        Deque<Refused> calls = waiting.computeIfAbsent(tid, first -> new ArrayDeque<>());
        Refused refused =
                new Refused(call, madeAt, nanoTime.getAsLong(), parent, starting, successes.getOrDefault(tid, 0), null);
        if (!starting && startOf(refused, false) == null) {
            refused = refused.finding(found(refused, calls.peekLast()));
        }
        calls.add(refused);
        waitingCalls++;
        if (waitingCalls > CAPACITY) {
            decide(waiting.keySet().iterator().next());
        }
    }

    /** Takes in a start whose clones were refused. */
    void add(FailedStart start) {
        Failed taken = new Failed(start, nanoTime.getAsLong());
        failed.computeIfAbsent(start.creator().tid(), first -> new ArrayDeque<>(1))
                .add(taken);
        failedInOrder.add(taken);
        if (failedInOrder.size() > CAPACITY) {
            forgetOldest();
        }
    }

    /** A call of this task was not refused. */
    void succeeded(int tid) {
        if (!waiting.isEmpty() && waiting.containsKey(tid)) {
            successes.merge(tid, 1, Integer::sum);
        }
    }

    /** Decides the calls that have waited long enough for their start, and for being repeated. */
    void resolve() {
        long now = nanoTime.getAsLong();
        decide(tid -> !isInFlight(tid)
                && (now - waiting.get(tid).peekFirst().arrived > LONGEST_NANOS
                        || now - waiting.get(tid).peekLast().arrived > TOGETHER_NANOS
                                && !awaitsOrigins(waiting.get(tid))));
        while (!failedInOrder.isEmpty() && now - failedInOrder.peekFirst().taken > LONGEST_NANOS) {
            forgetOldest();
        }
    }

    /**
     * Decides all calls but those of a Thread.start that has not returned.
     *
     * @return whether none is left
     */
    boolean flush() {
        decide(tid -> !isInFlight(tid));
        return waiting.isEmpty();
    }

    /** Whether native frames of calls that wait are still to come: which of them are the same is not known yet. */
    boolean awaitsOrigins() {
        for (Deque<Refused> calls : waiting.values()) {
            if (awaitsOrigins(calls)) {
                return true;
            }
        }
        return false;
    }

    private static boolean awaitsOrigins(Deque<Refused> calls) {
        for (Refused refused : calls) {
            NativeOrigin origin = refused.call.origin();
            if (origin != null && !origin.isDone()) {
                return true;
            }
        }
        return false;
    }

    /** Decides all calls. */
    void drainAll() {
        decide(tid -> true);
    }

    /** A thread that tries again and again gets the same answer: the limits are read once for it. */
    private Refusal found(Refused refused, Refused before) {
        return before != null
                        && before.found != null
                        && before.hasError(refused.call.error())
                        && refused.arrived - before.arrived < TOGETHER_NANOS
                ? before.found
                : finder.find(refused.call.error(), null);
    }

    private boolean isInFlight(int tid) {
        Refused last = waiting.get(tid).peekLast();
        return last.starting && starts.isStarting(tid, last.arrived);
    }

    private void forgetOldest() {
        Failed oldest = failedInOrder.remove();
        int tid = oldest.start.creator().tid();
        Deque<Failed> ofThread = failed.get(tid);
        if (ofThread != null && ofThread.peekFirst() == oldest) {
            ofThread.remove();
        }
        if (ofThread != null && ofThread.isEmpty()) {
            failed.remove(tid);
        }
    }

    private void decide(IntPredicate ripe) {
        if (!waiting.isEmpty()) {
            for (Integer tid : List.copyOf(waiting.keySet())) {
                if (ripe.test(tid)) {
                    // A start may have failed since the last were taken in, before it was asked whether it is in
                    // flight.
                    takeFailed.run();
                    decide(tid);
                }
            }
        }
    }

    private void decide(int tid) {
        Deque<Refused> calls = waiting.remove(tid);
        waitingCalls -= calls.size();
        successes.remove(tid);
        List<Row> rows = new ArrayList<>();
        for (Refused refused : calls) {
            FailedStart start = startOf(refused, true);
            boolean added = false;
            for (int i = rows.size() - 1; i >= 0 && i >= rows.size() - LAST_ROWS && !added; i--) {
                added = rows.get(i).add(refused, start);
            }
            if (!added) {
                rows.add(new Row(refused, start));
            }
        }
        rows.forEach(this::decide);
    }

    /**
     * The start that the call was made in, or null.
     *
     * @param counting whether the call counts as an attempt of it; calls are counted in their order
     */
    private FailedStart startOf(Refused refused, boolean counting) {
        Deque<Failed> ofThread = failed.get(refused.call.parentTid());
        if (ofThread == null) {
            return null;
        }
        if (!counting) {
            // The latest first: it is asked when the call arrives.
            for (Iterator<Failed> latest = ofThread.descendingIterator(); latest.hasNext(); ) {
                Failed one = latest.next();
                if (one.made(refused) || one.isBefore(refused)) {
                    return one.made(refused) ? one.start : null;
                }
            }
            return null;
        }
        while (!ofThread.isEmpty() && ofThread.peekFirst().isBefore(refused)) {
            ofThread.remove();
        }
        Failed first = ofThread.peekFirst();
        if (first == null || !first.made(refused)) {
            return null;
        }
        first.tries += refused.hasError(NO_SUCH_CALL) ? 0 : 1;
        return first.start;
    }

    private void decide(Row row) {
        Refused first = row.first;
        // The first calls may be refused before the limits can be read.
        Refusal known = row.start == null ? first.found : row.start.refusal();
        Refusal refusal = row.start == null && known != null ? known : finder.find(first.call.error(), known);
        decided.accept(new DecidedClone(
                first.call.attempted(row.attempts),
                kind(first, row.start),
                null,
                first.parent,
                null,
                row.start,
                refusal));
    }

    private TaskKind kind(Refused refused, FailedStart start) {
        CloneCall call = refused.call;
        if (refused.parent != null && refused.parent.kind() == TaskKind.AGENT) {
            return TaskKind.AGENT;
        }
        if (start != null) {
            return start.kind();
        }
        if (call.syscall() == CloneSyscall.FORK || call.syscall() == CloneSyscall.VFORK) {
            return TaskKind.PROCESS;
        }
        if (!call.has(CloneFlag.CLONE_THREAD)) {
            return call.flags() == CloneCall.UNKNOWN ? null : TaskKind.PROCESS;
        }
        Optional<Boolean> hotSpot = Optional.ofNullable(call.origin()).flatMap(NativeOrigin::madeByHotSpot);
        if (hotSpot.isPresent() && !hotSpot.get()) {
            return TaskKind.NATIVE;
        }
        if (refused.starting) {
            return TaskKind.JAVA; // a later attempt succeeded
        }
        return hotSpot.isEmpty() || starts.mayMissStarts() ? null : TaskKind.VM;
    }
}
