package io.clonetrace.agent;

import io.clonetrace.agent.code.CodeSources;
import io.clonetrace.agent.host.SessionPart;
import io.clonetrace.agent.host.SuppressedFailures;
import io.clonetrace.agent.jmx.JmxPart;
import io.clonetrace.agent.jmx.StackSums;
import io.clonetrace.agent.jmx.ThreadsBean;
import io.clonetrace.agent.limits.LimitFinder;
import io.clonetrace.agent.limits.LimitSampler;
import io.clonetrace.agent.limits.ThreadHeadroom;
import io.clonetrace.agent.recording.DiskSpaceGuard;
import io.clonetrace.agent.recording.OwnRecording;
import io.clonetrace.agent.recording.OwnersRecordings;
import io.clonetrace.agent.recording.StatusLog;
import io.clonetrace.agent.source.Observation;
import io.clonetrace.agent.source.SeccompPreflight;
import io.clonetrace.agent.stacks.StackReaders;
import io.clonetrace.agent.stacks.StackSampler;
import io.clonetrace.agent.stacks.TaskKinds;
import io.clonetrace.agent.starts.HookListeners;
import io.clonetrace.agent.starts.HookWatch;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.TimeUnit;
import java.util.function.BooleanSupplier;
import java.util.function.Consumer;

/** All that the session's thread drives: the observation, and the other parts in the order in which they run. */
public final class SessionParts {
    private static final long AT_ONCE_NANOS = TimeUnit.SECONDS.toNanos(1);

    private final SuppressedFailures suppressed;
    private final Observation observation;
    private final List<SessionPart> parts;

    /** Which have measured because the JVM begins to end; and when. */
    private final List<SessionPart> measuredAtEnd = new ArrayList<>();

    private long measuredAt;

    private SessionParts(SuppressedFailures suppressed, Observation observation, List<SessionPart> parts) {
        this.suppressed = suppressed;
        this.observation = observation;
        this.parts = parts;
    }

    /**
     * Makes all of them.
     *
     * @param jar clonetrace.jar
     * @param own the agent's own recording, if it has one; it may still be starting
     * @param recordingStart its start
     * @param code one of the parts
     */
    static SessionParts make(
            AgentContext found,
            Path jar,
            StatusLog statuses,
            OwnRecording own,
            RecordingStart recordingStart,
            CodeSources code) {
        Observation observation = new Observation(
                found.correlator(),
                found.clones(),
                found.unwinding(),
                statuses,
                kind -> recordingStart.shortage(toCome -> ThreadHeadroom.shortageForSource(kind, toCome)),
                new SeccompPreflight(
                        jar,
                        kind -> recordingStart.shortage(toCome -> ThreadHeadroom.shortageForPreflight(kind, toCome))));
        List<SessionPart> parts = new ArrayList<>();
        parts.add(new HookWatch(found.listeners(), statuses));
        if (found.options().record().isPresent()) {
            parts.add(new DiskSpaceGuard(own));
        }
        if (!found.options().owner().isEmpty()) {
            parts.add(new OwnersRecordings(found.options().owner()));
        }
        JmxPart.addTo(
                parts,
                found.options().jmx(),
                new JmxPart.Counting(found.listeners().creators(), found.clones()),
                () -> new ThreadsBean(
                        found.clones(),
                        new StackSums(
                                found.threads(),
                                found.tasks(),
                                new TaskKinds(found.threads(), found.tasks(), found.access()),
                                StackReaders.choose(found.options().stackReader(), found.hasNativeAccess()),
                                found.listeners().suppressed(),
                                found.listeners().creators()),
                        new ThreadsBean.FailedStarts(
                                found.listeners()::refusedStarts, found.listeners()::refusedStartsByLimit),
                        found.listeners().creators(),
                        () -> !found.listeners().areReplaced()),
                () -> statesNow(observation, found.listeners(), statuses));
        // Until the sampler's first tick.
        found.correlator().findRefusalsBy((error, known) -> LimitFinder.early().find(error, known));
        StackSampler stacks = new StackSampler(
                found.options(),
                found.jfr(),
                found.access(),
                found.threads(),
                found.tasks(),
                sampler -> found.listeners().use(found.listeners().context().withExitSampler(sampler)));
        parts.add(new LimitSampler(found.jfr(), found.threads(), stacks::mappings, finder -> {
            found.listeners().explainBy(finder);
            found.correlator().findRefusalsBy(finder::find);
        }));
        parts.add(code);
        // The last: thousands of stacks under strace take longer than JFR waits for us.
        parts.add(stacks);
        return new SessionParts(found.listeners().suppressed(), observation, parts);
    }

    private static List<StatusLog.Status> statesNow(
            Observation observation, HookListeners listeners, StatusLog statuses) {
        observation.report();
        listeners.report(false, statuses);
        return statuses.all();
    }

    Observation observation() {
        return observation;
    }

    /** The session is about to wait for something else. */
    void rehearse() {
        each(SessionPart::rehearse);
    }

    /** @param hurry whether the parts that are left can wait until the next time */
    void tick(BooleanSupplier hurry) {
        each(part -> {
            if (!hurry.getAsBoolean()) {
                part.tick();
            }
        });
    }

    /** For how many nanoseconds all parts can wait for the next {@link #tick}. */
    long restNanos() {
        long least = Long.MAX_VALUE;
        for (SessionPart part : parts) {
            least = Math.min(least, part.restNanos());
        }
        return least;
    }

    /**
     * The JVM begins to end: measures what needn't wait for the last clones, while another processor runs what JFR does
     * before it calls us. The last part first: what it counts, the others need not.
     */
    void jvmEnds() {
        for (int i = parts.size() - 1; i >= 0; i--) {
            SessionPart part = parts.get(i);
            guarded(part, this::measureAtEnd);
        }
        measuredAt = System.nanoTime();
    }

    private void measureAtEnd(SessionPart part) {
        if (!part.measuresLong()) {
            part.measure();
            measuredAtEnd.add(part);
        }
    }

    void recordingEnds(boolean last) {
        // Where JFR's hook can't start, all others run before its recordings end.
        boolean measured = last && System.nanoTime() - measuredAt < AT_ONCE_NANOS;
        each(part -> {
            if (!measured || !measuredAtEnd.contains(part)) {
                part.measure();
            }
            part.recordingEnds(last);
        });
    }

    void close() {
        each(SessionPart::close);
    }

    private void each(Consumer<SessionPart> what) {
        for (SessionPart part : parts) {
            guarded(part, what);
        }
    }

    private void guarded(SessionPart part, Consumer<SessionPart> what) {
        try {
            what.accept(part);
        } catch (RuntimeException | Error failure) {
            suppressed.add(failure);
        }
    }
}
