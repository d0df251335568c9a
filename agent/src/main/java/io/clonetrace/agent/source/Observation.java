package io.clonetrace.agent.source;

import io.clonetrace.agent.attach.AttachReply;
import io.clonetrace.agent.host.AgentThread;
import io.clonetrace.agent.host.Console;
import io.clonetrace.agent.recording.StatusLog;
import io.clonetrace.clone.CloneCall;
import io.clonetrace.correlate.CloneLog;
import io.clonetrace.correlate.Correlator;
import io.clonetrace.event.SourceState;
import io.clonetrace.linux.proc.Patience;
import io.clonetrace.trace.CloneSource;
import io.clonetrace.trace.SourceKind;
import io.clonetrace.trace.SourceRefusedException;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.locks.LockSupport;
import java.util.function.BooleanSupplier;
import java.util.function.Consumer;
import java.util.function.Function;
import java.util.stream.Collectors;

/** The active source, and the path of its records to the correlator. Confined to the agent's own thread. */
public final class Observation {
    /** How long to wait for the last records while the source makes no progress: a tracer may write late. */
    private static final long LATE_SECONDS = 2;

    private static final long LATE_NANOS = TimeUnit.SECONDS.toNanos(LATE_SECONDS);

    /** After this long without a record, no more are expected. */
    private static final long QUIET_NANOS = TimeUnit.MILLISECONDS.toNanos(100);

    /** How long to wait for native frames: when a chunk ends, which may be often, and when all ends. */
    private static final long SHORT_NANOS = TimeUnit.MILLISECONDS.toNanos(300);

    private static final long LONG_NANOS = TimeUnit.SECONDS.toNanos(1);
    private static final long MOMENT_NANOS = TimeUnit.MILLISECONDS.toNanos(1);

    /** So many checks follow each other after a moment. */
    private static final int FIRST_CHECKS = 100;

    /** Between two checks: a source may never run dry while threads are made. */
    private static final int MOST_POLLS = 1_000;

    /** Then the waiting thread leaves the processors to the one waited for, which may share a small quota with it. */
    private static final long CHECK_NANOS = TimeUnit.MILLISECONDS.toNanos(5);

    private static final long LAG_MILLIS = 1_000;

    private final Correlator correlator;
    private final CloneLog clones;
    private final StackUnwinding unwinding;
    private final SourceRecords records;
    private final StatusLog statuses;
    private final Function<SourceKind, String> room;
    private final SeccompPreflight preflight;
    private volatile CloneSource starting;
    private volatile boolean ending;
    private CloneSource source;
    private long since;
    private boolean lossSaid;
    private boolean stopped;
    private String late;
    private String failure;

    /**
     * @param unwinding what becomes of the stacks that the source captures; closed with the source
     * @param room why the process limits leave no room for that source; null if there is room
     * @param preflight whether a seccomp filter lets a source start
     */
    public Observation(
            Correlator correlator,
            CloneLog clones,
            StackUnwinding unwinding,
            StatusLog statuses,
            Function<SourceKind, String> room,
            SeccompPreflight preflight) {
        this.correlator = correlator;
        this.clones = clones;
        this.unwinding = unwinding;
        this.records = new SourceRecords(correlator, clones);
        this.statuses = statuses;
        this.room = room;
        this.preflight = preflight;
    }

