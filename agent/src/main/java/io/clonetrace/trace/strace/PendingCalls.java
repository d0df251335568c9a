package io.clonetrace.trace.strace;

import io.clonetrace.clone.CloneSyscall;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Optional;

/**
 * The calls that have begun and not returned: at most one a task. What a hostile or broken trace can make it hold is
 * bounded in number and in text; past that the oldest goes.
 */
final class PendingCalls {
    /** More tasks than this are not within a clone at one moment, on any machine. */
    static final int MOST = 65_536;

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

    private final Map<Integer, PendingCall> byTid = new LinkedHashMap<>();
    private long textLength;
    private long dropped;

    /** Keeps the call; one of the same task that never returned is dropped. */
    void put(PendingCall call) {
        drop(call.tid());
        byTid.put(call.tid(), call);
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
        PendingCall call = byTid.get(tid);
        return call != null && call.syscall() == syscall ? Optional.of(remove(tid)) : Optional.empty();
    }

    /** Takes the latest call of that kind out, whoever made it, empty if there is none. */
    Optional<PendingCall> takeLatest(CloneSyscall syscall) {
        PendingCall latest = null;
        for (PendingCall call : byTid.values()) {
            latest = call.syscall() == syscall ? call : latest;
        }
        return latest == null ? Optional.empty() : Optional.of(remove(latest.tid()));
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
        PendingCall call = byTid.remove(tid);
        if (call != null) {
            textLength -= call.text().length();
        }
        return call;
    }
}
