package io.clonetrace.report.finding;

import static io.clonetrace.report.model.Amounts.count;

import io.clonetrace.report.finding.LiveCurve.Growth;
import io.clonetrace.report.model.Amounts;
import io.clonetrace.report.model.Jvm;
import io.clonetrace.report.model.Liveness;
import io.clonetrace.report.model.NamePattern;
import io.clonetrace.report.model.StackTrace;
import io.clonetrace.report.model.StackTrace.Frame;
import io.clonetrace.report.model.ThreadRow;
import io.clonetrace.report.summary.Creator;
import io.clonetrace.report.summary.NameCount;
import io.clonetrace.report.summary.Tally;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.stream.Collectors;

/**
 * Threads that belong together, and what is wrong with them: those that one piece of code made; of those whose start
 * was not recorded, those with names of one pattern.
 *
 * @param creator the code that made them; empty if that was not recorded
 * @param names the patterns of their names, the most frequent first
 * @param threads all of them, in no order
 * @param tally their numbers
 * @param curve how many of them lived when
 * @param instances the executors, timers or clients that they belong to
 * @param growth the growth that went on when the recording ended
 * @param cause what is wrong
 */
record Suspect(
        Optional<Creator> creator,
        List<NameCount> names,
        List<ThreadRow> threads,
        Tally tally,
        LiveCurve curve,
        Instances instances,
        Optional<Growth> growth,
        Cause cause) {
    /** Fewer live threads of one kind are no leak yet. */
    static final int FEWEST = 20;

    /** Those that became no more are a leak only if they are more than a handmade pool. */
    private static final int FEWEST_STOPPED = 30;

    /** Half as much again as the largest usual default of a server's pool, 200. */
    static final int MANY = 300;

    /** So many have no pool that its author gave a name. */
    private static final int MANY_UNNAMED = 100;

    private static final int VERY_MANY = 2_000;

    /** A growth that fewer threads show may be a coincidence. */
    private static final int LEAST_GROWTH = 8;

    /** So many executors of one kind are not the parts of a program. */
    private static final int MANY_INSTANCES = 10;

    /** Of those that the garbage collector shuts down in the end, some are left. */
    private static final int FEW_INSTANCES = 3;

    /** So many where it was not seen how they were made. */
    private static final int MANY_INSTANCES_BEFORE = 30;

    /** A pool replaces workers: of two numbers one may be that of a worker that ended. */
    private static final int MOST_GAPS = 2;

    private static final int BURST_PER_SECOND = 100;
    private static final double MOSTLY = 0.9;
    private static final int MOST_NAMES = 3;
    private static final int MOST_CALLERS = 3;
    private static final String UNNAMED = "Thread-*";

    /** What is wrong with threads; only the first that applies is reported. */
    enum Cause {
        /** Executors or the like are made again and again and never shut down. */
        EXECUTORS,
        /** There are more and more. */
        GROWTH,
        /** They were started one after another and none ended; it has stopped, or paused. */
        STOPPED_LEAK,
        /** They were started again while the earlier ones live. */
        WAVES,
        /** There are very many. */
        MANY,
        /** Nothing. */
        NONE
    }

    static Suspect of(Jvm jvm, Creator creator) {
        return of(jvm, Optional.of(creator), creator.names(), creator.threads(), creator.tally());
    }

    /** Of threads whose start was not recorded. */
    static Suspect of(Jvm jvm, String pattern, List<ThreadRow> threads) {
        return of(jvm, Optional.empty(), List.of(new NameCount(pattern, threads.size())), threads, Tally.of(threads));
    }

    private static Suspect of(
            Jvm jvm, Optional<Creator> creator, List<NameCount> names, List<ThreadRow> threads, Tally tally) {
        LiveCurve curve = new LiveCurve(threads, jvm.from(), jvm.to());
        // A native thread has the name of its creator until it gives itself one: it tells nothing of executors.
        boolean inNativeCode = creator.filter(one -> one.site().isNative()).isPresent();
        Suspect unjudged = new Suspect(
                creator,
                names,
                threads,
                tally,
                curve,
                inNativeCode ? Instances.NONE : Instances.of(threads),
                curve.growth(LEAST_GROWTH),
                Cause.NONE);
        return new Suspect(
                creator, names, threads, tally, curve, unjudged.instances, unjudged.growth, unjudged.judge());
    }

    private Cause judge() {
        boolean grows = growth.filter(one -> one.rise() >= FEWEST).isPresent();
        if (hasForgottenInstances(grows)) {
            return Cause.EXECUTORS;
        }
        if (grows) {
            return Cause.GROWTH;
        }
        if (curve.alive() >= FEWEST) {
            boolean pool = isPool();
            if (!pool && curve.alive() >= FEWEST_STOPPED && curve.shareAlive() >= MOSTLY && isOneAfterAnother()) {
                return Cause.STOPPED_LEAK;
            }
            if (!isNative() && Waves.of(threads).areRepeated(pool)) {
                return Cause.WAVES;
            }
        }
        return ofOne() >= (creator.isEmpty() && !isPool() ? MANY_UNNAMED : MANY) ? Cause.MANY : Cause.NONE;
    }

    /** The live threads, or those of one pool on average if one line fills a few pools. */
    private int ofOne() {
        boolean few = instances.alive() > 1 && instances.alive() < MANY_INSTANCES;
        return curve.alive() / (few ? instances.alive() : 1);
    }

    /** Not all at once, which takes seconds too if it is thousands. */
    private boolean isOneAfterAnother() {
        return curve.isSpread() && curve.alive() <= BURST_PER_SECOND * curve.seconds();
    }

    private boolean hasForgottenInstances(boolean grows) {
        if (creator.isEmpty()) {
            return instances.alive() >= MANY_INSTANCES_BEFORE || instances.alive() >= FEWEST && instances.areSpread();
        }
        if (instances.collected() >= MANY_INSTANCES
                && instances.alive() >= FEW_INSTANCES
                && 2 * (instances.alive() + instances.collected()) >= instances.made()) {
            return true;
        }
        // A program may make a dozen executors as it starts, and keep them; timers and clients are made by calls.
        boolean goesOn = grows || !instances.what().equals(Instances.EXECUTORS) || instances.goOn(curve.end());
        return instances.alive() >= (goesOn ? MANY_INSTANCES : MANY_INSTANCES_BEFORE)
                && instances.areSpread()
                && (grows || 2 * instances.alive() >= instances.made());
    }

    /** Whether they belong to many executors or the like. */
    boolean isOfExecutors() {
        return instances.made() >= MANY_INSTANCES;
    }

    /** Whether native code made them. */
    boolean isNative() {
        return site().filter(Frame::isNative).isPresent();
    }

    /** A sentence on what governs their number, if they are of a native library of which that is documented. */
    Optional<String> setting() {
        return isNative()
                ? NativeLibrary.of(site().orElseThrow()).map(NativeLibrary::advice)
                : NativeLibrary.ofThreads(names.get(0).pattern()).map(NativeLibrary::advice);
    }

    /** Whether they are the workers of one executor; where no start was recorded, whether their names may be so. */
    boolean isPool() {
        if (isOfExecutors()) {
            return false;
        }
        if (creator.isEmpty()) {
            String pattern = names.get(0).pattern();
            return pattern.equals(NamePattern.UNNAMED)
                    || pattern.indexOf('*') >= 0 && !pattern.equals(UNNAMED) && areNumberedOneByOne();
        }
        Frame site = creator.get().site();
        long workers = TraceCounts.of(threads, trace -> PoolFrames.arePools(trace, site));
        return 2 * workers > threads.size();
    }

    /** As the workers of a pool are, from 0 or 1 on; what is named for a session or a request has any number. */
    private boolean areNumberedOneByOne() {
        for (ThreadRow row : threads) {
            List<String> variables = NamePattern.variables(row.name());
            String last = variables.isEmpty() ? "" : variables.get(variables.size() - 1);
            if (!last.matches("\\d{1,6}") || Integer.parseInt(last) > MOST_GAPS * threads.size()) {
                return false;
            }
        }
        return true;
    }

    boolean isProblem() {
        return curve.alive() >= VERY_MANY;
    }

    Optional<Frame> site() {
        return creator.map(Creator::site);
    }

    /** For a sentence: the code, or the names. */
    String who() {
        return creator.map(Creator::label).orElseGet(() -> "threads " + named());
    }

    /** The most frequent patterns of their names: {@code named pool-*-thread-*}. */
    String named() {
        if (names.size() == 1 && names.get(0).pattern().equals(NamePattern.UNNAMED)) {
            return "without a name";
        }
        StringBuilder text = new StringBuilder();
        names.stream()
                .limit(MOST_NAMES)
                .forEach(name -> text.append(text.isEmpty() ? "" : ", ").append(name.pattern()));
        return "named " + text + (names.size() > MOST_NAMES ? ", ..." : "");
    }

    /**
     * A sentence on their names.
     *
     * @param before how many more with such names lived before the recording
     */
    String called(long before) {
        String more = before == 0 ? "" : "; " + count(before) + " more so named lived before the recording";
        return creator.isEmpty() ? "" : " They are " + named() + more + ".";
    }

    /** A sentence on those that called the site, if several did; the most threads first. */
    String callers() {
        Map<Frame, Long> callers = new LinkedHashMap<>();
        threads.stream()
                .filter(row -> row.life() == Liveness.ALIVE)
                .flatMap(row -> row.origin().stream())
                .filter(origin -> !origin.inherited())
                .flatMap(origin -> origin.callers().stream().limit(1))
                .forEach(caller -> callers.merge(caller, 1L, Long::sum));
        if (callers.size() < 2 || creator.flatMap(Creator::caller).isPresent()) {
            return "";
        }
        String most = callers.entrySet().stream()
                .sorted(Map.Entry.<Frame, Long>comparingByValue()
                        .reversed()
                        .thenComparing(one -> one.getKey().toString()))
                .limit(MOST_CALLERS)
                .map(one -> one.getKey() + " (" + count(one.getValue()) + ")")
                .collect(Collectors.joining(", "));
        return " Called by " + most
                + (callers.size() > MOST_CALLERS ? " and " + count(callers.size() - MOST_CALLERS) + " more" : "") + ".";
    }

    /** A sentence on the memory of the living ones' stacks; empty if it is not known. */
    String memory() {
        return memory(tally);
    }

    static String memory(Tally tally) {
        if (tally.reserved() < 0) {
            return "";
        }
        String touched = tally.touched() < 0 ? "" : ", of which " + Amounts.size(tally.touched()) + " are touched";
        return " Their stacks reserve " + Amounts.size(tally.reserved()) + touched + ".";
    }

    /** What the stack of one of them reserves, in bytes, on average; negative if not known. */
    double stackSize() {
        return tally.reserved() < 0 || tally.alive() <= 0 ? -1 : (double) tally.reserved() / tally.alive();
    }

    /** A sentence on the size of their stacks; empty if it is not known. */
    String stackText() {
        long size = threads.stream().mapToLong(ThreadRow::reserved).max().orElse(-1);
        return size <= 0 ? "" : " Each reserved a stack of " + Amounts.size(size) + ".";
    }

    Map<String, Long> numbers() {
        return Map.of(
                "created",
                creator.isEmpty() ? 0L : tally.created(),
                "alive",
                (long) curve.alive(),
                "reserved",
                tally.reserved(),
                "touched",
                tally.touched());
    }

    /** {@code none ended}, {@code 40 of them live}. */
    String fate() {
        return curve.alive() == curve.created() ? "none ended" : count(curve.alive()) + " of them are alive";
    }

    /** {@code 4.0 a second}, {@code 7.5 a minute}. */
    static String rate(double perSecond) {
        return perSecond >= 1
                ? String.format(Locale.ROOT, "%.1f a second", perSecond)
                : String.format(Locale.ROOT, "%.1f a minute", perSecond * 60);
    }

    /** About its live threads. */
    Subject subject() {
        return subject(
                threads.stream().filter(row -> row.life() == Liveness.ALIVE).toList());
    }

    /** About some of its threads. */
    Subject subject(List<ThreadRow> some) {
        Optional<StackTrace> trace = creator.map(Creator::trace);
        return new Subject(site(), trace, names.stream().map(NameCount::pattern).toList(), some);
    }
}
