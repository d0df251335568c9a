package io.clonetrace.report.finding;

import static io.clonetrace.report.model.Amounts.count;
import static io.clonetrace.report.model.Amounts.seconds;

import io.clonetrace.report.model.Amounts;
import io.clonetrace.report.model.Jvm;
import io.clonetrace.report.model.Liveness;
import io.clonetrace.report.model.StackTrace.Frame;
import io.clonetrace.report.model.ThreadRow;
import io.clonetrace.report.summary.Creator;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.Map;

/**
 * A call site keeps creating threads that don't end. A pool that fills up and stays as it is makes none in the last
 * quarter of the recording.
 */
final class ThreadLeak implements Rule {
    private static final int FEWEST = 20;
    private static final int MANY = 500;
    private static final double MOSTLY = 0.9;
    private static final int QUARTERS = 4;
    private static final double NANOS = 1e9;

    @Override
    public String name() {
        return "thread-leak";
    }

    @Override
    public String description() {
        return "One call site keeps creating threads that do not end.";
    }

    @Override
    public List<Finding> findings(Jvm jvm) {
        List<Finding> found = new ArrayList<>();
        Creator.of(jvm).forEach(creator -> {
            Frame site = creator.site();
            List<ThreadRow> rows = creator.threads();
            List<ThreadRow> alive = rows.stream()
                    .filter(row -> row.life() == Liveness.ALIVE && row.started() >= 0)
                    .toList();
            if (alive.size() >= FEWEST && alive.size() >= MOSTLY * rows.size() && goesOn(jvm, alive)) {
                found.add(finding(jvm, site, rows.size(), alive));
            }
        });
        found.sort(Comparator.comparing(finding -> -finding.numbers().get("alive")));
        return found;
    }

    /** Whether it made some of them in each quarter of the recording. */
    private static boolean goesOn(Jvm jvm, List<ThreadRow> alive) {
        boolean[] made = new boolean[QUARTERS];
        double quarter = Math.max(1, (jvm.to() - jvm.from()) / (double) QUARTERS);
        for (ThreadRow row : alive) {
            int index = (int) ((row.started() - jvm.from()) / quarter);
            made[Math.max(0, Math.min(QUARTERS - 1, index))] = true;
        }
        return made[0] && made[1] && made[2] && made[QUARTERS - 1];
    }

    private Finding finding(Jvm jvm, Frame site, int created, List<ThreadRow> alive) {
        double seconds = (jvm.to() - jvm.from()) / NANOS;
        long reserved = alive.stream()
                .mapToLong(ThreadRow::reserved)
                .filter(bytes -> bytes > 0)
                .sum();
        return new Finding(
                name(),
                alive.size() >= MANY ? Severity.PROBLEM : Severity.WARNING,
                "Threads made at " + site + " do not end.",
                count(alive.size()) + " of the " + count(created) + " threads that it made within " + seconds(seconds)
                        + " live, and it made some in each quarter of that time; their stacks reserve "
                        + Amounts.size(reserved) + ".",
                "See that what it starts ends: shut executors, timers and clients down. A pool that is meant to grow may"
                        + " take a bound, behind which further work waits.",
                Map.of("created", (long) created, "alive", (long) alive.size(), "reserved", reserved));
    }
}