    /**
     * Starts the first candidate that can observe; prints a message if a source was wanted and none can.
     *
     * @param readsFromTheBeginning whether it is a trace that may have begun before this process
     * @param ready waits until what is observed can be recorded; called before the first record is read
     */
    public void start(List<CloneSource> candidates, boolean readsFromTheBeginning, Runnable ready) {
        Map<String, String> refusals = new LinkedHashMap<>();
        String full = null;
        for (CloneSource candidate : candidates) {
            starting = candidate;
            if (ending) {
                return;
            }
            // A trace read from its beginning is written by another process: nothing is started for it.
            String missing = readsFromTheBeginning ? null : room.apply(candidate.kind());
            if (missing != null) {
                full = missing;
                refuse(candidate, missing, refusals);
                continue;
            }
            try {
                preflight.check(candidate.kind());
                candidate.start();
                source = candidate;
                clones.source(candidate.kind().label());
                clones.seesRefused(candidate.kind().seesRefusedCalls() && candidate.unseenRefusals() == null);
                ready.run();
                // A trace's first lines name the source that really saw the clones.
                candidate.poll(records);
                since = readsFromTheBeginning ? 0 : System.currentTimeMillis();
                statuses.change(status(SourceState.ACTIVE, reason(), 0));
                if (full != null) {
                    Console.say("the source is " + candidate.kind().label() + ": " + full);
                }
                return;
            } catch (SourceRefusedException refused) {
                refuse(candidate, refused.getMessage(), refusals);
            } catch (RuntimeException | Error broken) {
                refuse(candidate, broken.toString(), refusals);
            }
        }
        if (ending) {
            return;
        }
        if (refusals.isEmpty()) {
            statuses.change(new StatusLog.Status(
                    SourceKind.NONE.label(), SourceState.ACTIVE, "no source was asked for", 0, -1));
        } else {
            Console.say(AttachReply.NOT_OBSERVED + ": "
                    + refusals.entrySet().stream()
                            .map(refusal -> refusal.getValue() + ": " + refusal.getKey())
                            .collect(Collectors.joining("; ")));
        }
    }

    private void refuse(CloneSource candidate, String why, Map<String, String> refusals) {
        candidate.stop();
        if (ending) {
            // The refusal is due to our own stop.
            return;
        }
        // Sources refused for the same reason report it once.
        refusals.merge(why, candidate.kind().label(), (one, other) -> one + ", " + other);
        statuses.change(new StatusLog.Status(candidate.kind().label(), SourceState.REFUSED, why, 0, -1));
    }

    /** Loads what will be needed in a hurry. */
    public void prepare() {
        if (isOn() && source.descriptor() >= 0) {
            unwinding.prepare();
        }
    }

    /** Makes a running {@link #start} end soon, without a source. May be called by any thread. */
    public void jvmEnds() {
        ending = true;
        preflight.processEnds();
        CloneSource candidate = starting;
        if (candidate != null) {
            candidate.processEnds();
        }
    }

    /** Whether a source is active and may still see something. */
    public boolean isOn() {
        return source != null && !stopped && source.lossReason() == null;
    }

    /** Whether the source's last poll found nothing. */
    public boolean isQuiet() {
        return source != null && source.isQuiet();
    }

    /** Whether the next pass should follow at once: native frames are being found out. */
    public boolean isHurried() {
        return clones.isHurried();
    }

    /** What becomes readable when the source has captured a stack, if that is better read at once; else -1. */
    public int descriptor() {
        return isOn() && clones.isPrompt() ? source.descriptor() : -1;
    }

    /** See {@link CloneSource#rings}. */
    public boolean rings() {
        return isOn() && source.rings();
    }

    /** See {@link CloneSource#alarm}. */
    public int alarm() {
        return isOn() ? source.alarm() : -1;
    }

    /** Reads what the source has seen since the last pass. */
    public boolean pass() {
        boolean any = source != null && !stopped && source.poll(records);
        correlator.resolve();
        clones.commitKnown();
        if (source != null && source.lossReason() != null && !lossSaid) {
            lossSaid = true;
            Console.say("clone flags are not observed any more: " + source.lossReason());
            statuses.change(now());
        }
        return any;
    }

    /** Reports the state of the source. */
    public void report() {
        if (source != null) {
            statuses.update(now());
        }
    }

    /** A recording ends, but not the JVM: resolves all that is known so far. */
    public void chunkEnds() {
        pass();
        awaitOrigins(SHORT_NANOS);
        correlator.flush();
        clones.commitAll();
        if (source != null) {
            statuses.update(now());
        }
    }

