package io.clonetrace.report.model;

import io.clonetrace.report.model.CloneTable.CloneWay;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.HashMap;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeSet;
import java.util.function.BiConsumer;
import java.util.function.BinaryOperator;

/**
 * Takes in the events of one JVM's recordings, in any order, and makes a {@link Jvm} of them. What it keeps grows with
 * the number of threads and not with that of events.
 */
public final class JvmBuilder {
    /** The event that says which JVM it is. */
    static final String JVM_INFORMATION = "jdk.JVMInformation";

    /** The event that may say on which host it is. */
    static final String ENVIRONMENT = "jdk.InitialEnvironmentVariable";

    private static final Map<String, BiConsumer<JvmBuilder, Event>> TAKEN = new HashMap<>();

    static {
        TAKEN.put("clonetrace.ThreadStart", (jvm, event) -> jvm.onThreads(Threads::started, event));
        TAKEN.put("clonetrace.Clone", JvmBuilder::clone);
        TAKEN.put("clonetrace.NativeStack", (jvm, event) -> jvm.threads.nativeStack(event));
        TAKEN.put("clonetrace.ThreadStack", (jvm, event) -> jvm.onThreads(Threads::stack, event));
        TAKEN.put("clonetrace.ThreadStartFailed", JvmBuilder::failed);
        TAKEN.put("clonetrace.ThreadLimit", JvmBuilder::limit);
        TAKEN.put("clonetrace.CloneComparison", JvmBuilder::compared);
        TAKEN.put("clonetrace.SourceStatus", JvmBuilder::source);
        TAKEN.put("clonetrace.VirtualThreads", (jvm, event) -> jvm.tally.virtualThreads(event.number("started")));
        TAKEN.put("jdk.ThreadStart", (jvm, event) -> jvm.onThreads(Threads::startedByJdk, event));
        TAKEN.put("jdk.ThreadEnd", (jvm, event) -> jvm.onThreads(Threads::endedByJdk, event));
        TAKEN.put("jdk.ThreadDump", (jvm, event) -> jvm.onThreads(Threads::dumped, event));
        TAKEN.put("jdk.ProcessStart", (jvm, event) -> jvm.onThreads(Threads::launched, event));
        TAKEN.put("clonetrace.CodeSource", JvmBuilder::codeSource);
        TAKEN.put("jdk.VirtualThreadStart", (jvm, event) -> jvm.tally.virtualThread());
        TAKEN.put("jdk.VirtualThreadPinned", (jvm, event) -> jvm.tally.pinned(event.start()));
        TAKEN.put("jdk.JavaThreadStatistics", (jvm, event) -> jvm.tally.javaThreads(event));
        TAKEN.put("jdk.ThreadAllocationStatistics", (jvm, event) -> jvm.onThreads(Threads::listed, event));
        TAKEN.put("jdk.ThreadCPULoad", (jvm, event) -> jvm.onThreads(Threads::working, event));
        TAKEN.put("jdk.CPUInformation", (jvm, event) -> jvm.tally.processors(event.number("hwThreads")));
        TAKEN.put(
                "jdk.ContainerConfiguration", (jvm, event) -> jvm.tally.processors(event.number("effectiveCpuCount")));
        TAKEN.put("jdk.ResidentSetSize", (jvm, event) -> jvm.tally.rss(event.start(), event.number("size")));
        TAKEN.put("jdk.DataLoss", (jvm, event) -> jvm.tally.lost(event.start(), event.number("amount")));
        TAKEN.put(JVM_INFORMATION, (jvm, event) -> jvm.identity.jvm(event));
        TAKEN.put("jdk.OSInformation", (jvm, event) -> jvm.identity.os(event));
        TAKEN.put(ENVIRONMENT, (jvm, event) -> jvm.identity.environment(event));
    }

