package io.clonetrace.agent;

import io.clonetrace.linux.hotspot.NativeAccess;
import java.util.concurrent.locks.LockSupport;

/** All that measures stacks, and says what it could not measure. */
final class Stacks implements SessionPart {
    private final AgentOptions.StacksOption option;
    private final Hooks hooks;
    private final StackSampler sampler;
    private final StackAtEnd atEnd;

    /** Made by the session's thread. Dying threads measure themselves from now on, if that is asked for. */
    Stacks(Surroundings found) {
        NativeAccess access = found.access();
        StackReading reading = StackReading.choose(found.options().stackReader(), access != null);
        option = found.options().stacks();
        hooks = found.hooks();
        sampler = new StackSampler(found, reading.snapshot());
        if (option.atEnd() && reading.own() != null) {
            Thread session = Thread.currentThread();
            atEnd = new StackAtEnd(
                    found.threads(),
                    access.javaThreads(),
                    found.jfr(),
                    found.correlator().unseen(),
                    reading.own(),
                    () -> LockSupport.unpark(session));
        } else {
            atEnd = null;
        }
        hooks.measure(atEnd);
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
            hooks.measure(null);
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
                "stacks", last ? "stopped" : "active", sampler.reason(ended), seen, sampler.lost() + ended);
    }
}
