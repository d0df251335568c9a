package io.clonetrace.correlate;

import io.clonetrace.clone.CloneCall;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Deque;
import java.util.HashMap;
import java.util.Iterator;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.TimeUnit;
import java.util.function.Predicate;

/**
 * Finds the Java thread that each kernel record made, and the reverse. A tid alone is no key, because tids go round,
 * nor is a tls, which is used again at once: a pair has the same tid, the same caller, the same tls, and lies together
 * in time.
 */
final class JoinTable {
    /** The clock of strace -t has a resolution of seconds; a wall clock may also be set while the JVM runs. */
    private static final long SLACK_MILLIS = 1_500;

    private final int capacity;
    private final Map<Integer, Deque<WaitingCall>> calls = new HashMap<>();
    private final Map<Integer, Deque<JavaThread>> threads = new HashMap<>();
    private final Set<WaitingCall> callsInOrder = new LinkedHashSet<>();
    private int waitingThreads;
    private long droppedThreads;

    JoinTable(int capacity) {
        this.capacity = capacity;
    }

    /** The Java thread that this call made, if it is known already. */
    JavaThread take(CloneCall call) {
        Deque<JavaThread> candidates = threads.get(call.childTid());
        if (candidates == null) {
            return null;
        }
        JavaThread best = null;
        for (JavaThread thread : candidates) {
            if (fits(call, thread) && (best == null || distance(call, thread) < distance(call, best))) {
                best = thread;
            }
        }
        if (best != null) {
            remove(threads, call.childTid(), best);
            waitingThreads--;
        }
        return best;
    }

    /** The call that made this thread, if it has arrived. */
    WaitingCall take(JavaThread thread) {
        Deque<WaitingCall> candidates = calls.get(thread.tid());
        if (candidates == null) {
            return null;
        }
        WaitingCall best = null;
        for (WaitingCall waiting : candidates) {
            if (fits(waiting.call(), thread)
                    && (best == null || distance(waiting.call(), thread) < distance(best.call(), thread))) {
                best = waiting;
            }
        }
        if (best == null) {
            return null;
        }
        remove(calls, thread.tid(), best);
        callsInOrder.remove(best);
        return best;
    }

    void add(WaitingCall waiting) {
        calls.computeIfAbsent(waiting.call().childTid(), tid -> new ArrayDeque<>(1))
                .add(waiting);
        callsInOrder.add(waiting);
    }

    void add(JavaThread thread) {
        if (waitingThreads >= capacity) {
            droppedThreads++;
            return;
        }
        threads.computeIfAbsent(thread.tid(), tid -> new ArrayDeque<>(1)).add(thread);
        waitingThreads++;
    }

    /** Takes out the oldest call if there are too many. */
    Optional<WaitingCall> takeExcess() {
        if (callsInOrder.size() <= capacity) {
            return Optional.empty();
        }
        WaitingCall oldest = callsInOrder.iterator().next();
        callsInOrder.remove(oldest);
        remove(calls, oldest.call().childTid(), oldest);
        return Optional.of(oldest);
    }

    /** Takes out, oldest first, the calls that satisfy {@code ripe}. */
    List<WaitingCall> takeCalls(Predicate<WaitingCall> ripe) {
        List<WaitingCall> taken = new ArrayList<>();
        for (Iterator<WaitingCall> all = callsInOrder.iterator(); all.hasNext(); ) {
            WaitingCall waiting = all.next();
            if (ripe.test(waiting)) {
                all.remove();
                remove(calls, waiting.call().childTid(), waiting);
                taken.add(waiting);
            }
        }
        return taken;
    }

    boolean hasCalls() {
        return !callsInOrder.isEmpty();
    }

    void remove(JavaThread thread) {
        Deque<JavaThread> waiting = threads.get(thread.tid());
        if (waiting != null && removed(waiting, thread)) {
            waitingThreads--;
            if (waiting.isEmpty()) {
                threads.remove(thread.tid());
            }
        }
    }

    /** A task ended: the task of a call that still waits for its Java thread is no longer alive. */
    void ended(int tid) {
        Deque<WaitingCall> ended = calls.get(tid);
        if (ended != null) {
            ended.forEach(WaitingCall::end);
        }
    }

    /** Threads that were not kept because too many waited: a call without a thread may be one of theirs. */
    long droppedThreads() {
        return droppedThreads;
    }

    /**
     * Threads whose start ended between these moments (milliseconds since the epoch) and whose call has not arrived.
     */
    long threadsWithoutCall(long since, long until) {
        long without = droppedThreads;
        for (Deque<JavaThread> waiting : threads.values()) {
            for (JavaThread thread : waiting) {
                if (thread.creator() != null && thread.known() >= since && thread.known() <= until) {
                    without++;
                }
            }
        }
        return without;
    }

    private static boolean fits(CloneCall call, JavaThread thread) {
        boolean sameTls = thread.pthreadId() == CloneCall.UNKNOWN
                || call.tls() == CloneCall.UNKNOWN
                || thread.pthreadId() == call.tls();
        JavaThread.Creator creator = thread.creator();
        boolean sameCaller = creator == null || creator.tid() == CloneCall.UNKNOWN || creator.tid() == call.parentTid();
        return sameTls && sameCaller && distance(call, thread) <= SLACK_MILLIS;
    }

    /** Milliseconds between the call and the time in which the thread can have been made; 0 where that is unknown. */
    private static long distance(CloneCall call, JavaThread thread) {
        if (call.observedAt() == CloneCall.UNKNOWN) {
            return 0;
        }
        long at = TimeUnit.NANOSECONDS.toMillis(call.observedAt());
        long early = thread.creator() == null ? 0 : thread.creator().before() - at;
        long late = at - thread.known();
        return Math.max(0, Math.max(early, late));
    }

    /** The object itself: the methods of a record, to compare it, would take a start 60 ms to make (ObjectMethods). */
    private static <T> boolean removed(Deque<T> values, T value) {
        return values.removeIf(one -> one == value);
    }

    private static <T> void remove(Map<Integer, Deque<T>> map, int tid, T value) {
        Deque<T> values = map.get(tid);
        removed(values, value);
        if (values.isEmpty()) {
            map.remove(tid);
        }
    }
}
