package io.clonetrace.correlate;

import io.clonetrace.clone.CloneCall;
import io.clonetrace.clone.CloneSyscall;
import java.util.concurrent.TimeUnit;

/** Clone calls as a source would tell them. */
final class Calls {
    static final int UNKNOWN = CloneCall.UNKNOWN;

    /** What glibc passes for a thread (strace of pthread_create on x86-64). */
    private static final long PTHREAD_FLAGS = 0x3d0f00;

    /** CLONE_CHILD_CLEARTID and CLONE_CHILD_SETTID, of glibc's fork. */
    private static final long FORK_FLAGS = 0x1200000;

    private static final int SIGCHLD = 17;

    private Calls() {}

    static CloneCall thread(int parentTid, int childTid, long tls, long millis) {
        return call(
                parentTid,
                childTid,
                null,
                PTHREAD_FLAGS,
                0,
                tls,
                millis == UNKNOWN ? UNKNOWN : TimeUnit.MILLISECONDS.toNanos(millis));
    }

    static CloneCall process(int parentTid, int childPid) {
        return call(parentTid, childPid, null, FORK_FLAGS, SIGCHLD, UNKNOWN, UNKNOWN);
    }

    static CloneCall failed(int parentTid, String error) {
        return failed(parentTid, error, UNKNOWN);
    }

    /** @param observedAt in nanoseconds since the epoch */
    static CloneCall failed(int parentTid, String error, long observedAt) {
        return call(parentTid, UNKNOWN, error, PTHREAD_FLAGS, 0, 1, observedAt);
    }

    private static CloneCall call(
            int parentTid, int childTid, String error, long flags, int exitSignal, long tls, long observedAt) {
        return new CloneCall(
                CloneSyscall.CLONE3,
                parentTid,
                childTid,
                error,
                flags,
                exitSignal,
                0x7f00_0000_0000L,
                0xff000,
                tls,
                UNKNOWN,
                observedAt,
                UNKNOWN,
                null,
                UNKNOWN,
                UNKNOWN,
                1);
    }
}
