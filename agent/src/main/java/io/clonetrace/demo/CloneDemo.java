package io.clonetrace.demo;

import io.clonetrace.clone.CloneCall;
import io.clonetrace.clone.CloneFlags;
import io.clonetrace.clone.MissingFlag;
import io.clonetrace.demo.CloneWay.RefusedException;
import io.clonetrace.event.CloneComparisonEvent;
import io.clonetrace.event.Recorder;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.stream.Collectors;

/**
 * The native clone demo: makes a task in every way, one after the other, in this JVM, and compares what the source that
 * is on saw of them. Leaves no task and no mapping behind.
 */
public final class CloneDemo {
    private static final String NOTHING = "none";

    private final CloneWatcher observed;

    public CloneDemo(CloneWatcher observed) {
        this.observed = observed;
    }

    /**
     * Runs it in the calling thread, which must be a platform thread, and commits a {@link CloneComparisonEvent} for
     * each way that was not refused. Call it when JNA may be loaded; see
     * {@link io.clonetrace.linux.hotspot.NativeAccess}.
     *
     * @return one for each way, in the order of {@link CloneWay#all}
     */
    public List<Comparison> run() throws InterruptedException {
        List<Comparison> comparisons = new ArrayList<>();
        try (NativeCode code = NativeCode.open()) {
            for (CloneWay way : CloneWay.all()) {
                Comparison comparison = compare(way, code);
                commit(comparison);
                comparisons.add(comparison);
            }
        }
        return comparisons;
    }

    private Comparison compare(CloneWay way, NativeCode code) throws InterruptedException {
        try (CloneWatcher.Watch watch = observed.watch(LiveTask.ownTid(), way.isBare())) {
            Outcome outcome = outcome(way, code);
            Optional<CloneCall> call = Optional.empty();
            if (outcome instanceof Outcome.Made made) {
                call = watch.await(made.parentTid(), made.childTid());
            } else if (outcome instanceof Outcome.Carried carried && carried.carrierIsNew()) {
                call = watch.await(CloneWatcher.ANY_PARENT, carried.carrierTid());
            }
            return new Comparison(way.how(), outcome, call, observed.source());
        }
    }

    private static Outcome outcome(CloneWay way, NativeCode code) throws InterruptedException {
        try {
            return way.run(code);
        } catch (RefusedException refused) {
            return new Outcome.Refused(refused.getMessage());
        }
    }

    private static void commit(Comparison comparison) {
        if (comparison.outcome() instanceof Outcome.Refused || !Recorder.isReady()) {
            return;
        }
        CloneComparisonEvent event = new CloneComparisonEvent();
        event.how = comparison.how();
        // The clone of a virtual thread's carrier is not the virtual thread's.
        Optional<CloneCall> call = comparison.outcome() instanceof Outcome.Made ? comparison.call() : Optional.empty();
        Optional<CloneFlags> flags = call.map(CloneCall::flags)
                .filter(bits -> bits != CloneCall.UNKNOWN)
                .map(CloneFlags::new);
        event.syscall = call.map(CloneCall::syscallName).orElse(null);
        event.flags = flags.map(CloneFlags::bits).orElse((long) CloneCall.UNKNOWN);
        event.flagNames = flags.map(CloneFlags::names).orElse(null);
        event.missing = flags.map(CloneDemo::missing).orElse(null);
        event.sharesTls = comparison
                .sharesThreadPointer()
                .map(shares -> shares ? "yes" : "no")
                .orElse(null);
        event.stackSize = call.map(CloneCall::stackSize).orElse((long) CloneCall.UNKNOWN);
        event.source = call.flatMap(seen -> comparison.source()).orElse(null);
        event.commit();
    }

    private static String missing(CloneFlags flags) {
        List<MissingFlag> missing = MissingFlag.againstPthreadCreate(flags);
        return missing.isEmpty()
                ? NOTHING
                : missing.stream().map(flag -> flag.flag().name()).collect(Collectors.joining("|"));
    }
}
