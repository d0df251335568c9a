package io.clonetrace.live;

import io.clonetrace.report.model.NamePattern;
import io.clonetrace.stack.StackMeasure;
import io.clonetrace.stack.ThreadToMeasure;
import java.util.concurrent.TimeUnit;

/** A task that is followed. Confined to the model. */
final class Task {
    /** An event comes about a second after what it reports, later on a busy machine. */
    static final long PATIENCE_NANOS = TimeUnit.SECONDS.toNanos(5);

    final int tid;
    final int inside;
    final long startTicks;
    final long started;

    /** Whether it was running before events told of creations. */
    final boolean earlier;

    private TaskStat stat;
    private long statAt;
    private double cpu = -1;
    private String name;
    private String kind;
    private String library;
    private Creation creation;
    private Provenance provenance;
    private StackMeasure stack;
    private ThreadToMeasure at;

    Task(TaskStat stat, LiveSample sample, boolean earlier) {
        this.tid = stat.tid();
        this.inside = sample.inside(tid);
        this.startTicks = stat.startTicks();
        this.started = sample.started(stat);
        this.earlier = earlier;
        this.stat = stat;
        this.statAt = sample.at();
    }

    void seen(TaskStat now, long at) {
        if (at > statAt) {
            cpu = (now.cpuTicks() - stat.cpuTicks()) * LiveSample.TICK_NANOS / (double) (at - statAt);
        }
        if (!now.comm().equals(stat.comm())) {
            provenance = null;
        }
        stat = now;
        statAt = at;
    }

    void measured(StackMeasure measure) {
        stack = measure;
    }

    /** What something that knows it says of it: null for what it doesn't know. */
    void known(String itsName, String itsKind, String itsLibrary) {
        name = itsName == null ? name : itsName;
        kind = itsKind == null ? kind : itsKind;
        library = itsLibrary == null ? library : itsLibrary;
        provenance = null;
    }

    /** What is known of its stack. */
    void isAt(ThreadToMeasure place) {
        at = place;
    }

    ThreadToMeasure toMeasure() {
        if (creation != null && creation.stack().isPresent()) {
            return new ThreadToMeasure(
                    tid, creation.stack().get().base(), creation.stack().get().size());
        }
        return at == null ? ThreadToMeasure.of(tid) : at;
    }

    void created(Creation by) {
        creation = by;
        provenance = null;
    }

    /** Whether it is so young that the event of its creation may not have come yet. */
    boolean isPending(long now) {
        return !earlier && creation == null && now - started < PATIENCE_NANOS;
    }

    Creation creation() {
        return creation;
    }

    Provenance provenance() {
        if (provenance == null) {
            provenance = creation != null ? creation.provenance() : observed();
        }
        return provenance;
    }

    private Provenance observed() {
        return new Provenance(
                kind == null ? Provenance.UNKNOWN : kind,
                earlier ? Provenance.EARLIER : Provenance.UNKNOWN,
                NamePattern.of(name()),
                library == null ? Provenance.UNKNOWN : library,
                Provenance.UNKNOWN);
    }

    private String name() {
        if (creation != null && creation.name() != null && !creation.name().isEmpty()) {
            return creation.name();
        }
        return name == null ? stat.comm() : name;
    }

    LiveThread view() {
        return new LiveThread(
                tid,
                name(),
                provenance(),
                started,
                cpu,
                stack == null ? -1 : stack.touched(),
                stack == null ? -1 : stack.reserved(),
                creation);
    }
}
