package io.clonetrace.trace.wire;

import io.clonetrace.clone.CloneSyscall;
import java.util.EnumMap;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;

/**
 * The calls that have begun and not returned: at most one a task. What a hostile or broken trace can make it hold is
 * bounded in number and in text; past that the oldest goes.
 */
public final class PendingCalls {
    /** More tasks than this are not within a clone at one moment, on any machine. */
    public static final int MOST = 65_536;

    /** In chars, all calls together: 64 KiB for a single line would allow 4 GiB otherwise. */
    static final long MOST_TEXT = 16L << 20;

    /**
     * A call whose beginning was seen, with the text from the call's name up to where the line broke off; the tid may
     * be unknown.
     */
    record PendingCall(int tid, CloneSyscall syscall, long observedAt, String text) {

        /** Where in the text the arguments begin, behind the name and the parenthesis. */
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

    /** Keeps the call; one of the same task that never returned is dropped. */
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

    /** Takes the task's call out, empty if it has none. */
    Optional<PendingCall> take(int tid) {
        return Optional.ofNullable(remove(tid));
    }

    /** Takes the task's call out, empty if it has none of that kind. */
    Optional<PendingCall> take(int tid, CloneSyscall syscall) {
        Begun found = byTid.get(tid);
        return found != null && found.call().syscall() == syscall ? Optional.of(remove(tid)) : Optional.empty();
    }

    /** Takes the latest call of that kind out, whoever made it, empty if there is none. */
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

    /** How many calls went without having returned. */
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