    private final Interner pool = new Interner();
    private final Identity identity = new Identity();
    private final Threads threads = new Threads(pool);
    private final CloneTable clones = new CloneTable();
    private final Refusal.Join refusals = new Refusal.Join(pool);
    private final CounterTally tally = new CounterTally();
    private final Set<String> recorded = new HashSet<>();
    private String lastType;
    private final BoundedMap<String, SourceStatus> sources = new BoundedMap<>(SourceStatus::later);
    private final BoundedMap<List<String>, LimitUse> limits = new BoundedMap<>(LimitUse::and);
    private final BoundedMap<FailedStart.Key, FailedStart> failures = new BoundedMap<>(FailedStart::and);
    private final BoundedMap<String, ComparedWay> ways =
            new BoundedMap<>((one, other) -> one.at() > other.at() ? one : other);
    private final BoundedMap<String, String> codeSources = new BoundedMap<>((one, other) -> one);
    private final Application.Overrides overrides;
    private final boolean withThreads;
    private long from = Event.ABSENT;
    private long to = Event.ABSENT;
    private long events;

    public JvmBuilder() {
        this(true, Application.Overrides.NONE);
    }

    /** @param withThreads whether there is to be a row a thread */
    JvmBuilder(boolean withThreads, Application.Overrides overrides) {
        this.withThreads = withThreads;
        this.overrides = overrides;
    }

    /** Whether {@link #add} has a use for events of that type; others need not be given to it. */
    public static boolean takes(String type) {
        return TAKEN.containsKey(type);
    }

    /** Takes in an event; of a type that it has no use for, only its time. */
    public void add(Event event) {
        at(event.start());
        String type = event.type();
        BiConsumer<JvmBuilder, Event> taken = TAKEN.get(type);
        if (taken != null) {
            if (!type.equals(lastType)) {
                recorded.add(type);
                lastType = type;
            }
            taken.accept(this, event);
        }
    }

    /** Something was recorded at that time, in nanoseconds since the epoch. */
    public void at(long time) {
        at(time, time, 1);
    }

    /** So many events were recorded from that time to that one. */
    void at(long first, long last, long count) {
        events += count;
        from = from < 0 ? first : Math.min(from, first);
        to = Math.max(to, last);
    }

    /** Events of that type were recorded, even if there was none: {@code jdk.ActiveSetting} has it enabled. */
    public void enabled(String type) {
        if (takes(type)) {
            recorded.add(type);
        }
    }

    /** Which JVM it is, as far as known yet. */
    Identity identity() {
        return identity;
    }

    /** Builds the JVM from all events so far; nothing more may be added. */
    public Jvm build() {
        Application application = new Application(overrides, identity.name().mainClass(), codeSources.asMap());
        if (identity.isNativeImage()) {
            threads.forgetTids();
        }
        if (identity.isOpenJ9()) {
            threads.countUnidentified();
        }
        Coverage coverage = coverage();
        List<ThreadRow> rows = threads.rows(application, coverage.starts(), coverage.lost());
        new Liveness.Decision(rows, coverage.ends(), threads.lastLook(), threads.lastListing(), tally.lostUntil)
                .decide();
        List<LimitUse> nearest = limits.values();
        nearest.sort(Comparator.comparingDouble(LimitUse::share).reversed());
        BoundedMap<FailedStart.Key, FailedStart> bySite = new BoundedMap<>(FailedStart::and);
        failures.values().stream()
                .map(failed -> failed.within(application))
                .forEach(failed -> bySite.add(failed.keyBySite(), failed));
        List<FailedStart> most = bySite.values();
        most.sort(Comparator.comparingLong(FailedStart::count).reversed());
        List<ComparedWay> inOrder = ways.values();
        inOrder.sort(Comparator.comparingLong(ComparedWay::at));
        return new Jvm(
                identity.name(),
                identity.version(),
                new Jvm.SystemName(identity.kernel(), identity.distribution(), identity.libc()),
                from,
                to,
                events,
                new TreeSet<>(recorded),
                coverage,
                sources.values(),
                rows,
                threads.lastLook(),
                clones,
                nearest,
                most,
                refusals.refusals(threads, application),
                inOrder,
                tally.counters(),
                application,
                new Derived());
    }

    private Coverage coverage() {
        boolean clones = recorded.contains("clonetrace.Clone");
        boolean ends = recorded.contains("jdk.ThreadEnd");
        return new Coverage(
                clones || recorded.contains("jdk.ThreadStart") || recorded.contains("clonetrace.ThreadStart"),
                clones,
                ends,
                threads.lastLook() > 0 || ends && threads.lastListing() > 0,
                tally.lost > 0);
    }

