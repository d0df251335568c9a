package io.clonetrace.agent.jmx;

import io.clonetrace.agent.creators.Creator;
import io.clonetrace.agent.creators.CreatorCounts;
import io.clonetrace.agent.recording.StatusLog;
import io.clonetrace.clone.TaskKind;
import io.clonetrace.correlate.CloneLog;
import java.io.IOException;
import java.lang.management.ManagementFactory;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.function.BooleanSupplier;
import java.util.function.LongSupplier;
import java.util.function.Supplier;

/** The MXBean's values. Thread-safe: JMX's threads call it. */
public final class ThreadsBean implements ThreadsMXBean {
    /** The most creators that are listed. */
    static final int MOST = 50;

    /** The Java threads of which no start was counted. */
    private static final String NOT_OBSERVED = "(not observed)";

    private static final Path STATUS = Path.of("/proc/self/status");
    private static final String THREADS = "Threads:";

    private final CloneLog clones;
    private final Measurements measurements;
    private final FailedStarts failures;
    private final CreatorCounts creators;
    private final BooleanSupplier endsAreSeen;
    private volatile List<StatusLog.Status> sources = List.of();

    /**
     * The starts that failed for want of a native thread.
     *
     * @param all how many
     * @param byLimit how many of them by the exhausted limit
     */
    public record FailedStarts(LongSupplier all, Supplier<Map<String, Long>> byLimit) {}

    /** @param endsAreSeen whether the hook is on, without which starts and ends are not seen */
    public ThreadsBean(
            CloneLog clones,
            StackSums sums,
            FailedStarts failures,
            CreatorCounts creators,
            BooleanSupplier endsAreSeen) {
        this.clones = clones;
        this.measurements = new Measurements(sums);
        this.failures = failures;
        this.creators = creators;
        this.endsAreSeen = endsAreSeen;
    }

    /** Replaces the status of the sources. */
    void sources(List<StatusLog.Status> states) {
        sources = List.copyOf(states);
    }

    /** What is measured by the session's thread, which calls this. */
    void tick() {
        measurements.tick();
    }

    @Override
    public Map<String, CreatorCount> getCreators() {
        measurements.last();
        Map<String, CreatorCount> counts = new LinkedHashMap<>();
        boolean known = endsAreSeen.getAsBoolean();
        for (Creator creator : creators.top(MOST)) {
            counts.put(creator.name(), count(creator, known));
        }
        if (known) {
            // It counts all Java threads but the compiler's, those that native code has attached too.
            long all = ManagementFactory.getThreadMXBean().getThreadCount();
            counts.put(
                    NOT_OBSERVED,
                    new CreatorCount(
                            TaskKind.JAVA.label(), null, Math.max(0, all - creators.aliveOfJava()), null, null));
        }
        return counts;
    }

    /** The count of one creator, now; null if it is none any more. */
    CreatorCount creator(TaskKind kind, String name) {
        measurements.last();
        Creator creator = creators.named(kind, name);
        return creator == null ? null : count(creator, endsAreSeen.getAsBoolean());
    }

    /** The creators that are listed. */
    List<Creator> listed() {
        return creators.top(MOST);
    }

    private static CreatorCount count(Creator creator, boolean endsAreSeen) {
        return CreatorCount.of(creator, creator.kind() == TaskKind.NATIVE || endsAreSeen);
    }

    @Override
    public Map<String, KindCount> getKinds() {
        Measurements.Measured last = measurements.last();
        Map<String, KindCount> kinds = new LinkedHashMap<>();
        boolean observed = clones.source() != null;
        clones.byKind().forEach((kind, created) -> {
            StackSum sum = last.stacks().get(kind);
            long alive = sum == null ? 0 : sum.getThreads();
            kinds.put(
                    kind, new KindCount(observed ? created : null, last.stacks().isEmpty() ? null : alive));
        });
        return kinds;
    }

    @Override
    public Map<String, Long> getClones() {
        return clones.byKind();
    }

    @Override
    public Long getRefusedClones() {
        return Numbers.known(clones.refused());
    }

    @Override
    public long getFailedStarts() {
        return failures.all().getAsLong();
    }

    @Override
    public Map<String, Long> getFailedStartsByLimit() {
        return failures.byLimit().get();
    }

    @Override
    public Long getAlive() {
        // The kernel keeps this number, whereas the tasks would have to be counted.
        try {
            for (String line : Files.readAllLines(STATUS, StandardCharsets.ISO_8859_1)) {
                if (line.startsWith(THREADS)) {
                    return Long.valueOf(line.substring(THREADS.length()).trim());
                }
            }
        } catch (IOException noProc) {
            return null;
        }
        return null;
    }

    @Override
    public Map<String, StackSum> getStacks() {
        return measurements.last().stacks();
    }

    @Override
    public Map<String, Limit> getLimits() {
        return measurements.last().limits();
    }

    @Override
    public Long getMeasured() {
        return measurements.last().at();
    }

    @Override
    public String getSource() {
        return clones.source();
    }

    @Override
    public Map<String, Source> getSources() {
        Map<String, Source> all = new LinkedHashMap<>();
        for (StatusLog.Status status : sources) {
            all.put(
                    status.source(),
                    new Source(status.state().label(), status.reason(), status.seen(), Numbers.known(status.lost())));
        }
        return all;
    }
}
