package io.clonetrace.report.finding;

import static io.clonetrace.report.model.Amounts.count;
import static io.clonetrace.report.model.Amounts.size;

import io.clonetrace.clone.TaskKind;
import io.clonetrace.report.model.Jvm;
import io.clonetrace.report.model.Life;
import io.clonetrace.report.model.StackUse;
import io.clonetrace.report.model.ThreadRow;
import java.util.Comparator;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.stream.Collectors;

/** The stacks of the JVM's default size are far larger than any of them was ever used. */
final class OversizedStacks implements Rule {
    private static final long KILO = 1024;
    private static final long STEP = 64 * KILO;
    /** HotSpot itself refuses much less, and what a thread of the JDK does may need it. */
    private static final long LEAST = 256 * KILO;

    private static final long HEADROOM = 128 * KILO;
    private static final long WORTH_IT = 64 * KILO * KILO;
    private static final int FEWEST_MEASURED = 20;

    @Override
    public String name() {
        return "stacks-oversized";
    }

    @Override
    public String description() {
        return "Stacks are far larger than any of them was ever used.";
    }

    @Override
    public List<Finding> findings(Jvm jvm) {
        List<ThreadRow> rows = jvm.threads().stream()
                .filter(row -> row.kind().equals(Optional.of(TaskKind.JAVA))
                        && row.requestedStack() <= 0
                        && row.reserved() > 0
                        && row.stack().map(StackUse::peak).orElse(-1L) >= 0)
                .toList();
        // A thread before the agent may have asked for a size of its own: most have the default.
        Optional<Long> usual =
                rows.stream()
                        .collect(Collectors.groupingBy(ThreadRow::reserved, Collectors.counting()))
                        .entrySet()
                        .stream()
                        .max(Map.Entry.<Long, Long>comparingByValue().thenComparing(Map.Entry.comparingByKey()))
                        .map(Map.Entry::getKey);
        return usual.flatMap(reserved -> finding(
                        reserved,
                        rows.stream().filter(row -> row.reserved() == reserved).toList()))
                .map(List::of)
                .orElse(List.of());
    }

    private Optional<Finding> finding(long reserved, List<ThreadRow> rows) {
        long most = rows.stream()
                .map(row -> row.stack().orElseThrow().peak())
                .max(Comparator.naturalOrder())
                .orElse(0L);
        long fitting = fitting(most);
        long living = rows.stream().filter(row -> row.life() == Life.ALIVE).count();
        long saved = living * (reserved - fitting);
        if (rows.size() < FEWEST_MEASURED || fitting > reserved / 2 || saved < WORTH_IT) {
            return Optional.empty();
        }
        return Optional.of(new Finding(
                name(),
                Severity.NOTE,
                "Stacks of " + size(reserved) + " are far larger than they are used.",
                "Of " + count(rows.size()) + " measured threads with the default size none used more than " + size(most)
                        + "; " + count(living) + " of them live and reserve " + size(living * reserved) + ".",
                "-Xss" + fitting / KILO
                        + "k would be twice what was used, guard zone and head-room on top, and reserve "
                        + size(saved) + " less. That is address space, which limits on it count; memory is only what is"
                        + " touched. A recursion that this recording has not seen may need more.",
                Map.of(
                        "measured",
                        (long) rows.size(),
                        "alive",
                        living,
                        "reservedEach",
                        reserved,
                        "mostUsed",
                        most,
                        "fitting",
                        fitting,
                        "saved",
                        saved)));
    }

    /** Twice what was used, and room for the guard and shadow zones, which -Xss counts in. */
    private static long fitting(long used) {
        return Math.max(LEAST, (2 * used + HEADROOM + STEP - 1) / STEP * STEP);
    }
}
