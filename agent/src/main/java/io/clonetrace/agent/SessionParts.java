package io.clonetrace.agent;

import io.clonetrace.agent.host.SessionPart;
import io.clonetrace.agent.host.Suppressed;
import io.clonetrace.agent.jmx.JmxPart;
import io.clonetrace.agent.jmx.StackSums;
import io.clonetrace.agent.jmx.ThreadsBean;
import io.clonetrace.agent.limits.LimitSampler;
import io.clonetrace.agent.recording.DiskSpaceGuard;
import io.clonetrace.agent.recording.StatusLog;
import io.clonetrace.agent.stacks.StackReading;
import io.clonetrace.agent.stacks.Stacks;
import io.clonetrace.agent.starts.HookWatch;
import java.util.ArrayList;
import java.util.List;
import java.util.function.Consumer;
import java.util.function.Supplier;
import jdk.jfr.Recording;

/** The parts of a session, in the order in which they are driven. */
public final class SessionParts {
    private final Suppressed suppressed;
    private final List<SessionPart> parts;

    private SessionParts(Suppressed suppressed, List<SessionPart> parts) {
        this.suppressed = suppressed;
        this.parts = parts;
    }

    /**
     * Makes all of them.
     *
     * @param own the agent's own recording; null if it has none
     * @param sources tells what became of the sources; asked by the session's thread
     */
    static SessionParts make(
            AgentContext found, StatusLog statuses, Recording own, Supplier<List<StatusLog.Status>> sources) {
        List<SessionPart> parts = new ArrayList<>();
        parts.add(new HookWatch(found.hooks(), statuses));
        if (own != null) {
            parts.add(new DiskSpaceGuard(own));
        }
        JmxPart.addTo(
                parts,
                found.options().jmx(),
                () -> new ThreadsBean(
                        found.clones(),
                        new StackSums(
                                found.threads(),
                                found.tasks(),
                                StackReading.choose(found.options().stackReader(), found.hasNativeAccess()),
                                found.hooks().suppressed()),
                        found.hooks()::refusedStarts),
                sources);
        parts.add(new LimitSampler(found.jfr(), found.threads(), found.hooks()::explainBy));
        // The last: thousands of stacks under strace take longer than JFR waits for us.
        parts.add(new Stacks(
                found.options(), found.jfr(), found.access(), found.threads(), found.tasks(), found.hooks()::measure));
        return new SessionParts(found.hooks().suppressed(), parts);
    }

    void tick() {
        each(SessionPart::tick);
    }

    void recordingEnds(boolean last) {
        each(part -> part.recordingEnds(last));
    }

    void close() {
        each(SessionPart::close);
    }

    private void each(Consumer<SessionPart> what) {
        for (SessionPart part : parts) {
            try {
                what.accept(part);
            } catch (RuntimeException | Error failure) {
                suppressed.add(failure);
            }
        }
    }
}
