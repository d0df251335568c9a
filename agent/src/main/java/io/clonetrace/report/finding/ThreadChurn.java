package io.clonetrace.report.finding;

import static io.clonetrace.report.model.Amounts.count;

import io.clonetrace.report.model.Jvm;
import io.clonetrace.report.model.StackTrace.Frame;
import io.clonetrace.report.model.ThreadRow;
import io.clonetrace.report.summary.Creator;
import io.clonetrace.report.summary.Percentiles;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.Locale;
import java.util.Map;

/** A call site creates thousands of threads that live only briefly. */
final class ThreadChurn implements Rule {
    private static final int FEWEST = 1_000;
    private static final long SHORT_NANOS = 1_000_000_000;
    private static final double NANOS = 1e9;

    @Override
    public String name() {
        return "thread-churn";
    }

    @Override
    public String description() {
        return "One call site creates thousands of threads that live for less than a second.";
    }

    @Override
    public List<Finding> findings(Jvm jvm) {
        List<Finding> found = new ArrayList<>();
        Creator.of(jvm).forEach(creator -> {
            Frame site = creator.site();
            List<ThreadRow> rows = creator.threads();
            List<ThreadRow> brief = rows.stream().filter(ThreadChurn::isBrief).toList();
            if (brief.size() >= FEWEST && brief.size() >= seconds(brief)) {
                found.add(finding(site, brief));
            }
        });
        found.sort(Comparator.comparing(finding -> -finding.numbers().get("threads")));
        return found;
    }

    private static boolean isBrief(ThreadRow row) {
        return row.started() >= 0 && row.ended() > 0 && row.ended() - row.started() < SHORT_NANOS;
    }

    /** How long the churn lasted. */
    private static double seconds(List<ThreadRow> rows) {
        long first = rows.stream().mapToLong(ThreadRow::started).min().orElse(0);
        long last = rows.stream().mapToLong(ThreadRow::ended).max().orElse(0);
        return (last - first) / NANOS;
    }

    private Finding finding(Frame site, List<ThreadRow> brief) {
        Percentiles lives = new Percentiles(brief.stream()
                .mapToLong(row -> Math.max(0, row.ended() - row.started()))
                .toArray());
        long microseconds = lives.at(50) / 1_000;
        double perSecond = brief.size() / Math.max(1e-3, seconds(brief));
        return new Finding(
                name(),
                Severity.WARNING,
                "Threads made at " + site + " live but a moment.",
                String.format(
                        Locale.ROOT,
                        "%s threads of less than a second, half of them of less than %.1f ms, %.0f a second.",
                        count(brief.size()),
                        microseconds / 1e3,
                        perSecond),
                "Give the work to a pool of threads, or to virtual threads: each of these costs a clone, a stack and"
                        + " their end. Work that waits for other work of the same pool can stop a pool with a bound;"
                        + " virtual threads take JDK 21, and up to 23 hold their carriers while they wait under"
                        + " synchronized.",
                Map.of("threads", (long) brief.size(), "medianMicroseconds", microseconds));
    }
}
