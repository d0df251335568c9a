package io.clonetrace.report.finding;

import static io.clonetrace.report.model.Amounts.size;

import io.clonetrace.report.model.Jvm;
import io.clonetrace.report.model.SourceStatus;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;

/** Records were lost: the recording is incomplete. */
final class RecordsLost implements Rule {
    // Of the stacks so many, or one in so many, are the usual: a thread that just runs shows no stack pointer.
    private static final long FEW_STACKS = 10;
    private static final long MANY_STACKS_MEASURED = 20;

    @Override
    public String name() {
        return "records-lost";
    }

    @Override
    public String description() {
        return "Records were lost: the recording is incomplete.";
    }

    @Override
    public List<Finding> findings(Jvm jvm) {
        List<Finding> found = new ArrayList<>();
        for (SourceStatus source : jvm.sources()) {
            if (source.lost() > 0 && !isUsual(source) || source.state().equals("lost")) {
                found.add(of(source));
            }
        }
        long bytes = jvm.counters().lostBytes();
        if (bytes > 0) {
            found.add(new Finding(
                    name(),
                    Severity.WARNING,
                    "JFR itself threw events away.",
                    size(bytes) + " of them (jdk.DataLoss): its buffers were full, or its disk too slow.",
                    "Record less, or give it more memory: -XX:FlightRecorderOptions=memorysize=64m takes 54 MiB more than the"
                            + " default of 10, outside of the heap.",
                    Map.of("bytes", bytes)));
        }
        return found;
    }

    /** What is said at the source's counts, and is no finding. */
    private static boolean isUsual(SourceStatus source) {
        return source.isStacks() && source.lost() <= Math.max(FEW_STACKS, source.seen() / MANY_STACKS_MEASURED);
    }

    private Finding of(SourceStatus source) {
        String reason = source.reason() == null ? "" : ": " + source.reason();
        return new Finding(
                name(),
                source.isStacks() ? Severity.NOTE : Severity.WARNING,
                summary(source),
                "The source " + source.source() + ": " + source.counts() + "; it is " + source.state() + reason + ".",
                source.isOfClones()
                        ? "Try another source (docs/sources.md): ebpf and tracefs have larger buffers, ptrace loses nothing"
                                + " while it lives."
                        : "If it is many, please report it, with the reason above.",
                Map.of("seen", source.seen(), "lost", source.lost()));
    }

    private static String summary(SourceStatus source) {
        if (source.isOfClones()) {
            return "Clones were lost: the counts of this recording are too low.";
        }
        if (source.isStacks()) {
            return "Some stacks were not measured.";
        }
        return source.lost() < 0
                ? "Some starts of threads may be missing."
                : "The agent failed at some starts of threads, unseen by the application.";
    }
}