    /**
     * The JVM ends: waits until the source has caught up with this moment.
     *
     * @return how many threads this started
     */
    public int end() {
        // The clones of threads started later are not waited for.
        long until = isOn() ? System.currentTimeMillis() - 1 : Long.MAX_VALUE;
        boolean marked = isOn() && late == null;
        if (marked) {
            awaitMarker();
        }
        pass();
        awaitOrigins(LONG_NANOS);
        awaitStarts();
        correlator.drainAll();
        clones.commitAll();
        if (source != null) {
            warnIfNothingSeen();
            SourceState state = source.lossReason() == null ? SourceState.STOPPED : SourceState.LOST;
            statuses.update(status(state, reason(), lost(until)));
        }
        return marked ? 1 : 0;
    }

    /** The agent detaches while the JVM continues: resolves the clones made so far, and stops the source. */
    public void detach() {
        if (source == null || stopped) {
            return;
        }
        // Only the starts that ended before the marker's: the clones of others may come after it.
        long until = System.currentTimeMillis() - 1;
        if (source.lossReason() == null && failure == null) {
            awaitMarker();
        }
        try {
            pass();
            awaitOrigins(LONG_NANOS);
            awaitStarts();
            correlator.drainAll();
            clones.commitAll();
        } finally {
            SourceState state = source.lossReason() == null && failure == null ? SourceState.STOPPED : SourceState.LOST;
            statuses.update(status(state, reason("the agent was detached"), lost(until)));
            stop();
        }
    }

    public void stop() {
        stop(CloneSource::stop);
    }

    /** See {@link CloneSource#stopAtProcessEnd}. */
    public void stopAtProcessEnd() {
        stop(CloneSource::stopAtProcessEnd);
    }

    private void stop(Consumer<CloneSource> how) {
        if (source != null && !stopped) {
            stopped = true;
            try {
                how.accept(source);
            } finally {
                unwinding.close();
            }
        }
    }

    /** See {@link CloneSource#progress}; any thread may ask. */
    public long progress() {
        return source == null ? 0 : source.progress();
    }

    /** Gives up, for this reason: no more clones will be resolved. */
    public void fail(String why) {
        failure = why;
    }

    /** The name of the active source. */
    public String sourceName() {
        return clones.source();
    }

    /** Native frames are found out on another thread, or told by lines of a trace that have not come yet. */
    private void awaitOrigins(long nanos) {
        long deadline = System.nanoTime() + nanos;
        clones.commitKnown();
        while ((clones.isWaiting() || correlator.awaitsOrigins()) && System.nanoTime() - deadline < 0) {
            LockSupport.parkNanos(MOMENT_NANOS);
            if (source != null && !stopped) {
                source.poll(records);
            }
            clones.commitKnown();
        }
    }

    /** A clone can't be attributed while its start is still pending. */
    private void awaitStarts() {
        await(correlator::flush);
    }

    /** Waits until that is so, or the source makes no progress. */
    private void await(BooleanSupplier done) {
        for (int check = 0; check < FIRST_CHECKS; check++) {
            if (done.getAsBoolean()) {
                return;
            }
            pause(MOMENT_NANOS);
        }
        Patience patience = new Patience(LATE_NANOS, CHECK_NANOS, source == null ? () -> 0 : source::progress);
        while (!done.getAsBoolean() && !patience.isOver()) {
            pause(CHECK_NANOS);
        }
    }

    /** A host that interrupts all threads when it ends would make each pause end at once, and these are counted. */
    private static void pause(long nanos) {
        Thread.interrupted();
        LockSupport.parkNanos(nanos);
    }

    /**
     * Makes a clone as a marker, and reads on until the source shows it: everything before it has then been read too.
     */
    private void awaitMarker() {
        AgentThread marker = new AgentThread("clonetrace marker", () -> {});
        try {
            marker.start();
        } catch (OutOfMemoryError refused) {
            late = "the last clones may be missing: no thread could be made to wait for them: " + refused;
            awaitQuiet();
            return;
        }
        await(() -> !marker.isAlive());
        if (marker.tid() == CloneCall.UNKNOWN) {
            return;
        }
        records.expectMarker(((AgentThread) Thread.currentThread()).tid(), marker.tid());
        await(this::showsMarker);
        if (!records.markerSeen() && source.lossReason() == null) {
            late = "the last clones did not come: at the end their source made no progress for " + LATE_SECONDS + " s";
        }
    }

