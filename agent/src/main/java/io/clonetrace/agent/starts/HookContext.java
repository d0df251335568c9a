package io.clonetrace.agent.starts;

import io.clonetrace.agent.limits.LimitFinder;
import io.clonetrace.agent.stacks.ExitStackSampler;
import io.clonetrace.correlate.FailedStart;
import io.clonetrace.correlate.JavaThread;
import io.clonetrace.linux.hotspot.NativeAccess;
import java.util.function.Consumer;

/**
 * What the hook's listeners work with at the moment. It never changes: the session's thread replaces it by one volatile
 * write, see {@link HookListeners#use}, and a listener reads it once a call.
 *
 * @param access reads the native side of threads; null if that can't be read, or not yet
 * @param joining takes each started thread, to be joined with its clone; null if nothing is joined
 * @param failing takes each start that failed, to be joined with its refused clones; null like {@code joining}
 * @param exitSampler measures the stack of each dying thread; null if none is to be measured
 * @param limitFinder finds the limit that refused a thread; null before the session has one
 */
public record HookContext(
        NativeAccess access,
        Consumer<JavaThread> joining,
        Consumer<FailedStart> failing,
        ExitStackSampler exitSampler,
        LimitFinder limitFinder) {
    static final HookContext EMPTY = new HookContext(null, null, null, null, null);

    public HookContext withAccess(NativeAccess now) {
        return new HookContext(now, joining, failing, exitSampler, limitFinder);
    }

    public HookContext withJoining(Consumer<JavaThread> now, Consumer<FailedStart> nowFailing) {
        return new HookContext(access, now, nowFailing, exitSampler, limitFinder);
    }

    /** With nothing to be joined any more. */
    public HookContext withoutJoining() {
        return withJoining(null, null);
    }

    public HookContext withExitSampler(ExitStackSampler now) {
        return new HookContext(access, joining, failing, now, limitFinder);
    }

    HookContext withLimitFinder(LimitFinder now) {
        return new HookContext(access, joining, failing, exitSampler, now);
    }
}
