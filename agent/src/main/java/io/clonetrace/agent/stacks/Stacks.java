package io.clonetrace.agent.stacks;

import io.clonetrace.agent.host.SessionPart;
import io.clonetrace.agent.options.AgentOptions;
import io.clonetrace.agent.recording.JfrState;
import io.clonetrace.agent.recording.StatusLog;
import io.clonetrace.correlate.ProcessTasks;
import io.clonetrace.event.SourceState;
import io.clonetrace.linux.hotspot.NativeAccess;
import java.util.concurrent.locks.LockSupport;
import java.util.function.Consumer;

/** All that measures stacks, and says what it could not measure. */
public final class Stacks implements SessionPart {
    private final AgentOptions.StacksOption option;
    private final Consumer<ExitStackSampler> exitHook;
    private final StackSampler sampler;
    private final ExitStackSampler atEnd;

    /**
     * Made by the session's thread. Dying threads measure themselves from now on, if that is asked for.
     *
     * @param access null where native code can't be used
     * @param exitHook is given what measures dying threads, and null when they are not to be measured any more
     */
    public Stacks(
            AgentOptions options,
            JfrState jfr,
            NativeAccess access,
            LiveThreads threads,
            ProcessTasks tasks,
            Consumer<ExitStackSampler> exitHook) {
        StackReaders reading = StackReaders.choose(options.stackReader(), access != null);
        this.option = options.stacks();
        this.exitHook = exitHook;
        sampler = new StackSampler(option, threads, tasks, reading.snapshot());
        if (option.atEnd() && reading.own() != null) {
            Thread session = Thread.currentThread();
            atEnd = new ExitStackSampler(
                    threads, access.javaThreads(), jfr, tasks, reading.own(), () -> LockSupport.unpark(session));
        } else {
            atEnd = null;
        }
        exitHook.accept(atEnd);
    }

    @Override
    public void tick() {
        if (atEnd != null) {
            atEnd.commit();
        }
        sampler.tick();
    }

    @Override
    public void recordingEnds(boolean last) {
        if (last) {
            exitHook.accept(null);
        }
        if (atEnd != null) {
            atEnd.commit();
        }
        sampler.end();
        if (option.period().isPresent() || option.atEnd()) {
            StatusLog.commit(status(last));
        }
    }

    @Override
    public void close() {
        if (atEnd != null) {
            atEnd.close();
        }
    }

    private StatusLog.Status status(boolean last) {
        long seen = sampler.measured() + (atEnd == null ? 0 : atEnd.measured());
        long ended = atEnd == null ? 0 : atEnd.unmeasured();
        return new StatusLog.Status(
                "stacks",
                last ? SourceState.STOPPED : SourceState.ACTIVE,
                sampler.reason(ended),
                seen,
                sampler.lost() + ended);
    }
}
