package io.clonetrace.trace.wire;

import io.clonetrace.clone.CloneSyscall;
import java.util.EnumMap;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;

/**
 * The calls that have begun and not returned, at most one per task. Their number and text are bounded, in case the
 * trace is hostile or broken; beyond that the oldest is dropped.
 */
public final class PendingCalls {
    /** No machine has more tasks than this within a clone at one moment. */
    public static final int MOST = 65_536;

    /** In chars, for all calls together: lines of 64 KiB each would otherwise add up to 4 GiB. */
    static final long MOST_TEXT = 16L << 20;

    /**
     * A call whose beginning was seen, with the text from the call's name to where the line breaks off; the tid may be
     * unknown.
     */
    record PendingCall(int tid, CloneSyscall syscall, long observedAt, String text) {

        /** Where the arguments begin in the text, after the name and the parenthesis. */
        int argumentsStart() {
            return syscall.syscallName().length() + 1;
        }
    }

    /** The same call in both maps: by its task, and by the order in which the calls of its kind began. */
    private record Begun(long order, PendingCall call) {}

    private final Map<Integer, Begun> byTid = new LinkedHashMap<>();
    private final Map<CloneSyscall, TreeMap<Long, PendingCall>> bySyscall = new EnumMap<>(CloneSyscall.class);
    private long begun;
    private long textLength;
    private long dropped;

    /** Keeps the call, and drops one of the same task that never returned. */
    void put(PendingCall call) {
        drop(call.tid());
        byTid.put(call.tid(), new Begun(begun, call));
        bySyscall.computeIfAbsent(call.syscall(), kind -> new TreeMap<>()).put(begun, call);
        begun++;
        textLength += call.text().length();
        while (byTid.size() > MOST || textLength > MOST_TEXT) {
            drop(byTid.keySet().iterator().next());
        }
    }

    /** Removes and returns the task's call; empty if it has none. */
    Optional<PendingCall> take(int tid) {
        return Optional.ofNullable(remove(tid));
    }

    /** Removes and returns the task's call; empty if it has none of that kind. */
    Optional<PendingCall> take(int tid, CloneSyscall syscall) {
        Begun found = byTid.get(tid);
        return found != null && found.call().syscall() == syscall ? Optional.of(remove(tid)) : Optional.empty();
    }

    /** Removes and returns the latest call of that kind by any task; empty if there is none. */
    Optional<PendingCall> takeLatest(CloneSyscall syscall) {
        TreeMap<Long, PendingCall> calls = bySyscall.get(syscall);
        return calls == null || calls.isEmpty()
                ? Optional.empty()
                : Optional.of(remove(calls.lastEntry().getValue().tid()));
    }

    /** The task is gone: its call won't return. */
    void drop(int tid) {
        if (remove(tid) != null) {
            dropped++;
        }
    }

    void dropAll() {
        dropped += byTid.size();
        byTid.clear();
        bySyscall.clear();
        textLength = 0;
    }

    boolean isEmpty() {
        return byTid.isEmpty();
    }

    /** How many calls were dropped before they returned. */
    long dropped() {
        return dropped;
    }

    private PendingCall remove(int tid) {
        Begun removed = byTid.remove(tid);
        if (removed == null) {
            return null;
        }
        PendingCall call = removed.call();
        bySyscall.get(call.syscall()).remove(removed.order());
        textLength -= call.text().length();
        return call;
    }
}