    private void onThreads(BiConsumer<Threads, Event> taken, Event event) {
        if (withThreads) {
            taken.accept(threads, event);
        }
    }

    private void clone(Event event) {
        CloneWay way = clones.add(event);
        if (way.error() != null) {
            refusals.refused(event, way);
        } else if (withThreads) {
            threads.cloned(event, way);
        }
    }

    private void failed(Event event) {
        StackTrace trace = pool.trace(event.stackTrace());
        refusals.failed(event, trace);
        FailedStart failed = FailedStart.of(event, trace);
        failures.add(failed.keyByTrace(), failed);
    }

    private void limit(Event event) {
        LimitUse limit = LimitUse.of(event);
        limits.add(List.of(limit.name(), limit.location()), limit);
    }

    private void compared(Event event) {
        ComparedWay way = ComparedWay.of(event);
        ways.add(way.how(), way);
    }

    private void codeSource(Event event) {
        String codePackage = event.text("codePackage");
        String location = event.text("location");
        if (codePackage != null && location != null) {
            codeSources.add(codePackage, location);
        }
    }

    private void source(Event event) {
        SourceStatus state = SourceStatus.of(event);
        sources.add(state.source(), state);
    }

    /** One value for each of a bounded number of keys: further keys are ignored when it is full. */
    static final class BoundedMap<K, V> {
        private static final int MOST = 10_000;

        private final Map<K, V> values = new LinkedHashMap<>();
        private final BinaryOperator<V> join;

        /** @param join makes one of two values of one key */
        BoundedMap(BinaryOperator<V> join) {
            this.join = join;
        }

        void add(K key, V value) {
            if (values.size() < MOST || values.containsKey(key)) {
                values.merge(key, value, join);
            }
        }

        Map<K, V> asMap() {
            return values;
        }

        List<V> values() {
            return new ArrayList<>(values.values());
        }
    }

    /** What is only counted. */
    static final class CounterTally {
        private long virtualThreads = Event.ABSENT;
        private long virtualStarts;
        private long pinned;
        private long firstPinned = Event.ABSENT;
        private long processors = Event.ABSENT;
        private long rss = Event.ABSENT;
        private long rssAt = Event.ABSENT;
        private long lost;
        private long lostUntil = Event.ABSENT;
        private long live = Event.ABSENT;
        private long peak = Event.ABSENT;
        private long firstStarted = Event.ABSENT;
        private long firstCounted = Event.ABSENT;
        private long lastStarted = Event.ABSENT;
        private long lastCounted = Event.ABSENT;

        /** The agent's count since it started; each chunk of a recording has it. */
        void virtualThreads(long started) {
            virtualThreads = Math.max(virtualThreads, started);
        }

        void virtualThread() {
            virtualStarts++;
        }

        void pinned(long at) {
            pinned++;
            firstPinned = firstPinned < 0 ? at : Math.min(firstPinned, at);
        }

        /** A recording has both the machine's number and the JVM's, which is the smaller. */
        void processors(long count) {
            if (count > 0) {
                processors = processors < 0 ? count : Math.min(processors, count);
            }
        }

        /** The JVM's own counts, of now and since its start. */
        void javaThreads(Event statistics) {
            long at = statistics.start();
            peak = Math.max(peak, statistics.number("peakCount"));
            if (firstCounted < 0 || at < firstCounted) {
                firstCounted = at;
                firstStarted = statistics.number("accumulatedCount");
            }
            if (at >= lastCounted) {
                lastCounted = at;
                live = statistics.number("activeCount");
                lastStarted = statistics.number("accumulatedCount");
            }
        }

        void rss(long at, long bytes) {
            if (at > rssAt) {
                rssAt = at;
                rss = bytes;
            }
        }

        void lost(long at, long bytes) {
            if (bytes > 0) {
                lost += bytes;
                lostUntil = Math.max(lostUntil, at);
            }
        }

        Jvm.Counters counters() {
            long started = virtualThreads < 0 && virtualStarts > 0 ? virtualStarts : virtualThreads;
            long startedJavaThreads =
                    firstStarted < 0 || lastStarted < firstStarted ? Event.ABSENT : lastStarted - firstStarted;
            return new Jvm.Counters(
                    started, pinned, firstPinned, processors, rss, live, peak, startedJavaThreads, lost);
        }
    }
}