    /** Reads on; whether the marker was among it, or no record will come any more. */
    private boolean showsMarker() {
        int polls = 0;
        while (source.poll(records) && !records.markerSeen() && polls < MOST_POLLS) {
            polls++;
        }
        return records.markerSeen() || source.lossReason() != null;
    }

    /** Reads on until no record has arrived for a while. */
    private void awaitQuiet() {
        long now = System.nanoTime();
        long deadline = now + LATE_NANOS;
        long quietSince = now;
        long seen = correlator.calls();
        while (now - quietSince < QUIET_NANOS && now - deadline < 0 && source.lossReason() == null) {
            if (!source.poll(records)) {
                LockSupport.parkNanos(MOMENT_NANOS);
            }
            now = System.nanoTime();
            if (correlator.calls() != seen) {
                seen = correlator.calls();
                quietSince = now;
            }
        }
    }

    private StatusLog.Status now() {
        SourceState state = source.lossReason() == null ? SourceState.ACTIVE : SourceState.LOST;
        return status(state, reason(), lost(System.currentTimeMillis() - LAG_MILLIS));
    }

    private StatusLog.Status status(SourceState state, String reason, long lost) {
        return new StatusLog.Status(clones.source(), state, reason, correlator.calls(), lost);
    }

    /** A cut-off line may belong to a thread counted as missing, so the two are not added. */
    private long lost(long until) {
        return Math.max(correlator.missing(since, until), source.lostRecords());
    }

    private String reason() {
        return reason(null);
    }

    /** @param standard what is said where there is nothing special to say of the clones; may be null */
    private String reason(String standard) {
        String ofClones = ofClones();
        List<String> all = new ArrayList<>(stackLosses());
        if (ofClones != null || standard != null) {
            all.add(0, ofClones == null ? standard : ofClones);
        }
        return all.isEmpty() ? null : String.join("; ", all);
    }

    /** What is missing of the native stacks that were wanted. The clones themselves are there. */
    private List<String> stackLosses() {
        List<String> losses = new ArrayList<>();
        if (!unwinding.isWanted()) {
            return losses;
        }
        String refusal = SourceKind.TRACEFS.label().equals(clones.source())
                ? "tracefs shows neither registers nor stacks"
                : source.captureRefusal();
        if (refusal != null) {
            losses.add("no native stacks: " + refusal);
        }
        // The source and the unwinder count, too: but their reasons stand in the clones' origins.
        clones.withoutStack(unwinding.wantsAll())
                .forEach((reason, count) -> losses.add(count + " native stacks are missing: " + reason));
        if (clones.committedEarly() > 0) {
            losses.add(clones.committedEarly() + " native stacks were not unwound in time");
        }
        if (clones.beyondStacks() > 0) {
            losses.add(clones.beyondStacks() + " clones came after too many distinct native stacks");
        }
        return losses;
    }

    private String ofClones() {
        if (failure != null) {
            return failure;
        }
        if (source.lossReason() != null) {
            return source.lossReason();
        }
        if (late != null) {
            return late;
        }
        List<String> reasons = new ArrayList<>();
        reasons.add(source.doubt());
        reasons.add(source.unseenRefusals());
        if (correlator.refusedCalls() > 0) {
            reasons.add(correlator.refusedCalls() + " clone calls were refused by the kernel");
        }
        reasons.removeIf(Objects::isNull);
        return reasons.isEmpty() ? null : String.join("; ", reasons);
    }

    private void warnIfNothingSeen() {
        if (correlator.calls() == 0) {
            Console.say("the source " + clones.source() + " showed no clone of this process (pid "
                    + ProcessHandle.current().pid() + ")"
                    + (correlator.foreignCalls() > 0 ? ", but " + correlator.foreignCalls() + " of others" : ""));
        }
    }
}
